/** Whatever two runs have done, the parts of the difference add up to it to the last digit, and every order is counted once. */
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../app/diff/judge.ts';
import { ORDER_EVENT, ORDER_STATE } from '../../engine/domain/order-state.ts';
import { REFUSALS } from '../../engine/domain/refusal.ts';
import { type ORDER_LOG, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { CAUSE } from '../../native/layout.ts';
import { CAUSES } from '../../report/diff-result.ts';
import { compared, FACTS, type Logged } from '../support/run/compared-logs.ts';
import { seededRandom } from '../support/seeded-random.ts';

const NS_PER_MESSAGE = 1_000;

type Fields = Partial<Record<keyof typeof ORDER_LOG, number>>;

interface OpenOrder {
  readonly ordinal: number;
  readonly strategy: number;
  readonly instrument: number;
  readonly side: number;
  left: number;
}

/** A log as a run could have left it: orders live for a while, are filled, busted, replaced, cancelled, or go on for ever. */
class RandomRun {
  readonly #random: (bound: number) => number;
  readonly #open: OpenOrder[] = [];
  readonly events: Logged[] = [];
  orders = 0;
  #ordinal = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** What any run would do at that message: the dice are thrown in any case, `isOther` makes something else of them. */
  message(sequence: number, isOther: boolean): void {
    const random = this.#random;
    const dice = Array.from({ length: 12 }, () => random(1_000_000));
    const at = { timeNs: sequence * NS_PER_MESSAGE, sequence };
    const [what = 0, strategy = 0, instrument = 0, side = 0, price = 0, quantity = 0, how = 0, which = 0] = dice;
    const of = { ...at, strategy: strategy % 2, instrument: instrument % 2, side: 1 + (side % 2) };
    const cause = [CAUSE.tick, CAUSE.tick, CAUSE.report, CAUSE.timer, CAUSE.control][how % 5] as number;
    const terms = { price: 1 + (price % 2_000_003), quantity: 1 + (quantity % 977) + (isOther ? which % 2 : 0), cause };
    if (what % 4 === 0 && !(isOther && which % 3 === 0)) {
      if (isOther && which % 5 === 0) this.#refuse({ ...of, ...terms });
      else this.#send({ ...of, ...terms });
    }
    const order = this.#open[which % Math.max(1, this.#open.length)];
    if (order !== undefined) this.#happen(order, at, isOther ? (what >> 3) + which : what >> 3, price);
    if (what % 97 === 0) this.#stranger(at, terms.price, terms.quantity);
  }

  #log(fields: Fields): void {
    this.events.push({ refused: false, fields: fields as Record<string, number> });
  }

  #send(fields: Fields): void {
    this.orders += 1;
    this.#ordinal += 1;
    this.#log({ ...fields, kind: ORDER_LOG_KIND.newOrder, ordinal: this.#ordinal, state: ORDER_STATE.pendingNew });
    const { strategy = 0, instrument = 0, side = 0, quantity = 0 } = fields;
    this.#open.push({ ordinal: this.#ordinal, strategy, instrument, side, left: quantity });
  }

  #refuse(fields: Fields): void {
    const reason = 1 + ((fields.price as number) % (REFUSALS.length - 1));
    this.events.push({
      refused: true,
      fields: { ...fields, kind: ORDER_LOG_KIND.newOrder, reason } as Record<string, number>,
    });
  }

  #happen(order: OpenOrder, at: Fields, what: number, price: number): void {
    const { left, ...of } = order;
    const report = (event: number, state: number, moved: Fields = {}): void =>
      this.#log({ ...at, ...of, kind: ORDER_LOG_KIND.report + event, state, ...moved });
    const executed = (quantity: number): Fields => ({
      movedQuantity: quantity,
      movedValue: quantity * (1 + (price % 999_983)),
    });
    switch (what % 6) {
      case 0:
        report(ORDER_EVENT.accepted, ORDER_STATE.new);
        break;
      case 1: {
        const quantity = Math.max(1, Math.floor(left / 2));
        order.left -= quantity;
        report(ORDER_EVENT.fill, order.left > 0 ? ORDER_STATE.partiallyFilled : ORDER_STATE.filled, executed(quantity));
        if (order.left <= 0) this.#forget(order);
        break;
      }
      case 2:
        report(ORDER_EVENT.busted, ORDER_STATE.new, executed(-1));
        break;
      case 3:
        this.#ordinal += 1;
        this.#log({
          ...at,
          ...of,
          kind: ORDER_LOG_KIND.replace,
          cause: CAUSE.tick,
          price,
          quantity: left,
          ordinal: this.#ordinal,
          origOrdinal: of.ordinal,
          state: ORDER_STATE.pendingReplace,
        });
        break;
      case 4:
        report(ORDER_EVENT.cancelled, ORDER_STATE.cancelled);
        this.#forget(order);
        // What comes after the end is nobody's order any more.
        if (what % 7 === 0) report(ORDER_EVENT.corrected, ORDER_STATE.cancelled, executed(3));
        break;
    }
  }

  #forget(order: OpenOrder): void {
    this.#open.splice(this.#open.indexOf(order), 1);
  }

  #stranger(at: Fields, price: number, quantity: number): void {
    const moved = { movedQuantity: quantity, movedValue: quantity * price };
    this.#log({ ...at, kind: ORDER_LOG_KIND.report + ORDER_EVENT.fill, strategy: 2, side: 2, instrument: 0, ...moved });
  }
}

