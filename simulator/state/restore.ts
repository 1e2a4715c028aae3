import type { Side } from '../../engine/domain/side.ts';
import type { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { EXEC_TYPE } from '../../gateway/index.ts';
import { REFUSAL } from '../acceptor/refusals.ts';
import { REPORT } from '../acceptor/report-queue.ts';
import type { StateRecord } from './state-record.ts';

const PENDING: ReadonlySet<number> = new Set([EXEC_TYPE.pendingNew, EXEC_TYPE.pendingCancel, EXEC_TYPE.pendingReplace]);

/** A ClOrdID(11) that was used, and what became of the order or request that used it. */
export interface KnownId {
  readonly clOrdId: string;
  symbol: string;
  orderNumber: number;
  side: number;
  /** The ClOrdID that a replacement gave the order. */
  successor: KnownId | undefined;
  endStatus: number;
  refusal: number;
  quantity: number;
  filled: number;
  notional: number;
  price: number;
}

/** An order that was open. */
export interface OpenOrder {
  readonly orderNumber: number;
  /** When it was taken, ms since 1970. */
  readonly enteredMs: number;
  id: KnownId;
  side: Side;
  timeInForce: TimeInForce;
  price: number;
  quantity: number;
  filled: number;
  notional: number;
}

export interface Replayed {
  /** In the order in which they were used. */
  readonly ids: KnownId[];
  /** In the order in which they came. */
  readonly open: OpenOrder[];
  /** Above all that were given. */
  readonly nextExecId: number;
  readonly nextOrderNumber: number;
}

/** What the reports of an exchange have made of its orders: each one shows its order as it was then. */
export function replay(records: Iterable<StateRecord>): Replayed {
  const ids = new Map<string, KnownId>();
  const open = new Map<number, OpenOrder>();
  let nextExecId = 0;
  let nextOrderNumber = 0;
  for (const record of records) {
    nextExecId = Math.max(nextExecId, record.values.execId + 1);
    nextOrderNumber = Math.max(nextOrderNumber, record.values.orderNumber + 1);
    // An identifier that came a second time stays what it was.
    if (record.values.refusal === REFUSAL.duplicate) continue;
    if (record.values.kind === REPORT.execution) execution(record, ids, open);
    else idOf(ids, record.clOrdId, record.symbol);
  }
  return { ids: [...ids.values()], open: [...open.values()], nextExecId, nextOrderNumber };
}

function execution(record: StateRecord, ids: Map<string, KnownId>, open: Map<number, OpenOrder>): void {
  const { values, clOrdId, origClOrdId, symbol, timeMs } = record;
  const { orderNumber, execType, leaves, side, timeInForce, price, quantity, filled, notional } = values;
  const request = idOf(ids, clOrdId, symbol);
  // Nothing has been done yet: the report that says so follows.
  if (PENDING.has(execType)) return;
  const named = origClOrdId === '' ? request : idOf(ids, origClOrdId, symbol);
  // A cancel's report has the request's ClOrdID, a replacement's the order's new one.
  const own = execType === EXEC_TYPE.canceled ? named : request;
  if (execType === EXEC_TYPE.replaced) named.successor = request;
  own.orderNumber = orderNumber;
  if (leaves > 0) {
    const order = open.get(orderNumber) ?? { orderNumber, enteredMs: timeMs };
    open.set(orderNumber, {
      ...order,
      id: own,
      side: side as Side,
      timeInForce: timeInForce as TimeInForce,
      price,
      quantity,
      filled,
      notional,
    });
    return;
  }
  open.delete(orderNumber);
  const { ordStatus: endStatus, refusal } = values;
  Object.assign(own, { endStatus, refusal, side, quantity, filled, notional, price });
}

function idOf(ids: Map<string, KnownId>, clOrdId: string, symbol: string): KnownId {
  const known = ids.get(clOrdId);
  if (known !== undefined) return known;
  const fresh: KnownId = {
    clOrdId,
    symbol,
    orderNumber: 0,
    side: 0,
    successor: undefined,
    endStatus: 0,
    refusal: REFUSAL.none,
    quantity: 0,
    filled: 0,
    notional: 0,
    price: 0,
  };
  ids.set(clOrdId, fresh);
  return fresh;
}
