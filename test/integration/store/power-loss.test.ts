/**
 * A power failure cuts the order journal and the session's store, each where it happens to be. What the session counts as
 * received is in the journal all the same: the venue sends the rest again.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { journalEntries } from '../../../app/journal-entries.ts';
import { openOrderJournal } from '../../../app/order-journal.ts';
import { IMAGE_DOUBLES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RingStore, StoreDrain } from '../../../gateway/index.ts';
import { JOURNAL_CELLS } from '../../../native/index.ts';
import { END, GO, PAUSE } from '../../support/store/reporting-words.ts';

const root = mkdtempSync('/dev/shm/hotlap-power-loss-');
afterAll(() => rmSync(root, { recursive: true, force: true }));
/** One segment each holds all that is written. */
const SIZES = { ringBytes: 1 << 20, segmentBytes: 8 << 20, blockNumbers: 1 << 20 };
const SEGMENT = 'segment-00000001.journal';
const POLLS = 24;
const RESET_EVERY = 700;

function usedUp(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}
const between = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from + 1));

/** What is left where the last write was cut off anywhere behind what was on the disk before. */
const cut = (before: Buffer, after: Buffer): Buffer =>
  Buffer.from(after).fill(0, between(usedUp(before), usedUp(after)));

let places = 0;
function folderWith(segment: Buffer): string {
  const folder = join(root, `left-${++places}`);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, SEGMENT), segment, { mode: 0o600 });
  return folder;
}

/** MsgSeqNums that the journal has, by numbering. */
function journalled(segment: Buffer): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  for (const { kind, payload } of journalEntries({ folder: folderWith(segment) })) {
    if (kind !== JOURNAL_KIND.report) continue;
    const [numbering, seq] = new Float64Array(payload.slice(0, IMAGE_DOUBLES * 8).buffer) as unknown as [
      number,
      number,
    ];
    if (!found.has(numbering)) found.set(numbering, new Set());
    found.get(numbering)?.add(seq);
  }
  return found;
}

/** Messages that the next start takes for received, and the journal has not. */
function lost(session: Buffer, orders: Buffer): { lost: number; counted: number; waiting: number } {
  const folder = folderWith(session);
  const ringFile = `${folder}.ring`;
  const drain = new StoreDrain({ ...SIZES, folder, ringFile, cells: new Int32Array(JOURNAL_CELLS) });
  const { nextIn, createdMs } = drain.recovery;
  drain.close();
  const known = journalled(orders).get(createdMs) ?? new Set<number>();
  const missing = Array.from({ length: nextIn - 1 }, (_, index) => index + 1).filter((seq) => !known.has(seq));
  rmSync(folder, { recursive: true });
  return { lost: missing.length, counted: nextIn - 1, waiting: known.size - (nextIn - 1) };
}

test('whatever is cut, no message counts as received that the journal does not have', async () => {
  const folders = { orders: join(root, 'orders'), session: join(root, 'session') };
  const opened = openOrderJournal(folders.orders, undefined, { ...SIZES, ringFile: join(root, 'orders.ring') });
  opened.begin({ day0Ms: 0, startMs: 0, strategies: ['s0'] });
  const cells = new SharedArrayBuffer(JOURNAL_CELLS * Int32Array.BYTES_PER_ELEMENT);
  const session = new StoreDrain({
    ...SIZES,
    folder: folders.session,
    ringFile: join(root, 'session.ring'),
    cells: new Int32Array(cells),
    behind: opened.drain,
  });
  const disk = () => ({
    orders: readFileSync(join(folders.orders, SEGMENT)),
    session: readFileSync(join(folders.session, SEGMENT)),
  });
  const control = new SharedArrayBuffer(4);
  const worker = new Worker(new URL('../../support/store/reporting-side.ts', import.meta.url), {
    workerData: {
      journal: opened.plan,
      session: { ringFile: session.ringFile, cells },
      control,
      resetEvery: RESET_EVERY,
    },
  });
  const say = (word: number): void => {
    Atomics.store(new Int32Array(control), 0, word);
    Atomics.notify(new Int32Array(control), 0);
  };
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  let [counted, waiting] = [0, 0];
  const look = (at: string, session: Buffer, orders: Buffer): void => {
    const verdict = lost(session, orders);
    if (verdict.lost > 0) throw new Error(`${at}: ${verdict.lost} of ${verdict.counted} messages are lost`);
    counted = Math.max(counted, verdict.counted);
    waiting += verdict.waiting;
  };
  let before = disk();
  for (let poll = 0; poll < POLLS; poll++) {
    say(GO);
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1))]);
    expect(session.poll()).toBeGreaterThanOrEqual(0);
    say(PAUSE);
    const after = disk();
    look(`poll ${poll}, journal cut`, before.session, cut(before.orders, after.orders));
    look(`poll ${poll}, session cut`, cut(before.session, after.session), after.orders);
    look(`poll ${poll}, nothing cut`, after.session, after.orders);
    before = after;
  }
  say(END);
  await gone;
  expect(counted).toBeGreaterThan(RESET_EVERY / 4);
  // Messages came in while the disk was waited for.
  expect(waiting).toBeGreaterThan(0);
  opened.close();
  session.close();
  const end = disk();
  look('closed in order', end.session, end.orders);
  // Everything is known then: nothing is sent again.
  expect(lost(end.session, end.orders).waiting).toBe(0);
});

test('a journal that fails holds the session where it is', () => {
  const folder = join(root, 'failing');
  const sizes = { ...SIZES, ringBytes: 1 << 16, segmentBytes: 1 << 16 };
  const opened = openOrderJournal(join(folder, 'orders'), () => undefined, { ...sizes, ringFile: join(root, 'f1') });
  const session = new StoreDrain({
    ...sizes,
    folder: join(folder, 'session'),
    ringFile: join(root, 'f2'),
    behind: opened.drain,
  });
  const { journal, close } = opened.writer();
  const image = new Uint8Array(352);
  const store = new RingStore(session);
  journal.append(JOURNAL_KIND.report, image, image.length);
  store.setNextTarget(2);
  session.poll();
  // Its folder is gone: no segment can be begun any more.
  rmSync(join(folder, 'orders'), { recursive: true });
  for (let message = 2; message < 400; message++) {
    journal.append(JOURNAL_KIND.report, image, image.length);
    store.setNextTarget(message + 1);
    if (message % 50 === 0) session.poll();
  }
  expect(session.failure).toBeUndefined();
  expect(opened.drain.failure).toBeDefined();
  store.close();
  close();
  opened.close();
  session.close();
  const again = new StoreDrain({ ...sizes, folder: join(folder, 'session'), ringFile: join(root, 'f3') });
  expect(again.recovery.nextIn).toBeGreaterThanOrEqual(2);
  expect(again.recovery.nextIn).toBeLessThan(400);
  again.close();
});
