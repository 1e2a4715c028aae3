import type { Side } from '../../engine/domain/side.ts';
import { rests, TimeInForce } from '../../engine/domain/time-in-force.ts';
import { CELL, EVENT, INTEREST, TICK } from '../../native/layout.ts';
import { BookFills, type FillSink } from '../fills/book-fills.ts';
import { ConsumedLiquidity } from '../fills/consumed-liquidity.ts';
import { AuctionOrders, isForAuction } from './auction-orders.ts';
import { NO_LIMIT, NO_ROW, OrderTable } from './order-table.ts';
import { PriorityLists } from './priority-lists.ts';
import type { ExchangeFeed } from './shared-feed.ts';

/** Recorded orders that may have been taken from at one time. */
const CONSUMED_CAPACITY = 1 << 16;

/** What happens to orders, in order. The row is valid until `onClosed` returns; its columns are up to date. */
export interface MatchListener {
  onAccepted(row: number): void;
  onTrade(row: number, quantity: number, price: number, maker: boolean): void;
  /** The order goes on under a new identifier, with a new price or quantity. */
  onReplaced(row: number, previousIdentifier: number): void;
  /** What was left is cancelled; `request` is the identifier of the request, or -1 where nobody asked. */
  onCancelled(row: number, request: number): void;
  /** The order is over, after the event that ended it. */
  onClosed(row: number): void;
}

export interface MatchingOptions {
  feed: ExchangeFeed;
  /** Cells of the feed, for the sequence number at which an order takes its place. */
  feedCells: Float64Array;
  maxInstruments: number;
  maxOpenOrders: number;
  listener: MatchListener;
}

/** Orders against a recorded book: accepts, trades, rests, replaces and cancels them. Knows no FIX and no clock. */
export class Matching implements FillSink {
  readonly orders: OrderTable;
  readonly consumed: ConsumedLiquidity;
  readonly #lists: PriorityLists;
  readonly #auctions: AuctionOrders;
  readonly #fills: BookFills;
  readonly #feed: ExchangeFeed;
  readonly #feedCells: Float64Array;
  readonly #listener: MatchListener;
  /** Interest that the feed was told of, by handle. */
  readonly #followed: Uint8Array;

  constructor(options: MatchingOptions) {
    this.orders = new OrderTable(options.maxOpenOrders);
    this.consumed = new ConsumedLiquidity(options.maxInstruments, CONSUMED_CAPACITY);
    this.#lists = new PriorityLists(this.orders, options.maxInstruments);
    this.#auctions = new AuctionOrders(this.orders, options.maxInstruments);
    this.#fills = new BookFills(options.feed, this.orders, this.#lists, this.consumed, this);
    this.#feed = options.feed;
    this.#feedCells = options.feedCells;
    this.#listener = options.listener;
    this.#followed = new Uint8Array(options.maxInstruments);
  }

  /** @returns its row, which may be over already; NO_ROW when there are too many open orders: nothing happened then */
  submit(
    identifier: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
  ): number {
    const row = this.orders.take(identifier, instrument, side, price, quantity, timeInForce);
    if (row === NO_ROW) return NO_ROW;
    this.#listener.onAccepted(row);
    this.#work(row);
    this.#follow(instrument);
    return row;
  }

  /** An order that rested before a restart takes its place again, without a word. The row's columns are the caller's. */
  resume(row: number): void {
    this.#rest(row);
    this.#follow(this.orders.instrument[row]);
  }

  /** @param request identifier of the cancel request, -1 for a cancel that nobody asked for */
  cancel(row: number, request: number): void {
    const instrument = this.orders.instrument[row];
    this.#remove(row);
    this.#listener.onCancelled(row, request);
    this.#close(row);
    this.#follow(instrument);
  }

  /**
   * A new total quantity (more than is filled) and price. The place in the queue is kept only when the price stays
   * and the quantity does not grow; else the order arrives anew, and may trade.
   */
  replace(row: number, identifier: number, price: number, quantity: number): void {
    const { orders } = this;
    const instrument = orders.instrument[row];
    const keepsPlace = price === orders.price[row] && quantity <= orders.quantity[row];
    const previous = orders.identifier[row];
    orders.identifier[row] = identifier;
    orders.quantity[row] = quantity;
    if (keepsPlace) {
      this.#listener.onReplaced(row, previous);
      return;
    }
    this.#remove(row);
    orders.price[row] = price;
    this.#listener.onReplaced(row, previous);
    this.#work(row);
    this.#follow(instrument);
  }

