import { REFUSAL } from '../domain/refusal.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { LIMIT, type LimitTable } from './limits.ts';
import { MessageRates } from './message-rates.ts';
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
  private readonly limits: LimitTable;
  private readonly trading: TradingState;
  private readonly registry: InstrumentRegistry;
  private readonly references: ReferencePrices;
  private readonly rates: MessageRates;

  constructor(
    limits: LimitTable,
    trading: TradingState,
    registry: InstrumentRegistry,
    references: ReferencePrices,
    cells: Float64Array,
    strategies: number,
  ) {
    this.limits = limits;
    this.trading = trading;
    this.registry = registry;
    this.references = references;
    this.rates = new MessageRates(limits, cells, strategies);
  }

  /** A new order, or what a replace would make of one. @returns a code of REFUSAL; 0 passes */
  order(strategy: number, handle: number, price: number, quantity: number): number {
    if (!this.trading.armed) return REFUSAL.NotArmed;
    if (!this.trading.sessionReady()) return REFUSAL.SessionNotReady;
    if (!this.registry.has(handle)) return REFUSAL.UnknownInstrument;
    if (!Number.isFinite(price)) return REFUSAL.NoPrice;
    const size = this.size(strategy, handle, price, quantity);
    if (size !== 0) return size;
    const market = this.market(strategy, handle, price);
    if (market !== 0) return market;
    return this.rates.order(strategy);
  }

  /** The order has left. */
  commit(strategy: number): void {
    this.rates.takeOrder(strategy);
  }

  /** Cancels need a session and nothing else. @returns a code of REFUSAL; 0 passes */
  cancel(): number {
    return this.trading.sessionReady() ? 0 : REFUSAL.SessionNotReady;
  }

  commitCancel(strategy: number): void {
    this.rates.takeCancel(strategy);
  }

  private size(strategy: number, handle: number, price: number, quantity: number): number {
    const instrument = this.registry.all[handle]!;
    if (!Number.isSafeInteger(quantity) || quantity <= 0) return REFUSAL.InvalidQuantity;
    if (quantity > this.least(strategy, handle, LIMIT.maxQuantity)) return REFUSAL.MaxQuantity;
    if (!isMultiple(quantity, instrument.lotSize)) return REFUSAL.LotSize;
    const notional = Math.abs(price) * quantity;
    const limit = (this.least(strategy, handle, LIMIT.maxNotional) * instrument.priceScale) / instrument.multiplier;
    return notional > limit || notional > Number.MAX_SAFE_INTEGER ? REFUSAL.MaxNotional : 0;
  }

  private market(strategy: number, handle: number, price: number): number {
    const instrument = this.registry.all[handle]!;
    if (!isMultiple(price, instrument.tickSize)) return REFUSAL.TickSize;
    const reference = this.references.of(handle, instrument.book.mid);
    if (Number.isNaN(reference)) return REFUSAL.NoReferencePrice;
    const collar = Math.abs(reference) * this.least(strategy, handle, LIMIT.collar);
    if (Math.abs(price - reference) > collar) return REFUSAL.PriceCollar;
    if (instrument.book.stale) return REFUSAL.StaleBook;
    return instrument.book.halted ? REFUSAL.Halted : 0;
  }

  /** The strictest limit of all scopes that the order belongs to. */
  private least(strategy: number, handle: number, limit: number): number {
    const { limits } = this;
    return Math.min(
      limits.values[limits.all + limit] as number,
      limits.values[limits.ofStrategy(strategy) + limit] as number,
      limits.values[limits.ofSymbol(handle) + limit] as number,
    );
  }
}

/** As `value % unit === 0` for whole numbers up to 2^53, without the call into C that V8 makes of `%` on doubles. */
const isMultiple = (value: number, unit: number): boolean => Math.floor(value / unit) * unit === value;
