import { TAG } from 'fix-parser';
import { addConstants, instrumentWidth, type OrderDialect } from '../order-dialect.ts';
import { type CompIds, WIDTH, withHeader } from './header.ts';

/**
 * Slots of an OrderStatusRequest(H). No version demands OrderID(37), which nobody knows of an order that was never
 * answered: ClOrdID(11), Symbol(55) and Side(54) name it in all of them.
 */
export function orderStatusRequest(ids: CompIds, dialect: OrderDialect = {}) {
  const builder = withHeader(ids, 'H');
  const { account } = addConstants(builder, 'OrderStatusRequest', ids.beginString, dialect);
  const side = builder.slot(TAG.Side, 1);
  const symbol = builder.slot(TAG.Symbol, instrumentWidth(dialect));
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  return { builder, account, side, symbol, clOrdId };
}
