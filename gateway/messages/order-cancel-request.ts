import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, timestampPrecision, WIDTH, withHeader } from './header.ts';

/** Slots of an OrderCancelRequest(F). */
export function orderCancelRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'F');
  const { account } = addConstants(builder, 'OrderCancelRequest', ids.beginString, dialect);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime, timestampPrecision(ids));
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  return { builder, account, side, transactTime, symbol, origClOrdId, clOrdId, orderQty };
}
