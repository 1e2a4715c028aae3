import { CELL } from '../../native/layout.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import { REFUSAL } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';
import { SCRATCH } from '../strategy/host.ts';
import { Exposure } from './exposure.ts';
import { ExposureChecks } from './exposure-checks.ts';
import { INTENT, Intent } from './intent.ts';
import { FLAG, LIMIT, type LimitTable } from './limits.ts';
import { MessageRates } from './message-rates.ts';
import { OrderChecks } from './order-checks.ts';
import { OwnBook } from './own-book.ts';
import { RecentOrders } from './recent-orders.ts';
import type { ReferencePrices } from './reference-prices.ts';
import { Runaway } from './runaway.ts';

/** Whether the engine may trade at all. */
export interface TradingState {
  armed: boolean;
  /** What was open before has not been reconciled with the venue yet. */
  recovering: boolean;
  sessionReady(): boolean;
}

export interface RiskParts {
  limits: LimitTable;
  trading: TradingState;
  registry: InstrumentRegistry;
  references: ReferencePrices;
  table: OrderTable;
  positions: Positions;
  cells: Float64Array;
  /** Price and quantity of what a strategy wants to send, by SCRATCH. */
  scratch: Float64Array;
  maxInstruments: number;
}

/**
 * The checks in front of every order, cheapest first, in the order of the FIA guide. They change nothing; `commit`
 * reserves what the order may come to before it leaves, `undo` gives it back where it does not. Each refusal has a code
 * of its own. The sources are SEC Rule 15c3-5, the FIA's guide of 2015 and articles 12 and 15 of MiFID II's RTS 6.
 */
export class RiskChecks {
  readonly exposure: Exposure;
  private readonly parts: RiskParts;
  private readonly intent = new Intent();
  private readonly orders: OrderChecks;
  private readonly worst: ExposureChecks;
  private readonly rates: MessageRates;
  private readonly recent: RecentOrders;
  private readonly runaway: Runaway;
  private readonly own: OwnBook;
  private readonly windowMs = new Float64Array(1);
  private readonly moved = new Float64Array(1);
  private lastOrdinal = 0;

  constructor(parts: RiskParts) {
    const { limits, registry, references, table, positions, cells, maxInstruments } = parts;
    this.parts = parts;
    const strategies = positions.house + 1;
    this.runaway = new Runaway(limits, cells, CELL.nowNs, strategies, maxInstruments);
    this.exposure = new Exposure(table, positions, maxInstruments, this.runaway);
    this.orders = new OrderChecks(limits, registry, references, this.intent);
    this.worst = new ExposureChecks(limits, this.exposure, this.intent);
    this.rates = new MessageRates(limits, cells, strategies);
    this.recent = new RecentOrders(cells, CELL.nowNs, this.intent);
    this.own = new OwnBook(table, maxInstruments);
  }

  /** Into scratch[price] what a market order would trade at first; NaN where that side of the book is empty. */
  farTouch(handle: number, side: number): void {
    const { registry, scratch } = this.parts;
    if (!registry.has(handle)) return;
    const { book } = registry.all[handle]!;
    scratch[SCRATCH.price] = side === Side.Buy ? book.askPrice(0) : book.bidPrice(0);
  }

  /** A new order at scratch[price] for scratch[quantity]. @returns a code of REFUSAL; 0 passes */
  order(strategy: number, handle: number, side: number): number {
    const { cells } = this.intent;
    const { scratch } = this.parts;
    const price = scratch[SCRATCH.price] as number;
    const quantity = scratch[SCRATCH.quantity] as number;
    this.intent.strategy = strategy;
    this.intent.handle = handle;
    this.intent.side = side;
    cells[INTENT.price] = price;
    cells[INTENT.quantity] = quantity;
    cells[INTENT.addedQuantity] = quantity;
    const refusal = this.before();
    if (refusal !== 0) return refusal;
    cells[INTENT.addedMoney] = Math.round(Math.abs(price) * quantity * (this.exposure.factor[handle] as number));
    const after = this.after(true);
    if (after !== 0) return after;
    return this.isDuplicate() ? REFUSAL.DuplicateOrder : this.selfMatch();
  }

  /** What a replace would make of the order at `row`; the larger of old and new counts. @returns a code of REFUSAL; 0 passes */
  replace(strategy: number, row: number): number {
    const { exposure } = this;
    const { cells } = this.intent;
    const { scratch, table } = this.parts;
    const price = scratch[SCRATCH.price] as number;
    const quantity = scratch[SCRATCH.quantity] as number;
    const reserved = exposure.reserved[row] as number;
    const leaves = Math.max(reserved, quantity - (table.cumQuantity[row] as number));
    this.intent.strategy = strategy;
    this.intent.handle = table.instrument[row] as number;
    this.intent.side = table.side[row] as number;
    cells[INTENT.price] = price;
    cells[INTENT.quantity] = quantity;
    cells[INTENT.addedQuantity] = leaves - reserved;
    const refusal = this.before();
    if (refusal !== 0) return refusal;
    const dearest = Math.max(Math.abs(price), exposure.reservedPrice[row] as number);
    cells[INTENT.addedMoney] =
      Math.round(dearest * leaves * (exposure.factor[this.intent.handle] as number)) -
      (exposure.reservedMoney[row] as number);
    const after = this.after(false);
    return after !== 0 ? after : this.selfMatch();
  }

