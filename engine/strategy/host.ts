import type { Order } from '../domain/order.ts';
import type { OrderTerms } from '../domain/order-terms.ts';
import type { LoadFiles } from './define-strategy.ts';
import type { Handover } from './handover.ts';
import type { ParamSpecs, ParamValue } from './params.ts';
import type { BookView, FeedView, FillView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/**
 * The seam between the engine and a strategy's bundle. Each bundle has its own RxJS, so only plain functions,
 * typed arrays, views and small integers cross it; what may be fractional or large crosses in `scratch`, where
 * it costs no heap number.
 */
export interface StrategyHost {
  readonly params: Readonly<Record<string, ParamValue>>;
  /** What its `load` returned. */
  readonly data: unknown;
  /** What the version before, or an earlier run, has left to it; undefined: it begins anew. */
  readonly former: Handover | undefined;
  readonly seed: number;
  /** A view that is read after its event throws: for development. */
  readonly checkViews: boolean;
  /** Name of the venue. */
  readonly session: string;
  /** CLOCK_REALTIME of engine time 0, in milliseconds since 1970. */
  readonly day0Ms: number;
  /** Cells of the feed: engine time at `nowCell`, packets waiting at `lagCell`. */
  readonly cells: Float64Array;
  readonly nowCell: number;
  readonly lagCell: number;
  /** Arguments by SCRATCH. */
  readonly scratch: Float64Array;
  /** This strategy's positions: instruments × POSITION_DOUBLES. */
  readonly positions: Float64Array;
  /** Rows of the order table. */
  readonly orders: readonly Order[];
  readonly tick: TickView;
  readonly trade: TradeView;
  readonly status: StatusView;
  readonly imbalance: ImbalanceView;
  readonly feed: FeedView;
  readonly fill: FillView;
  instrument(symbol: string): HostInstrument;
  /**
   * @param classes bits of CLASS that this strategy wants of the instrument
   * @param hearers the strategy's own, which comes back with each event of the instrument
   */
  setInterest(handle: number, classes: number, hearers: object): void;
  /** The number of terms that no plain limit order has. Cold. @throws HotlapError ERR_ORDER_OPTIONS */
  terms(terms: OrderTerms): number;
  /**
   * Sends a new order at scratch[price] for scratch[quantity].
   * @param terms a number of `terms`, or the TimeInForce(59) of a plain limit order @returns its row, or -REFUSAL
   */
  submit(handle: number, side: number, terms: number): number;
  /** To scratch[price] and scratch[quantity]. @returns the row, or -REFUSAL */
  replace(row: number): number;
  /** @returns the row, or -REFUSAL */
  cancel(row: number): number;
  /** Rows of its open orders, the oldest first. Cold: allocates. */
  openRows(): number[];
  /**
   * Writes into scratch[delayNs] how long it is until a clock of that zone next shows a time of day.
   * @throws HotlapError ERR_TIME_OF_DAY
   */
  untilTimeOfDay(timeOfDay: string, timeZone: string): void;
  /** Sets a new timer to fire after scratch[delayNs], then each scratch[periodNs] unless that is 0. @returns its number */
  startTimer(): number;
  /** Ends a timer; its number may be given out again. Timers without a period end by firing. */
  stopTimer(timer: number): void;
  /** @param level one of LOG_LEVEL */
  log(level: number, text: string): void;
  /** An error that reached the end of a stream. */
  fault(error: unknown): void;
}

export interface HostInstrument {
  readonly handle: number;
  readonly symbol: string;
  readonly priceScale: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly multiplier: number;
  readonly book: BookView;
}

/** What a bundle gives back: called by the loop with small integers and what is its own. Any of them may throw: that is a fault. */
export interface HostedStrategy {
  /** Runs `setup` and, where there is a version before, `restore`; then subscribes to what `setup` returned. */
  setup(): void;
  start(): void;
  /** @param classes bits of CLASS that the event belongs to @param hearers as given with the interest in its instrument */
  event(classes: number, hearers: object): void;
  feed(): void;
  /** The order at this row changed; `fill`: by an execution, which the host's fill view holds. */
  order(row: number, fill: boolean): void;
  timer(timer: number): void;
  stop(reason: string): void;
  /** Told of its own fault, last of all. */
  faulted(error: unknown): void;
  /** What it leaves to the next; it goes on as it was. @throws HotlapError ERR_STATE_…, and what its `state` throws */
  handover(): Handover;
  /** Names of what the version before has left and this one has not taken. */
  left(): string[];
  /** Another has taken its place: its streams end. */
  retire(): void;
  /** A live parameter has a new value, which was checked. */
  setParam(name: string, value: ParamValue): void;
}

/** Default export of a strategy's bundle. */
export interface StrategyBundle {
  readonly name: string;
  readonly description?: string;
  readonly params: ParamSpecs;
  /** Stack of where it was defined. */
  readonly definedAt?: string;
  /** Gives what must be there before the first event, or a promise of it. */
  readonly load?: (files: LoadFiles & { readonly params: Readonly<Record<string, ParamValue>> }) => unknown;
  host(host: StrategyHost): HostedStrategy;
}

/** Classes of events: the numbers of INTEREST in native/layout.ts. */
export const CLASS = { book: 1, trade: 2, status: 4, imbalance: 8 } as const;

export const SCRATCH = { price: 0, quantity: 1, delayNs: 2, periodNs: 3 } as const;
export const SCRATCH_DOUBLES = 4;

export const LOG_LEVEL = { info: 0, warn: 1, error: 2 } as const;
