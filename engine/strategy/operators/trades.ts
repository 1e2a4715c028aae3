import { HotlapError } from '../../domain/errors.ts';
import { Side } from '../../domain/side.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { TradeView } from '../views.ts';
import { checkedWindow } from './checked-window.ts';
import type { KeepOptions } from './kept-place.ts';
import { keptStep } from './kept-step.ts';
import { reading } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

/** Over what trades are counted: the last so many, or those of so much time. */
export type TradeWindow =
  | { readonly trades: number }
  | {
      readonly ms: number;
      /** The latest trades of a window by time that are kept; older ones leave it early. Default 4,096. */
      readonly most?: number;
    };

/** Trades in the window, place of the next, two sums; then time and two amounts of each. */
const COUNT = 0;
const NEXT = 1;
const FIRST = 2;
const SECOND = 3;
const ENTRIES = 4;
const TIME = 0;
const ENTRY = 3;
const DEFAULT_MOST = 4_096;
const NS_PER_MS = 1e6;
/** Where the window of the trade at hand begins. An argument would be a heap number where it is not inlined. */
const begin = new Float64Array(1);

/** Sums of whole numbers over a window of trades: exact as long as they are within 2^53. */
abstract class TradeSums extends Step<TradeView> {
  private readonly capacity: number;
  /** Length of the window; Infinity where trades are counted. */
  private readonly lengthNs: number;

  constructor(capacity: number, lengthNs: number) {
    super(ENTRIES + capacity * ENTRY);
    this.capacity = capacity;
    this.lengthNs = lengthNs;
  }

  override next(numbers: Float64Array, at: number, trade: TradeView): boolean {
    if (!trade.printable) return false;
    const { capacity, lengthNs } = this;
    begin[0] = trade.exchangeTimeNs - lengthNs;
    this.dropOld(numbers, at);
    if (numbers[at + COUNT] === capacity) this.dropOldest(numbers, at);
    const next = numbers[at + NEXT] as number;
    const entry = at + ENTRIES + next * ENTRY;
    numbers[entry + TIME] = trade.exchangeTimeNs;
    this.amounts(trade, numbers, entry + 1);
    numbers[at + FIRST] = (numbers[at + FIRST] as number) + (numbers[entry + 1] as number);
    numbers[at + SECOND] = (numbers[at + SECOND] as number) + (numbers[entry + 2] as number);
    numbers[at + COUNT] = (numbers[at + COUNT] as number) + 1;
    numbers[at + NEXT] = next + 1 === capacity ? 0 : next + 1;
    if (lengthNs !== Number.POSITIVE_INFINITY || numbers[at + COUNT] === capacity) this.show(numbers, at);
    else wire[0] = Number.NaN;
    return true;
  }

  /** Writes what a trade adds to both sums into numbers[to] and numbers[to + 1]. */
  protected abstract amounts(trade: TradeView, numbers: Float64Array, to: number): void;
  /** Puts the result on the wire: the window has seen as much as it is long. */
  protected abstract show(numbers: Float64Array, at: number): void;

  private dropOld(numbers: Float64Array, at: number): void {
    while (numbers[at + COUNT] > 0 && numbers[this.oldest(numbers, at) + TIME] <= begin[0])
      this.dropOldest(numbers, at);
  }

  private dropOldest(numbers: Float64Array, at: number): void {
    const entry = this.oldest(numbers, at);
    numbers[at + FIRST] = (numbers[at + FIRST] as number) - (numbers[entry + 1] as number);
    numbers[at + SECOND] = (numbers[at + SECOND] as number) - (numbers[entry + 2] as number);
    numbers[at + COUNT] = (numbers[at + COUNT] as number) - 1;
  }

  private oldest(numbers: Float64Array, at: number): number {
    const place = (numbers[at + NEXT] as number) - (numbers[at + COUNT] as number);
    return at + ENTRIES + (place < 0 ? place + this.capacity : place) * ENTRY;
  }
}

class Vwap extends TradeSums {
  protected override amounts({ price, size }: TradeView, numbers: Float64Array, to: number): void {
    numbers[to] = price * size;
    numbers[to + 1] = size;
  }

  protected override show(numbers: Float64Array, at: number): void {
    const shares = numbers[at + SECOND] as number;
    wire[0] = shares > 0 ? (numbers[at + FIRST] as number) / shares : Number.NaN;
  }
}

class TradeFlow extends TradeSums {
  protected override amounts({ side, size }: TradeView, numbers: Float64Array, to: number): void {
    // The resting side sold: the buyer came to it.
    numbers[to] = side === Side.Sell ? size : side === Side.Buy ? -size : 0;
    numbers[to + 1] = 0;
  }

  protected override show(numbers: Float64Array, at: number): void {
    wire[0] = numbers[at + FIRST] as number;
  }
}

class SessionVwap extends Step<TradeView> {
  override next(numbers: Float64Array, at: number, { price, size, printable }: TradeView): boolean {
    if (!printable) return false;
    numbers[at] = (numbers[at] as number) + price * size;
    numbers[at + 1] = (numbers[at + 1] as number) + size;
    wire[0] = (numbers[at] as number) / (numbers[at + 1] as number);
    return true;
  }
}

const windowOf = (operator: string, window: TradeWindow): { capacity: number; lengthNs: number; shape: string } => {
  if ('trades' in window) {
    const capacity = checkedWindow(`${operator} by trades`, window.trades);
    return { capacity, lengthNs: Number.POSITIVE_INFINITY, shape: `${operator}(trades ${capacity})` };
  }
  const { ms, most = DEFAULT_MOST } = window;
  if (!(ms >= 1 && ms <= 86_400_000)) {
    throw new HotlapError('ERR_OPERATOR_WINDOW', `${operator} takes ms from 1 to 86400000, not ${String(ms)}.`);
  }
  const capacity = checkedWindow(`${operator}'s most`, most);
  return { capacity, lengthNs: ms * NS_PER_MS, shape: `${operator}(ms ${ms} most ${capacity})` };
};

/**
 * Mean price of trades by shares: of all since it began, of the last `trades` (NaN until there are so many), or of the last
 * `ms`. Comes with each trade; what must not be counted in volume is not.
 */
export const vwap = (
  window: TradeWindow | 'session' = 'session',
  options: KeepOptions = {},
): ViewOperator<TradeView, Scalar> => {
  if (window === 'session') {
    const shape = 'vwap(session)';
    return reading(
      keptStep(
        sharedStep(shape, () => new SessionVwap(2)),
        shape,
        options,
      ),
    );
  }
  const { capacity, lengthNs, shape } = windowOf('vwap', window);
  return reading(
    keptStep(
      sharedStep(shape, () => new Vwap(capacity, lengthNs)),
      shape,
      options,
    ),
  );
};

/**
 * Shares bought less shares sold by whoever came to a resting order, over the last `trades` (NaN until there are so many)
 * or the last `ms`. Comes with each trade; one whose resting side the feed does not tell counts as 0.
 */
export const tradeFlow = (window: TradeWindow, options: KeepOptions = {}): ViewOperator<TradeView, Scalar> => {
  const { capacity, lengthNs, shape } = windowOf('tradeFlow', window);
  return reading(
    keptStep(
      sharedStep(shape, () => new TradeFlow(capacity, lengthNs)),
      shape,
      options,
    ),
  );
};
