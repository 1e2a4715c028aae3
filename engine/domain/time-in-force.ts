/** TimeInForce(59) as FIX numbers it: Day 0, Good Till Cancel 1, Immediate or Cancel 3. */
export const TimeInForce = { Day: 0, GoodTillCancel: 1, ImmediateOrCancel: 3 } as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];
