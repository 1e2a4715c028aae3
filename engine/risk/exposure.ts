import type { Instrument } from '../domain/instrument.ts';
import { isOpen, ORDER_STATE } from '../domain/order-state.ts';
import { POSITION } from '../domain/position.ts';
import { Side } from '../domain/side.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';

/** Money is counted in whole ten-thousandths of the currency: what is added goes away again without a rest. */
export const MONEY_SCALE = 10_000;

/** One strategy in one instrument, and the firm in one instrument: eight doubles. */
export const EXPOSURE = {
  /** What open orders may still execute, by side. */
  workingBuy: 0,
  workingSell: 1,
  /** Signed position. */
  quantity: 2,
  /** Value at market of the position once every buy, or every sell, has executed. */
  long: 3,
  short: 4,
  /** Of a strategy: profit, closed and open, and what it has bought and sold so far. */
  profit: 5,
  bought: 6,
  sold: 7,
  /** Of the firm: open orders whose price nobody knows, all open orders, and their money. */
  unpriced: 5,
  openOrders: 6,
  openMoney: 7,
  doubles: 8,
} as const;

/** The same over all instruments, by strategy; the firm's behind the house's. */
export const TOTAL = {
  openOrders: 0,
  openMoney: 1,
  gross: 2,
  long: 3,
  short: 4,
  profit: 5,
  unpriced: 6,
  doubles: 8,
} as const;

/** Hears of each execution: a strategy's, or the house's. */
export interface ExecutionListener {
  executed(strategy: number, instrument: number, side: number): void;
}

/**
 * What the firm and each strategy may come to hold: positions, and what every open order may add to them, a replace under
 * way by the larger of old and new. It is made of the order table and the positions, never the other way round, and may
 * be told of a row or a position again at any time.
 */
export class Exposure {
  /** exposures[at(strategy, instrument) + EXPOSURE.…] */
  readonly exposures: Float64Array;
  /** totals[strategy * TOTAL.doubles + TOTAL.…] */
  readonly totals: Float64Array;
  /** Row of the firm in both. */
  readonly firm: number;
  /** By row of the order table: shares and money that are reserved, and the price they are reserved at. */
  readonly reserved: Float64Array;
  readonly reservedMoney: Float64Array;
  readonly reservedPrice: Float64Array;
  /** Money of one share at a price of 1, by instrument. */
  readonly factor: Float64Array;
  /** Price that positions are valued at, by instrument; NaN until one is known. */
  readonly mark: Float64Array;
  private readonly table: OrderTable;
  private readonly positions: Positions;
  private readonly listener: ExecutionListener;
  private readonly instruments: number;
  /** Executed and reserved together: what an order in doubt may be good for. */
  private readonly reservedTotal: Float64Array;
  private readonly strategyOf: Int32Array;
  private readonly instrumentOf: Int32Array;
  private readonly sideOf: Int32Array;
  /** 1 where nobody knows what the order may cost: its price could not be read, and there is none to value it at. */
  private readonly unpriced: Uint8Array;
  /** Strategies that hold or work something, by instrument. */
  private readonly active: Int32Array;
  private readonly holds: Uint8Array;
  private readonly change = new Float64Array(4);

  constructor(table: OrderTable, positions: Positions, maxInstruments: number, listener: ExecutionListener) {
    const { capacity } = table;
    this.table = table;
    this.positions = positions;
    this.listener = listener;
    this.instruments = maxInstruments;
    this.firm = positions.house + 1;
    this.exposures = new Float64Array((this.firm + 1) * maxInstruments * EXPOSURE.doubles);
    this.totals = new Float64Array((this.firm + 1) * TOTAL.doubles);
    this.reserved = new Float64Array(capacity);
    this.reservedMoney = new Float64Array(capacity);
    this.reservedPrice = new Float64Array(capacity);
    this.reservedTotal = new Float64Array(capacity);
    this.strategyOf = new Int32Array(capacity).fill(-1);
    this.instrumentOf = new Int32Array(capacity);
    this.sideOf = new Int32Array(capacity);
    this.unpriced = new Uint8Array(capacity);
    this.factor = new Float64Array(maxInstruments);
    this.mark = new Float64Array(maxInstruments).fill(Number.NaN);
    this.active = new Int32Array(maxInstruments);
    this.holds = new Uint8Array(this.firm * maxInstruments);
  }

  /** Where one begins in `exposures`. */
  at(strategy: number, instrument: number): number {
    return (strategy * this.instruments + instrument) * EXPOSURE.doubles;
  }

  addInstrument({ handle, priceScale, multiplier }: Instrument): void {
    this.factor[handle] = (multiplier / priceScale) * MONEY_SCALE;
  }

