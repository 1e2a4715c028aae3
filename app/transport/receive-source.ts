/** The options of one receive backend, out of a feed's settings. */
import type { AfXdpSource, KernelSource, ShmSource } from '../../native/index.ts';
import type { ReceiveBackend } from '../options.ts';
import type { LiveFeed } from './candidates.ts';

export function receiveSource(backend: ReceiveBackend, feed: LiveFeed): AfXdpSource | ShmSource | KernelSource {
  const { group, port, creditFile, faults } = feed;
  const live = {
    group,
    port,
    ...(creditFile !== undefined && { creditFile }),
    ...(faults !== null && { faults }),
  };
  switch (backend) {
    case 'af_xdp':
      return { kind: 'af_xdp', interface: feed.interface, ...feed.afXdp, ...live };
    case 'shm':
      return { kind: 'shm', ...feed.shm, ...live };
    case 'kernel':
      return {
        kind: 'kernel',
        interface: feed.interface,
        receiveBufferBytes: feed.receiveBufferBytes,
        ...live,
      };
  }
}
