import { Side } from '../../engine/domain/side.ts';
import { DETAIL, EVENT, TICK } from '../../native/layout.ts';
import { NO_LIMIT, NO_ROW, type OrderTable } from '../matching/order-table.ts';
import type { PriorityLists } from '../matching/priority-lists.ts';
import type { ConsumedLiquidity } from './consumed-liquidity.ts';

/** What a fill needs of the recorded book; FeedReceiver satisfies it. */
export interface RecordedBook {
  levels(handle: number, side: number, out: Float64Array): number;
  queue(handle: number, side: number, price: number, out: Float64Array): number;
}

/** Hears fills as they happen; the row's filled quantity and notional are up to date by then. */
export interface FillSink {
  onFill(row: number, quantity: number, price: number, maker: boolean): void;
}

/** An order takes from at most so many levels, and from so many orders of a level; what lies behind is not seen. */
const MAX_LEVELS = 256;
const MAX_QUEUE = 2048;

/**
 * Fills against a recorded book.
 *
 * An arriving order takes what is displayed, level by level at the recorded prices up to its limit. A resting order
 * fills only by recorded trades, exactly by price-time priority: an execution at its price of an order that entered
 * later would have been ours, one that entered before was ahead of us; an execution at a worse price or a trade
 * through our price would have met us first. The queue is looked up, never counted, so cancels ahead move us up by
 * themselves. We trade at our own price then, at most as many shares as the recording traded.
 */
export class BookFills {
  readonly #book: RecordedBook;
  readonly #orders: OrderTable;
  readonly #lists: PriorityLists;
  readonly #consumed: ConsumedLiquidity;
  readonly #sink: FillSink;
  readonly #levels = new Float64Array(2 * MAX_LEVELS);
  readonly #queue = new Float64Array(4 * MAX_QUEUE);

  constructor(
    book: RecordedBook,
    orders: OrderTable,
    lists: PriorityLists,
    consumed: ConsumedLiquidity,
    sink: FillSink,
  ) {
    this.#book = book;
    this.#orders = orders;
    this.#lists = lists;
    this.#consumed = consumed;
    this.#sink = sink;
  }

  /** Takes displayed liquidity for an arriving order; one fill a level. */
  take(row: number): void {
    const { instrument, side, price, quantity, filled } = this.#orders;
    const handle = instrument[row];
    const other = opposite(side[row] as Side);
    const upward = side[row] === Side.Buy ? 1 : -1;
    const levels = this.#book.levels(handle, other, this.#levels);
    for (let i = 0; i < levels && filled[row] < quantity[row]; i++) {
      const levelPrice = this.#levels[2 * i];
      if (isBeyond(levelPrice, price[row], upward)) return;
      const taken = this.#takeLevel(handle, other, levelPrice, quantity[row] - filled[row]);
      if (taken > 0) this.#fill(row, taken, levelPrice, false);
    }
  }

  /** Whether all of an arriving order could be taken at once. */
  canFill(row: number): boolean {
    const { instrument, side, price, quantity } = this.#orders;
    const other = opposite(side[row] as Side);
    const upward = side[row] === Side.Buy ? 1 : -1;
    const levels = this.#book.levels(instrument[row], other, this.#levels);
    let wanted = quantity[row];
    for (let i = 0; i < levels && wanted > 0; i++) {
      const levelPrice = this.#levels[2 * i];
      if (isBeyond(levelPrice, price[row], upward)) break;
      wanted -= this.#displayed(instrument[row], other, levelPrice);
    }
    return wanted <= 0;
  }

