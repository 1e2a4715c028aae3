/** Cells of the order that is being checked: numbers that may be large or fractional, which cost no heap there. */
export const INTENT = {
  price: 0,
  quantity: 1,
  /** What it adds to the worst case of its side: shares, and money. A replace adds what the larger of old and new does. */
  addedQuantity: 2,
  addedMoney: 3,
  /** Its shares at market, signed as the side is. */
  addedAtMarket: 4,
} as const;
const INTENT_DOUBLES = 8;

/** The order that is being checked, and where the limits stand that hold for it: looked up once, read by every check. */
export class Intent {
  strategy = 0;
  handle = 0;
  side = 0;
  /** Offsets of the strategy's and the symbol's limits. */
  own = 0;
  symbol = 0;
  /** FLAG bits of all scopes together. */
  flags = 0;
  readonly cells = new Float64Array(INTENT_DOUBLES);
}
