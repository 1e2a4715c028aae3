import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerateOptions, generateRecording } from '../../../simulator/index.ts';
import { readBinaryFile, readMoldPcap, StrictBooks } from '../../support/itch-reader.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-generate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function make(name: string, options: Partial<GenerateOptions> = {}) {
  const outputPath = join(folder, name);
  const result = await generateRecording({
    seed: 7,
    symbols: ['AAPL', 'MSFT', 'ZB'],
    messages: 20_000,
    ...options,
    outputPath,
  });
  return { result, file: readFileSync(outputPath) };
}

describe('generateRecording', () => {
  it('makes the same bytes from the same seed, and other bytes from another', async () => {
    const first = await make('a.pcap');
    const again = await make('b.pcap');
    const other = await make('c.pcap', { seed: 8 });
    expect(again.file.equals(first.file)).toBe(true);
    expect(other.file.equals(first.file)).toBe(false);
  });

  it('frames MoldUDP64 without a gap, checksums right, times in order', async () => {
    const { file, result } = await make('d.pcap', { messagesPerPacket: 5 });
    const packets = readMoldPcap(file);
    expect(packets.length).toBe(result.packets);
    let expected = 1;
    let before = 0n;
    for (const packet of packets) {
      expect(packet.sequence).toBe(expected);
      expect(packet.timeNs).toBeGreaterThan(before);
      expect(packet.messages.length).toBeLessThanOrEqual(5);
      expected += packet.messages.length;
      before = packet.timeNs;
    }
    expect(expected - 1).toBe(20_000);
    expect(packets.slice(-4).map((packet) => packet.count === 0xffff)).toEqual([false, true, true, true]);
  });

  it('sends a packet after the last message in it and within the day that was asked for', async () => {
    const { file } = await make('e.pcap', { date: '2026-03-02', startTime: '10:00:00' });
    const midnightNs = (BigInt(Date.parse('2026-03-02T00:00:00Z')) + 5n * 3_600_000n) * 1_000_000n;
    for (const packet of readMoldPcap(file)) {
      const last = packet.messages.at(-1);
      if (last !== undefined) expect(packet.timeNs - midnightNs).toBeGreaterThan(BigInt(last.readUIntBE(5, 6)));
    }
  });

  it('keeps every book consistent: no unknown reference, nothing crossed, all kinds of message', async () => {
    const { file } = await make('f.itch', { messages: 60_000 });
    const books = new StrictBooks();
    for (const message of readBinaryFile(file)) books.apply(message);
    expect(books.symbols.slice(1)).toEqual(['AAPL', 'MSFT', 'ZB']);
    expect(books.counts.S).toBe(6);
    for (const type of ['R', 'H', 'A', 'F', 'E', 'C', 'X', 'D', 'U', 'P'])
      expect(books.counts[type]).toBeGreaterThan(0);
    for (let locate = 1; locate <= 3; locate++) {
      const { bid, ask } = books.best(locate);
      expect(ask - bid).toBeLessThanOrEqual(3000);
    }
  });

  it('carries the same messages in pcap and BinaryFILE, plain, gzip and zstd', async () => {
    const plain = readBinaryFile((await make('g.itch')).file);
    const gzip = readMoldPcap(gunzipSync((await make('g.pcap.gz')).file)).flatMap((packet) => packet.messages);
    const zstd = readMoldPcap(zstdDecompressSync((await make('g.pcap.zst')).file)).flatMap((packet) => packet.messages);
    expect(Buffer.concat(gzip).equals(Buffer.concat(plain))).toBe(true);
    expect(Buffer.concat(zstd).equals(Buffer.concat(plain))).toBe(true);
  });

  it('sends heartbeats through idle seconds', async () => {
    const { file } = await make('h.pcap', { messages: 200, symbols: ['AAPL'], messagesPerSecond: 0.3 });
    const packets = readMoldPcap(file);
    expect(packets.filter((packet) => packet.count === 0).length).toBeGreaterThan(100);
    for (let i = 1; i < packets.length; i++) {
      expect(packets[i].timeNs - packets[i - 1].timeNs).toBeLessThan(1_100_000_000n);
    }
  });

  it('lets imbalance say something about the next move of the mid', async () => {
    const { file } = await make('i.itch', { messages: 60_000, symbols: ['AAPL'] });
    const books = new StrictBooks();
    const mids: number[] = [];
    const imbalances: number[] = [];
    for (const message of readBinaryFile(file)) {
      books.apply(message);
      const { bid, ask } = books.best(1);
      if (!Number.isFinite(ask - bid)) continue;
      mids.push((bid + ask) / 2);
      const [bidSize, askSize] = books.bestSizes(1);
      imbalances.push(bidSize / (bidSize + askSize));
    }
    let up = 0;
    let down = 0;
    for (let i = 0; i + 200 < mids.length; i++) {
      if (imbalances[i] > 0.8) up += mids[i + 200] - mids[i];
      if (imbalances[i] < 0.2) down += mids[i + 200] - mids[i];
    }
    expect(up).toBeGreaterThan(0);
    expect(down).toBeLessThan(0);
  });

  it('holds the duration it was given within a tenth', async () => {
    const { result } = await make('j.itch', { messages: 50_000, durationMs: 5_000 });
    expect((result.lastTimeNs - result.firstTimeNs) / 5e9).toBeGreaterThan(0.9);
    expect((result.lastTimeNs - result.firstTimeNs) / 5e9).toBeLessThan(1.1);
  });

  it.each([
    ['too few messages', { messages: 10 }, /at least/],
    ['a symbol that cannot be one', { symbols: ['aapl'] }, /is no symbol/],
    ['a symbol twice', { symbols: ['AAPL', 'AAPL'] }, /twice/],
    ['no symbol', { symbols: 0 }, /1 to 10000 symbols/],
    ['a foreign time', { startTime: '25:00:00' }, /no time of day/],
    ['a foreign date', { date: '2026-13-45' }, /no date/],
    ['a foreign packet size', { messagesPerPacket: 0 }, /1 to 64/],
    ['duration and rate', { durationMs: 1, messagesPerSecond: 1 }, /not both/],
    ['a foreign seed', { seed: -1 }, /seed/],
  ])('refuses %s with a sentence', async (_what, options, sentence) => {
    await expect(make('k.pcap', options as Partial<GenerateOptions>)).rejects.toThrow(sentence);
  });

  it('leaves nothing behind when it is stopped or cannot write', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(make('l.pcap', { messages: 200_000, signal: stop.signal })).rejects.toThrow();
    await expect(make('missing/l.pcap')).rejects.toThrow(/cannot be written/);
    expect(readdirSync(folder).filter((name) => name.includes('l.pcap'))).toEqual([]);
  });
});
