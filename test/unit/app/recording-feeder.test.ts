/** Recordings from disk into the ring: compression, format, back-pressure, and what is said of a wrong file. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createByteRing, feedRecording } from '../../../app/recording/recording-feeder.ts';
import { BYTE_RING } from '../../../native/layout.ts';
import { packageRoot } from '../../../native/paths.ts';
import { add } from '../../support/itch-messages.ts';
import { binaryFile, frame, mold, pcap } from '../../support/mold-packets.ts';
import { Pcapng } from '../../support/pcapng.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-feeder-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const order = (reference: number) => add({ reference, side: 'B', shares: 1, price: 100 });
const small = binaryFile([order(1), order(2)]);
const packets = pcap([frame(mold({ sequence: 1 }, [order(1)]))]);
// Several rings full, and hard to compress away.
const large = binaryFile(Array.from({ length: 60_000 }, (_, n) => order(n * 2_654_435_761)));

/** Reads the ring as the native reader does, so much at a time. @returns everything that came through it */
async function readBack(
  path: string,
  releaseBytes: number,
): Promise<{ bytes: Buffer; format: string; compression: string }> {
  const ring = createByteRing(1);
  const cells = new Float64Array(ring, 0, 8);
  const data = new Uint8Array(ring, BYTE_RING.headerBytes);
  const feed = await feedRecording(path, ring);
  const pieces: Buffer[] = [];
  let position = 0;
  const take = (most: number) => {
    const until = Math.min(cells[BYTE_RING.written]!, position + most);
    for (; position < until; ) {
      const at = position % data.length;
      const piece = Buffer.from(data.subarray(at, Math.min(data.length, at + until - position)));
      pieces.push(piece);
      position += piece.length;
    }
    cells[BYTE_RING.released] = position;
  };
  while (await feed.pump()) {
    expect(cells[BYTE_RING.written]! - cells[BYTE_RING.released]!).toBeLessThanOrEqual(data.length);
    take(releaseBytes);
  }
  expect(cells[BYTE_RING.ended]).toBe(1);
  take(Number.POSITIVE_INFINITY);
  await feed.done;
  expect(feed.bytesRead).toBe(feed.fileBytes);
  return { bytes: Buffer.concat(pieces), format: feed.format, compression: feed.compression };
}

describe('what goes in comes out, whole and in order', () => {
  const encodings = [
    ['none', (bytes: Buffer) => bytes],
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ] as const;
  for (const [compression, encode] of encodings) {
    for (const [name, bytes, format] of [
      ['small', small, 'binaryfile'],
      ['large', large, 'binaryfile'],
      ['packets', packets, 'pcap'],
    ] as const) {
      test(`${name}, ${compression}`, async () => {
        const path = file(`${name}.${compression}`, encode(bytes));
        const read = await readBack(path, 100_003);
        expect(read).toMatchObject({ format, compression });
        expect(read.bytes.equals(bytes)).toBe(true);
      });
    }
  }

  test('several gzip members and zstd frames behind one another are one recording', async () => {
    const halves = [large.subarray(0, 1_000_000), large.subarray(1_000_000)];
    for (const encode of [gzipSync, zstdCompressSync]) {
      const path = file(`members.${encode.name}`, Buffer.concat(halves.map((half) => encode(half))));
      expect((await readBack(path, 100_003)).bytes.equals(large)).toBe(true);
    }
  });
});

test('for a reader on another thread it waits while the ring is full', async () => {
  const ring = createByteRing(1);
  const cells = new Float64Array(ring, 0, 8);
  const feed = await feedRecording(file('waits.itch', large), ring);
  const running = feed.run();
  const capacity = ring.byteLength - BYTE_RING.headerBytes;
  while (cells[BYTE_RING.ended] === 0) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(cells[BYTE_RING.written]! - cells[BYTE_RING.released]!).toBeLessThanOrEqual(capacity);
    cells[BYTE_RING.released] = cells[BYTE_RING.written]!;
  }
  await running;
  expect(cells[BYTE_RING.written]).toBe(large.length);
});

test('close stops it early and ends the ring', async () => {
  const ring = createByteRing(1);
  const feed = await feedRecording(file('closed.itch', large), ring);
  const running = feed.run();
  await feed.close();
  await feed.close();
  await running;
  expect(await feed.pump()).toBe(false);
  expect(new Float64Array(ring, 0, 8)[BYTE_RING.ended]).toBe(1);
});

