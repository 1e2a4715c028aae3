/** What `inspect` returns and prints with --json. Prices as decimal strings. Keys are a promise: add, never rename. */
export interface InspectResult {
  file: string;
  format: 'pcap' | 'pcapng' | 'binaryfile';
  compression: 'none' | 'gzip' | 'zstd';
  /** null: what the packets hold is no protocol that hotlap decodes. */
  protocol: string | null;
  session: string;
  /** Frames of the capture, whatever they hold; of a BinaryFILE its messages. */
  packets: number;
  /** Of the packets, those of the feed. */
  feedPackets: number;
  /** Of the packets, those of which less was captured than was on the wire. */
  snapped: number;
  /** Capture time of the earliest and latest packet as ISO 8601 in UTC with nine decimals; null: not recorded. */
  firstPacketTime: string | null;
  lastPacketTime: string | null;
  messages: number;
  countsByType: Record<string, number>;
  operations: { adds: number; executes: number; partialCancels: number; deletes: number; replaces: number };
  /** Gaps found, and the messages lost in them. */
  gaps: number;
  lostMessages: number;
  duplicates: number;
  malformed: number;
  /** Packets put aside for a sequence number too far away; where the next one bore it out, they are in lostMessages. */
  aside: number;
  /** True when the recording ends inside a record. */
  truncated: boolean;
  /** Exchange time of the first and last message, ns since midnight, as text: scripts may lack 64-bit numbers. */
  firstTimeNs: string | null;
  lastTimeNs: string | null;
  liveOrders: number;
  maxLiveOrders: number;
  unknownOrders: number;
  overReductions: number;
  duplicateOrders: number;
  instruments: number;
  /** Group and port of the feed that was read; empty: none was. */
  group: string;
  /** Where UDP was sent to, in the order of the first packets: at most 256, and of those what was passed over. */
  groups: { group: string; packets: number }[];
  otherGroups: { group: string; packets: number }[];
  books: InspectBook[];
}

export interface InspectBook {
  symbol: string;
  stockLocate: number;
  messages: number;
  bestBid: string | null;
  bestBidSize: number | null;
  bestBidOrders: number | null;
  bestAsk: string | null;
  bestAskSize: number | null;
  bestAskOrders: number | null;
  bidLevels: number;
  askLevels: number;
  bidOrders: number;
  askOrders: number;
  /** Best levels first. */
  bids: InspectLevel[];
  asks: InspectLevel[];
}

export interface InspectLevel {
  price: string;
  size: number;
  orders: number;
}
