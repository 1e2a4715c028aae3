/** What lands in the README is what was measured, and nothing else of it changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchResult, BenchRow } from '../../../bench/bench-result.ts';
import { wireToWirePage, wireToWireTable, withWireToWire } from '../../../bench/wire-to-wire-page.ts';
import { packageRoot } from '../../../native/paths.ts';

const latency = (p50: number): BenchRow['wireToWire'] => ({
  ...{ count: 20_000, mean: p50, p50, p90: p50 * 2, p99: p50 * 3, p999: null, p9999: null, max: p50 * 9 },
});
const row = (rx: string, tx: string, subject: BenchRow['subject'], p50: number, lost = 0): BenchRow => ({
  ...{ rate: 1_000_000, messagesPerPacket: 20, rx, tx, subject, sent: 1_000, received: 1_000 - lost, lost },
  ...{
    orders: 20_000,
    wireToWire: latency(p50),
    tickToOrder: latency(p50 / 2),
    systemCallsPerOrder: tx === 'lwip' ? 0 : 1,
  },
  ...{ systemCalls: { feedReceive: 0, fixReceive: 0, fixSend: 0 }, bytesPerEvent: 0, collections: 0, rounds: 2 },
  ...{ events: 9, stallsOver1us: { count: 0, lostShare: 0 }, latePackets: 0, packets: 50 },
});
const result: BenchResult = {
  rows: [
    row('kernel', 'kernel', 'engine', 20_000),
    row('kernel', 'kernel', 'floor', 10_000, 7),
    row('shm', 'lwip', 'engine', 5_000),
    row('shm', 'lwip', 'floor', 2_000),
  ],
  ...{ comparisons: [], facts: [], unavailable: [], lossless: false },
  recording: { file: null, symbols: 100, symbol: 'AAPL', seed: 1 },
  host: { cpu: 'a CPU', cpus: 2, kernel: '6.18', node: 'v24', flags: [], hotCore: 1, idle: 'spin' },
};
const measured = { machine: 'a CPU, 2 CPUs', date: '2026-11-23', command: 'hotlap bench' };

test('engine and floor of a pair stand in one row', () => {
  expect(wireToWireTable(result).trimEnd().split('\n').slice(2)).toEqual([
    '| kernel + kernel, 1,000,000 messages/s | 20.0 µs | 40.0 µs | 60.0 µs | 10.0 µs | 20.0 µs | 30.0 µs | 1.00 | 7 |',
    '| shm + lwip, 1,000,000 messages/s | 5.00 µs | 10.0 µs | 15.0 µs | 2.00 µs | 4.00 µs | 6.00 µs | 0.00 | 0 |',
  ]);
  expect(wireToWirePage(result, measured)).toContain(wireToWireTable(result));
});

test('the README keeps everything but its table, however often it is written', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const once = withWireToWire(readme, result, measured);
  expect(once).toContain(wireToWireTable(result));
  expect(once).toContain('hotlap bench` on 2026-11-23: a CPU, 2 CPUs');
  expect(withWireToWire(once, result, measured)).toBe(once);
  const outside = (text: string): string =>
    text.replace(/(<!-- wire-to-wire.*-->\n)[\s\S]*(<!-- \/wire-to-wire)/, '$1$2');
  expect(outside(once)).toBe(outside(readme));
  expect(() => withWireToWire('# hotlap', result, measured)).toThrow(/lost its marks/);
});
