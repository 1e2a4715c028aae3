import * as hdr from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { duration, integer, timeOfDay } from '../../../report/format.ts';
import { hlogText } from '../../../report/hlog.ts';
import { latencySummary } from '../../../report/latency-summary.ts';
import type { RunResult } from '../../../report/run-result.ts';
import { runSummary } from '../../../report/run-summary.ts';
import { wrap } from '../../../report/table.ts';

describe('figures', () => {
  test('durations keep three digits and never show a missing one as zero', () => {
    expect([0, 470, 999.6, 1_240, 18_040, 999_960, 1_500_000, 2.5e9].map(duration)).toEqual([
      '0 ns',
      '470 ns',
      '1.00 µs',
      '1.24 µs',
      '18.0 µs',
      '1.00 ms',
      '1.50 ms',
      '2.50 s',
    ]);
    expect(duration(null)).toBe('–');
    expect(duration(Number.NaN)).toBe('–');
  });

  test('integers and times of day', () => {
    expect(integer(1_234_567)).toBe('1,234,567');
    expect(timeOfDay(28_770_516_505_496)).toBe('07:59:30.516505496');
  });

  test('wrapping keeps long words whole', () => {
    expect(wrap('a bb ccc', 4)).toEqual(['a bb', 'ccc']);
    expect(wrap(`see ${'x'.repeat(30)} there`, 10)).toEqual(['see', 'x'.repeat(30), 'there']);
  });
});

describe('a percentile', () => {
  const of = (count: number) => latencySummary({ count, max: 5, percentile: (percent) => percent });

  test('is null with fewer than ten samples beyond it', () => {
    expect(of(0)).toEqual({ count: 0, p50: null, p90: null, p99: null, p999: null, p9999: null, max: null });
    expect(of(19).p50).toBeNull();
    expect(of(20).p50).toBe(50);
    expect(of(99).p90).toBeNull();
    expect(of(100).p90).toBe(90);
    expect(of(1_000)).toMatchObject({ p99: 99, p999: null });
    expect(of(10_000)).toMatchObject({ p999: 99.9, p9999: null });
    expect(of(100_000)).toMatchObject({ p9999: 99.99, max: 5 });
  });
});

describe('the .hlog file', () => {
  test('is read back by HdrHistogram with every value and its tag', () => {
    const text = hlogText([
      {
        tag: 'tickToOrder',
        buckets: Float64Array.of(410, 5, 520, 3, 18_000_000, 1),
        startMs: 1_700_000_000_000,
        endMs: 1_700_000_010_000,
      },
      { tag: 'send', buckets: new Float64Array(0), startMs: 1_700_000_000_000, endMs: 1_700_000_010_000 },
    ]);
    const lines = text.split('\n').filter((line) => line.startsWith('Tag='));
    expect(lines.map((line) => line.split(',').slice(0, 4))).toEqual([
      ['Tag=tickToOrder', '0.000', '10.000', '18.000'],
      ['Tag=send', '0.000', '10.000', '0.000'],
    ]);
    const decoded = hdr.decodeFromCompressedBase64(lines[0].split(',')[4]);
    expect(decoded.totalCount).toBe(9);
    expect(decoded.getValueAtPercentile(50)).toBe(410);
    expect(decoded.getValueAtPercentile(80)).toBe(520);
    expect(text).toContain('#[StartTime: 1700000000.000 (seconds since epoch), 2023-11-14T22:13:20.000Z]');
    expect(text).not.toContain('\n\n');
  });
});

const latency = (count: number) => ({ count, p50: 410, p90: 520, p99: null, p999: null, p9999: null, max: 1_800 });

const FED = {
  packets: 94_474,
  messages: 180_000,
  gaps: 0,
  lostMessages: 0,
  duplicates: 0,
  malformed: 0,
  aside: 0,
  truncated: false,
  stale: false,
  drops: 0,
  filtered: 0,
  fragments: 0,
  oversized: 0,
  badChecksums: 0,
};

const RESULT: RunResult = {
  recording: { ...FED, file: 'recordings/demo.pcap.zst', latePackets: 0 },
  feed: FED,
  transport: {
    rx: {
      backend: 'kernel',
      accelerated: false,
      zeroCopy: false,
      timestampSource: 'kernel',
      reason: 'a UDP socket of the kernel',
    },
    tx: { backend: 'kernel', accelerated: false, reason: 'a TCP socket of the kernel.' },
  },
  events: 9_705,
  eventsPerSecond: 1_234_567,
  loopSeconds: 0.007,
  statistics: [],
  orders: { sent: 10, acknowledged: 10, filled: 8, cancelled: 2, rejected: 0, refusedByRisk: 0, inDoubt: 0, open: 0 },
  refusals: {},
  fills: { count: 9, quantity: 900 },
  reports: { executions: 20, duplicates: 0, unknown: 0, late: 0, unsupported: 0, missed: 0 },
  instruments: [{ symbol: 'AAPL', priceScale: 10_000, multiplier: 1, mark: '320.145' }],
  lastSequence: 10_000,
  positions: [
    { strategy: 'imbalance-taker', symbol: 'AAPL', quantity: 100, averagePrice: '320.1400', realizedPnl: '12.50' },
  ],
  strategies: [{ name: 'imbalance-taker', state: 'stopped' }],
  kills: [],
  orderLogHash: 'f'.repeat(64),
  orderLogLost: 0,
  latency: {
    tickToOrder: latency(412),
    wireToWire: latency(412),
    stages: { decode: latency(40) },
    sampleEvery: 64,
    clockCostNs: 24,
  },
  memory: { bytesPerEvent: 0, collections: 0 },
  host: {
    cpu: 'AMD EPYC 7763',
    kernel: 'Linux 6.1.0',
    node: 'v24.21.0',
    hotCore: 1,
    pinned: true,
    idle: 'spin',
    stallsOver1us: { count: 3, lostShare: 0.02, p99: null, max: 120_000 },
  },
  ended: { ok: true, reason: 'the recording was played to its end' },
  elapsedSeconds: 22.1,
};

