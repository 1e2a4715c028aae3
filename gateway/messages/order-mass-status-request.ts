import { TAG } from 'fix-parser';
import { addConstants, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, WIDTH, withHeader } from './header.ts';

/** MassStatusReqType(585): status of all orders. */
const ALL_ORDERS = '7';

/** Slots of an OrderMassStatusRequest(AF) for all orders of the session. */
export function orderMassStatusRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'AF');
  addConstants(builder, 'OrderMassStatusRequest', ids.beginString, dialect);
  builder.constant(TAG.MassStatusReqType, ALL_ORDERS);
  const massStatusReqId = builder.slot(TAG.MassStatusReqID, WIDTH.clOrdId);
  return { builder, massStatusReqId };
}
