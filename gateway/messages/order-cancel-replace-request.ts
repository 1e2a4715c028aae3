import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** Slots of an OrderCancelReplaceRequest(G); only limit orders are replaced. */
export function orderCancelReplaceRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'G');
  const optional = addConstants(builder, 'OrderCancelReplaceRequest', ids.beginString, dialect);
  const ordType = builder.slot(TAG.OrdType, 1);
  const timeInForce = builder.slot(TAG.TimeInForce, WIDTH.terms);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  const price = builder.slot(TAG.Price, WIDTH.price);
  return {
    builder,
    ...optional,
    ordType,
    timeInForce,
    side,
    transactTime,
    symbol,
    origClOrdId,
    clOrdId,
    orderQty,
    price,
  };
}
