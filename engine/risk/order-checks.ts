import { REFUSAL } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { INTENT, type Intent } from './intent.ts';
import { FLAG, LIMIT, type LimitTable } from './limits.ts';
import type { ReferencePrices } from './reference-prices.ts';

/** Checks of an order by itself and against its market: each gives a code of REFUSAL, 0 passes. None changes anything. */
export class OrderChecks {
  private readonly limits: LimitTable;
  private readonly registry: InstrumentRegistry;
  private readonly references: ReferencePrices;
  private readonly intent: Intent;

  constructor(limits: LimitTable, registry: InstrumentRegistry, references: ReferencePrices, intent: Intent) {
    this.limits = limits;
    this.registry = registry;
    this.references = references;
    this.intent = intent;
  }

  /** What no order can be without. */
  whole(): number {
    const { handle, cells } = this.intent;
    if (!this.registry.has(handle)) return REFUSAL.UnknownInstrument;
    if (!Number.isFinite(cells[INTENT.price] as number)) return REFUSAL.NoPrice;
    const quantity = cells[INTENT.quantity] as number;
    return Number.isSafeInteger(quantity) && quantity > 0 ? 0 : REFUSAL.InvalidQuantity;
  }

  /**
   * Whether the symbol may be traded on that side now; its quantity, lot and tick; its price against a market that can be
   * true; what it costs. One function, since V8 inlines only so much into one caller.
   */
  order(): number {
    const { handle, side, flags, own, symbol, cells } = this.intent;
    const { values, all } = this.limits;
    const { book, lotSize, tickSize, priceScale, multiplier } = this.registry.all[handle]!;
    const price = cells[INTENT.price] as number;
    const quantity = cells[INTENT.quantity] as number;
    if ((flags & (FLAG.restricted | (side === Side.Buy ? FLAG.noBuys : FLAG.noSells))) !== 0) return REFUSAL.Restricted;
    if ((flags & FLAG.refuseHalted) !== 0 && book.halted) return REFUSAL.Halted;

    if (quantity > least(values, all, own, symbol, LIMIT.maxQuantity)) return REFUSAL.MaxQuantity;
    if (lotSize !== 1 && !isMultiple(quantity, lotSize)) return REFUSAL.LotSize;
    if (!isMultiple(price, tickSize)) return REFUSAL.TickSize;

    if ((flags & FLAG.refuseStale) !== 0 && book.stale) return REFUSAL.StaleBook;
    const bid = book.bidPrice(0);
    const ask = book.askPrice(0);
    if (bid >= ask && (flags & FLAG.refuseLocked) !== 0) return REFUSAL.LockedMarket;
    const collar = least(values, all, own, symbol, LIMIT.collar);
    const ticks = least(values, all, own, symbol, LIMIT.collarTicks);
    if (collar !== Number.POSITIVE_INFINITY || ticks !== Number.POSITIVE_INFINITY) {
      const reference = this.references.of(handle, (bid + ask) / 2);
      if (Number.isNaN(reference)) return REFUSAL.NoReferencePrice;
      const distance = Math.abs(price - reference);
      if (distance > Math.abs(reference) * collar || distance > ticks * tickSize) return REFUSAL.PriceCollar;
    }

    const notional = Math.abs(price) * quantity;
    const most = least(values, all, own, symbol, LIMIT.maxNotional) * priceScale;
    return notional * multiplier > most || notional > Number.MAX_SAFE_INTEGER ? REFUSAL.MaxNotional : 0;
  }
}

/** The strictest limit of all scopes that the order belongs to. */
const least = (values: Float64Array, all: number, own: number, symbol: number, limit: number): number =>
  Math.min(values[all + limit] as number, values[own + limit] as number, values[symbol + limit] as number);

/** As `value % unit === 0` for whole numbers up to 2^53, without the call into C that V8 makes of `%` on doubles. */
const isMultiple = (value: number, unit: number): boolean => Math.floor(value / unit) * unit === value;
