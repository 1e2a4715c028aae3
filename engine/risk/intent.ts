/** The order that is being checked: numbers that may be large or fractional lie in cells, where they cost no heap. */
export const INTENT = {
  price: 0,
  quantity: 1,
  /** What it adds to the worst case of its side: shares, and money. A replace adds what the larger of old and new does. */
  addedQuantity: 2,
  addedMoney: 3,
} as const;
export const INTENT_DOUBLES = 4;
