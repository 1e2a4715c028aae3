import type { Subscriber } from 'rxjs';
import { HotlapError } from '../../domain/errors.ts';
import { Side } from '../../domain/side.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { TradeView } from '../views.ts';
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
const LENGTH = 0;
const BEGIN = 1;

/** Sums of whole numbers over a window of trades: exact as long as they are within 2^53. */
abstract class TradeWindowSubscriber extends OperatorSubscriber<TradeView, Scalar> {
  protected readonly numbers: Float64Array;
  protected readonly scalar = new Scalar();
  private readonly capacity: number;
  /** Length of the window in ns, Infinity where trades are counted; and where it begins. */
  private readonly times = new Float64Array(2);

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array, capacity: number, lengthNs: number) {
    super(destination);
    this.numbers = numbers;
    this.capacity = capacity;
    this.times[LENGTH] = lengthNs;
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    const { numbers, capacity } = this;
    this.times[BEGIN] = trade.exchangeTimeNs - this.times[LENGTH];
    this.dropOld();
    if (numbers[COUNT] === capacity) this.dropOldest();
    const next = numbers[NEXT] as number;
    const at = ENTRIES + next * ENTRY;
    numbers[at + TIME] = trade.exchangeTimeNs;
    this.amounts(trade, at + 1);
    numbers[FIRST] = (numbers[FIRST] as number) + (numbers[at + 1] as number);
    numbers[SECOND] = (numbers[SECOND] as number) + (numbers[at + 2] as number);
    numbers[COUNT] = (numbers[COUNT] as number) + 1;
    numbers[NEXT] = next + 1 === capacity ? 0 : next + 1;
    this.show(this.times[LENGTH] !== Number.POSITIVE_INFINITY || numbers[COUNT] === capacity);
    this.out.next(this.scalar);
  }

  /** Writes what a trade adds to both sums into numbers[at] and numbers[at + 1]. */
  protected abstract amounts(trade: TradeView, at: number): void;
  /** Sets the scalar. @param isFull whether the window has seen as much as it is long */
  protected abstract show(isFull: boolean): void;

  /** Where the window begins is no argument: it would be a heap number where this is not inlined. */
  private dropOld(): void {
    const { numbers, times } = this;
    while (numbers[COUNT] > 0 && numbers[this.oldest() + TIME] <= times[BEGIN]) this.dropOldest();
  }

  private dropOldest(): void {
    const { numbers } = this;
    const at = this.oldest();
    numbers[FIRST] = (numbers[FIRST] as number) - (numbers[at + 1] as number);
    numbers[SECOND] = (numbers[SECOND] as number) - (numbers[at + 2] as number);
    numbers[COUNT] = (numbers[COUNT] as number) - 1;
  }

  private oldest(): number {
    const { numbers, capacity } = this;
    const place = (numbers[NEXT] as number) - (numbers[COUNT] as number);
    return ENTRIES + (place < 0 ? place + capacity : place) * ENTRY;
  }
}

class VwapSubscriber extends TradeWindowSubscriber {
  protected override amounts({ price, size }: TradeView, at: number): void {
    this.numbers[at] = price * size;
    this.numbers[at + 1] = size;
  }

  protected override show(isFull: boolean): void {
    const shares = this.numbers[SECOND] as number;
    this.scalar.set(isFull && shares > 0 ? (this.numbers[FIRST] as number) / shares : Number.NaN);
  }
}

class TradeFlowSubscriber extends TradeWindowSubscriber {
  protected override amounts({ side, size }: TradeView, at: number): void {
    // The resting side sold: the buyer came to it.
    this.numbers[at] = side === Side.Sell ? size : side === Side.Buy ? -size : 0;
    this.numbers[at + 1] = 0;
  }

  protected override show(isFull: boolean): void {
    this.scalar.set(isFull ? (this.numbers[FIRST] as number) : Number.NaN);
  }
}

class SessionVwapSubscriber extends OperatorSubscriber<TradeView, Scalar> {
  private readonly numbers: Float64Array;
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array) {
    super(destination);
    this.numbers = numbers;
  }

  protected override _next({ price, size, printable }: TradeView): void {
    if (!printable) return;
    const { numbers } = this;
    numbers[0] = (numbers[0] as number) + price * size;
    numbers[1] = (numbers[1] as number) + size;
    this.scalar.set((numbers[0] as number) / (numbers[1] as number));
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
      (destination, numbers) => new SessionVwapSubscriber(destination, numbers),
    );
  }
  const { capacity, lengthNs, shape } = windowOf('vwap', window);
  return statefulOperator<TradeView, Scalar>(
    options,
    shape,
    ENTRIES + capacity * ENTRY,
    (destination, numbers) => new VwapSubscriber(destination, numbers, capacity, lengthNs),
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
    (destination, numbers) => new TradeFlowSubscriber(destination, numbers, capacity, lengthNs),
  );
};
