/** What a broken disk or a careless hand makes of a store: refused with the place and the remedy, or cut at its torn end. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { HotlapError } from '../../../engine/domain/errors.ts';
import { recoverySentence, STORE } from '../../../gateway/index.ts';
import { JOURNAL_FROM } from '../../../native/index.ts';
import {
  type BothSides,
  leftBy,
  newPlace,
  openBoth,
  removePlaces,
  type StorePlace,
} from '../../support/store/killed-store.ts';

afterAll(removePlaces);

const HEADER = 64;
const RECORD_HEADER = 32;
const MARK = 64;

const send = (both: BothSides, count: number, length = 200): void => {
  for (let i = 0; i < count; i++) {
    const seq = both.store.nextSenderMsgSeqNum();
    expect(both.store.keep(seq, new Uint8Array(length).fill(seq), 0, length)).toBe(STORE.ok);
    both.store.setNextSender(seq + 1);
  }
};
const segments = ({ folder }: StorePlace): string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('segment-'))
    .sort()
    .map((name) => join(folder, name));

function change(file: string, offset: number, by: (byte: number) => number): void {
  const bytes = readFileSync(file);
  bytes[offset] = by(bytes[offset] as number);
  writeFileSync(file, bytes);
}

function refusal(place: StorePlace): HotlapError {
  try {
    openBoth(place).close();
  } catch (error) {
    return error as HotlapError;
  }
  throw new Error('It opened.');
}

/** Three batches on the disk, one after the other, in one segment; closed in order. */
function written(): StorePlace {
  const both = openBoth();
  for (let batch = 0; batch < 3; batch++) {
    send(both, 10);
    both.drain.poll();
  }
  both.close();
  return both.place;
}

describe('a bad byte in what was on the disk', () => {
  const place = written();
  // Behind header and the marks of creation and opening, the first record.
  const first = HEADER + 2 * MARK;
  test.each([
    ['magic', 0, 0],
    ['checksum of the header', 12, 0],
    ['identity of the store', 17, 0],
    ['number of the segment', 24, 0],
    ['length of the first mark', HEADER, HEADER],
    ['payload of the first mark', HEADER + RECORD_HEADER + 1, HEADER],
    ['length of a record', first, first],
    ['its upper bytes', first + 3, first],
    ['checksum of a record', first + 4, first],
    ['generation', first + 8, first],
    ['kind', first + 12, first],
    ['sequence', first + 16, first],
    ['key', first + 24, first],
    ['first byte of the message', first + RECORD_HEADER, first],
    ['last byte of the message', first + RECORD_HEADER + 199, first],
  ])('%s: refused, with file and offset', (_, at, offset) => {
    const copy = leftBy(place);
    const [file] = segments(copy) as [string];
    change(file, at, (byte) => byte ^ 0x41);
    const { code, message } = refusal(copy);
    expect(code).toBe('ERR_STORE_DAMAGED');
    expect(message).toContain(`${file} is damaged at byte ${offset} `);
    expect(message).toMatch(/restore the folder from a copy, or move it away/);
  });

  test('zeros in place of a record are no end', () => {
    const copy = leftBy(place);
    const [file] = segments(copy) as [string];
    const bytes = readFileSync(file);
    bytes.fill(0, first, first + 256);
    writeFileSync(file, bytes);
    expect(refusal(copy)).toMatchObject({ code: 'ERR_STORE_DAMAGED' });
  });

  test('a segment that is shorter, or longer, than it was', () => {
    for (const size of [0, 30, 1_000, 65_535, 70_000]) {
      const copy = leftBy(place);
      truncateSync(segments(copy)[0] as string, size);
      expect(refusal(copy)).toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    }
  });
});

