import { expect, test } from 'vitest';
import type { Subject } from '../../../bench/bench-result.ts';
import type { Leg, LegPlan } from '../../../bench/leg.ts';
import { comparisonOf, rowsOf } from '../../../bench/rows.ts';

const plan: LegPlan = {
  pair: { rx: 'kernel', tx: 'kernel' },
  rate: 100_000,
  messagesPerPacket: 20,
  recording: 'feed.pcap',
  symbol: 'AAPL',
  every: 17,
  quantity: 1,
};

function leg(subject: Subject, ns: number, parts: Partial<Leg> = {}): Leg {
  return {
    subject,
    pair: plan.pair,
    sent: 1_000,
    received: 1_000,
    lost: 0,
    events: 500,
    orders: 100,
    tickToOrder: { buckets: [ns, 100], sum: 100 * ns, max: ns },
    wireToWire: Float64Array.from({ length: 100 }, () => 10 * ns),
    systemCalls: { feedReceive: 5_000, fixReceive: 400, fixSend: 102 },
    bytesPerEvent: 0,
    collections: 0,
    stalls: { count: 1, lostShare: 0.01 },
    packets: 50,
    latePackets: 2,
    ...parts,
  };
}

test('the legs of a subject become one row', () => {
  const legs = [
    leg('engine', 600),
    leg('floor', 100),
    leg('engine', 800, { received: 990, lost: 10 }),
    leg('floor', 120),
  ];
  const [engine, floor] = rowsOf(plan, legs);
  expect(engine).toMatchObject({ subject: 'engine', rate: 100_000, messagesPerPacket: 20, rx: 'kernel', tx: 'kernel' });
  expect(engine).toMatchObject({ sent: 2_000, received: 1_990, lost: 10, orders: 200, rounds: 2, latePackets: 4 });
  expect(engine?.tickToOrder).toMatchObject({ count: 200, p50: 600, mean: 700, max: 800 });
  expect(engine?.wireToWire).toMatchObject({ count: 200, p50: 6_000 });
  expect(engine?.systemCallsPerOrder).toBe(1.02);
  expect(floor).toMatchObject({ subject: 'floor', lost: 0, tickToOrder: { p50: 100, max: 120 } });
});

test('engine is set against floor, and the last floor leg against the first', () => {
  const legs = [leg('engine', 600), leg('floor', 100), leg('engine', 600), leg('floor', 125)];
  expect(comparisonOf(plan, legs, 'floor')).toEqual({
    rate: 100_000,
    rx: 'kernel',
    tx: 'kernel',
    engineOverFloor: { p50: 6, p99: null },
    floorOverFloor: { p50: 1.25, p99: null },
  });
});

test('against the bare engine it is set the same way', () => {
  const legs = [leg('engine', 130), leg('bare', 100), leg('engine', 130), leg('bare', 100)];
  expect(rowsOf(plan, legs).map(({ subject }) => subject)).toEqual(['engine', 'bare']);
  expect(comparisonOf(plan, legs, 'bare')).toEqual({
    rate: 100_000,
    rx: 'kernel',
    tx: 'kernel',
    engineOverBare: { p50: 1.3, p99: null },
    bareOverBare: { p50: 1, p99: null },
  });
});
