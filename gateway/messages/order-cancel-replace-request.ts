import { TAG } from 'fix-parser';
import { type CompIds, WIDTH, withHeader } from './header.ts';
import { ORD_TYPE_LIMIT } from './new-order-single.ts';

/** Slots of an OrderCancelReplaceRequest(G) for a limit order. */
export function orderCancelReplaceRequest(ids: CompIds, account: string | undefined) {
  const builder = withHeader(ids, 'G');
  if (account !== undefined) builder.constant(TAG.Account, account);
  builder.constant(TAG.OrdType, ORD_TYPE_LIMIT);
  const timeInForce = builder.slot(TAG.TimeInForce, 1);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime);
  const symbol = builder.slot(TAG.Symbol, WIDTH.symbol);
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  const price = builder.slot(TAG.Price, WIDTH.price);
  return { builder, timeInForce, side, transactTime, symbol, origClOrdId, clOrdId, orderQty, price };
}
