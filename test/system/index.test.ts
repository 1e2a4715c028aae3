/** `hotlap index`: what lies before a part of a capture is not read, and the part is the same to the byte. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const FRAME = 3 << 20;
const END = ['--from', '09:38:00', '--to', '09:38:30'];

/** pcap, pcapng, and the latter in frames of zstd that begin anywhere, also within a record. */
beforeAll(async () => {
  const args = ['--messages', '600000', '--symbols', 'AAPL,MSFT', '--seed', '5', '--rate', '1000'];
  expect((await runToEnd(['generate', shop.path('day.pcap'), ...args])).status).toBe(0);
  expect((await runToEnd(['convert', shop.path('day.pcap'), shop.path('day.pcapng')])).status).toBe(0);
  const plain = readFileSync(shop.path('day.pcapng'));
  const frames: Buffer[] = [];
  for (let at = 0; at < plain.length; at += FRAME) frames.push(zstdCompressSync(plain.subarray(at, at + FRAME)));
  writeFileSync(shop.path('day.pcapng.zst'), Buffer.concat(frames));
}, 120_000);

/** Bytes that a command has read from files, and what it wrote. */
async function part(input: string, output: string, ...more: string[]) {
  const trace = shop.path('trace');
  const { status, stderr } = spawnSync(
    'strace',
    [
      ...['-f', '-qq', '-e', 'trace=read,pread64,readv,preadv', '-P', shop.path(input), '-o', trace],
      ...[process.execPath, 'bin/hotlap.js', 'convert', shop.path(input), shop.path(output), '--force', ...more],
    ],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  const bytes = readFileSync(trace, 'utf8')
    .split('\n')
    .reduce((sum, line) => sum + Math.max(0, Number(/= (\d+)$/.exec(line)?.[1] ?? 0)), 0);
  return { bytes, stderr, text: readFileSync(shop.path(output)) };
}

describe.each(['day.pcap', 'day.pcapng', 'day.pcapng.zst'])('%s', (input) => {
  test('a part of it is the same with an index and without, and less of it is read', { timeout: 120_000 }, async () => {
    const without = await part(input, 'without.pcapng', ...END);
    const made = await runToEnd(['index', shop.path(input), '--json']);
    expect(made.status, made.stderr).toBe(0);
    const { packets, entries } = JSON.parse(made.stdout);
    expect(packets).toBeGreaterThan(1_000);
    expect(entries).toBeGreaterThan(3);
    const within = await part(input, 'within.pcapng', ...END);
    expect(within.stderr).toBe(without.stderr);
    expect(without.text.length).toBeGreaterThan(10_000);
    expect(within.text.equals(without.text)).toBe(true);
    expect(within.bytes).toBeLessThan(without.bytes * 0.6);
    expect(statSync(shop.path(`${input}.index`)).size).toBeLessThan(100_000);
  });
});

test('one of another recording, a damaged one and a foreign file are told and not used', {
  timeout: 120_000,
}, async () => {
  const expected = await part('day.pcap', 'expected.pcapng', ...END);
  copyFileSync(shop.path('day.pcap'), shop.path('other.pcap'));
  copyFileSync(shop.path('day.pcapng.index'), shop.path('other.pcap.index'));
  const other = await part('other.pcap', 'other.pcapng', ...END);
  expect(other.stderr).toContain('is of another recording, or of before this one changed: it is not used');
  expect(other.text.equals(expected.text)).toBe(true);
  const whole = readFileSync(shop.path('day.pcap.index'));
  for (const damaged of [
    whole.subarray(0, 100),
    Buffer.from(whole).fill(48, 200, 201),
    Buffer.from('{}\n'),
    Buffer.alloc(0),
  ]) {
    writeFileSync(shop.path('other.pcap.index'), damaged);
    const told = await part('other.pcap', 'other.pcapng', ...END);
    expect(told.stderr).toContain('is no index, or a damaged one: it is not used');
    expect(told.text.equals(expected.text)).toBe(true);
  }
});

test('what an index would not serve is refused in a sentence', { timeout: 120_000 }, async () => {
  writeFileSync(
    shop.path('one.pcap.gz'),
    spawnSync('gzip', ['-c', shop.path('day.pcap')], { maxBuffer: 1 << 28 }).stdout,
  );
  const refused = async (file: string) => {
    const { status, stderr } = await runToEnd(['index', file]);
    expect(status).toBe(1);
    return stderr;
  };
  const args = ['--messages', '5000', '--symbols', 'AAPL', '--seed', '5', '--rate', '1000'];
  expect((await runToEnd(['generate', shop.path('day.itch'), ...args])).status).toBe(0);
  expect(await refused(shop.path('one.pcap.gz'))).toMatch(/is compressed in one piece \(gzip\): .*\n$/);
  expect(await refused(shop.path('day.itch'))).toMatch(/is a BinaryFILE, .*an index is for captures\.\n$/);
  expect(await refused(shop.path('nothing.pcap'))).toMatch(/There is no recording at .*\n$/);
  expect(await refused(shop.write('text.txt', 'hello, this is no recording at all'))).toMatch(/is neither a pcap/);
});
