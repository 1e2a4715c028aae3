/** The transports that the conformance suite holds to the same promises. */
import { describe } from 'vitest';
import { DPDK_MEMIF } from './memif-wire.ts';
import { RECORDING } from './recording-wire.ts';
import { SHM } from './shm-wire.ts';
import { AF_XDP_BOTH_WAYS, AF_XDP_FROM_KERNEL, DPDK_AF_XDP, DPDK_PCAP, KERNEL_OVER_VETH } from './veth-wire.ts';
import type { Transport } from './wire.ts';

export const TRANSPORTS: readonly Transport[] = [
  KERNEL_OVER_VETH,
  AF_XDP_FROM_KERNEL,
  AF_XDP_BOTH_WAYS,
  SHM,
  DPDK_MEMIF,
  DPDK_AF_XDP,
  DPDK_PCAP,
  RECORDING,
];

export const overEach = (suite: (transport: Transport) => void): void => over(TRANSPORTS, suite);
/** Over those whose ends may come and go. */
export const overEachLive = (suite: (transport: Transport) => void): void =>
  over(
    TRANSPORTS.filter(({ live }) => live),
    suite,
  );

/** The same tests over each; where one cannot be had, they are skipped and say why. */
function over(transports: readonly Transport[], suite: (transport: Transport) => void): void {
  for (const transport of transports) {
    const { name, unavailable } = transport;
    describe.skipIf(unavailable !== undefined)(
      unavailable === undefined ? name : `${name} (skipped: ${unavailable})`,
      () => suite(transport),
    );
  }
}
