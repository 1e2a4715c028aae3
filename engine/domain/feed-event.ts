/** Kinds of feed events, as numbers that the record carries (EVENT in native/layout.ts). */
export const FeedEvent = {
  Add: 1,
  Execute: 2,
  ExecuteWithPrice: 3,
  Cancel: 4,
  Delete: 5,
  Replace: 6,
  Trade: 7,
  CrossTrade: 8,
  BrokenTrade: 9,
  Imbalance: 10,
  TradingAction: 11,
  Status: 12,
  SystemEvent: 13,
  Gap: 14,
} as const;
export type FeedEvent = (typeof FeedEvent)[keyof typeof FeedEvent];
