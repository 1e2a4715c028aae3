/**
 * The shared memory between the native core and JavaScript, drawn once here and once in
 * src/core/ring/layout.h; test/unit/native/layout.test.ts reads both and compares them.
 *
 * All slots are doubles (8 bytes). Integers up to 2^53 are exact; 64-bit identifiers are
 * carried as two unsigned 32-bit words.
 *
 *   record: Float64Array(32)                 written by FeedReceiver.poll() for each event it delivers
 *   ┌────────────── tick, 16 doubles, two cache lines ──────────────┬───────── detail, 16 ────────┐
 *   │ kind instrument side price size bid bidSize ask │ askSize …    │ what happened to the order  │
 *   └────────────────────────────────────────────────────────────────┴─────────────────────────────┘
 *   cells:  Float64Array(32)                 clock and counters of one receiver
 *   depth:  Float64Array(instruments × stride)   best N levels of the subscribed instruments
 */

/** Raised with whatever changes between the addon and JavaScript: an addon of another version is refused. */
export const ADDON_VERSION = 11;

/** Offsets in the tick record. Prices are integers at the instrument's priceScale; null is NaN. */
export const TICK = {
  /** One of {@link EVENT}. */
  kind: 0,
  /** Handle of the instrument as `subscribe` returned it; -1 for events of the whole feed. */
  instrument: 1,
  /** 1 buy, 2 sell (as FIX Side(54) has them), 0 where the event has no side. */
  side: 2,
  /** Price of the event: an execution's own price for `executeWithPrice`, the new one for `replace`. */
  price: 3,
  /** Shares of the event: added, executed, cancelled, removed, or the new total for `replace`. */
  size: 4,
  bid: 5,
  bidSize: 6,
  ask: 7,
  askSize: 8,
  /** Nanoseconds since 00:00 of the run's day0, from the message itself. */
  exchangeTimeNs: 9,
  /** The same scale, when the receive burst returned (live) or equal to exchangeTimeNs (replay). */
  receiveTimeNs: 10,
  /** Sequence number of the message in its session. */
  sequence: 11,
  /** Bits of {@link FLAG}. */
  flags: 12,
  /** Order reference number, upper and lower 32 bits (the new one for `replace`). */
  idHigh: 13,
  idLow: 14,
  /** feed * 65536 + channel. */
  feedChannel: 15,
} as const;

/** Offsets of the order detail behind the tick: what queue models need. NaN or 0 where it does not apply. */
export const DETAIL = {
  /** The price level at which the order rested before the event. */
  levelPrice: 16,
  /** Displayed shares of the order after the event (of the old order for `replace`: 0). */
  remaining: 17,
  /** Sequence number of the message that put the order at its place in the queue. */
  entrySequence: 18,
  /** Order reference number that a `replace` removed. */
  oldIdHigh: 19,
  oldIdLow: 20,
  /** Displayed shares of the order before the event. */
  sizeBefore: 21,
  /** Match number of an execution or trade. */
  matchHigh: 22,
  matchLow: 23,
  /** 1 when the execution is printable, else 0. */
  printable: 24,
  /** ASCII code of the feed's own message type. */
  messageType: 25,
  /**
   * ASCII code of the event's state: trading state of H, event code of S, halt action of h, action of Y, qualifier
   * of K, interest of N, eligibility of O, level of W, cross type of Q and I; else 0.
   */
  code: 26,
  /** Of an imbalance: Paired Shares, Far Price and Near Price; 0, NaN and NaN else, or where the feed has no price. */
  pairedShares: 27,
  farPrice: 28,
  nearPrice: 29,
} as const;

/** Doubles in a record: tick and detail. */
export const RECORD_DOUBLES = 32;

export const EVENT = {
  add: 1,
  execute: 2,
  executeWithPrice: 3,
  cancel: 4,
  delete: 5,
  replace: 6,
  trade: 7,
  crossTrade: 8,
  brokenTrade: 9,
  imbalance: 10,
  tradingAction: 11,
  status: 12,
  systemEvent: 13,
  gap: 14,
} as const;

export const FLAG = {
  eventEnd: 1,
  snapshot: 2,
  gap: 4,
  stale: 8,
  halted: 16,
} as const;

/** What a subscriber wants of an instrument; `poll` stops after the first event whose class is wanted. */
export const INTEREST = {
  /** add, execute, executeWithPrice, cancel, delete, replace: everything that changes the book. */
  book: 1,
  /** execute, executeWithPrice, trade, crossTrade, brokenTrade. */
  trade: 2,
  /** tradingAction, status. */
  status: 4,
  imbalance: 8,
  /** The fill model follows this instrument's book (same events as `book`). */
  matching: 128,
} as const;

