/**
 * A worker thread: the hot side of an order journal and of a session's store. Each message that comes in is journalled,
 * then counted, as the engine does it; now and then the numbers begin anew.
 */
import { workerData } from 'node:worker_threads';
import { openRing } from '../../../app/order-journal.ts';
import { ringStoreOf } from '../../../app/session-store.ts';
import { IMAGE_BYTES, IMAGE_DOUBLES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { JOURNAL_RESULT } from '../../../native/index.ts';
import { END, PAUSE } from './reporting-words.ts';

const { journal: plan, session, control, resetEvery } = workerData;
/** What the test says: to go on, to wait, or to end. */
const said = new Int32Array(control);
const ring = openRing(plan);
const journal = new RingJournal(ring, new Int32Array(plan.cells));
const store = ringStoreOf(session);
const image = new Uint8Array(IMAGE_BYTES);
const slots = new Float64Array(image.buffer, 0, IMAGE_DOUBLES);
/** Between two messages: a drain meets hundreds of them, and the ring does not fill. */
const MESSAGE_MS = 0.01;
let numbering = 1;
let dueMs = performance.now();
store.reset(numbering);
for (;;) {
  const now = Atomics.load(said, 0);
  if (now === END) break;
  if (now === PAUSE) Atomics.wait(said, 0, PAUSE);
  if (performance.now() < dueMs) continue;
  dueMs = performance.now() + MESSAGE_MS;
  const seq = store.nextTargetMsgSeqNum();
  if (seq > resetEvery) {
    store.reset(++numbering);
    continue;
  }
  slots[0] = numbering;
  slots[1] = seq;
  // Without room the message has not been had.
  if (journal.append(JOURNAL_KIND.report, image, IMAGE_BYTES) === JOURNAL_RESULT.ok) store.setNextTarget(seq + 1);
}
store.close();
ring.close();