test('a write that was torn at the end is cut, wherever it was torn, and the log says so', () => {
  const both = openBoth();
  send(both, 10);
  both.drain.poll();
  const before = readFileSync(segments(both.place)[0] as string);
  send(both, 10);
  both.drain.poll();
  const place = leftBy(both.place, true);
  const after = readFileSync(segments(place)[0] as string);
  both.close();
  const from = before.findLastIndex((byte) => byte !== 0) + 1;
  const start = Math.ceil(from / 32) * 32;
  const end = after.findLastIndex((byte) => byte !== 0) + 1;
  for (let at = start + 1; at < end; at += 37) {
    const torn = leftBy(place);
    const [file] = segments(torn) as [string];
    const bytes = Buffer.from(after);
    // Of a page that was not written there are zeros, of one that was half written anything.
    bytes.fill(at % 2 === 0 ? 0 : 0xa5, at, Math.min(end, at + 500));
    bytes.fill(0, Math.min(end, at + 500));
    writeFileSync(file, bytes);
    const again = openBoth(torn);
    expect(again.drain.recovery.from).toBe(JOURNAL_FROM.reserved);
    expect(again.drain.recovery.nextOut).toBeGreaterThan(1_000);
    const whole = again.drain.recovery.records;
    expect(whole).toBeGreaterThanOrEqual(10);
    expect(whole).toBeLessThanOrEqual(20);
    if (again.drain.recovery.tornBytes > 0)
      expect(recoverySentence(again.drain)).toMatch(/bytes of an unfinished write were cut away/);
    again.close();
    // What was cut is no damage to the next one.
    const third = openBoth(torn);
    expect(third.drain.recovery).toMatchObject({ from: JOURNAL_FROM.disk, tornBytes: 0 });
    third.close();
  }
});

test('a torn segment has no name yet: creating one is all or nothing', () => {
  const place = written();
  writeFileSync(join(place.folder, 'segment-00000002.journal.new'), 'half');
  const both = openBoth(place);
  for (let round = 0; round < 3; round++) {
    send(both, 100);
    both.drain.poll();
  }
  expect(segments(place).length).toBeGreaterThan(1);
  both.close();
});

test('segments that the ring can do without go; what it can show again stays', () => {
  const both = openBoth();
  for (let round = 0; round < 40; round++) {
    send(both, 100);
    both.drain.poll();
  }
  expect(segments(both.place).length).toBeLessThanOrEqual(4);
  const oldest = both.store.oldestKept();
  const { place } = both;
  both.close();
  const again = openBoth(place);
  expect(again.store.oldestKept()).toBeLessThanOrEqual(oldest + 40);
  expect(again.store.nextSenderMsgSeqNum()).toBe(4_001);
  again.close();
  rmSync(segments(place)[1] as string);
  expect(refusal(place)).toMatchObject({ code: 'ERR_STORE_DAMAGED', message: expect.stringMatching(/it is missing/) });
});

describe('files of another version, generation or store', () => {
  test('a segment of another version', () => {
    const place = written();
    change(segments(place)[0] as string, 8, () => 9);
    expect(refusal(place)).toMatchObject({
      code: 'ERR_STORE_VERSION',
      message: expect.stringMatching(/version 9, this hotlap knows 1/),
    });
  });

  test('a ring of another version, a file that is none', () => {
    const both = openBoth();
    const place = leftBy(both.place);
    both.close();
    change(place.ringFile, 8, () => 9);
    expect(refusal(place)).toMatchObject({ code: 'ERR_STORE_VERSION' });
    writeFileSync(place.ringFile, 'something else');
    expect(refusal(place)).toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    truncateSync(place.ringFile, 0);
    expect(refusal(place)).toMatchObject({ code: 'ERR_STORE_DAMAGED' });
  });

  test('a ring of an older generation is put aside', () => {
    const both = openBoth();
    send(both, 5);
    const old = leftBy(both.place);
    both.close();
    const again = openBoth(both.place);
    send(again, 5);
    again.close();
    copyFileSync(old.ringFile, both.place.ringFile);
    const third = openBoth(both.place);
    expect(third.drain.recovery).toMatchObject({ from: JOURNAL_FROM.disk, nextOut: 11, staleRing: true });
    third.close();
  });

  test('a folder that was put back to an older copy would use numbers twice', () => {
    const both = openBoth();
    send(both, 5);
    both.close();
    const older = leftBy(both.place);
    const again = openBoth(both.place);
    send(again, 5);
    const killed = leftBy(again.place);
    again.close();
    copyFileSync(killed.ringFile, older.ringFile);
    expect(refusal(older)).toMatchObject({
      code: 'ERR_STORE_GENERATION',
      message: expect.stringMatching(/older copy/),
    });
  });

  test('a folder that was taken away begins anew, whatever ring lies there', () => {
    const both = openBoth();
    send(both, 5);
    const place = leftBy(both.place);
    both.close();
    rmSync(place.folder, { recursive: true });
    const again = openBoth(place);
    expect(again.drain.recovery).toMatchObject({ from: JOURNAL_FROM.nothing, nextOut: 1, staleRing: true });
    again.close();
  });
});

