import { REFUSAL } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { INTENT } from './intent.ts';
import { LIMIT, type LimitTable } from './limits.ts';
import type { ReferencePrices } from './reference-prices.ts';

/** Checks of an order by itself and against its market. None changes anything. */
export class OrderChecks {
  private readonly limits: LimitTable;
  private readonly registry: InstrumentRegistry;
  private readonly references: ReferencePrices;
  private readonly intent: Float64Array;

  constructor(limits: LimitTable, registry: InstrumentRegistry, references: ReferencePrices, intent: Float64Array) {
    this.limits = limits;
    this.registry = registry;
    this.references = references;
    this.intent = intent;
  }

  /** What no order can be without. @returns a code of REFUSAL; 0 passes */
  whole(handle: number): number {
    if (!this.registry.has(handle)) return REFUSAL.UnknownInstrument;
    if (!Number.isFinite(this.intent[INTENT.price] as number)) return REFUSAL.NoPrice;
    const quantity = this.intent[INTENT.quantity] as number;
    return Number.isSafeInteger(quantity) && quantity > 0 ? 0 : REFUSAL.InvalidQuantity;
  }

  /** Whether the symbol may be traded, on that side, now. @returns a code of REFUSAL; 0 passes */
  allowed(strategy: number, handle: number, side: number): number {
    if (this.isOn(strategy, handle, LIMIT.restricted)) return REFUSAL.Restricted;
    if (this.isOn(strategy, handle, side === Side.Buy ? LIMIT.noBuys : LIMIT.noSells)) return REFUSAL.Restricted;
    const { halted } = this.registry.all[handle]!.book;
    return halted && this.isOn(strategy, handle, LIMIT.refuseHalted) ? REFUSAL.Halted : 0;
  }

  /** @returns a code of REFUSAL; 0 passes */
  size(strategy: number, handle: number): number {
    const { lotSize, tickSize } = this.registry.all[handle]!;
    const quantity = this.intent[INTENT.quantity] as number;
    if (quantity > this.least(strategy, handle, LIMIT.maxQuantity)) return REFUSAL.MaxQuantity;
    if (!isMultiple(quantity, lotSize)) return REFUSAL.LotSize;
    return isMultiple(this.intent[INTENT.price] as number, tickSize) ? 0 : REFUSAL.TickSize;
  }

  /** The price against a market that can be true. @returns a code of REFUSAL; 0 passes */
  price(strategy: number, handle: number): number {
    const { book, tickSize } = this.registry.all[handle]!;
    if (book.stale && this.isOn(strategy, handle, LIMIT.refuseStale)) return REFUSAL.StaleBook;
    const bid = book.bidPrice(0);
    const ask = book.askPrice(0);
    if (bid >= ask && this.isOn(strategy, handle, LIMIT.refuseLocked)) return REFUSAL.LockedMarket;
    const collar = this.least(strategy, handle, LIMIT.collar);
    const ticks = this.least(strategy, handle, LIMIT.collarTicks);
    if (collar === Number.POSITIVE_INFINITY && ticks === Number.POSITIVE_INFINITY) return 0;
    const reference = this.references.of(handle, (bid + ask) / 2);
    if (Number.isNaN(reference)) return REFUSAL.NoReferencePrice;
    const distance = Math.abs((this.intent[INTENT.price] as number) - reference);
    return distance > Math.abs(reference) * collar || distance > ticks * tickSize ? REFUSAL.PriceCollar : 0;
  }

  /** @returns a code of REFUSAL; 0 passes */
  notional(strategy: number, handle: number): number {
    const { priceScale, multiplier } = this.registry.all[handle]!;
    const notional = Math.abs(this.intent[INTENT.price] as number) * (this.intent[INTENT.quantity] as number);
    const limit = (this.least(strategy, handle, LIMIT.maxNotional) * priceScale) / multiplier;
    return notional > limit || notional > Number.MAX_SAFE_INTEGER ? REFUSAL.MaxNotional : 0;
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

  private isOn(strategy: number, handle: number, flag: number): boolean {
    const { limits } = this;
    return (
      limits.values[limits.all + flag] !== 0 ||
      limits.values[limits.ofStrategy(strategy) + flag] !== 0 ||
      limits.values[limits.ofSymbol(handle) + flag] !== 0
    );
  }
}

/** As `value % unit === 0` for whole numbers up to 2^53, without the call into C that V8 makes of `%` on doubles. */
const isMultiple = (value: number, unit: number): boolean => Math.floor(value / unit) * unit === value;