describe('the summary', () => {
  test('fits 100 columns, says what was lost, and has no trailing space', () => {
    const lines = runSummary('demo', RESULT).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => line.endsWith(' '))).toEqual([]);
    const text = lines.join('\n');
    expect(text).toContain('Nothing was lost.');
    expect(text).toContain('kernel, not accelerated: a TCP socket of the kernel.');
    expect(text).toContain('hot loop pinned to CPU 1');
    expect(text).toMatch(/tick to order +412 +410 ns +520 ns +– +– +– +1\.80 µs/);
  });

  test.each([
    [{ packets: 0, messages: 0 }, 'Nothing was received.'],
    [{ faults: { lost: 1, duplicated: 0, reordered: 0, delayed: 0, corrupted: 0, held: 0 } }, 'No gap was seen.'],
    [{ filtered: 2 }, 'Nothing was lost; 2 packets of others passed over.'],
  ])('claims no more than it knows: %j', (counts, sentence) => {
    const feed = { ...FED, ...counts };
    expect(runSummary('run', { ...RESULT, recording: null, feed })).toContain(sentence);
  });

  test('a live run says what it lost as well, and where positions may be wrong', () => {
    const text = runSummary('run', {
      ...RESULT,
      recording: null,
      feed: { ...FED, gaps: 1, lostMessages: 3, drops: 5 },
      reports: { ...RESULT.reports, unknown: 2, unsupported: 1 },
    }).replace(/\s+/g, ' ');
    expect(text).toContain('1 gap (3 messages missing), 5 packets dropped for want of room');
    expect(text).toContain('POSITIONS MAY BE WRONG: 2 reports of unknown orders, 1 report not applied');
  });

  test('says of a recovery only what there is to say, in words', () => {
    const findings = { resolved: 0, difference: 0, unknown: 0, foreign: 0, unanswered: 0 };
    const said = (recovery: Partial<NonNullable<RunResult['recovery']>>) =>
      runSummary('run', {
        ...RESULT,
        recovery: {
          state: 'reconciled',
          rounds: 1,
          asked: 0,
          confirmed: 0,
          findings,
          orders: [],
          elapsedMs: 3,
          refusal: '',
          ...recovery,
        },
      }).replace(/\s+/g, ' ');
    expect(said({})).not.toContain('Recovery');
    expect(said({ state: 'waiting' })).not.toContain('Recovery');
    expect(said({ asked: 2, confirmed: 2 })).toContain('Recovery 2 orders open before, 2 as they were. ');
    expect(said({ state: 'asking', asked: 2 })).toContain(
      '0 as they were; the venue has not answered for all of them. ',
    );
    expect(said({ state: 'refused', asked: 1, refusal: 'Look at the venue.' })).toMatch(
      /; refused\. Look at the venue\./,
    );
  });

  test('a drop copy that never logged on agrees with nothing', () => {
    const dropCopy = {
      session: 'never logged on',
      copies: 0,
      foreign: 0,
      earlier: 0,
      orders: 0,
      differences: 0,
      differing: 0,
      told: [],
    } as const;
    const text = runSummary('run', { ...RESULT, dropCopy: { ...dropCopy, told: [] } });
    expect(text).toContain('NOTHING WAS COMPARED');
    expect(text).not.toContain('agree');
  });

  test('hides no failure', () => {
    const text = runSummary('demo', {
      ...RESULT,
      recording: { ...RESULT.recording!, gaps: 2, lostMessages: 31, drops: 4, latePackets: 7 },
      orders: { ...RESULT.orders, refusedByRisk: 3, inDoubt: 1 },
      refusals: { MaxNotional: 2, StaleBook: 1 },
      strategies: [{ name: 'mine', state: 'faulted', fault: 'Error: boom\n    at setup (/home/me/mine.ts:7:13)' }],
      host: { ...RESULT.host, hotCore: null, pinned: false, unpinnedReason: 'only one CPU is allowed here' },
    });
    expect(text).toContain('2 gaps (31 messages missing), 4 packets dropped for want of room');
    expect(text.replace(/\s+/g, ' ')).toContain('7 packets sent late by the simulator');
    expect(text.replace(/\s+/g, ' ')).toContain('refused by risk: 3 (MaxNotional 2, StaleBook 1)');
    expect(text).toContain('1 IN DOUBT');
    expect(text).toContain('Strategy mine FAULTED:\n  Error: boom\n      at setup (/home/me/mine.ts:7:13)');
    expect(text.replace(/\s+/g, ' ')).toContain('NOT pinned: only one CPU is allowed here');
  });
});
