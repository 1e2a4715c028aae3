import { TAG } from 'fix-parser';
import { type CompIds, WIDTH, withHeader } from './header.ts';

/** CxlRejResponseTo(434). */
export const CXL_REJ_RESPONSE_TO = { cancel: 0x31, replace: 0x32 } as const;
/** CxlRejReason(102). */
export const CXL_REJ_REASON = { tooLate: 0, unknownOrder: 1, duplicateClOrdId: 6, other: 99 } as const;

/** Slots of an OrderCancelReject(9); used as those of the ExecutionReport are. */
export function orderCancelReject(ids: CompIds) {
  const builder = withHeader(ids, '9');
  const ordStatus = builder.slot(TAG.OrdStatus, 1);
  const responseTo = builder.slot(TAG.CxlRejResponseTo, 1);
  const orderId = builder.slot(TAG.OrderID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const reason = builder.slot(TAG.CxlRejReason, 4);
  const text = builder.optional(TAG.Text, WIDTH.text);
  return { builder, ordStatus, responseTo, orderId, clOrdId, origClOrdId, reason, text };
}
