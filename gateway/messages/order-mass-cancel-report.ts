import { TAG } from 'fix-parser';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** MassCancelResponse(531); 1 and 7 name what was cancelled as MassCancelRequestType(530) does. */
export const MASS_CANCEL_RESPONSE = { rejected: 0x30, security: 0x31, all: 0x37 } as const;

/** Slots of an OrderMassCancelReport(r); used as those of the ExecutionReport are. */
export function orderMassCancelReport(ids: CompIds) {
  const builder = withHeader(ids, 'r');
  const requestType = builder.slot(TAG.MassCancelRequestType, 1);
  const response = builder.slot(TAG.MassCancelResponse, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const orderId = builder.slot(TAG.OrderID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const totalAffectedOrders = builder.optional(TAG.TotalAffectedOrders, WIDTH.quantity);
  const rejectReason = builder.optional(TAG.MassCancelRejectReason, 4);
  const text = builder.optional(TAG.Text, WIDTH.text);
  return { builder, requestType, response, transactTime, orderId, clOrdId, totalAffectedOrders, rejectReason, text };
}
