/**
 * What a power failure and a bad disk make of an order journal: it recovers to a record boundary or refuses with the
 * place; never a wrong record, never a ClOrdID(11) again.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { journalEntries } from '../../../app/journal-entries.ts';
import { type OpenedOrderJournal, openOrderJournal, openRing } from '../../../app/order-journal.ts';
import type { HotlapError } from '../../../engine/domain/errors.ts';
import { IMAGE, IMAGE_BYTES, IMAGE_DOUBLES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { JOURNAL_RESULT } from '../../../native/index.ts';
import { seededRandom } from '../../support/seeded-random.ts';

// In memory: thousands of files are written, and what a disk does to them is done here.
const root = mkdtempSync('/dev/shm/hotlap-journal-damage-');
afterAll(() => rmSync(root, { recursive: true, force: true }));
let places = 0;
/** Small enough that numbers are reserved anew, and a segment begun, in the middle. */
const SIZES = { ringBytes: 1 << 16, segmentBytes: 1 << 16, blockNumbers: 256 };
/** Each order takes as many numbers, as if it were replaced and cancelled. */
const NUMBERS = 20;
const newPlace = () => {
  const folder = join(root, `${++places}`);
  return { folder: join(folder, 'orders'), ringFile: join(folder, 'ring') };
};
const open = ({ folder, ringFile }: ReturnType<typeof newPlace>): OpenedOrderJournal =>
  openOrderJournal(folder, undefined, { ...SIZES, ringFile });

const image = new Uint8Array(IMAGE_BYTES);
const slots = new Float64Array(image.buffer, 0, IMAGE_DOUBLES);

/** An order that the journal numbers; its bytes say which. */
function order(journal: RingJournal): number {
  const ordinal = journal.takeOrdinal();
  expect(ordinal).toBeGreaterThan(0);
  for (let more = 1; more < NUMBERS; more++) journal.takeOrdinal();
  slots.fill(ordinal);
  expect(journal.append(JOURNAL_KIND.newOrder, image, IMAGE_BYTES)).toBe(JOURNAL_RESULT.ok);
  return ordinal;
}

/** Whether the orders that a reader found are the first of all that there were. */
const isPrefix = (found: readonly number[]): boolean =>
  found.every((ordinal, index) => ordinal === 1 + index * NUMBERS);

/** Ordinals of the orders that a reader finds; anything else than what was written is an error. */
function read(folder: string, ringFile?: string): number[] {
  const found: number[] = [];
  for (const { kind, payload } of journalEntries({ folder, ...(ringFile && { ringFile }) })) {
    if (kind !== JOURNAL_KIND.newOrder) continue;
    const values = new Float64Array(payload.slice(0, IMAGE_DOUBLES * 8).buffer);
    if (payload.length !== IMAGE_BYTES || values.some((value) => value !== values[IMAGE.ordinal]))
      throw new Error('a record that nobody has written');
    found.push(values[IMAGE.ordinal] as number);
  }
  return found;
}

const segments = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.journal'))
    .sort()
    .map((name) => join(folder, name));

/** A journal whose last batch may or may not have reached the disk: both states of the folder, and what was written. */
function interrupted(batches: number, perBatch: number) {
  const place = newPlace();
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const opened = open(place);
  opened.begin({ day0Ms: 0, startMs: 0, strategies: ['s0'] });
  const ring = openRing(opened.plan);
  const journal = new RingJournal(ring, new Int32Array(opened.plan.cells));
  let last = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let index = 0; index < perBatch; index++) last = order(journal) + NUMBERS - 1;
    expect(opened.poll()).toBe(perBatch);
  }
  const before = segments(place.folder).map((file) => readFileSync(file));
  const synced = batches * perBatch;
  for (let index = 0; index < perBatch; index++) last = order(journal) + NUMBERS - 1;
  opened.poll();
  const after = join(root, `${++places}`);
  cpSync(place.folder, after, { recursive: true });
  const killed = { folder: after, ringFile: `${after}.ring` };
  cpSync(place.ringFile, killed.ringFile);
  ring.close();
  opened.close();
  return { before, killed, synced, last, prefix: opened.clOrdIdPrefix };
}

const usedUp = (bytes: Buffer): number => bytes.findLastIndex((byte) => byte !== 0) + 1;

/** The place as the host's end leaves it, with this last segment. */
function leftWith(folder: string, bytes: Buffer) {
  const place = newPlace();
  cpSync(folder, place.folder, { recursive: true, mode: 0 });
  writeFileSync(segments(place.folder).at(-1) as string, bytes);
  return place;
}