describe('a wrong file is one clear sentence', () => {
  const missing = join(folder, 'nowhere.pcap');
  const usb = new Pcapng().section().interface({ linkType: 220 }).interface({ linkType: 249 });
  const cases: [string, string, string, RegExp][] = [
    ['missing', missing, 'ERR_RECORDING_MISSING', /There is no recording at .*nowhere\.pcap/],
    ['a folder', folder, 'ERR_RECORDING_UNREADABLE', /is not a file/],
    ['empty', file('empty', ''), 'ERR_RECORDING_EMPTY', /is empty/],
    ['nothing compressed', file('nothing.gz', gzipSync('')), 'ERR_RECORDING_EMPTY', /is empty/],
    [
      'text',
      file('notes.txt', 'Dear diary, today the market opened.'),
      'ERR_RECORDING_FOREIGN',
      /neither a pcap or pcapng file nor/,
    ],
    [
      'text, compressed',
      file('notes.gz', gzipSync('Dear diary')),
      'ERR_RECORDING_FOREIGN',
      /neither a pcap or pcapng file nor/,
    ],
    ['one byte', file('one', 'x'), 'ERR_RECORDING_FOREIGN', /neither/],
    [
      'half a pcapng header',
      file('half.pcapng', usb.bytes().subarray(0, 20)),
      'ERR_RECORDING_FOREIGN',
      /ends inside its header/,
    ],
    ['pcapng of USB', file('usb.pcapng', usb.bytes()), 'ERR_RECORDING_LINK_TYPE', /link type 220/],
    [
      'half a pcap header',
      file('half.pcap', packets.subarray(0, 20)),
      'ERR_RECORDING_FOREIGN',
      /ends inside its header/,
    ],
    ['a radio capture', file('radio.pcap', pcap([], { linkType: 127 })), 'ERR_RECORDING_LINK_TYPE', /link type 127/],
    ['damaged gzip header', file('bad.gz', Buffer.from([0x1f, 0x8b, 9, 9, 9])), 'ERR_RECORDING_DAMAGED', /damaged/],
  ];
  for (const [name, path, code, sentence] of cases) {
    test(name, async () => {
      const error = await feedRecording(path, createByteRing(1)).then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).toMatchObject({ name: 'HotlapError', code });
      expect(error.message).toMatch(sentence);
    });
  }

  for (const [name, bytes] of [
    ['gzip', gzipSync(large)],
    ['zstd', zstdCompressSync(large)],
  ] as const) {
    test(`${name} cut short: what was before the cut is in the ring, then it fails`, async () => {
      const path = file(`cut.${name}`, bytes.subarray(0, bytes.length - 1000));
      const ring = createByteRing(large.length);
      const feed = await feedRecording(path, ring);
      await expect(feed.run()).rejects.toMatchObject({ code: 'ERR_RECORDING_DAMAGED' });
      await expect(feed.done).rejects.toMatchObject({ code: 'ERR_RECORDING_DAMAGED' });
      const cells = new Float64Array(ring, 0, 8);
      expect(cells[BYTE_RING.ended]).toBe(1);
      expect(cells[BYTE_RING.written]).toBeGreaterThan(large.length / 2);
    });
  }
});

test('a file that becomes shorter while it is read is no recording that ends there', async () => {
  const path = file('shrinks.itch', large);
  const feed = await feedRecording(path, createByteRing(large.length));
  truncateSync(path, 1_000_000);
  await expect(feed.run()).rejects.toMatchObject({
    code: 'ERR_RECORDING_DAMAGED',
    message: expect.stringMatching(
      /shrinks\.itch became shorter while it was read, \d+ bytes instead of \d+: leave it/,
    ),
  });
});

test.each(['a FIFO', 'a device', 'a folder'])('%s is no recording, and nobody waits for it', async (what) => {
  const path = what === 'a device' ? '/dev/null' : what === 'a folder' ? folder : join(folder, 'fifo');
  if (what === 'a FIFO') execFileSync('mkfifo', [path]);
  await expect(feedRecording(path, createByteRing(1))).rejects.toMatchObject({
    code: 'ERR_RECORDING_UNREADABLE',
    message: `${path} is not a file: give the recording itself.`,
  });
});

test('a file that this user may not read is refused with the reason', () => {
  const path = file('secret.itch', small);
  chmodSync(path, 0o600);
  chmodSync(folder, 0o755);
  const module = join(packageRoot, 'app', 'recording', 'recording-feeder.ts');
  // As nobody, where the tests run as root, which may read everything.
  const program = `
    import { createByteRing, feedRecording } from ${JSON.stringify(module)};
    if (process.geteuid() === 0) process.seteuid(65534);
    else (await import('node:fs')).chmodSync(${JSON.stringify(path)}, 0);
    await feedRecording(${JSON.stringify(path)}, createByteRing(1)).catch(({ code, message }) => console.log(code, message));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(said).toBe(`ERR_RECORDING_UNREADABLE ${path} cannot be read (EACCES): check its permissions.\n`);
});

test('a file that is removed while it is read is read to its end', async () => {
  const path = file('removed.itch', large);
  const ring = createByteRing(large.length);
  const feed = await feedRecording(path, ring);
  rmSync(path);
  await feed.run();
  expect(new Float64Array(ring, 0, 8)[BYTE_RING.written]).toBe(large.length);
});

test('a session without messages is a BinaryFILE', async () => {
  expect((await readBack(file('zero.itch', Buffer.alloc(2)), 10)).format).toBe('binaryfile');
});
