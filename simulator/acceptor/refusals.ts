import { asciiBytes } from 'fix-parser';
import { CXL_REJ_REASON } from '../../gateway/index.ts';

/** Why a request is refused: an index into REFUSALS. */
export const REFUSAL = {
  none: 0,
  side: 1,
  orderType: 2,
  timeInForce: 3,
  quantity: 4,
  priceMissing: 5,
  price: 6,
  tick: 7,
  unknownSymbol: 8,
  tooManySymbols: 9,
  duplicate: 10,
  tooManyOrders: 11,
  halted: 12,
  stale: 13,
  unknownOrder: 14,
  tooLate: 15,
  otherOrder: 16,
  traded: 17,
  notFound: 18,
  noOrders: 19,
  massType: 20,
  massSymbol: 21,
  scenario: 22,
  priceOfMarket: 23,
  postOnly: 24,
} as const;

export const MAX_ORDER_QUANTITY = 1_000_000;

interface Refusal {
  /** OrdRejReason(103) of an order; CxlRejReason(102) of a cancel or replace, MassCancelRejectReason(532) of a mass cancel. */
  order: number;
  cancel: number;
  text: Uint8Array;
}

const OTHER = 99;
const MASS_REJ_REASON = { notSupported: 0, unknownSecurity: 1 } as const;
const { tooLate, unknownOrder, duplicateClOrdId, other } = CXL_REJ_REASON;

/** In the order of REFUSAL; texts are what Text(58) says. */
export const REFUSALS: readonly Refusal[] = [
  row(0, 0, ''),
  row(OTHER, other, 'Side(54) must be 1 (buy) or 2 (sell)'),
  row(11, other, 'OrdType(40) must be 1 (Market) or 2 (Limit), and only limit orders are replaced'),
  row(
    11,
    other,
    'TimeInForce(59) must be 0 (Day), 1 (Good Till Cancel), 2 (opening), 3 (Immediate or Cancel), 4 (Fill or Kill), 7 (close)',
  ),
  row(13, other, `OrderQty(38) must be a whole number from 1 to ${MAX_ORDER_QUANTITY}`),
  row(OTHER, other, 'A limit order needs a Price(44)'),
  row(OTHER, other, 'Price(44) must be above 0 and at most 200000, with four decimals at most'),
  row(OTHER, other, 'Price(44) must be a multiple of 0.01, or of 0.0001 below 1'),
  row(1, other, 'Unknown symbol: the feed has no book of it'),
  row(1, other, 'Unknown symbol, and no more symbols can be looked for'),
  row(6, duplicateClOrdId, 'ClOrdID(11) has been used before'),
  row(3, other, 'Too many open orders'),
  row(2, other, 'Trading in the symbol is halted'),
  row(2, other, 'The book of the symbol is stale after a gap in the feed'),
  row(5, unknownOrder, 'Unknown order: OrigClOrdID(41) names none'),
  row(OTHER, tooLate, 'Too late: the order is no longer open'),
  row(OTHER, unknownOrder, 'OrigClOrdID(41) names an order of another symbol or side'),
  row(OTHER, tooLate, 'Too late: OrderQty(38) must exceed what has traded'),
  row(5, unknownOrder, 'Unknown order: ClOrdID(11) names none'),
  row(5, unknownOrder, 'No open orders'),
  row(OTHER, MASS_REJ_REASON.notSupported, 'Only 1 (a security) and 7 (all orders) are taken'),
  row(1, MASS_REJ_REASON.unknownSecurity, 'Unknown symbol: the feed has no book of it'),
  row(OTHER, other, 'Refused by the scenario that is being rehearsed'),
  row(OTHER, other, 'A market order has no Price(44)'),
  row(OTHER, other, "ExecInst(18)=6 (Participate don't initiate): it would trade as it arrives"),
];

function row(order: number, cancel: number, text: string): Refusal {
  return { order, cancel, text: asciiBytes(text) };
}