test('cut at every byte behind the last fdatasync: a prefix, and no number again', () => {
  // No number is reserved anew in the last batch, which would be two writes and two waits for the disk.
  const { before, killed, synced, last, prefix } = interrupted(4, 8);
  const after = readFileSync(segments(killed.folder)[0] as string);
  const from = usedUp(before[0] as Buffer);
  const to = usedUp(after);
  expect(to - from).toBeGreaterThan(8 * IMAGE_BYTES);
  const place = leftWith(killed.folder, after);
  const [file] = segments(place.folder) as [string];
  for (let cut = from; cut <= to; cut++) {
    const bytes = Buffer.from(after);
    // What was not written is zeros; of a page that was half written, the tail may be there and the head not.
    bytes.fill(0, cut, cut % 3 === 0 ? Math.min(to, cut + 512) : to);
    writeFileSync(file, bytes);
    const found = read(place.folder);
    if (!isPrefix(found) || found.length < synced) throw new Error(`cut at ${cut}: found ${found}`);
  }
  for (let cut = from; cut <= to; cut += 97) {
    const bytes = Buffer.from(after).fill(0, cut);
    const left = leftWith(killed.folder, bytes);
    const found = read(left.folder);
    const again = open(left);
    expect(again.recovery.nextOut).toBeGreaterThan(last);
    expect(again.clOrdIdPrefix).toBe(prefix);
    expect(read(left.folder)).toEqual(found);
    again.close();
  }
});

test('a bit flipped anywhere: refused with file and byte, or a prefix, and no number again', () => {
  const { killed, last } = interrupted(4, 6);
  const [name] = segments(killed.folder) as [string];
  const sound = readFileSync(name);
  const used = usedUp(sound);
  const below = seededRandom(20_261_122);
  let refused = 0;
  for (let round = 0; round < 1_500; round++) {
    const at = below(round % 8 === 0 ? sound.length : used);
    const bytes = Buffer.from(sound);
    bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    const place = round % 20 === 0 ? leftWith(killed.folder, bytes) : killed;
    const [file] = segments(place.folder) as [string];
    writeFileSync(file, bytes);
    let found: number[] | undefined;
    try {
      found = read(place.folder);
    } catch (error) {
      refused++;
      const { code, message } = error as HotlapError;
      const isPlaced =
        code === 'ERR_STORE_DAMAGED' ? /damaged at byte \d+ \(/.test(message) : code === 'ERR_STORE_VERSION';
      if (!isPlaced || !message.includes(file)) throw error;
    }
    if (found !== undefined && !isPrefix(found)) throw new Error(`flipped at ${at}: found ${found}`);
    if (round % 20 !== 0) continue;
    let again: OpenedOrderJournal | undefined;
    try {
      again = open(place);
    } catch (error) {
      expect((error as HotlapError).code).toMatch(/^ERR_STORE_(DAMAGED|VERSION)$/);
    }
    // What the reader refuses, a start refuses.
    if (found === undefined) expect(again).toBeUndefined();
    if (again === undefined) continue;
    expect(again.recovery.nextOut, `flipped at ${at}`).toBeGreaterThan(last);
    again.close();
  }
  expect(refused).toBeGreaterThan(1_000);
});

test('after a kill, ring and disk together have every record, to the reader and to the next start', () => {
  const { before, killed, last } = interrupted(2, 5);
  // The last batch had not reached the disk.
  writeFileSync(segments(killed.folder)[0] as string, before[0] as Buffer);
  const all = read(killed.folder, killed.ringFile);
  expect(isPrefix(all)).toBe(true);
  expect(all).toHaveLength(15);
  const again = open(killed);
  expect(again.recovery).toMatchObject({ nextOut: last + 1, fromRing: 5 });
  expect(read(killed.folder)).toEqual(all);
  again.close();
});

test('a bit flipped in the ring that a killed process left: refused with the place', () => {
  const { before, killed } = interrupted(1, 5);
  writeFileSync(segments(killed.folder)[0] as string, before[0] as Buffer);
  const ring = readFileSync(killed.ringFile);
  // In the fifth record of the last batch: behind the ring's header, `opened`, five of the first batch and four.
  const at = usedUp(ring) - 40;
  ring[at] = (ring[at] as number) ^ 4;
  writeFileSync(killed.ringFile, ring);
  for (const look of [() => read(killed.folder, killed.ringFile), () => open(killed)])
    expect(look).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_DAMAGED',
        message: expect.stringMatching(new RegExp(`${killed.ringFile} is damaged at byte \\d+`)),
      }),
    );
});

test('segments are kept for good; one that is missing in the middle is named', () => {
  const place = newPlace();
  const opened = open(place);
  const ring = openRing(opened.plan);
  const journal = new RingJournal(ring, new Int32Array(opened.plan.cells));
  for (let index = 0; index < 1_000; index++) {
    order(journal);
    if (index % 5 === 0) opened.poll();
  }
  opened.poll();
  expect(segments(place.folder).length).toBeGreaterThan(5);
  expect(read(place.folder)).toHaveLength(1_000);
  ring.close();
  opened.close();
  const missing = segments(place.folder)[2] as string;
  rmSync(missing);
  expect(() => read(place.folder)).toThrow(
    expect.objectContaining({ code: 'ERR_STORE_DAMAGED', message: expect.stringContaining(missing) }),
  );
});