describe('other users, other processes', () => {
  test('everything belongs to its user alone', () => {
    const both = openBoth();
    send(both, 1);
    for (const file of [...segments(both.place), join(both.place.folder, 'lock'), both.place.ringFile])
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(both.place.folder).mode & 0o777).toString(8)).toBe('700');
    const { place } = both;
    both.close();
    expect(existsSync(place.ringFile)).toBe(false);
  });

  test('a file that others may read, a folder that others may write to', () => {
    const place = written();
    const [file] = segments(place) as [string];
    chmodSync(file, 0o640);
    expect(refusal(place)).toMatchObject({
      code: 'ERR_STORE_PERMISSION',
      message: expect.stringContaining(`chmod 600 ${file}`),
    });
    chmodSync(file, 0o600);
    chmodSync(place.folder, 0o777);
    expect(refusal(place)).toMatchObject({
      code: 'ERR_STORE_PERMISSION',
      message: expect.stringContaining(`chmod 700 ${place.folder}`),
    });
    chmodSync(place.folder, 0o755);
    openBoth(place).close();
  });

  test('a file where the folder should be, a folder that cannot be made', () => {
    const place = newPlace();
    writeFileSync(place.folder, '');
    expect(refusal(place)).toMatchObject({ code: 'ERR_STORE_PERMISSION' });
    expect(refusal({ ...place, folder: join(place.folder, 'below') })).toMatchObject({ code: 'ERR_STORE_PERMISSION' });
    // Where folders cannot be made though none is missing: Node's own way of making parents never ended.
    for (const folder of ['/proc/hotlap', '/proc/hotlap/state'])
      expect(refusal({ ...place, folder })).toMatchObject({ code: 'ERR_STORE_PERMISSION' });
  });

  test('a folder is made with the ones above it, for this user alone', () => {
    const place = newPlace();
    const folder = join(place.folder, 'above', 'below');
    openBoth({ ...place, folder }).close();
    for (const each of [place.folder, join(place.folder, 'above'), folder])
      expect((statSync(each).mode & 0o777).toString(8)).toBe('700');
  });

  test('a second process, or a second time in one, is told who has it', () => {
    const both = openBoth();
    expect(refusal({ ...both.place, ringFile: `${both.place.ringFile}-2` })).toMatchObject({
      code: 'ERR_STORE_BUSY',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    send(both, 1);
    both.close();
    openBoth(both.place).close();
  });
});

test('sizes that are none are refused', () => {
  const place = newPlace();
  mkdirSync(place.folder, { mode: 0o700 });
  for (const sizes of [{ ringBytes: 100_000 }, { ringBytes: 1 << 22, segmentBytes: 1 << 16 }]) {
    expect(() => openBoth(place, sizes)).toThrow(expect.objectContaining({ code: 'ERR_STORE_OPTIONS' }));
  }
});

test('a ring of another size than before takes over what is there', () => {
  const both = openBoth(newPlace(), { ringBytes: 1 << 18, segmentBytes: 1 << 18 });
  send(both, 800);
  const place = leftBy(both.place);
  both.close();
  const smaller = openBoth(place, { ringBytes: 1 << 16, segmentBytes: 1 << 17 });
  expect(smaller.store.nextSenderMsgSeqNum()).toBe(801);
  expect(smaller.store.read(800, new Uint8Array(300), 0)).toBe(200);
  expect(smaller.store.oldestKept()).toBeGreaterThan(500);
  smaller.close();
  renameSync(place.folder, `${place.folder}-moved`);
  const moved = openBoth({ ...place, folder: `${place.folder}-moved` }, { ringBytes: 1 << 18, segmentBytes: 1 << 18 });
  expect(moved.store.nextSenderMsgSeqNum()).toBe(801);
  moved.close();
});