  /**
   * The row has changed: what it may still execute is reserved, and no more.
   * @param replacing whether `newPrice` and `newQuantity` of the row may become true
   */
  reserve(row: number, replacing: boolean): void {
    const { table, change } = this;
    const strategy = table.strategy[row] as number;
    const instrument = table.instrument[row] as number;
    const side = table.side[row] as number;
    if (
      this.strategyOf[row] !== strategy ||
      this.instrumentOf[row] !== instrument ||
      this.sideOf[row] !== side ||
      !isOpen(table.state[row] as number)
    ) {
      this.release(row);
      if (!isOpen(table.state[row] as number)) return;
    }
    const executed = table.cumQuantity[row] as number;
    let quantity = table.leaves[row] as number;
    let price = Math.abs(table.price[row] as number);
    if (Number.isNaN(price)) price = Math.abs(this.mark[instrument] as number);
    if (replacing) {
      quantity = Math.max(quantity, (table.newQuantity[row] as number) - executed);
      price = Math.max(price, Math.abs(table.newPrice[row] as number));
    }
    // Nobody knows which of its replacements an order in doubt has had.
    if (table.state[row] === ORDER_STATE.inDoubt) {
      quantity = Math.max(quantity, (this.reservedTotal[row] as number) - executed);
      price = Math.max(price, this.reservedPrice[row] as number);
    }
    // NaN among the money would be no limit from here on.
    const isUnpriced = Number.isNaN(price) ? 1 : 0;
    if (isUnpriced === 1) price = 0;
    const money = Math.round(price * quantity * (this.factor[instrument] as number));
    change[0] = quantity - (this.reserved[row] as number);
    change[1] = money - (this.reservedMoney[row] as number);
    change[2] = this.strategyOf[row] === -1 ? 1 : 0;
    change[3] = isUnpriced - (this.unpriced[row] as number);
    this.unpriced[row] = isUnpriced;
    this.reserved[row] = quantity;
    this.reservedMoney[row] = money;
    this.reservedPrice[row] = price;
    this.reservedTotal[row] = quantity + executed;
    this.strategyOf[row] = strategy;
    this.instrumentOf[row] = instrument;
    this.sideOf[row] = side;
    if (Number.isNaN(this.mark[instrument] as number)) this.mark[instrument] = table.price[row] as number;
    this.book(strategy, instrument, side);
  }

  /** Nothing of the row is reserved any more. */
  release(row: number): void {
    const { change } = this;
    const strategy = this.strategyOf[row] as number;
    this.reservedTotal[row] = 0;
    this.reservedPrice[row] = 0;
    if (strategy === -1) return;
    change[0] = -(this.reserved[row] as number);
    change[1] = -(this.reservedMoney[row] as number);
    change[2] = -1;
    change[3] = -(this.unpriced[row] as number);
    this.unpriced[row] = 0;
    this.reserved[row] = 0;
    this.reservedMoney[row] = 0;
    this.strategyOf[row] = -1;
    this.book(strategy, this.instrumentOf[row] as number, this.sideOf[row] as number);
  }

  /** A position has changed. */
  position(strategy: number, instrument: number): void {
    const { exposures } = this;
    const held = this.positions.all;
    const from = this.positions.at(strategy, instrument);
    const at = this.at(strategy, instrument);
    const firm = this.at(this.firm, instrument);
    const quantity = held[from + POSITION.quantity] as number;
    exposures[firm + EXPOSURE.quantity] =
      (exposures[firm + EXPOSURE.quantity] as number) + quantity - (exposures[at + EXPOSURE.quantity] as number);
    exposures[at + EXPOSURE.quantity] = quantity;
    const bought = held[from + POSITION.bought] as number;
    const sold = held[from + POSITION.sold] as number;
    if (bought > (exposures[at + EXPOSURE.bought] as number)) this.listener.executed(strategy, instrument, Side.Buy);
    if (sold > (exposures[at + EXPOSURE.sold] as number)) this.listener.executed(strategy, instrument, Side.Sell);
    exposures[at + EXPOSURE.bought] = bought;
    exposures[at + EXPOSURE.sold] = sold;
    if (Number.isNaN(this.mark[instrument] as number) && quantity !== 0)
      this.mark[instrument] = (held[from + POSITION.cost] as number) / quantity;
    this.value(strategy, instrument);
    this.value(this.firm, instrument);
  }

  /** True while anybody holds or works something of the instrument. */
  isActive(instrument: number): boolean {
    return this.active[instrument] !== 0;
  }

  /** @param price cell of the price that the market is at; NaN where there is none */
  marketMoved(instrument: number, price: Float64Array): void {
    const now = price[0] as number;
    if (Number.isNaN(now) || now === this.mark[instrument]) return;
    const isFirst = Number.isNaN(this.mark[instrument] as number);
    this.mark[instrument] = now;
    if (isFirst) this.reprice(instrument);
    for (let strategy = 0; strategy < this.firm; strategy += 1)
      if (this.holds[strategy * this.instruments + instrument] === 1) this.value(strategy, instrument);
    this.value(this.firm, instrument);
  }

  /** Everything anew: after a start with orders and positions of an earlier run. Cold. */
  rebuild(): void {
    for (let row = 0; row < this.table.capacity; row += 1) this.reserve(row, this.table.replaceOrdinal[row] !== 0);
    for (let strategy = 0; strategy < this.firm; strategy += 1)
      for (let instrument = 0; instrument < this.instruments; instrument += 1)
        if (this.hasTraded(strategy, instrument)) this.position(strategy, instrument);
  }

