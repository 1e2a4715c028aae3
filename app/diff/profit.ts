/**
 * What two runs have earned, and what of the difference has which cause. Of strategy and symbol, with cash C from
 * executions, shares Q and a value V of one share at the end, a run has earned C + Q·V. The difference of two runs,
 * (C₂ + Q₂·V₂) − (C₁ + Q₁·V₁), is a cause's shares and cash at the mean of both values, and the two positions' mean at
 * the difference of the values:
 *
 *   Σ over causes: ΔC + ΔQ·(V₁ + V₂)/2     +     (Q₁ + Q₂)/2·(V₂ − V₁)
 *
 * which is the same to the last digit, whatever is given which cause, and changes its sign when the runs change places.
 */
import {
  CAUSES,
  type Cause,
  type CausedPnl,
  type PnlComparison,
  type PnlOfPosition,
} from '../../report/diff-result.ts';
import { Exact } from '../exact.ts';
import type { OrderCause, Run, Track } from './order.ts';

/** What an order's effect is put down to; `same` where the other run has it as well. */
export type Bucket = OrderCause | 'same';

/** Of one symbol in one run. */
export interface Valuation {
  /** A price of the order log is an integer of 1/priceScale. */
  readonly priceScale: number;
  readonly multiplier: number;
  /** Price at the end. */
  readonly mark: string;
}

interface Sum {
  shares: Exact;
  cash: Exact;
}

type Sums = Record<Bucket, [Sum, Sum]>;

const nothing = (): Sum => ({ shares: new Exact(0), cash: new Exact(0) });
const BUCKETS = ['same', ...CAUSES.filter((cause) => cause !== 'mark')] as Bucket[];

export class Profit {
  readonly #tracks = new Map<Track, Sums>();

  /** @param cash units of price × quantity; spent is negative */
  add(track: Track, bucket: Bucket, run: Run, shares: number, cash: number): void {
    const sum = this.#of(track)[bucket][run];
    sum.shares = sum.shares.plus(shares);
    sum.cash = sum.cash.plus(cash);
  }

  /** What the run holds at the end. */
  position(track: Track, run: Run): number {
    const sums = this.#of(track);
    return BUCKETS.reduce((shares, bucket) => shares.plus(sums[bucket][run].shares), new Exact(0)).toNumber();
  }

  comparison(worth: (run: Run, symbol: string) => Valuation): PnlComparison {
    const total = { a: new Exact(0), b: new Exact(0), byCause: noPnl() };
    const positions: PnlOfPosition[] = [];
    for (const [track, sums] of this.#tracks) {
      const { strategy, symbol } = track;
      const { earned, byCause } = split(sums, [worth(0, symbol), worth(1, symbol)]);
      total.a = total.a.plus(earned[0]);
      total.b = total.b.plus(earned[1]);
      for (const cause of CAUSES) total.byCause[cause] = total.byCause[cause].plus(byCause[cause]);
      const difference = earned[1].minus(earned[0]);
      if (CAUSES.every((cause) => byCause[cause].isZero())) continue;
      const told = { a: text(earned[0]), b: text(earned[1]), difference: text(difference), byCause: texts(byCause) };
      positions.push({ strategy: strategy.name, symbol, ...told });
    }
    const { a, b, byCause } = total;
    return { a: text(a), b: text(b), difference: text(b.minus(a)), byCause: texts(byCause), positions };
  }

  #of(track: Track): Sums {
    let sums = this.#tracks.get(track);
    if (sums === undefined) {
      sums = Object.fromEntries(BUCKETS.map((bucket) => [bucket, [nothing(), nothing()]])) as unknown as Sums;
      this.#tracks.set(track, sums);
    }
    return sums;
  }
}

const noPnl = (): Record<Cause, Exact> =>
  Object.fromEntries(CAUSES.map((cause) => [cause, new Exact(0)])) as Record<Cause, Exact>;

function split(
  sums: Sums,
  valuations: readonly [Valuation, Valuation],
): { earned: [Exact, Exact]; byCause: ReturnType<typeof noPnl> } {
  const [a, b] = valuations.map(({ priceScale, multiplier, mark }) => ({
    unit: new Exact(multiplier).div(priceScale),
    value: new Exact(mark).times(multiplier),
  })) as [{ unit: Exact; value: Exact }, { unit: Exact; value: Exact }];
  const mean = a.value.plus(b.value).div(2);
  const byCause = noPnl();
  const earned: [Exact, Exact] = [new Exact(0), new Exact(0)];
  const shares: [Exact, Exact] = [new Exact(0), new Exact(0)];
  for (const bucket of BUCKETS) {
    const [first, second] = sums[bucket];
    const cash = second.cash.times(b.unit).minus(first.cash.times(a.unit));
    // The same executions are worth another amount only where the instrument is another: it came from outside.
    const cause = bucket === 'same' ? 'data' : bucket;
    byCause[cause] = byCause[cause].plus(cash).plus(second.shares.minus(first.shares).times(mean));
    for (const [run, sum, { unit, value }] of [
      [0, first, a],
      [1, second, b],
    ] as const) {
      earned[run] = earned[run].plus(sum.cash.times(unit)).plus(sum.shares.times(value));
      shares[run] = shares[run].plus(sum.shares);
    }
  }
  byCause.mark = shares[0].plus(shares[1]).div(2).times(b.value.minus(a.value));
  return { earned, byCause };
}

const text = (amount: Exact): string =>
  amount.isZero() ? '0.00' : amount.toFixed(Math.max(2, amount.decimalPlaces()));

const texts = (amounts: Record<Cause, Exact>): CausedPnl =>
  Object.fromEntries(CAUSES.map((cause) => [cause, text(amounts[cause])])) as Record<Cause, string>;
