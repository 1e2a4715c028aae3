/** Polls a recording in a Worker until it is told to end, or is ended: what a hot loop does. */
import { workerData } from 'node:worker_threads';
import { INTEREST, POLL } from '../../../native/index.ts';
import { drain, openFeed } from '../../support/feed.ts';
import { add, directory } from '../../support/itch-messages.ts';
import { binaryFile } from '../../support/mold-packets.ts';

const { end, spinning } = workerData as { end: 'return' | 'exit' | 'never'; spinning: Int32Array };
const feed = openFeed('binaryfile');
feed.receiver.subscribe('TEST', INTEREST.book);
feed.writer.write(binaryFile([directory('TEST'), add({ reference: 1, side: 'B', shares: 1, price: 1 })]));
if (drain(feed).length !== 1) throw new Error('the event did not arrive');
Atomics.store(spinning, 0, 1);
if (end === 'exit') process.exit(0);
while (end === 'never') if (feed.receiver.poll() === POLL.event) throw new Error('an event came from nowhere');