/** In integers, so that nothing is rounded: cash and shares at twice the price, in 1/20,000. */
function earned(events: readonly Logged[], marks: readonly number[]): bigint {
  let sum = 0n;
  for (const { fields } of events) {
    const sign = fields.side === 1 ? 1n : -1n;
    const shares = sign * BigInt(fields.movedQuantity ?? 0);
    sum += 2n * (shares * BigInt(marks[fields.instrument ?? 0] as number)) - 2n * sign * BigInt(fields.movedValue ?? 0);
  }
  return sum;
}

/** Decimal text in 1/20,000; 1/40,000 is what a mean of two marks may end with. */
const units = (text: string): bigint => {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(text) as RegExpExecArray;
  expect(fraction.length).toBeLessThanOrEqual(8);
  const value = BigInt(whole) * 10n ** 8n + BigInt(fraction.padEnd(8, '0'));
  return sign === '-' ? -value : value;
};

const SESSIONS = [300, 200, 260];

function pairOf(seed: number, isDifferent: boolean): [RandomRun, RandomRun] {
  const [a, b] = [new RandomRun(seed), new RandomRun(seed)];
  const random = seededRandom(seed + 1);
  for (const messages of SESSIONS)
    for (let sequence = 1; sequence <= messages; sequence += 1) {
      a.message(sequence, false);
      b.message(sequence, isDifferent && random(12) === 0);
    }
  return [a, b];
}

const SEEDS = Array.from({ length: 60 }, (_, index) => index * 7_919 + 3);

describe('the difference of two runs', () => {
  it('is the sum of its causes, and what a sum over all records says', () => {
    let others = 0;
    for (const seed of SEEDS) {
      const [a, b] = pairOf(seed, true);
      const marks = [
        [1_000_000 + seed, 2_000_001],
        [1_000_000, 1_999_999 - seed],
      ];
      const facts: Facts = { ...FACTS, data: seed % 3 === 0 ? 'other' : 'same', delaysDiffer: seed % 2 === 0 };
      const { pnl, counts } = compared(a.events, b.events, marks, facts);
      const total = units(pnl.difference);
      expect(CAUSES.reduce((sum, cause) => sum + units(pnl.byCause[cause]), 0n)).toBe(total);
      const scale = 10n ** 8n / 20_000n;
      const [mine, theirs] = [earned(a.events, marks[0] as number[]), earned(b.events, marks[1] as number[])];
      expect([units(pnl.a), units(pnl.b), total]).toEqual([mine * scale, theirs * scale, (theirs - mine) * scale]);
      for (const position of pnl.positions)
        expect(CAUSES.reduce((sum, cause) => sum + units(position.byCause[cause]), 0n)).toBe(
          units(position.difference),
        );
      expect(pnl.positions.reduce((sum, { difference }) => sum + units(difference), 0n)).toBe(total);
      const inBoth = counts.same + counts.changed + counts.executedOtherwise;
      expect([inBoth + counts.onlyInA, inBoth + counts.onlyInB]).toEqual([a.orders, b.orders]);
      others += counts.onlyInA + counts.onlyInB + counts.changed + counts.executedOtherwise;
    }
    expect(others).toBeGreaterThan(1_000);
  });

  it('changes its sign when the runs change places', () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const [a, b] = pairOf(seed, true);
      const marks = [
        [1_000_000, 3],
        [5, 1_999_999],
      ] as const;
      const there = compared(a.events, b.events, marks);
      const back = compared(b.events, a.events, [marks[1], marks[0]]);
      expect(units(back.pnl.difference)).toBe(-units(there.pnl.difference));
      expect(units(back.pnl.byCause.mark)).toBe(-units(there.pnl.byCause.mark));
      expect([back.counts.onlyInA, back.counts.same]).toEqual([there.counts.onlyInB, there.counts.same]);
      expect(back.first?.b?.record).toBe(there.first?.a?.record);
    }
  });

  it('is nothing between a run and itself, late reports and strangers included', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const [a, b] = pairOf(seed, false);
      const marks = [
        [1_000_000, 2_000_001],
        [1_000_000, 2_000_001],
      ];
      const { pnl, counts, first } = compared(a.events, b.events, marks);
      expect({ first, difference: pnl.difference, positions: pnl.positions }).toEqual({
        first: null,
        difference: '0.00',
        positions: [],
      });
      expect(counts.same).toBe(a.orders);
    }
  });
});
