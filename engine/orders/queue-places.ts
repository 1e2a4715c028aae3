import type { FeedReceiver } from '../../native/index.ts';
import { CELL } from '../../native/layout.ts';
import { isOpen, ORDER_EVENT } from '../domain/order-state.ts';
import { rests } from '../domain/time-in-force.ts';
import type { OrderTable } from './order-table.ts';

/** Orders of one level that are looked at: what lies behind them is not seen. */
const MAX_QUEUE = 2_048;
/** As FeedReceiver.queue writes them. */
const QUEUED = { size: 2, entrySequence: 3, doubles: 4 } as const;

/**
 * Where in the queue of its price each of our orders may stand, by the feed's own orders: whoever was displayed there when
 * the venue's acceptance came here is ahead. That is the most there can be: the order took its place a little earlier.
 */
export class QueuePlaces {
  private readonly feed: Partial<Pick<FeedReceiver, 'queue'>>;
  private readonly table: OrderTable;
  private readonly cells: Float64Array;
  /** Sequence number of the feed's last message when the order had taken its place; NaN before. */
  private readonly entrySequence: Float64Array;
  /** 1 while a replacement is under way that leaves the order in its place. */
  private readonly keeps: Uint8Array;
  private readonly queue = new Float64Array(QUEUED.doubles * MAX_QUEUE);

  constructor(feed: Partial<Pick<FeedReceiver, 'queue'>>, table: OrderTable, cells: Float64Array) {
    this.feed = feed;
    this.table = table;
    this.cells = cells;
    this.entrySequence = new Float64Array(table.capacity).fill(Number.NaN);
    this.keeps = new Uint8Array(table.capacity);
  }

  /** A new order takes the row. */
  opened(row: number): void {
    this.entrySequence[row] = Number.NaN;
  }

  /** A replacement is about to leave; the table shows what it asks for. */
  replacing(row: number): void {
    const { table } = this;
    const isSmaller = (table.newQuantity[row] as number) <= (table.quantity[row] as number);
    this.keeps[row] = isSmaller && table.newPrice[row] === table.price[row] ? 1 : 0;
  }

  /** The venue has said something of the order. @param event one of ORDER_EVENT */
  changed(row: number, event: number): void {
    if (event === ORDER_EVENT.accepted || (event === ORDER_EVENT.replaced && this.keeps[row] === 0))
      this.entrySequence[row] = this.cells[CELL.sequence] as number;
  }

  /** Shares displayed ahead of the order at its price; NaN for one that does not rest, or of a feed without orders. */
  ahead(row: number): number {
    const { table, feed, queue } = this;
    const entry = this.entrySequence[row] as number;
    const isResting = isOpen(table.state[row] as number) && rests(table.timeInForce[row] as number);
    if (feed.queue === undefined || !isResting || Number.isNaN(entry)) return Number.NaN;
    const price = table.price[row] as number;
    const count = feed.queue(table.instrument[row] as number, table.side[row] as number, price, queue);
    let ahead = 0;
    for (let at = 0; at < count * QUEUED.doubles; at += QUEUED.doubles)
      if ((queue[at + QUEUED.entrySequence] as number) <= entry) ahead += queue[at + QUEUED.size] as number;
    return ahead;
  }
}