  /** Whether an order at that price would take something as it arrives. */
  wouldTake(handle: number, side: Side, price: number): boolean {
    const upward = side === Side.Buy ? 1 : -1;
    const levels = this.#book.levels(handle, opposite(side), this.#levels);
    for (let i = 0; i < levels; i++) {
      const levelPrice = this.#levels[2 * i];
      if (isBeyond(levelPrice, price, upward)) return false;
      if (this.#displayed(handle, opposite(side), levelPrice) > 0) return true;
    }
    return false;
  }

  /** Shares of an auction at its one price, for an order that was in it. */
  cross(row: number, price: number, shares: number): void {
    const { quantity, filled } = this.#orders;
    this.#fill(row, Math.min(shares, quantity[row] - filled[row]), price, false);
  }

  /** An event of the recording; a bounded amount of work. */
  onEvent(record: Float64Array): void {
    const handle = record[TICK.instrument];
    const high = record[TICK.idHigh];
    const low = record[TICK.idLow];
    const consumed = this.#consumed;
    switch (record[TICK.kind]) {
      case EVENT.execute:
      case EVENT.executeWithPrice: {
        const free = consumed.onExecuted(high, low, record[TICK.size], record[DETAIL.remaining]);
        // What is not printable is printed once more as a cross; offering both would give its shares twice.
        if (record[DETAIL.printable] === 0) return;
        const side = record[TICK.side] as Side;
        const price = record[DETAIL.levelPrice];
        const left = this.#offer(handle, side, price, record[DETAIL.entrySequence], free);
        // An order that came to rest at our price or through it on the other side would have met us on arrival.
        this.#offer(handle, opposite(side), price, record[DETAIL.entrySequence], left);
        return;
      }
      case EVENT.cancel:
        consumed.limit(high, low, record[DETAIL.remaining]);
        return;
      case EVENT.delete:
        consumed.forget(high, low);
        return;
      case EVENT.replace:
        consumed.move(handle, record[DETAIL.oldIdHigh], record[DETAIL.oldIdLow], high, low, record[TICK.size]);
        return;
      case EVENT.trade:
      case EVENT.crossTrade: {
        // A hidden order or an auction does not tell which side was hit: only orders strictly beyond the price are
        // sure to have been served first, the buyers' side before the sellers'.
        const price = record[TICK.price];
        const left = this.#offer(handle, Side.Buy, price, Number.NEGATIVE_INFINITY, record[TICK.size]);
        this.#offer(handle, Side.Sell, price, Number.NEGATIVE_INFINITY, left);
        return;
      }
    }
  }

  /** Shares at a price that nobody of ours has taken. */
  #displayed(handle: number, side: Side, price: number): number {
    const queue = this.#queue;
    const orders = this.#book.queue(handle, side, price, queue);
    let shares = 0;
    for (let i = 0; i < orders; i++)
      shares += Math.max(0, queue[4 * i + 2] - this.#consumed.of(queue[4 * i], queue[4 * i + 1]));
    return shares;
  }

  #takeLevel(handle: number, side: Side, price: number, wanted: number): number {
    const queue = this.#queue;
    const orders = this.#book.queue(handle, side, price, queue);
    let left = wanted;
    for (let i = 0; i < orders && left > 0; i++) {
      const high = queue[4 * i];
      const low = queue[4 * i + 1];
      const shares = Math.min(left, queue[4 * i + 2] - this.#consumed.of(high, low));
      if (shares <= 0) continue;
      if (!this.#consumed.take(handle, high, low, shares)) break;
      left -= shares;
    }
    return wanted - left;
  }

  /**
   * Shares traded on a side at a price, against an order that entered at a sequence number: they go to our orders
   * that had priority over it.
   * @returns shares left over
   */
  #offer(handle: number, side: Side, price: number, entrySequence: number, shares: number): number {
    const orders = this.#orders;
    const upward = side === Side.Buy ? 1 : -1;
    let left = shares;
    let row = this.#lists.head(handle, side);
    while (row !== NO_ROW && left > 0) {
      const better = (orders.price[row] - price) * upward;
      if (better < 0 || (better === 0 && orders.entrySequence[row] >= entrySequence)) break;
      const next = orders.next[row];
      const quantity = Math.min(left, orders.quantity[row] - orders.filled[row]);
      left -= quantity;
      this.#fill(row, quantity, orders.price[row], true);
      row = next;
    }
    return left;
  }

  #fill(row: number, quantity: number, price: number, maker: boolean): void {
    this.#orders.filled[row] += quantity;
    this.#orders.notional[row] += quantity * price;
    this.#sink.onFill(row, quantity, price, maker);
  }
}

/** True of a level that an order's limit does not reach. @param upward 1 for a buy, -1 for a sell */
function isBeyond(levelPrice: number, limit: number, upward: number): boolean {
  return limit !== NO_LIMIT && (levelPrice - limit) * upward > 0;
}

function opposite(side: Side): Side {
  return side === Side.Buy ? Side.Sell : Side.Buy;
}
