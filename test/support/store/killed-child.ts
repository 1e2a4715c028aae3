/**
 * Checks what the process before it left, then sends, receives, withdraws, resets and drains until it is killed:
 *
 *   node killed-child.ts '{"folder": …, "ringFile": …, "log": …, "powerLoss": false, "seed": 1}'
 *
 * Each line of the log says what had been done when it was written. What is found wrong is an error and status 1.
 */
import { openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { RingStore, STORE, StoreDrain } from '../../../gateway/index.ts';
import '../run/keep-compiled.ts';
import { seededRandom } from '../seeded-random.ts';

const { folder, ringFile, log, powerLoss, seed } = JSON.parse(process.argv[2] as string);
const below = seededRandom(seed * 2_654_435_761);
const fill = (epoch: number, seq: number, length: number): Buffer => Buffer.alloc(length, `${epoch}:${seq}|`);

/** What was done last: the numbering's time, and both next numbers. */
let [epoch, nextOut, nextIn] = [0, 1, 1];
const lengths = new Map<number, number>();
for (const line of lines()) {
  const [kind, ...values] = line.split(' ');
  const [a, b] = values.map(Number) as [number, number];
  if (kind === 'reset') {
    [epoch, nextOut, nextIn] = [a, 1, 1];
    lengths.clear();
  } else if (kind === 'sent') {
    lengths.set(a, b);
    nextOut = a + 1;
  } else if (kind === 'withdrawn') {
    lengths.delete(a);
    nextOut = a;
  } else if (kind === 'received') nextIn = a;
}

const drain = new StoreDrain({ folder, ringFile, ringBytes: 1 << 17, segmentBytes: 1 << 16, blockNumbers: 4_096 });
const store = new RingStore(drain);
check();
// The log of this process begins with what is there, all of it or not at all; what lies before it has been checked.
const there = [`reset ${store.creationMs[0] || 0}`];
for (let seq = store.oldestKept(); seq > 0 && seq < store.nextSenderMsgSeqNum(); seq++) {
  const length = store.read(seq, Buffer.alloc(8_192), 0);
  if (length > 0) there.push(`sent ${seq} ${length}`);
}
there.push(`sent ${store.nextSenderMsgSeqNum() - 1} 0`, `received ${store.nextTargetMsgSeqNum()}`, '');
writeFileSync(`${log}.new`, there.join('\n'), { mode: 0o600 });
renameSync(`${log}.new`, log);
const fd = openSync(log, 'a');
const done = (line: string): number => writeSync(fd, `${line}\n`);
epoch = store.creationMs[0] || 0;
process.stdout.write('checked\n');

const endMs = performance.now() + 5_000;
while (performance.now() < endMs) {
  const what = below(1_000);
  const seq = store.nextSenderMsgSeqNum();
  if (what < 700) {
    const length = 20 + below(400);
    const bytes = fill(epoch, seq, length);
    if (store.keep(seq, bytes, 0, length) !== STORE.ok) {
      if (drain.poll() < 0) throw drain.failure;
      continue;
    }
    store.setNextSender(seq + 1);
    done(`sent ${seq} ${length}`);
    if (what < 30) {
      store.setNextSender(seq);
      done(`withdrawn ${seq}`);
    }
  } else if (what < 980) {
    store.setNextTarget(store.nextTargetMsgSeqNum() + 1);
    done(`received ${store.nextTargetMsgSeqNum()}`);
  } else if (what < 981) {
    store.reset(++epoch);
    done(`reset ${epoch}`);
  } else if (drain.poll() < 0) throw drain.failure;
}

function lines(): string[] {
  try {
    const text = readFileSync(log, 'latin1');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
  } catch {
    return [];
  }
}

function check(): void {
  const out = Buffer.alloc(8_192);
  const found = { epoch: store.creationMs[0] || 0, out: store.nextSenderMsgSeqNum(), in: store.nextTargetMsgSeqNum() };
  const wrong = (what: string): never => {
    throw new Error(`${what}: found ${JSON.stringify(found)}, log ${JSON.stringify({ epoch, nextOut, nextIn })}`);
  };
  if (powerLoss) {
    // Only what was drained is there, but no number may come again.
    if (found.epoch === epoch && found.out < nextOut) wrong('a number would be used again');
    if (found.epoch < epoch && found.out < nextOut) wrong('a number of a later numbering would be used again');
    return;
  }
  // The kill may have come between a deed and its line.
  if (found.epoch === epoch + 1 && found.out <= 2 && found.in <= 2) return;
  if (found.epoch !== epoch) wrong('another numbering');
  if (Math.abs(found.out - nextOut) > 1) wrong('another number to send');
  if (found.in < nextIn || found.in > nextIn + 1) wrong('another number to receive');
  const oldest = store.oldestKept();
  for (const [seq, length] of lengths) {
    if (length === 0 || seq < oldest || seq >= found.out) continue;
    const read = store.read(seq, out, 0);
    if (read !== length || !out.subarray(0, read).equals(fill(epoch, seq, length)))
      if (seq < nextOut - 1)
        // The last one may have been withdrawn and written anew.
        wrong(`message ${seq} of ${length} bytes is ${read} bytes`);
  }
}
