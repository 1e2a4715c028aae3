import type { Subscriber } from 'rxjs';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';
import { HotlapError } from '../../domain/errors.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Borrowed, TradeView } from '../views.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** A bar to keep: a plain copy. */
export interface BarSnapshot {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares. */
  readonly volume: number;
  /** Mean price by shares; may be fractional. */
  readonly vwap: number;
  readonly trades: number;
  /** Exchange time of the first trade and of the last; of a bar by time, when its time begins and ends. */
  readonly startNs: number;
  readonly endNs: number;
}

/** One bar, used again for each. Prices are integers of 1/priceScale. */
export interface BarView extends BarSnapshot, Borrowed<BarSnapshot> {}

/** When a bar is complete: after so much time, so many trades, or so many shares. */
export type BarSize = { readonly ms: number } | { readonly ticks: number } | { readonly volume: number };

const OPEN = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const VOLUME = 4;
const VALUE = 5;
const TRADES = 6;
const START = 7;
const END = 8;
const NUMBERS = 9;
const NS_PER_MS = 1e6;

class Bar implements BarView {
  private readonly numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.numbers = numbers;
  }

  get open(): number {
    return this.numbers[OPEN] as number;
  }

  get high(): number {
    return this.numbers[HIGH] as number;
  }

  get low(): number {
    return this.numbers[LOW] as number;
  }

  get close(): number {
    return this.numbers[CLOSE] as number;
  }

  get volume(): number {
    return this.numbers[VOLUME] as number;
  }

  get vwap(): number {
    return (this.numbers[VALUE] as number) / (this.numbers[VOLUME] as number);
  }

  get trades(): number {
    return this.numbers[TRADES] as number;
  }

  get startNs(): number {
    return this.numbers[START] as number;
  }

  get endNs(): number {
    return this.numbers[END] as number;
  }

  snapshot(): BarSnapshot {
    const { open, high, low, close, volume, vwap, trades, startNs, endNs } = this;
    return { open, high, low, close, volume, vwap, trades, startNs, endNs };
  }
}

/** Trades into bars. */
abstract class BarSubscriber extends OperatorSubscriber<TradeView, BarView> {
  protected readonly numbers: Float64Array;
  private readonly bar: BarView;

  constructor(destination: Subscriber<BarView>, numbers: Float64Array) {
    super(destination);
    this.numbers = numbers;
    this.bar = new Bar(numbers);
  }

  protected get trades(): number {
    return this.numbers[TRADES] as number;
  }

  protected count(trade: TradeView): void {
    const { numbers } = this;
    const { price, size } = trade;
    if (numbers[TRADES] === 0) {
      numbers[OPEN] = price;
      numbers[HIGH] = price;
      numbers[LOW] = price;
      numbers[START] = trade.exchangeTimeNs;
    }
    numbers[HIGH] = Math.max(numbers[HIGH] as number, price);
    numbers[LOW] = Math.min(numbers[LOW] as number, price);
    numbers[CLOSE] = price;
    numbers[VOLUME] = (numbers[VOLUME] as number) + size;
    numbers[VALUE] = (numbers[VALUE] as number) + price * size;
    numbers[TRADES] = (numbers[TRADES] as number) + 1;
    numbers[END] = trade.exchangeTimeNs;
  }

  protected tell(): void {
    if (this.trades === 0) return;
    this.out.next(this.bar);
    this.numbers.fill(0);
  }
}

class TickBarSubscriber extends BarSubscriber {
  private readonly size: number;

  constructor(destination: Subscriber<BarView>, numbers: Float64Array, size: number) {
    super(destination, numbers);
    this.size = size;
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    this.count(trade);
    if (this.trades === this.size) this.tell();
  }
}

class VolumeBarSubscriber extends BarSubscriber {
  private readonly size: number;

  constructor(destination: Subscriber<BarView>, numbers: Float64Array, size: number) {
    super(destination, numbers);
    this.size = size;
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    this.count(trade);
    if ((this.numbers[VOLUME] as number) >= this.size) this.tell();
  }
}

class TimeBarSubscriber extends BarSubscriber {
  private readonly periodNs = new Float64Array(1);
  private readonly onTime = (): void => {
    this.isTimed = false;
    this.tell();
  };
  private timer: unknown;
  private isTimed = false;

  constructor(destination: Subscriber<BarView>, numbers: Float64Array, periodMs: number) {
    super(destination, numbers);
    this.periodNs[0] = periodMs * NS_PER_MS;
    this.add(() => this.untime());
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    const { numbers } = this;
    const period = this.periodNs[0] as number;
    if (this.trades > 0 && trade.exchangeTimeNs >= (numbers[END] as number)) {
      this.untime();
      this.tell();
    }
    this.count(trade);
    const start = Math.floor((numbers[START] as number) / period) * period;
    numbers[START] = start;
    numbers[END] = start + period;
    if (this.isTimed) return;
    this.isTimed = true;
    this.timer = timeoutProvider.setTimeout(this.onTime, (start + period - trade.exchangeTimeNs) / NS_PER_MS);
  }

  private untime(): void {
    if (this.isTimed) timeoutProvider.clearTimeout(this.timer as never);
    this.isTimed = false;
  }
}

const connectors = {
  ms: TimeBarSubscriber,
  ticks: TickBarSubscriber,
  volume: VolumeBarSubscriber,
} as const;

/**
 * Bars of `trade$`, by time (`{ ms: 60_000 }`), trades (`{ ticks: 100 }`) or shares (`{ volume: 10_000 }`). What must not
 * be counted in volume is not. A bar by time begins at a multiple of its length since midnight, ends on time though nothing
 * trades any more, and is left out where nothing traded; a trade that comes behind its bar counts in the next. A bar by
 * shares is not cut: the trade that fills it belongs to it whole.
 */
export const bars = (size: BarSize, options: KeepOptions = {}): ViewOperator<TradeView, BarView> => {
  const entry = Object.entries(size)[0] as [keyof typeof connectors, number] | undefined;
  if (entry === undefined || Object.keys(size).length !== 1 || !Object.hasOwn(connectors, entry[0])) {
    throw new HotlapError('ERR_OPERATOR_WINDOW', 'bars takes one of { ms }, { ticks } and { volume }.');
  }
  const [unit, amount] = entry;
  if (unit === 'ms' ? !(amount >= 1 && amount <= 86_400_000) : !(Number.isSafeInteger(amount) && amount >= 1)) {
    checkedWindow(`bars by ${unit}`, Number.NaN);
  }
  const Connector = connectors[unit];
  return statefulOperator<TradeView, BarView>(
    options,
    `bars(${unit} ${amount})`,
    NUMBERS,
    (destination, numbers) => new Connector(destination, numbers, amount),
  );
};
