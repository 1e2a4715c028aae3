/**
 * Run as a program of its own (a test runner's instrumentation allocates): what a message of 200 bytes costs a session
 * that keeps it, in time and in bytes. Between two looks at files that are not there the calls are made, for strace.
 *
 *   node hot-store.ts FOLDER
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryMeter } from '../../../app/measure-memory.ts';
import { RingStore, STORE, StoreDrain } from '../../../gateway/index.ts';
import { MARK } from '../guard/calls-between-marks.ts';

const folder = process.argv[2] as string;
const MESSAGE_BYTES = 200;
/** So many fit the ring of 16 MiB without a drain. */
const MESSAGES = 50_000;
const ROUNDS = 8;

const drain = new StoreDrain({ folder: join(folder, 'state'), ringFile: join(folder, 'ring'), blockNumbers: 1 << 20 });
const store = new RingStore(drain);
const tx = new Uint8Array(8_192).fill(0x41);
const out = new Uint8Array(8_192);

/** As a session does it: keep, count, and now and then hear of the peer's numbers. */
function send(messages: number): number {
  let refused = 0;
  for (let i = 0; i < messages; i++) {
    const seq = store.nextSenderMsgSeqNum();
    if (seq > store.lastReservedMsgSeqNum()) refused++;
    if (store.keep(seq, tx, 64, 64 + MESSAGE_BYTES) !== STORE.ok) refused++;
    store.setNextSender(seq + 1);
  }
  return refused;
}

function keepOnly(messages: number): number {
  let refused = 0;
  const seq = store.nextSenderMsgSeqNum();
  for (let i = 0; i < messages; i++) if (store.keep(seq + i, tx, 64, 64 + MESSAGE_BYTES) !== STORE.ok) refused++;
  store.setNextSender(seq + messages);
  return refused;
}

function receive(messages: number): number {
  for (let i = 0; i < messages; i++) store.setNextTarget(store.nextTargetMsgSeqNum() + 1);
  return 0;
}

function readBack(messages: number): number {
  let bytes = 0;
  const oldest = store.oldestKept();
  for (let i = 0; i < messages; i++) bytes += store.read(oldest + i, out, 0);
  return bytes === messages * MESSAGE_BYTES ? 0 : 1;
}

const drained = (): void => {
  while (drain.poll() > 0) {
    // Until nothing is left.
  }
};

function nsOf(work: (messages: number) => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    drained();
    const start = performance.now();
    if (work(MESSAGES) !== 0) throw new Error('refused');
    best = Math.min(best, ((performance.now() - start) * 1e6) / MESSAGES);
  }
  return Math.round(best * 10) / 10;
}

const figures = { keep: nsOf(keepOnly), send: nsOf(send), receive: nsOf(receive), read: nsOf(readBack) };
drained();
const meter = new MemoryMeter();
meter.start(0);
send(MESSAGES);
receive(MESSAGES);
readBack(MESSAGES);
const { bytes, collections } = meter.stop();
drained();
existsSync(MARK.begin);
send(MESSAGES);
receive(MESSAGES);
readBack(MESSAGES);
existsSync(MARK.end);
store.close();
drain.close();
console.log(JSON.stringify({ ns: figures, bytesPerMessage: bytes / (3 * MESSAGES), collections }));
