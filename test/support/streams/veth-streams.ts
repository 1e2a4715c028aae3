/** Streams over a veth pair between two namespaces: the venue's TCP is its kernel's. */
import { ip } from '../../../app/network/ip-command.ts';
import { enterNamespace } from '../../../app/network/namespace.ts';
import { makeVethPair, type VethPair } from '../../../app/network/veth-pair.ts';
import type { LwipOptions } from '../../../native/index.ts';
import { missing } from '../missing.ts';
import type { StreamTransport, StreamWire } from './stream-wire.ts';

function overVeth(lwip?: (pair: VethPair) => LwipOptions): StreamWire {
  const pair = makeVethPair();
  const { engine, venue, close } = pair;
  const options = lwip?.(pair);
  const nearAddress = options?.address?.split('/')[0] ?? engine.address;
  return {
    near: options === undefined ? { addons: [] } : { lwip: options, addons: ['lwip'] },
    far: { address: venue.address, addons: [] },
    enter: () => enterNamespace(engine.namespace.path),
    atFar: (work) => venue.namespace.inside(work),
    silenceFar: (silent) =>
      venue.namespace.inside(() => ip([`route ${silent ? 'add' : 'del'} blackhole ${nearAddress}/32`])),
    close,
  };
}

export const afXdpLink = (interfaceName: string) =>
  ({
    kind: 'af_xdp',
    interface: interfaceName,
    queues: 'all',
    mode: 'native',
    zeroCopy: 'prefer',
    delivery: 'softirq',
    ringFrames: 1_024,
    frameBytes: 2048,
  }) as const;

export const KERNEL: StreamTransport = {
  name: 'kernel',
  unavailable: missing({ root: true, addons: [] }),
  backend: 'kernel',
  accelerated: false,
  make: () => overVeth(),
};

const LWIP_OVER_AF_XDP = {
  unavailable: missing({ root: true, addons: ['lwip'] }),
  backend: 'lwip/af_xdp',
  accelerated: true,
} as const;

export const AF_XDP_OWN_ADDRESS: StreamTransport = {
  ...LWIP_OVER_AF_XDP,
  name: 'lwip over af_xdp, with an address of its own',
  make: () => overVeth(({ engine, stackAddress }) => ({ link: afXdpLink(engine.interface), address: stackAddress })),
};

export const AF_XDP_HOST_ADDRESS: StreamTransport = {
  ...LWIP_OVER_AF_XDP,
  name: 'lwip over af_xdp, with the address of the host',
  make: () => overVeth(({ engine }) => ({ link: afXdpLink(engine.interface) })),
};
