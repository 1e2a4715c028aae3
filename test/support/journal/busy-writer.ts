/**
 * Run as a program of its own: numbers records 1, 2, 3 … into a small journal and drains it, until stdin ends.
 *
 *   node busy-writer.ts FOLDER RINGFILE
 */
import { openOrderJournal, openRing } from '../../../app/order-journal.ts';
import { IMAGE_BYTES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { JOURNAL_RESULT } from '../../../native/index.ts';

const [folder, ringFile] = process.argv.slice(2) as [string, string];
const opened = openOrderJournal(folder, undefined, { ringFile, ringBytes: 1 << 16, segmentBytes: 1 << 17 });
const ring = openRing(opened.plan);
const journal = new RingJournal(ring, new Int32Array(opened.plan.cells));
const bytes = new Uint8Array(IMAGE_BYTES);
const slots = new Float64Array(bytes.buffer);
let written = 0;
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();
process.stdout.write('writing\n');

function burst(): void {
  for (let record = 0; record < 60; record++) {
    slots.fill(written + 1);
    if (journal.append(JOURNAL_KIND.newOrder, bytes, IMAGE_BYTES) === JOURNAL_RESULT.ok) written++;
    else opened.poll();
  }
  if (!isOver) {
    setTimeout(burst, 1);
    return;
  }
  ring.close();
  opened.close();
  process.stdout.write(`${written}\n`);
}
burst();
