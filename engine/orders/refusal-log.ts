import { CELL } from '../../native/layout.ts';
import { SCRATCH } from '../strategy/host.ts';
import { createOrderLog, OrderLogReader, OrderLogWriter } from './order-log.ts';

/**
 * Every order, replace and cancel that a strategy wanted and that was not sent: a ring like the order log's, of a record
 * each. Nothing waits for it: what finds it full is counted as lost, because a strategy may be refused at every event.
 */
export const REFUSAL_LOG = {
  /** Engine time. */
  timeNs: 0,
  /** newOrder, cancel or replace of ORDER_LOG_KIND. */
  kind: 1,
  strategy: 2,
  instrument: 3,
  side: 4,
  /** What was wanted; of a cancel 0. */
  price: 5,
  quantity: 6,
  /** One of CAUSE. */
  cause: 7,
  /** Of a replace or cancel: number in ClOrdID(11) of its order; 0 for none. */
  ordinal: 8,
  /** Sequence number of the last feed message applied. */
  sequence: 9,
  timeInForce: 10,
  /** One of REFUSAL. */
  reason: 11,
  /** Records of the order log before it: where in that it belongs. */
  orderRecords: 12,
} as const;
const DOUBLES = Object.keys(REFUSAL_LOG).length;

/** @param records a power of two */
export const createRefusalLog = (records: number): SharedArrayBuffer => createOrderLog(records, DOUBLES);

export const refusalReader = (buffer: SharedArrayBuffer): OrderLogReader => new OrderLogReader(buffer, DOUBLES);

/** The loop's side. */
export class RefusalLog {
  private readonly log: OrderLogWriter;
  private readonly cells: Float64Array;
  private readonly scratch: Float64Array;
  private readonly cause: Int32Array;
  private readonly orders: OrderLogWriter;

  /** @param scratch price and quantity as they were wanted @param cause cause[0] is one of CAUSE */
  constructor(
    buffer: SharedArrayBuffer,
    orders: OrderLogWriter,
    cells: Float64Array,
    scratch: Float64Array,
    cause: Int32Array,
  ) {
    this.log = new OrderLogWriter(buffer, DOUBLES);
    this.orders = orders;
    this.cells = cells;
    this.scratch = scratch;
    this.cause = cause;
  }

  write(
    reason: number,
    kind: number,
    strategy: number,
    instrument: number,
    side: number,
    timeInForce: number,
    ordinal: number,
  ): void {
    const at = this.log.next();
    if (at < 0) return;
    const { slots } = this.log;
    slots[at + REFUSAL_LOG.timeNs] = this.cells[CELL.nowNs] as number;
    slots[at + REFUSAL_LOG.kind] = kind;
    slots[at + REFUSAL_LOG.strategy] = strategy;
    slots[at + REFUSAL_LOG.instrument] = instrument;
    slots[at + REFUSAL_LOG.side] = side;
    slots[at + REFUSAL_LOG.price] = this.scratch[SCRATCH.price] as number;
    slots[at + REFUSAL_LOG.quantity] = this.scratch[SCRATCH.quantity] as number;
    slots[at + REFUSAL_LOG.cause] = this.cause[0] as number;
    slots[at + REFUSAL_LOG.ordinal] = ordinal;
    slots[at + REFUSAL_LOG.sequence] = this.cells[CELL.sequence] as number;
    slots[at + REFUSAL_LOG.timeInForce] = timeInForce;
    slots[at + REFUSAL_LOG.reason] = reason;
    slots[at + REFUSAL_LOG.orderRecords] = this.orders.written;
    this.log.publish();
  }
}
