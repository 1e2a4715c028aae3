import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

export { EXEC_TYPE } from '../../engine/domain/execution.ts';

/** OrdStatus(39) as FIX 4.4 codes it (ASCII). */
export const ORD_STATUS = {
  new: 0x30,
  partiallyFilled: 0x31,
  filled: 0x32,
  canceled: 0x34,
  replaced: 0x35,
  pendingCancel: 0x36,
  rejected: 0x38,
  pendingNew: 0x41,
  expired: 0x43,
  pendingReplace: 0x45,
} as const;

/**
 * Slots of an ExecutionReport(8), shared by whoever answers orders. To send one: lay it out once with
 * `session.place(slots.builder)`, then for each report set every slot that is not optional, set or `hide` the optional
 * ones (a template remembers), and `session.send(template, CAUSE.none)`. Nothing of it allocates.
 * @param isCopy of a drop copy: CopyMsgIndicator(797) says so
 */
export function executionReport(ids: CompIds, isCopy = false) {
  const builder = withHeader(ids, '8');
  if (isCopy) builder.constant(TAG.CopyMsgIndicator, 'Y');
  const execType = builder.slot(TAG.ExecType, 1);
  const ordStatus = builder.slot(TAG.OrdStatus, 1);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const orderId = builder.slot(TAG.OrderID, WIDTH.clOrdId);
  const execId = builder.slot(TAG.ExecID, WIDTH.clOrdId);
  const symbol = builder.slot(TAG.Symbol, WIDTH.symbol);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  const cumQty = builder.slot(TAG.CumQty, WIDTH.quantity);
  const leavesQty = builder.slot(TAG.LeavesQty, WIDTH.quantity);
  const avgPx = builder.slot(TAG.AvgPx, WIDTH.price);
  const price = builder.optional(TAG.Price, WIDTH.price);
  const lastQty = builder.optional(TAG.LastQty, WIDTH.quantity);
  const lastPx = builder.optional(TAG.LastPx, WIDTH.price);
  const commission = builder.optional(TAG.Commission, WIDTH.price);
  const commType = builder.optional(TAG.CommType, 1);
  const origClOrdId = builder.optional(TAG.OrigClOrdID, WIDTH.clOrdId);
  const ordRejReason = builder.optional(TAG.OrdRejReason, 4);
  const execRefId = builder.optional(TAG.ExecRefID, WIDTH.clOrdId);
  const execRestatementReason = builder.optional(TAG.ExecRestatementReason, 4);
  const text = builder.optional(TAG.Text, WIDTH.text);
  const massStatusReqId = builder.optional(TAG.MassStatusReqID, WIDTH.clOrdId);
  const totNumReports = builder.optional(TAG.TotNumReports, WIDTH.quantity);
  const lastRptRequested = builder.optional(TAG.LastRptRequested, 1);
  return {
    builder,
    execType,
    ordStatus,
    side,
    transactTime,
    orderId,
    execId,
    symbol,
    clOrdId,
    orderQty,
    cumQty,
    leavesQty,
    avgPx,
    price,
    lastQty,
    lastPx,
    commission,
    commType,
    origClOrdId,
    ordRejReason,
    execRefId,
    execRestatementReason,
    text,
    massStatusReqId,
    totNumReports,
    lastRptRequested,
  };
}

/** First required tag that a report lacks and without which it tells nothing, else 0. */
export function missingTag(message: FixMessage): number {
  if (!message.has(TAG.OrdStatus)) return TAG.OrdStatus;
  if (message.msgType === MSG_TYPE.OrderCancelReject) return message.has(TAG.ClOrdID) ? 0 : TAG.ClOrdID;
  return message.has(TAG.ExecType) ? 0 : TAG.ExecType;
}
