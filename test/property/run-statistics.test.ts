/** Statistics against sums made another way: whatever is sent and executed, money is neither made nor lost in adding up. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RunStatistics } from '../../app/statistics/run-statistics.ts';
import { ORDER_EVENT, ORDER_STATE } from '../../engine/domain/order-state.ts';
import {
  ORDER_LOG,
  ORDER_LOG_DOUBLES,
  ORDER_LOG_FEE,
  ORDER_LOG_KIND,
  ORDER_LOG_MID,
  ORDER_LOG_MULTIPLIER,
  ORDER_LOG_ORDERED,
} from '../../engine/orders/order-log.ts';

const SCALE = 10_000;

/** An order and its executions, one after another. */
const order = fc.record({
  side: fc.constantFrom(1, 2),
  quantity: fc.integer({ min: 1, max: 1_000 }),
  replacement: fc.option(fc.record({ quantity: fc.integer({ min: 1, max: 1_000 }), isAccepted: fc.boolean() })),
  mid: fc.integer({ min: 2_000_000, max: 2_100_000 }),
  arrivalMid: fc.integer({ min: 2_000_000, max: 2_100_000 }),
  fills: fc.array(
    fc.record({
      shares: fc.integer({ min: 1, max: 1_000 }),
      price: fc.integer({ min: 2_000_000, max: 2_100_000 }),
      mid: fc.integer({ min: 2_000_000, max: 2_100_000 }),
      fee: fc.integer({ min: -500, max: 500 }),
    }),
    { maxLength: 4 },
  ),
});

type Order = typeof order extends fc.Arbitrary<infer Value> ? Value : never;

type Fields = Partial<Record<keyof typeof ORDER_LOG, number>> & { ordered: number; multiplier: number };

function record({ ordered, multiplier, ...fields }: Fields, mid: number, fee = Number.NaN): Float64Array {
  const made = new Float64Array(ORDER_LOG_DOUBLES);
  for (const [name, value] of Object.entries(fields)) made[ORDER_LOG[name as keyof typeof ORDER_LOG]] = value;
  made[ORDER_LOG_MID] = mid;
  made[ORDER_LOG_FEE] = fee;
  made[ORDER_LOG_ORDERED] = ordered;
  made[ORDER_LOG_MULTIPLIER] = multiplier;
  return made;
}

function statisticsOf(orders: readonly Order[], mark: number, multiplier: number) {
  const statistics = new RunStatistics(true);
  for (const [index, { side, quantity, replacement, mid, arrivalMid, fills }] of orders.entries()) {
    const first = { side, ordinal: 2 * index + 1, ordered: quantity, multiplier };
    const report = (event: number) => ORDER_LOG_KIND.report + event;
    statistics.take(record({ ...first, kind: ORDER_LOG_KIND.newOrder, quantity }, mid));
    statistics.take(record({ ...first, kind: report(ORDER_EVENT.accepted), state: ORDER_STATE.new }, arrivalMid));
    let base = first;
    if (replacement !== null) {
      const { isAccepted } = replacement;
      const next = { ...first, ordinal: 2 * index + 2, origOrdinal: first.ordinal };
      statistics.take(
        record({ ...next, kind: ORDER_LOG_KIND.replace, quantity: replacement.quantity, state: ORDER_STATE.new }, mid),
      );
      if (isAccepted) base = { ...next, ordered: replacement.quantity };
      const answer = report(isAccepted ? ORDER_EVENT.replaced : ORDER_EVENT.replaceRejected);
      statistics.take(record({ ...next, ordered: base.ordered, kind: answer, state: ORDER_STATE.new }, arrivalMid));
    }
    for (const fill of fills) {
      const moved = { movedQuantity: fill.shares, movedValue: fill.shares * fill.price };
      statistics.take(
        record({ ...base, kind: report(ORDER_EVENT.fill), state: ORDER_STATE.new, ...moved }, fill.mid, fill.fee),
      );
    }
    statistics.take(record({ ...base, kind: report(ORDER_EVENT.cancelled), state: ORDER_STATE.cancelled }, mark));
  }
  const instrument = { symbol: 'AAPL', priceScale: SCALE, multiplier, mark: (mark / SCALE).toFixed(4) };
  const [told] = statistics.result({ strategies: ['one'], instruments: [instrument], positions: [] });
  return { told, csv: statistics.equityCsv() };
}

/** A replacement counts where the venue has accepted it. */
const orderedOf = ({ quantity, replacement }: Order): number =>
  replacement?.isAccepted === true ? replacement.quantity : quantity;

const units = (amount: string | null | undefined): number => Math.round(Number(amount) * SCALE);

it('executions, fees, slippage, inventory and drawdown are what a sum by hand says', () => {
  fc.assert(
    fc.property(
      fc.array(order, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 2_000_000, max: 2_100_000 }),
      fc.constantFrom(1, 50, 42_000),
      (orders, mark, multiplier) => {
        const { told, csv } = statisticsOf(orders, mark, multiplier);
        const fills = orders.flatMap((each) =>
          each.fills.map((fill) => ({
            ...fill,
            sign: each.side === 1 ? 1 : -1,
            decision: each.mid,
            arrival: each.arrivalMid,
          })),
        );
        const sum = (of: (fill: (typeof fills)[number]) => number): number =>
          fills.reduce((all, fill) => all + of(fill), 0);
        expect(told).toMatchObject({
          strategy: 'one',
          orders: orders.length,
          filledQuantity: sum(({ shares }) => shares),
          orderedQuantity: orders.reduce((all, each) => all + orderedOf(each), 0),
        });
        expect(told?.filledOrders).toBe(orders.filter((each) => each.fills.length > 0).length);
        expect(units(told?.turnover)).toBe(multiplier * sum(({ shares, price }) => shares * price));
        if (fills.length === 0) {
          expect(told).toMatchObject({ fees: null, slippage: { decision: null, arrival: null }, maxDrawdown: '0.00' });
          return;
        }
        expect(units(told?.fees)).toBe(sum(({ fee }) => fee));
        const worse = (against: 'decision' | 'arrival') =>
          multiplier * sum((fill) => (fill.price - fill[against]) * fill.sign * fill.shares);
        expect(units(told?.slippage.decision)).toBe(worse('decision'));
        expect(units(told?.slippage.arrival)).toBe(worse('arrival'));
        // The equity by hand, wherever the log has a mid: each order's own, at its acceptance, at each execution, at its end.
        let [position, cash, fees, high, fall, least, most] = [0, 0, 0, 0, 0, 0, 0];
        const look = (price: number): void => {
          const equity = cash + multiplier * position * price - fees;
          high = Math.max(high, equity);
          fall = Math.max(fall, high - equity);
        };
        for (const each of orders) {
          look(each.mid);
          look(each.arrivalMid);
          if (each.replacement !== null) {
            look(each.mid);
            look(each.arrivalMid);
          }
          for (const { shares, price, mid, fee } of each.fills) {
            const sign = each.side === 1 ? 1 : -1;
            position += sign * shares;
            cash -= multiplier * sign * shares * price;
            fees += fee;
            [least, most] = [Math.min(least, position), Math.max(most, position)];
            look(mid);
          }
          look(mark);
        }
        expect(units(told?.maxDrawdown)).toBe(fall);
        expect(told?.inventory).toEqual({ least, most });
        const last = csv.trimEnd().split('\n').at(-1)?.split(',') as string[];
        expect(Number(last[3])).toBe(position);
        expect([Number(last[4]), Number(last[5])]).toEqual([cash, fees]);
      },
    ),
  );
});
