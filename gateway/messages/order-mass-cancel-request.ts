import { TAG } from 'fix-parser';
import { addConstants, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** MassCancelRequestType(530): all orders. */
const ALL_ORDERS = '7';

/** Slots of an OrderMassCancelRequest(q) for all orders of the session. */
export function orderMassCancelRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'q');
  addConstants(builder, 'OrderMassCancelRequest', ids.beginString, dialect);
  builder.constant(TAG.MassCancelRequestType, ALL_ORDERS);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  return { builder, transactTime, clOrdId };
}
