import { TAG } from 'fix-parser';
import { type CompIds, WIDTH, withHeader } from './header.ts';

/** Slots of an OrderCancelRequest(F). */
export function orderCancelRequest(ids: CompIds, account: string | undefined) {
  const builder = withHeader(ids, 'F');
  if (account !== undefined) builder.constant(TAG.Account, account);
  const side = builder.slot(TAG.Side, 1);
  const transactTime = builder.timestamp(TAG.TransactTime);
  const symbol = builder.slot(TAG.Symbol, WIDTH.symbol);
  const origClOrdId = builder.slot(TAG.OrigClOrdID, WIDTH.clOrdId);
  const clOrdId = builder.slot(TAG.ClOrdID, WIDTH.clOrdId);
  const orderQty = builder.slot(TAG.OrderQty, WIDTH.quantity);
  return { builder, side, transactTime, symbol, origClOrdId, clOrdId, orderQty };
}