/** Offsets in the cells of one receiver. Written natively unless a line says otherwise. */
export const CELL = {
  /** Engine time: ns since 00:00 of day0. Never goes back. */
  nowNs: 0,
  /** Written by JS: due time of the next timer, Infinity when there is none. In replay `poll` stops before it. */
  deadlineNs: 1,
  /** Written by JS: `poll` stops before a message with a higher sequence number; Infinity when unlimited. */
  limitSequence: 2,
  /** Packets received and not yet consumed. */
  lagPackets: 3,
  packets: 4,
  messages: 5,
  /** Times a gap was found, and the messages lost in all of them. */
  gaps: 6,
  lostMessages: 7,
  /** Messages dropped because their sequence number had been seen. */
  duplicates: 8,
  /**
   * Packets lost before they could be received, for want of room: in the socket's buffer, in the device's ring. Drops
   * of a device are brought up to date by `summary()`; where a credit file is open, also while nothing comes.
   */
  drops: 9,
  /** 1 from the first gap on, for the rest of the session: no book is whole. */
  stale: 10,
  /** 1 once MoldUDP64 end of session (or BinaryFILE's zero record) was read. */
  sessionEnded: 11,
  /** 1 once a recording has no more bytes. */
  sourceEnded: 12,
  /** 1 when the recording ends inside a record. */
  truncated: 13,
  /** Packets or messages that could not be decoded. */
  malformed: 14,
  /** Packets of other groups, ports or protocols. */
  filtered: 15,
  /** Executions, cancels, deletes and replaces of an order reference that is not in the book. */
  unknownOrders: 16,
  liveOrders: 17,
  /** Sequence number of the last message applied. */
  sequence: 18,
  /** 1 while the stages of the current event are sampled. */
  sampled: 19,
  /** Engine time minus CLOCK_MONOTONIC, fixed at start (live only). */
  monotonicOffsetNs: 20,
  /** Events delivered to a subscriber. */
  events: 21,
  /** System calls made to receive. */
  receiveCalls: 22,
  /** Written by JS: turns of the loop. */
  turns: 23,
} as const;

export const CELLS_DOUBLES = 32;

/** Depth of one instrument: a header, then `levels` bids, then `levels` asks, three doubles a level. */
export const DEPTH = {
  /** Levels of the whole side; of them the best `levels` are drawn. What is not there is NaN, NaN, 0. */
  bidLevels: 0,
  askLevels: 1,
  /** Of the instrument: 1 while its book is stale; 1 while it is halted. */
  stale: 2,
  halted: 3,
  header: 4,
  /** Within a level: */
  price: 0,
  size: 1,
  orders: 2,
  perLevel: 3,
} as const;

/** Doubles of one instrument's depth with `levels` levels a side. */
export const depthStride = (levels: number): number => DEPTH.header + 2 * levels * DEPTH.perLevel;

/** What `FeedReceiver.poll()` returns. */
export const POLL = {
  /** Nothing was due: an idle turn. */
  idle: 0,
  /** One event was written to the record. */
  event: 1,
  /** Replay only: the next message lies behind `deadlineNs`; `nowNs` has been set to the deadline. */
  deadline: 2,
  /** A gap was found: the record holds a `gap` event of the whole feed. */
  gap: 3,
  /** Messages were applied, none had a subscriber, and the bound of this poll was reached. */
  progress: 4,
} as const;

/** Int32 cells of a byte stream (TCP, memory). */
export const STREAM = {
  /** First byte in `rx` that was not consumed; written by JS. */
  rxStart: 0,
  /** End of the received bytes in `rx`. `poll` may move the unread bytes to the front, and both cells with them. */
  rxEnd: 1,
  /** One of {@link STREAM_STATE}. */
  state: 2,
  /** errno of the last failure. */
  errno: 3,
  /** Bytes accepted by `send` and not yet taken by the transport. */
  txPending: 4,
  /** System calls made for receiving and for sending. */
  receiveCalls: 5,
  sendCalls: 6,
} as const;

export const STREAM_CELLS = 8;

export const STREAM_STATE = { closed: 0, connecting: 1, open: 2 } as const;

/** Negative results of a byte stream's `poll` and `send`. */
export const STREAM_RESULT = {
  /** The connection was established. */
  opened: -1,
  /** The peer closed it, in order. */
  closed: -2,
  /** It failed; `errno` says how. */
  failed: -3,
  /** `send` only: the pending bytes would pass the stream's bound; nothing was taken. */
  full: -4,
} as const;

