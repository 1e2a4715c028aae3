import type { Subscriber } from 'rxjs';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';
import { HotlapError } from '../../domain/errors.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Borrowed, TradeView } from '../views.ts';
import { checkedWindow } from './checked-window.ts';
import { type KeepOptions, KeptPlace } from './kept-place.ts';
import { type Place, placeFor } from './numbers.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

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
  private readonly at: number;

  constructor({ numbers, at }: Place) {
    this.numbers = numbers;
    this.at = at;
  }

  get open(): number {
    return this.numbers[this.at + OPEN] as number;
  }

  get high(): number {
    return this.numbers[this.at + HIGH] as number;
  }

  get low(): number {
    return this.numbers[this.at + LOW] as number;
  }

  get close(): number {
    return this.numbers[this.at + CLOSE] as number;
  }

  get volume(): number {
    return this.numbers[this.at + VOLUME] as number;
  }

  get vwap(): number {
    return (this.numbers[this.at + VALUE] as number) / (this.numbers[this.at + VOLUME] as number);
  }

  get trades(): number {
    return this.numbers[this.at + TRADES] as number;
  }

  get startNs(): number {
    return this.numbers[this.at + START] as number;
  }

  get endNs(): number {
    return this.numbers[this.at + END] as number;
  }

  snapshot(): BarSnapshot {
    const { open, high, low, close, volume, vwap, trades, startNs, endNs } = this;
    return { open, high, low, close, volume, vwap, trades, startNs, endNs };
  }
}

/** Trades into bars. */
abstract class BarSubscriber extends OperatorSubscriber<TradeView, BarView> {
  protected readonly numbers: Float64Array;
  protected readonly at: number;
  private readonly bar: BarView;

  constructor(destination: Subscriber<BarView>, place: Place) {
    super(destination);
    this.numbers = place.numbers;
    this.at = place.at;
    this.bar = new Bar(place);
  }

  protected get trades(): number {
    return this.numbers[this.at + TRADES] as number;
  }

  protected count(trade: TradeView): void {
    const { numbers, at } = this;
    const { price, size } = trade;
    if (numbers[at + TRADES] === 0) {
      numbers[at + OPEN] = price;
      numbers[at + HIGH] = price;
      numbers[at + LOW] = price;
      numbers[at + START] = trade.exchangeTimeNs;
    }
    numbers[at + HIGH] = Math.max(numbers[at + HIGH] as number, price);
    numbers[at + LOW] = Math.min(numbers[at + LOW] as number, price);
    numbers[at + CLOSE] = price;
    numbers[at + VOLUME] = (numbers[at + VOLUME] as number) + size;
    numbers[at + VALUE] = (numbers[at + VALUE] as number) + price * size;
    numbers[at + TRADES] = (numbers[at + TRADES] as number) + 1;
    numbers[at + END] = trade.exchangeTimeNs;
  }

  protected tell(): void {
    if (this.trades === 0) return;
    this.out.next(this.bar);
    this.numbers.fill(0, this.at, this.at + NUMBERS);
  }
}

class TickBarSubscriber extends BarSubscriber {
  private readonly size: number;

  constructor(destination: Subscriber<BarView>, place: Place, size: number) {
    super(destination, place);
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

  constructor(destination: Subscriber<BarView>, place: Place, size: number) {
    super(destination, place);
    this.size = size;
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    this.count(trade);
    if ((this.numbers[this.at + VOLUME] as number) >= this.size) this.tell();
  }
}

class TimeBarSubscriber extends BarSubscriber {
  private readonly periodNs: number;
  private readonly onTime = (): void => {
    this.isTimed = false;
    this.tell();
  };
  private timer: unknown;
  private isTimed = false;

  constructor(destination: Subscriber<BarView>, place: Place, periodMs: number) {
    super(destination, place);
    this.periodNs = periodMs * NS_PER_MS;
    this.add(() => this.untime());
  }

  protected override _next(trade: TradeView): void {
    if (!trade.printable) return;
    const { numbers, at } = this;
    const period = this.periodNs;
    if (this.trades > 0 && trade.exchangeTimeNs >= (numbers[at + END] as number)) {
      this.untime();
      this.tell();
    }
    this.count(trade);
    const start = Math.floor((numbers[at + START] as number) / period) * period;
    numbers[at + START] = start;
    numbers[at + END] = start + period;
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
export const bars = (size: BarSize, { keep }: KeepOptions = {}): ViewOperator<TradeView, BarView> => {
  const entry = Object.entries(size)[0] as [keyof typeof connectors, number] | undefined;
  if (entry === undefined || Object.keys(size).length !== 1 || !Object.hasOwn(connectors, entry[0])) {
    throw new HotlapError('ERR_OPERATOR_WINDOW', 'bars takes one of { ms }, { ticks } and { volume }.');
  }
  const [unit, amount] = entry;
  if (unit === 'ms' ? !(amount >= 1 && amount <= 86_400_000) : !(Number.isSafeInteger(amount) && amount >= 1)) {
    checkedWindow(`bars by ${unit}`, Number.NaN);
  }
  const Connector = connectors[unit];
  if (keep === undefined) {
    return viewOperator<TradeView, BarView>((destination) => new Connector(destination, placeFor(NUMBERS), amount));
  }
  const place = new KeptPlace(keep, `bars(${unit} ${amount})`, NUMBERS);
  return viewOperator<TradeView, BarView>((destination) => {
    place.takeFor(destination);
    return new Connector(destination, place, amount);
  });
};
