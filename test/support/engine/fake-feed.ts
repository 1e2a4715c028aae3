import {
  CELL,
  CELLS_DOUBLES,
  DEPTH,
  DETAIL,
  depthStride,
  EVENT,
  INTEREST,
  POLL,
  RECORD_DOUBLES,
  TICK,
} from '../../../native/layout.ts';

export interface FakeEvent {
  kind: number;
  symbol?: string;
  /** Engine time; default: 1,000 ns after the one before. */
  timeNs?: number;
  side?: number;
  price?: number;
  size?: number;
  /** The book after the event, best first: pairs of price and size. */
  bids?: readonly (readonly [number, number])[];
  asks?: readonly (readonly [number, number])[];
  code?: string;
}

const CLASSES: Record<number, number> = {
  [EVENT.add]: INTEREST.book,
  [EVENT.execute]: INTEREST.book | INTEREST.trade,
  [EVENT.trade]: INTEREST.trade,
  [EVENT.delete]: INTEREST.book,
  [EVENT.tradingAction]: INTEREST.status,
  [EVENT.imbalance]: INTEREST.imbalance,
};

/** A receiver in JavaScript that keeps the contract of FeedReceiver.poll: one event that has a subscriber per call. */
export class FakeFeed {
  readonly depthLevels = 5;
  readonly maxInstruments = 8;
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly record = new Float64Array(RECORD_DOUBLES);
  readonly depth = new Float64Array(this.maxInstruments * depthStride(this.depthLevels));
  readonly symbols: string[] = [];
  readonly interests: number[] = [];
  private readonly events: FakeEvent[] = [];
  /** Live feeds do not stop at deadlines. */
  private readonly recorded: boolean;

  constructor(recorded = false) {
    this.recorded = recorded;
    this.cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
  }

  push(...events: FakeEvent[]): void {
    this.events.push(...events);
  }

  subscribe(symbol: string, interest: number): number {
    const known = this.symbols.indexOf(symbol);
    const handle = known >= 0 ? known : this.symbols.push(symbol) - 1;
    this.interests[handle] = (this.interests[handle] ?? 0) | interest;
    return handle;
  }

  setInterest(handle: number, interest: number): void {
    this.interests[handle] = interest;
  }

  /** Orders of every price level, as `queue` gives them: shares and the sequence number of their entry. */
  readonly queued: (readonly [shares: number, entrySequence: number])[] = [];

  queue(_handle: number, _side: number, _price: number, out: Float64Array): number {
    for (const [index, [shares, entrySequence]] of this.queued.entries())
      out.set([0, index, shares, entrySequence], 4 * index);
    return this.queued.length;
  }

  poll(): number {
    for (let event = this.events[0]; event !== undefined; event = this.events[0]) {
      const time = event.timeNs ?? (this.cells[CELL.nowNs] as number) + 1_000;
      const deadline = this.cells[CELL.deadlineNs] as number;
      if (this.recorded && time > deadline) {
        this.cells[CELL.nowNs] = Math.max(this.cells[CELL.nowNs] as number, deadline);
        return POLL.deadline;
      }
      this.events.shift();
      this.cells[CELL.nowNs] = time;
      const result = this.apply(event);
      if (result !== POLL.progress) return result;
    }
    if (this.recorded) this.cells[CELL.sourceEnded] = 1;
    return POLL.idle;
  }

  private apply(event: FakeEvent): number {
    const { record, cells } = this;
    cells[CELL.sequence] = (cells[CELL.sequence] as number) + 1;
    record.fill(Number.NaN);
    const handle = event.symbol === undefined ? -1 : this.symbols.indexOf(event.symbol);
    record[TICK.kind] = event.kind;
    record[TICK.instrument] = handle;
    record[TICK.side] = event.side ?? 0;
    record[TICK.price] = event.price ?? Number.NaN;
    record[TICK.size] = event.size ?? 0;
    record[TICK.exchangeTimeNs] = cells[CELL.nowNs] as number;
    record[TICK.receiveTimeNs] = cells[CELL.nowNs] as number;
    record[TICK.sequence] = cells[CELL.sequence] as number;
    record[TICK.flags] = 0;
    record[DETAIL.printable] = 1;
    record[DETAIL.code] = event.code?.charCodeAt(0) ?? 0;
    if (event.kind === EVENT.gap) {
      cells[CELL.gaps] = (cells[CELL.gaps] as number) + 1;
      this.symbols.forEach((_, index) => {
        this.depth[index * depthStride(this.depthLevels) + DEPTH.stale] = 1;
      });
      return POLL.gap;
    }
    if (handle < 0) return event.symbol === undefined ? POLL.event : POLL.progress;
    this.writeSide(handle, 0, event.bids);
    this.writeSide(handle, 1, event.asks);
    const base = handle * depthStride(this.depthLevels);
    const bid = (this.depth[base + DEPTH.bidLevels] as number) > 0;
    const ask = (this.depth[base + DEPTH.askLevels] as number) > 0;
    const asks = base + DEPTH.header + this.depthLevels * DEPTH.perLevel;
    if (bid) record.set(this.depth.subarray(base + DEPTH.header, base + DEPTH.header + 2), TICK.bid);
    if (ask) record.set(this.depth.subarray(asks, asks + 2), TICK.ask);
    if (event.kind === EVENT.tradingAction) this.depth[base + DEPTH.halted] = event.code === 'T' ? 0 : 1;
    const wanted = this.interests[handle] as number;
    const book = (wanted & INTEREST.matching) !== 0 ? INTEREST.book : 0;
    return ((wanted | book) & (CLASSES[event.kind] ?? INTEREST.book)) !== 0 ? POLL.event : POLL.progress;
  }

  private writeSide(handle: number, side: 0 | 1, levels: FakeEvent['bids']): void {
    if (levels === undefined) return;
    const base = handle * depthStride(this.depthLevels);
    this.depth[base + side] = levels.length;
    levels.slice(0, this.depthLevels).forEach(([price, size], index) => {
      const at = base + DEPTH.header + (side * this.depthLevels + index) * DEPTH.perLevel;
      this.depth.set([price, size, 1], at);
    });
  }
}

/** A book change of a symbol: best bid and ask with their sizes. */
export const quote = (symbol: string, bid: number, bidSize: number, ask: number, askSize: number): FakeEvent => ({
  kind: EVENT.add,
  symbol,
  bids: Number.isNaN(bid) ? [] : [[bid, bidSize]],
  asks: Number.isNaN(ask) ? [] : [[ask, askSize]],
});
