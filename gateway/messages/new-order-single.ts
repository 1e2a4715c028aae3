import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** OrdType(40) Limit. */
export const ORD_TYPE_LIMIT = '2';

/** Slots of a NewOrderSingle(D) for a limit order. What varies in width comes last. */
export function newOrderSingle(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'D');
  addConstants(builder, 'NewOrderSingle', ids.beginString, dialect);
  builder.constant(TAG.OrdType, ORD_TYPE_LIMIT);
  const timeInForce = builder.slot(TAG.TimeInForce, 1);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  const price = builder.slot(TAG.Price, WIDTH.price);
  return { builder, timeInForce, side, transactTime, symbol, clOrdId, orderQty, price };
}
