import type { ExecutionReport } from '../../engine/domain/execution.ts';
import type { OrderEventSink, OrderGateway } from '../../engine/ports/order-gateway.ts';
import {
  CELL,
  CELLS_DOUBLES,
  DEPTH,
  DETAIL,
  depthStride,
  EVENT,
  POLL,
  RECORD_DOUBLES,
  TICK,
} from '../../native/layout.ts';
import { EMPTY_REPORT } from './empty-report.ts';

const LEVELS = 5;
const INSTRUMENTS = 4;
const STRIDE = depthStride(LEVELS);
const ASKS = DEPTH.header + LEVELS * DEPTH.perLevel;
const BID = 3_200_000;
const TICK_SIZE = 100;

/** A feed that allocates nothing: instruments in turn, whose sizes wander, so that what is computed of them is fractional. */
export class LeanFeed {
  readonly depthLevels = LEVELS;
  readonly maxInstruments = INSTRUMENTS;
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly record = new Float64Array(RECORD_DOUBLES);
  readonly depth = new Float64Array(INSTRUMENTS * STRIDE);
  private state = 12_345;
  private subscribed = 0;

  constructor() {
    this.record[TICK.kind] = EVENT.execute;
    // Above what fits a small integer: every time and price that crossed a call would cost a heap number.
    this.cells[CELL.nowNs] = 34_200_000_000_000.5;
  }

  subscribe(): number {
    const handle = this.subscribed;
    this.subscribed += 1;
    const bids = handle * STRIDE;
    this.depth[bids + DEPTH.bidLevels] = 1;
    this.depth[bids + DEPTH.askLevels] = 1;
    this.depth.set([BID, 100, 1], bids + DEPTH.header);
    this.depth.set([BID + TICK_SIZE, 100, 1], bids + ASKS);
    return handle;
  }

  setInterest(): void {}

  poll(): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const sequence = this.cells[CELL.sequence] + 1;
    const handle = this.subscribed === 0 ? 0 : sequence % this.subscribed;
    this.depth[handle * STRIDE + DEPTH.header + DEPTH.size] = 1 + ((this.state >> 8) % 997);
    this.depth[handle * STRIDE + ASKS + DEPTH.size] = 1 + ((this.state >> 16) % 991);
    this.cells[CELL.nowNs] += 1_000_000.5;
    this.cells[CELL.sequence] = sequence;
    this.record[TICK.instrument] = handle;
    this.record[TICK.price] = BID + TICK_SIZE * ((this.state >> 4) % 7);
    this.record[TICK.size] = 1 + ((this.state >> 6) % 499);
    this.record[TICK.side] = 1 + ((this.state >> 5) & 1);
    this.record[TICK.exchangeTimeNs] = this.cells[CELL.nowNs];
    this.record[DETAIL.printable] = 1;
    return POLL.event;
  }
}

/** A venue that answers each order at the next poll, acknowledged and filled, and allocates nothing. */
export class LeanGateway implements OrderGateway {
  orders = 0;
  private readonly sink: OrderEventSink;
  private readonly ordinals = new Int32Array(1_024);
  private readonly amounts = new Float64Array(2_048);
  private pending = 0;
  private readonly report: { -readonly [Field in keyof ExecutionReport]: ExecutionReport[Field] } = {
    ...EMPTY_REPORT,
    instrument: 0,
    bytes: new Uint8Array(8).fill(0x30),
  };

  constructor(sink: OrderEventSink) {
    this.sink = sink;
  }

  addInstrument(): void {}

  poll(): number {
    const { report } = this;
    const pending = this.pending;
    this.pending = 0;
    for (let index = 0; index < pending; index += 1) {
      report.clOrdOrdinal = this.ordinals[index] as number;
      report.execType = 0x30;
      report.ordStatus = 0x30;
      report.lastQuantity = Number.NaN;
      report.lastPrice = Number.NaN;
      report.cumQuantity = Number.NaN;
      report.leavesQuantity = Number.NaN;
      this.sink.onExecution(report);
      report.execType = 0x46;
      report.ordStatus = 0x32;
      this.nameExecution();
      report.lastPrice = this.amounts[2 * index] as number;
      report.lastQuantity = this.amounts[2 * index + 1] as number;
      report.cumQuantity = report.lastQuantity;
      report.leavesQuantity = 0;
      this.sink.onExecution(report);
    }
    return pending;
  }

  /** Each execution has an ExecID(17) of its own: eight digits. */
  private nameExecution(): void {
    const { bytes } = this.report;
    this.report.execIdEnd = 8;
    for (let at = 7; at >= 0; at -= 1) {
      const digit = (bytes[at] as number) + 1;
      bytes[at] = digit > 0x39 ? 0x30 : digit;
      if (digit <= 0x39) return;
    }
  }

  isReady(): boolean {
    return true;
  }

  newOrder(ordinal: number, _instrument: number, _side: number, price: number, quantity: number): number {
    this.ordinals[this.pending] = ordinal;
    this.amounts[2 * this.pending] = price;
    this.amounts[2 * this.pending + 1] = quantity;
    this.pending += 1;
    this.orders += 1;
    return 0;
  }

  cancel(): number {
    return 0;
  }

  replace(): number {
    return 0;
  }

  readonly offers = { market: true, massStatus: false, massCancel: false };

  massStatus(): number {
    return 0;
  }

  massCancel(): number {
    return 0;
  }

  queryStatus(): number {
    return 0;
  }

  addTerms(): void {}

  logout(): void {}
}
