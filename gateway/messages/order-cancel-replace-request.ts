import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';
import { ORD_TYPE_LIMIT } from './new-order-single.ts';

/** Slots of an OrderCancelReplaceRequest(G) for a limit order. */
export function orderCancelReplaceRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'G');
  addConstants(builder, 'OrderCancelReplaceRequest', ids.beginString, dialect);
  builder.constant(TAG.OrdType, ORD_TYPE_LIMIT);
  const timeInForce = builder.slot(TAG.TimeInForce, 1);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  const price = builder.slot(TAG.Price, WIDTH.price);
  return { builder, timeInForce, side, transactTime, symbol, origClOrdId, clOrdId, orderQty, price };
}
