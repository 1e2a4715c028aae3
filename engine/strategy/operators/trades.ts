import type { Subscriber } from 'rxjs';
import { HotlapError } from '../../domain/errors.ts';
import { Side } from '../../domain/side.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { TradeView } from '../views.ts';
import type { Place } from './numbers.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

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
abstract class TradeWindowSubscriber extends OperatorSubscriber<TradeView, Scalar> {
  protected readonly numbers: Float64Array;
  protected readonly at: number;
  protected readonly scalar = new Scalar();
  private readonly capacity: number;
  /** Length of the window; Infinity where trades are counted. */
  private readonly lengthNs: number;

  constructor(destination: Subscriber<Scalar>, { numbers, at }: Place, capacity: number, lengthNs: number) {
    super(destination);
    this.numbers = numbers;
    this.at = at;
    this.capacity = capacity;
    this.lengthNs = lengthNs;
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    const { numbers, at, capacity, lengthNs } = this;
    begin[0] = trade.exchangeTimeNs - lengthNs;
    this.dropOld();
    if (numbers[at + COUNT] === capacity) this.dropOldest();
    const next = numbers[at + NEXT] as number;
    const entry = at + ENTRIES + next * ENTRY;
    numbers[entry + TIME] = trade.exchangeTimeNs;
    this.amounts(trade, entry + 1);
    numbers[at + FIRST] = (numbers[at + FIRST] as number) + (numbers[entry + 1] as number);
    numbers[at + SECOND] = (numbers[at + SECOND] as number) + (numbers[entry + 2] as number);
    numbers[at + COUNT] = (numbers[at + COUNT] as number) + 1;
    numbers[at + NEXT] = next + 1 === capacity ? 0 : next + 1;
    this.show(lengthNs !== Number.POSITIVE_INFINITY || numbers[at + COUNT] === capacity);
    this.out.next(this.scalar);
  }

  /** Writes what a trade adds to both sums into numbers[to] and numbers[to + 1]. */
  protected abstract amounts(trade: TradeView, to: number): void;
  /** Sets the scalar. @param isFull whether the window has seen as much as it is long */
  protected abstract show(isFull: boolean): void;

  private dropOld(): void {
    const { numbers, at } = this;
    while (numbers[at + COUNT] > 0 && numbers[this.oldest() + TIME] <= begin[0]) this.dropOldest();
  }

  private dropOldest(): void {
    const { numbers, at } = this;
    const entry = this.oldest();
    numbers[at + FIRST] = (numbers[at + FIRST] as number) - (numbers[entry + 1] as number);
    numbers[at + SECOND] = (numbers[at + SECOND] as number) - (numbers[entry + 2] as number);
    numbers[at + COUNT] = (numbers[at + COUNT] as number) - 1;
  }

  private oldest(): number {
    const { numbers, at, capacity } = this;
    const place = (numbers[at + NEXT] as number) - (numbers[at + COUNT] as number);
    return at + ENTRIES + (place < 0 ? place + capacity : place) * ENTRY;
  }
}

class VwapSubscriber extends TradeWindowSubscriber {
  protected override amounts({ price, size }: TradeView, to: number): void {
    this.numbers[to] = price * size;
    this.numbers[to + 1] = size;
  }

  protected override show(isFull: boolean): void {
    const { numbers, at } = this;
    const shares = numbers[at + SECOND] as number;
    this.scalar.set(isFull && shares > 0 ? (numbers[at + FIRST] as number) / shares : Number.NaN);
  }
}

class TradeFlowSubscriber extends TradeWindowSubscriber {
  protected override amounts({ side, size }: TradeView, to: number): void {
    // The resting side sold: the buyer came to it.
    this.numbers[to] = side === Side.Sell ? size : side === Side.Buy ? -size : 0;
    this.numbers[to + 1] = 0;
  }

  protected override show(isFull: boolean): void {
    this.scalar.set(isFull ? (this.numbers[this.at + FIRST] as number) : Number.NaN);
  }
}

class SessionVwapSubscriber extends OperatorSubscriber<TradeView, Scalar> {
  private readonly numbers: Float64Array;
  private readonly at: number;
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, { numbers, at }: Place) {
    super(destination);
    this.numbers = numbers;
    this.at = at;
  }

  protected override _next({ price, size, printable }: TradeView): void {
    if (!printable) return;
    const { numbers, at } = this;
    numbers[at] = (numbers[at] as number) + price * size;
    numbers[at + 1] = (numbers[at + 1] as number) + size;
    this.scalar.set((numbers[at] as number) / (numbers[at + 1] as number));
    this.out.next(this.scalar);
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
    return statefulOperator<TradeView, Scalar>(
      options,
      'vwap(session)',
      2,
      (destination, place) => new SessionVwapSubscriber(destination, place),
    );
  }
  const { capacity, lengthNs, shape } = windowOf('vwap', window);
  return statefulOperator<TradeView, Scalar>(
    options,
    shape,
    ENTRIES + capacity * ENTRY,
    (destination, place) => new VwapSubscriber(destination, place, capacity, lengthNs),
  );
};

/**
 * Shares bought less shares sold by whoever came to a resting order, over the last `trades` (NaN until there are so many)
 * or the last `ms`. Comes with each trade; one whose resting side the feed does not tell counts as 0.
 */
export const tradeFlow = (window: TradeWindow, options: KeepOptions = {}): ViewOperator<TradeView, Scalar> => {
  const { capacity, lengthNs, shape } = windowOf('tradeFlow', window);
  return statefulOperator<TradeView, Scalar>(
    options,
    shape,
    ENTRIES + capacity * ENTRY,
    (destination, place) => new TradeFlowSubscriber(destination, place, capacity, lengthNs),
  );
};