  /** There is a price to value orders at whose own could not be read. */
  private reprice(instrument: number): void {
    const { table } = this;
    if (this.exposures[this.at(this.firm, instrument) + EXPOSURE.unpriced] === 0) return;
    for (let row = 0; row < table.capacity; row += 1)
      if (this.unpriced[row] === 1 && this.instrumentOf[row] === instrument)
        this.reserve(row, table.replaceOrdinal[row] !== 0);
  }

  private hasTraded(strategy: number, instrument: number): boolean {
    const at = this.positions.at(strategy, instrument);
    const held = this.positions.all;
    return (
      held[at + POSITION.quantity] !== 0 || held[at + POSITION.realizedPnl] !== 0 || held[at + POSITION.bought] !== 0
    );
  }

  /** Adds `change` to whom it belongs to. */
  private book(strategy: number, instrument: number, side: number): void {
    const { exposures, totals, change } = this;
    const firm = this.at(this.firm, instrument);
    const working = side === Side.Buy ? EXPOSURE.workingBuy : EXPOSURE.workingSell;
    const own = this.at(strategy, instrument) + working;
    exposures[own] = (exposures[own] as number) + (change[0] as number);
    exposures[firm + working] = (exposures[firm + working] as number) + (change[0] as number);
    exposures[firm + EXPOSURE.openMoney] = (exposures[firm + EXPOSURE.openMoney] as number) + (change[1] as number);
    exposures[firm + EXPOSURE.openOrders] = (exposures[firm + EXPOSURE.openOrders] as number) + (change[2] as number);
    exposures[firm + EXPOSURE.unpriced] = (exposures[firm + EXPOSURE.unpriced] as number) + (change[3] as number);
    for (let row = strategy; ; row = this.firm) {
      const at = row * TOTAL.doubles;
      totals[at + TOTAL.openMoney] = (totals[at + TOTAL.openMoney] as number) + (change[1] as number);
      totals[at + TOTAL.openOrders] = (totals[at + TOTAL.openOrders] as number) + (change[2] as number);
      totals[at + TOTAL.unpriced] = (totals[at + TOTAL.unpriced] as number) + (change[3] as number);
      if (row === this.firm) break;
    }
    this.value(strategy, instrument);
    this.value(this.firm, instrument);
  }

  /** Values one exposure at market, and carries what has changed into the totals. */
  private value(strategy: number, instrument: number): void {
    const { exposures, totals } = this;
    const at = this.at(strategy, instrument);
    const total = strategy * TOTAL.doubles;
    const mark = this.mark[instrument] as number;
    const price = Number.isNaN(mark) ? 0 : mark * (this.factor[instrument] as number);
    const quantity = exposures[at + EXPOSURE.quantity] as number;
    const long = Math.round((quantity + (exposures[at + EXPOSURE.workingBuy] as number)) * price);
    const short = Math.round((quantity - (exposures[at + EXPOSURE.workingSell] as number)) * price);
    const oldLong = exposures[at + EXPOSURE.long] as number;
    const oldShort = exposures[at + EXPOSURE.short] as number;
    exposures[at + EXPOSURE.long] = long;
    exposures[at + EXPOSURE.short] = short;
    totals[total + TOTAL.long] = (totals[total + TOTAL.long] as number) + long - oldLong;
    totals[total + TOTAL.short] = (totals[total + TOTAL.short] as number) + short - oldShort;
    totals[total + TOTAL.gross] =
      (totals[total + TOTAL.gross] as number) +
      Math.max(Math.abs(long), Math.abs(short)) -
      Math.max(Math.abs(oldLong), Math.abs(oldShort));
    if (strategy !== this.firm) this.profit(strategy, instrument, at);
  }

  private profit(strategy: number, instrument: number, at: number): void {
    const { exposures, totals, positions } = this;
    const held = positions.all;
    const from = positions.at(strategy, instrument);
    const quantity = exposures[at + EXPOSURE.quantity] as number;
    const open =
      quantity === 0 ? 0 : quantity * (this.mark[instrument] as number) - (held[from + POSITION.cost] as number);
    const profit = Math.round(
      ((held[from + POSITION.realizedPnl] as number) + open) * (this.factor[instrument] as number),
    );
    const change = profit - (exposures[at + EXPOSURE.profit] as number);
    exposures[at + EXPOSURE.profit] = profit;
    const own = strategy * TOTAL.doubles + TOTAL.profit;
    const firm = this.firm * TOTAL.doubles + TOTAL.profit;
    totals[own] = (totals[own] as number) + change;
    totals[firm] = (totals[firm] as number) + change;
    const isHeld =
      quantity !== 0 || exposures[at + EXPOSURE.workingBuy] !== 0 || exposures[at + EXPOSURE.workingSell] !== 0 ? 1 : 0;
    const index = strategy * this.instruments + instrument;
    if (isHeld === this.holds[index]) return;
    this.holds[index] = isHeld;
    this.active[instrument] = (this.active[instrument] as number) + (isHeld === 1 ? 1 : -1);
  }
}
