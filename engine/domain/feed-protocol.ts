/** Market-data protocols that are decoded, by the names that flags, configuration and results have for them. */
export const FEED_PROTOCOLS = {
  itch50: { name: 'TotalView-ITCH 5.0', framing: 'MoldUDP64' },
} as const;

export type FeedProtocol = keyof typeof FEED_PROTOCOLS;

export const FEED_PROTOCOL_NAMES = Object.keys(FEED_PROTOCOLS) as [FeedProtocol, ...FeedProtocol[]];

/** As a sentence has them: `TotalView-ITCH 5.0 over MoldUDP64`. */
export const DECODED_FEEDS = Object.values(FEED_PROTOCOLS)
  .map(({ name, framing }) => `${name} over ${framing}`)
  .join(' or ');
