/** From the legs of one rate to its rows and quotients. */
import type { BenchRow, Comparison, Ratio } from './bench-result.ts';
import type { Leg, LegPlan } from './leg.ts';
import { type BenchLatency, Samples } from './samples.ts';

/** A row for each subject, in the order in which they had their first turns. @param legs of one pair of transports */
export function rowsOf(plan: LegPlan, legs: readonly Leg[]): BenchRow[] {
  return [...new Set(legs.map(({ subject }) => subject))].map((subject) =>
    row(
      plan,
      legs.filter((leg) => leg.subject === subject),
    ),
  );
}

function row(plan: LegPlan, legs: readonly Leg[]): BenchRow {
  const total = (of: (leg: Leg) => number): number => legs.reduce((sum, leg) => sum + of(leg), 0);
  const wireToWire = new Samples();
  for (const leg of legs) wireToWire.addValues(leg.wireToWire);
  const orders = total((leg) => leg.orders);
  const events = total((leg) => leg.events);
  return {
    rate: plan.rate,
    messagesPerPacket: plan.messagesPerPacket,
    rx: plan.pair.rx,
    tx: plan.pair.tx,
    subject: (legs[0] as Leg).subject,
    sent: total((leg) => leg.sent),
    received: total((leg) => leg.received),
    lost: total((leg) => leg.lost),
    orders,
    wireToWire: wireToWire.summary(),
    tickToOrder: tickToOrder(legs),
    systemCallsPerOrder: orders === 0 ? 0 : total((leg) => leg.systemCalls.fixSend) / orders,
    systemCalls: {
      feedReceive: total((leg) => leg.systemCalls.feedReceive),
      fixReceive: total((leg) => leg.systemCalls.fixReceive),
      fixSend: total((leg) => leg.systemCalls.fixSend),
    },
    bytesPerEvent: events === 0 ? 0 : total((leg) => leg.bytesPerEvent * leg.events) / events,
    collections: total((leg) => leg.collections),
    rounds: legs.length,
    events,
    stallsOver1us: {
      count: total((leg) => leg.stalls.count),
      lostShare: total((leg) => leg.stalls.lostShare) / legs.length,
    },
    latePackets: total((leg) => leg.latePackets),
    packets: total((leg) => leg.packets),
  };
}

function tickToOrder(legs: readonly Leg[]): BenchLatency {
  const samples = new Samples();
  for (const leg of legs) samples.addHistogram(leg.tickToOrder);
  return samples.summary();
}

export function comparisonOf(plan: LegPlan, legs: readonly Leg[], other: 'floor' | 'bare'): Comparison {
  const { rate, pair } = plan;
  const others = legs.filter((leg) => leg.subject === other);
  const engines = legs.filter((leg) => leg.subject === 'engine');
  const over = ratio(tickToOrder(engines), tickToOrder(others));
  const same = ratio(tickToOrder(others.slice(-1)), tickToOrder(others.slice(0, 1)));
  return other === 'floor'
    ? { rate, ...pair, engineOverFloor: over, floorOverFloor: same }
    : { rate, ...pair, engineOverBare: over, bareOverBare: same };
}

function ratio(a: BenchLatency, b: BenchLatency): Ratio {
  const of = (x: number | null, y: number | null): number | null =>
    x === null || y === null || y === 0 ? null : Math.round((x / y) * 100) / 100;
  return { p50: of(a.p50, b.p50), p99: of(a.p99, b.p99) };
}