  /** Shares of a resting order trade at its own price, whatever the market does. */
  fill(row: number, quantity: number): void {
    const { orders } = this;
    const instrument = orders.instrument[row];
    orders.filled[row] += quantity;
    orders.notional[row] += quantity * orders.price[row];
    this.onFill(row, quantity, orders.price[row], true);
    this.#follow(instrument);
  }

  /** An event of the feed; costs a few loads where nothing of ours is concerned. */
  onEvent(record: Float64Array): void {
    const instrument = record[TICK.instrument];
    if (!(instrument >= 0) || this.#followed[instrument] === 0) return;
    if (record[TICK.kind] === EVENT.crossTrade) this.#uncross(instrument, record);
    this.#fills.onEvent(record);
    this.#follow(instrument);
  }

  onFill(row: number, quantity: number, price: number, maker: boolean): void {
    const { orders } = this;
    const over = orders.filled[row] >= orders.quantity[row];
    if (over && maker && orders.resting[row] === 1) this.#lists.remove(row);
    this.#listener.onTrade(row, quantity, price, maker);
    // An arriving order is closed by whoever brought it.
    if (over && maker) this.#close(row);
  }

  /** Whether an order at that price would take something as it arrives. */
  wouldTake(instrument: number, side: Side, price: number): boolean {
    return this.#fills.wouldTake(instrument, side, price);
  }

  #work(row: number): void {
    const { orders } = this;
    const timeInForce = orders.timeInForce[row];
    if (isForAuction(timeInForce)) {
      this.#rest(row);
      return;
    }
    if (timeInForce !== TimeInForce.FillOrKill || this.#fills.canFill(row)) this.#fills.take(row);
    if (orders.filled[row] >= orders.quantity[row]) {
      this.#close(row);
    } else if (!rests(timeInForce) || orders.price[row] === NO_LIMIT) {
      this.#listener.onCancelled(row, -1);
      this.#close(row);
    } else this.#rest(row);
  }

  #rest(row: number): void {
    const { orders } = this;
    orders.entrySequence[row] = this.#feedCells[CELL.sequence];
    if (isForAuction(orders.timeInForce[row])) this.#auctions.add(row);
    else this.#lists.insert(row);
  }

  /** An auction is over: its orders trade at its price as far as their limits and its shares go, and the rest ends. */
  #uncross(instrument: number, record: Float64Array): void {
    const { orders } = this;
    const price = record[TICK.price];
    let shares = record[TICK.size];
    for (
      let row = this.#auctions.next(instrument, record);
      row !== NO_ROW;
      row = this.#auctions.next(instrument, record)
    ) {
      this.#auctions.remove(row);
      const before = orders.filled[row];
      if (shares > 0 && price > 0 && this.#auctions.reaches(row, price)) this.#fills.cross(row, price, shares);
      shares -= orders.filled[row] - before;
      if (orders.filled[row] < orders.quantity[row]) this.#listener.onCancelled(row, -1);
      this.#close(row);
    }
  }

  #remove(row: number): void {
    if (isForAuction(this.orders.timeInForce[row])) this.#auctions.remove(row);
    else if (this.orders.resting[row] === 1) this.#lists.remove(row);
  }

  #close(row: number): void {
    this.#listener.onClosed(row);
    this.orders.release(row);
  }

  /** The feed hands over an instrument's events only while something of ours rests there or was taken there. */
  #follow(instrument: number): void {
    const resting =
      this.#lists.count(instrument) + this.#auctions.count(instrument) > 0 ? INTEREST.matching | INTEREST.trade : 0;
    const wanted = resting | (this.consumed.count(instrument) > 0 ? INTEREST.matching : 0);
    if (wanted === this.#followed[instrument]) return;
    this.#followed[instrument] = wanted;
    this.#feed.setInterest(instrument, wanted);
  }
}
