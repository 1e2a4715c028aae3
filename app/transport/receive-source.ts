/** The options of one receive backend, out of a feed's settings. */
import type { AfXdpSource, DpdkSource, KernelSource, ShmSource } from '../../native/index.ts';
import type { ReceiveBackend } from '../options.ts';
import type { LiveFeed } from './candidates.ts';
import { linkOf } from './link-of.ts';

export function receiveSource(
  backend: ReceiveBackend,
  feed: LiveFeed,
): AfXdpSource | ShmSource | DpdkSource | KernelSource {
  const { group, port, creditFile, faults } = feed;
  const live = {
    group,
    port,
    ...(creditFile !== undefined && { creditFile }),
    ...(faults !== null && { faults }),
  };
  if (backend !== 'kernel') return { ...linkOf(backend, feed), ...live };
  return { kind: 'kernel', interface: feed.interface, receiveBufferBytes: feed.receiveBufferBytes, ...live };
}
