/** Opens a feed's receiver on the first transport of its list that can be had, and says what became of the others. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { FeedSource, TransportReport } from '../../native/index.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import type { ReceiveTransport } from '../../report/run-result.ts';
import type { ReceiveBackend } from '../options.ts';
import { firstThatOpens, type LiveFeed } from './candidates.ts';
import { receiveSource } from './receive-source.ts';

export interface Receiver {
  transport(): TransportReport;
  close(): void;
}

export interface OpenedReceiver<R extends Receiver> {
  readonly receiver: R;
  readonly backend: ReceiveBackend;
  /** As it is now: cold. */
  transport(): ReceiveTransport;
}

export function openReceiver<R extends Receiver>(feed: LiveFeed, open: (source: FeedSource) => R): OpenedReceiver<R> {
  const { opened, backend, passedOver } = firstThatOpens(feed, (backend) => {
    if (backend === 'dpdk') provideOptional('dpdk');
    const receiver = open(receiveSource(backend, feed));
    if (feed.bypass === 'require') refuseUnlessAccelerated(receiver, 'the data would still come');
    return receiver;
  });
  return { receiver: opened, backend, transport: () => ({ ...opened.transport(), passedOver }) };
}

/** What was obtained counts, not what was asked for. @param what goes the long way */
export function refuseUnlessAccelerated(receiver: Receiver, what: string): void {
  const { accelerated, reason } = receiver.transport();
  if (accelerated) return;
  receiver.close();
  throw new HotlapError(
    'ERR_TRANSPORT_NOT_ACCELERATED',
    `it was opened, and ${what} through the kernel's network stack (${reason})`,
  );
}
