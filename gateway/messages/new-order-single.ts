import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** Slots of a NewOrderSingle(D). What varies in width from one order to the next comes last. */
export function newOrderSingle(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'D');
  const optional = addConstants(builder, 'NewOrderSingle', ids.beginString, dialect);
  const ordType = builder.slot(TAG.OrdType, 1);
  const timeInForce = builder.slot(TAG.TimeInForce, WIDTH.terms);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  // A market order has none.
  const price = builder.optional(TAG.Price, WIDTH.price);
  return { builder, ...optional, ordType, timeInForce, side, transactTime, symbol, clOrdId, orderQty, price };
}
