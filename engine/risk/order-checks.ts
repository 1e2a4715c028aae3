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

  /** Whether the symbol may be traded, on that side, now. */
  allowed(): number {
    const { flags, side, handle } = this.intent;
    if ((flags & (FLAG.restricted | (side === Side.Buy ? FLAG.noBuys : FLAG.noSells))) !== 0) return REFUSAL.Restricted;
    return (flags & FLAG.refuseHalted) !== 0 && this.registry.all[handle]!.book.halted ? REFUSAL.Halted : 0;
  }

  /** Quantity, lot and tick. */
  size(): number {
    const { handle, cells } = this.intent;
    const { lotSize, tickSize } = this.registry.all[handle]!;
    const quantity = cells[INTENT.quantity] as number;
    if (quantity > this.least(LIMIT.maxQuantity)) return REFUSAL.MaxQuantity;
    if (!isMultiple(quantity, lotSize)) return REFUSAL.LotSize;
    return isMultiple(cells[INTENT.price] as number, tickSize) ? 0 : REFUSAL.TickSize;
  }

  /** The price against a market that can be true. */
  price(): number {
    const { handle, flags, cells } = this.intent;
    const { book, tickSize } = this.registry.all[handle]!;
    if ((flags & FLAG.refuseStale) !== 0 && book.stale) return REFUSAL.StaleBook;
    const bid = book.bidPrice(0);
    const ask = book.askPrice(0);
    if (bid >= ask && (flags & FLAG.refuseLocked) !== 0) return REFUSAL.LockedMarket;
    const collar = this.least(LIMIT.collar);
    const ticks = this.least(LIMIT.collarTicks);
    if (collar === Number.POSITIVE_INFINITY && ticks === Number.POSITIVE_INFINITY) return 0;
    const reference = this.references.of(handle, (bid + ask) / 2);
    if (Number.isNaN(reference)) return REFUSAL.NoReferencePrice;
    const distance = Math.abs((cells[INTENT.price] as number) - reference);
    return distance > Math.abs(reference) * collar || distance > ticks * tickSize ? REFUSAL.PriceCollar : 0;
  }

  notional(): number {
    const { handle, cells } = this.intent;
    const { priceScale, multiplier } = this.registry.all[handle]!;
    const notional = Math.abs(cells[INTENT.price] as number) * (cells[INTENT.quantity] as number);
    const limit = this.least(LIMIT.maxNotional) * priceScale;
    return notional * multiplier > limit || notional > Number.MAX_SAFE_INTEGER ? REFUSAL.MaxNotional : 0;
  }

  /** The strictest limit of all scopes that the order belongs to. */
  private least(limit: number): number {
    const { values, all } = this.limits;
    const { own, symbol } = this.intent;
    return Math.min(values[all + limit] as number, values[own + limit] as number, values[symbol + limit] as number);
  }
}

/** As `value % unit === 0` for whole numbers up to 2^53, without the call into C that V8 makes of `%` on doubles. */
const isMultiple = (value: number, unit: number): boolean => Math.floor(value / unit) * unit === value;
