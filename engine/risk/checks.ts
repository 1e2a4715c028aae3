import { CELL } from '../../native/layout.ts';
import { REFUSAL } from '../domain/refusal.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from './limits.ts';
import { RateBucket } from './rate-bucket.ts';
import type { ReferencePrices } from './reference-prices.ts';

/** Whether the engine may trade at all. */
export interface TradingState {
  armed: boolean;
  sessionReady(): boolean;
}

/**
 * The checks in front of every order, cheapest first, in the order of the FIA guide. They change nothing; `commit` takes
 * the tokens, once the order has been accepted by the gateway. Each refusal has a code of its own.
 */
export class RiskChecks {
  private readonly limits: RiskLimits;
  private readonly trading: TradingState;
  private readonly registry: InstrumentRegistry;
  private readonly references: ReferencePrices;
  private readonly cells: Float64Array;
  private readonly engineRate: RateBucket;
  private readonly strategyRates: readonly RateBucket[];

  constructor(
    limits: Partial<RiskLimits>,
    trading: TradingState,
    registry: InstrumentRegistry,
    references: ReferencePrices,
    cells: Float64Array,
    strategies: number,
  ) {
    this.limits = Object.freeze({ ...DEFAULT_RISK_LIMITS, ...limits });
    this.trading = trading;
    this.registry = registry;
    this.references = references;
    this.cells = cells;
    this.engineRate = new RateBucket(this.limits.ordersPerSecond, this.limits.cancelReserve);
    this.strategyRates = Array.from(
      { length: strategies },
      () => new RateBucket(this.limits.strategyOrdersPerSecond, this.limits.cancelReserve),
    );
  }

  /** A new order, or what a replace would make of one. @returns a code of REFUSAL; 0 passes */
  order(strategy: number, handle: number, price: number, quantity: number): number {
    if (!this.trading.armed) return REFUSAL.NotArmed;
    if (!this.trading.sessionReady()) return REFUSAL.SessionNotReady;
    if (!this.registry.has(handle)) return REFUSAL.UnknownInstrument;
    if (!Number.isFinite(price)) return REFUSAL.NoPrice;
    const size = this.size(handle, price, quantity);
    if (size !== 0) return size;
    const market = this.market(handle, price);
    if (market !== 0) return market;
    if (!this.engineRate.has(this.cells, CELL.nowNs)) return REFUSAL.OrderRate;
    const own = this.strategyRates[strategy] as RateBucket;
    return own.has(this.cells, CELL.nowNs) ? 0 : REFUSAL.StrategyOrderRate;
  }

  /** The order has left. */
  commit(strategy: number): void {
    this.engineRate.take();
    (this.strategyRates[strategy] as RateBucket).take();
  }

  /** Cancels need a session and nothing else. @returns a code of REFUSAL; 0 passes */
  cancel(): number {
    return this.trading.sessionReady() ? 0 : REFUSAL.SessionNotReady;
  }

  commitCancel(strategy: number): void {
    this.engineRate.force(this.cells, CELL.nowNs);
    (this.strategyRates[strategy] as RateBucket).force(this.cells, CELL.nowNs);
  }

  private size(handle: number, price: number, quantity: number): number {
    const instrument = this.registry.all[handle]!;
    if (!Number.isSafeInteger(quantity) || quantity <= 0) return REFUSAL.InvalidQuantity;
    if (quantity > this.limits.maxQuantity) return REFUSAL.MaxQuantity;
    if (!isMultiple(quantity, instrument.lotSize)) return REFUSAL.LotSize;
    const notional = Math.abs(price) * quantity;
    const limit = (this.limits.maxNotional * instrument.priceScale) / instrument.multiplier;
    return notional > limit || notional > Number.MAX_SAFE_INTEGER ? REFUSAL.MaxNotional : 0;
  }

  private market(handle: number, price: number): number {
    const instrument = this.registry.all[handle]!;
    if (!isMultiple(price, instrument.tickSize)) return REFUSAL.TickSize;
    const reference = this.references.of(handle, instrument.book.mid);
    if (Number.isNaN(reference)) return REFUSAL.NoReferencePrice;
    if (Math.abs(price - reference) > Math.abs(reference) * this.limits.collar) return REFUSAL.PriceCollar;
    if (instrument.book.stale) return REFUSAL.StaleBook;
    return instrument.book.halted ? REFUSAL.Halted : 0;
  }
}

/** As `value % unit === 0` for whole numbers up to 2^53, without the call into C that V8 makes of `%` on doubles. */
const isMultiple = (value: number, unit: number): boolean => Math.floor(value / unit) * unit === value;
