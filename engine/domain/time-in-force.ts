/** TimeInForce(59) as FIX numbers it. */
export const TimeInForce = {
  Day: 0,
  GoodTillCancel: 1,
  AtTheOpening: 2,
  ImmediateOrCancel: 3,
  FillOrKill: 4,
  AtTheClose: 7,
} as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

/** True of an order that waits in the book for whoever comes: the others trade as they arrive, in an auction, or not at all. */
export const rests = (timeInForce: number): boolean =>
  timeInForce === TimeInForce.Day || timeInForce === TimeInForce.GoodTillCancel;