/** Why an order left: selects the histogram of its latency. */
export const CAUSE = { none: 0, tick: 1, timer: 2, report: 3, control: 4 } as const;

/** Histograms of a latency recorder. */
export const HISTOGRAM = {
  tickToOrder: 0,
  timerToOrder: 1,
  reportToOrder: 2,
  decode: 3,
  book: 4,
  strategy: 5,
  risk: 6,
  encode: 7,
  send: 8,
  /** Gaps over 1 µs between two time stamps of idle turns. */
  stall: 9,
} as const;

export const HISTOGRAMS = 10;

/** Stage stamps that JS asks for while CELL.sampled is 1. */
export const STAMP = { strategyDone: 0, riskDone: 1, encodeDone: 2 } as const;

/**
 * A ring of bytes from a housekeeping thread (JS) to a native reader, on one SharedArrayBuffer:
 * a header of 64 bytes, then `capacity` bytes. Positions count bytes since the start and never wrap.
 */
export const BYTE_RING = {
  /** Float64 index: bytes written so far (by JS, after the bytes themselves). */
  written: 0,
  /** Float64 index: bytes that the native reader has released. */
  released: 1,
  /** Float64 index: 1 once the last byte is written. */
  ended: 2,
  headerBytes: 64,
} as const;

/** Int32 cells of a journal, shared by its hot side and its drain. */
export const JOURNAL = {
  /** The next numbers to send and to receive: written by the hot side, which writes them into the ring as well. */
  nextOut: 0,
  nextIn: 1,
  /** Highest number that may be used: reserved on the disk. Written by the drain. */
  reserved: 2,
  /** 1 once the disk, or another program, has refused something: nothing more may be sent. Written by the drain. */
  failure: 3,
  /** Records of a log that found no room. Written by the hot side. */
  lost: 4,
} as const;

export const JOURNAL_CELLS = 8;

/** Slots of what a JournalReader says of a record, doubles. */
export const JOURNAL_HEAD = {
  /** The caller's. */
  kind: 0,
  /** One more with each record of the journal's life. */
  sequence: 1,
  /** Grows with every opening. */
  generation: 2,
  key: 3,
  /** Number of the segment; 0 for a record that only the ring held. */
  segment: 4,
  /** Byte in that file at which the record begins. */
  offset: 5,
} as const;

export const JOURNAL_HEAD_DOUBLES = 8;

/** Kinds of a tape's records, which its journal keeps. */
export const TAPE_RECORD = {
  /** The last, or only, one of its turn. */
  turn: 1,
  /** More of the turn follows. */
  part: 2,
  /** The run has ended, in this turn: a tape without it was cut off. */
  end: 3,
} as const;

/** What the entries of a tape say; their two numbers are a and b. */
export const TAPE_ENTRY = {
  /** A packet of the feed: a were passed over before it, b waited behind it. */
  packet: 1,
  /** a packets were passed over, and then there was none. */
  passedOver: 2,
  /** The feed was not polled in this turn, since the order log had no room. */
  held: 3,
  /** What `poll` of the order session's stream returned: a. b: which call of the turn it was. Payload: the bytes received. */
  streamPoll: 16,
  /** What `send` returned: a, where it was not all. b as above. */
  streamSend: 17,
  /** After one of these two: STREAM.txPending is a, STREAM.errno b. */
  streamCells: 18,
  /** A command for the loop, as JSON. */
  command: 19,
  /** In turn 0: the engine time at which the feed was opened. */
  opened: 20,
} as const;

/** Longest payload of an entry. */
export const TAPE_MAX_ENTRY = 131_072;

/** What `TapePlayer.advance()` returns. */
export const TAPE_ADVANCE = {
  /** No whole turn is there yet. */
  waiting: 0,
  ready: 1,
  ended: -1,
  /** The last turn left something untaken, or the tape makes no sense. */
  diverged: -2,
} as const;

/** What appending to a journal returns. */
export const JOURNAL_RESULT = {
  ok: 0,
  /** No room until the drain has made some. */
  full: -1,
  failed: -2,
} as const;

/** Where a journal that is opened has its numbers from. */
export const JOURNAL_FROM = {
  /** It is new. */
  nothing: 0,
  /** It was closed in order: exact. */
  disk: 1,
  /** A ring was left by a process that was killed: exact. */
  ring: 2,
  /** Neither: the host went down. They go on behind the reserved block. */
  reserved: 3,
} as const;