  /** The number for ClOrdID(11) must never have been used. @returns a code of REFUSAL; 0 passes */
  number(ordinal: number): number {
    return ordinal > this.lastOrdinal ? 0 : REFUSAL.DuplicateClOrdID;
  }

  /** The new order at `row` is about to leave: reserves what it may come to. */
  commit(row: number): void {
    const { table } = this.parts;
    const strategy = table.strategy[row] as number;
    this.lastOrdinal = table.ordinal[row] as number;
    this.rates.takeOrder(strategy);
    this.recent.add();
    this.changed(row);
  }

  /** It has not left after all: only its number stays used. */
  undo(row: number): void {
    this.rates.giveBackOrder(this.parts.table.strategy[row] as number);
    this.recent.undo();
    this.exposure.release(row);
    this.own.remove(row);
  }

  /** The replace of `row` is about to leave, the table shows it under way. */
  commitReplace(row: number): void {
    const { table } = this.parts;
    this.lastOrdinal = table.replaceOrdinal[row] as number;
    this.rates.takeOrder(table.strategy[row] as number);
    this.changed(row);
  }

  /** It has not left after all, and the table shows that. */
  undoReplace(row: number): void {
    this.rates.giveBackOrder(this.parts.table.strategy[row] as number);
    this.changed(row);
  }

  /** A strategy's cancel needs a session and its share of the messages, nothing else. @returns a code of REFUSAL; 0 passes */
  cancel(strategy: number): number {
    return this.parts.trading.sessionReady() ? this.rates.cancel(strategy) : REFUSAL.SessionNotReady;
  }

  /** A cancel has left, whoever asked for it. */
  commitCancel(row: number): void {
    const { table } = this.parts;
    this.lastOrdinal = table.cancelOrdinal[row] as number;
    this.rates.takeCancel(table.strategy[row] as number);
  }

  /** The venue has said something of the order at `row`, or somebody else changed it. */
  changed(row: number): void {
    const { table } = this.parts;
    const replacing = table.replaceOrdinal[row] !== 0;
    // Of an order that was taken over before its price could be read.
    if (Number.isNaN(table.price[row] as number)) this.value(table.instrument[row] as number);
    this.exposure.reserve(row, replacing);
    this.own.order(row, replacing);
  }

  /** Also what changes no order for its strategy may change what it can still execute. @param report Borrowed */
  reported(report: ExecutionReport): void {
    const { table } = this.parts;
    const row = table.find(report.clOrdOrdinal);
    const known = row >= 0 ? row : table.find(report.origClOrdOrdinal);
    if (known >= 0) this.changed(known);
  }

  /** The market of an instrument may have moved: what is held there is valued again. */
  marketMoved(handle: number): void {
    if (this.exposure.isActive(handle)) this.value(handle);
  }

  /** Everything anew from table and positions: after a start with those of an earlier run. Cold. */
  rebuild(): void {
    const { table } = this.parts;
    this.exposure.rebuild();
    for (let row = 0; row < table.capacity; row += 1) this.own.order(row, table.replaceOrdinal[row] !== 0);
  }

  /** Checks 1 to 6. */
  private before(): number {
    const { orders, worst, intent } = this;
    const { trading, limits } = this.parts;
    if (!trading.armed) return REFUSAL.NotArmed;
    if (trading.recovering) return REFUSAL.Recovering;
    if (!trading.sessionReady()) return REFUSAL.SessionNotReady;
    const whole = orders.whole();
    if (whole !== 0) return whole;
    intent.own = limits.ofStrategy(intent.strategy);
    intent.symbol = limits.ofSymbol(intent.handle);
    intent.flags = limits.flagsAt(intent.own, intent.symbol);
    const reducing = worst.reducing();
    if (reducing !== 0) return reducing;
    const short = worst.shortSale();
    return short !== 0 ? short : orders.order();
  }

  /** Checks 7 to 10. */
  private after(isNew: boolean): number {
    const { strategy, handle, side } = this.intent;
    // What nobody holds is not followed: its price is looked up with the first order.
    if (!this.exposure.isActive(handle)) this.value(handle);
    const worst = this.worst.order(isNew);
    if (worst !== 0) return worst;
    const rate = this.rates.order(strategy);
    if (rate !== 0) return rate;
    return this.runaway.isRunning(strategy, handle, side) ? REFUSAL.Runaway : 0;
  }

  private value(handle: number): void {
    const { registry, references } = this.parts;
    this.moved[0] = references.of(handle, registry.all[handle]!.book.mid);
    this.exposure.marketMoved(handle, this.moved);
  }

  private isDuplicate(): boolean {
    const { values, all } = this.parts.limits;
    const { own, symbol } = this.intent;
    this.windowMs[0] = Math.max(
      values[all + LIMIT.duplicateMs] as number,
      values[own + LIMIT.duplicateMs] as number,
      values[symbol + LIMIT.duplicateMs] as number,
    );
    return this.windowMs[0] > 0 && this.recent.has(this.windowMs);
  }

  private selfMatch(): number {
    const { flags, handle, side, cells } = this.intent;
    const crosses = (flags & FLAG.refuseSelfMatch) !== 0 && this.own.crosses(handle, side, cells, INTENT.price);
    return crosses ? REFUSAL.SelfMatch : 0;
  }
}
