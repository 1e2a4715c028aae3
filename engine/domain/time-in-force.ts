/** TimeInForce(59) as FIX numbers it: Day 0, Immediate or Cancel 3. */
export const TimeInForce = { Day: 0, ImmediateOrCancel: 3 } as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];
