/** How the orders of a demo leave over the network that its feed has got. */
import { provideOptional } from '../../native/optional-addons.ts';
import { DEFAULT_LWIP } from '../config/index.ts';
import type { DemoOptions, SendBackend } from '../options.ts';
import { type LiveSend, noneSends, sendCandidatesOf } from '../transport/send-candidates.ts';
import { tryInTurn } from '../transport/try-in-turn.ts';

const NO_DEVICE =
  "the demo's feed comes over this host's loopback, on which there is no device: receive by af_xdp, shm or dpdk (`--rx`)";

export interface DemoSending {
  readonly send: LiveSend;
  /** What this process has for it; opening it is the hot thread's. */
  readonly backend: SendBackend;
}

/**
 * Throws a HotlapError that names every candidate where there is none.
 * @param address of a TCP stack in the engine on this network; null: the network has no device for one
 */
export function demoSending({ send: asked }: Pick<DemoOptions, 'send'>, address: string | null): DemoSending {
  const send: LiveSend = {
    tx: ['kernel'],
    bypass: 'prefer',
    ...asked,
    lwip: address === null ? DEFAULT_LWIP : { ...DEFAULT_LWIP, address },
    ...(address === null && { unserved: { lwip: NO_DEVICE } }),
  };
  const chosen = tryInTurn(sendCandidatesOf(send), (backend) => {
    if (backend === 'lwip') provideOptional('lwip');
    return backend;
  });
  const { passedOver } = chosen;
  if (!('opened' in chosen)) throw noneSends(passedOver);
  const { opened: backend } = chosen;
  const later = sendCandidatesOf(send).slice(passedOver.length + 1);
  return { send: { ...send, tx: [backend, ...later.map((each) => each.backend)], passedOver }, backend };
}
