/**
 * The native surface: with the files it exports the only one that declares what the addon offers. Memory is allocated in JS and
 * lent to native code; every call that the hot loop makes returns an int32 and allocates nothing.
 */
import { createRequire } from 'node:module';
import type {
  FaultCounts,
  FeedSource,
  FeedTransmit,
  LwipOptions,
  RecordingFormat,
  TransportReport,
} from './feed-source.ts';
import type { Host } from './host.ts';
import type { JournalDrain, JournalDrainOptions, JournalReader, JournalReaderOptions, JournalRing } from './journal.ts';
import { ADDON_VERSION } from './layout.ts';
import type { NetworkDevice } from './network-device.ts';
import type { OptionalAddon, OptionalAddonName } from './optional-addons.ts';
import type { PacketReceiver, PacketReceiverOptions, PacketSender, PacketSenderOptions } from './packet-io.ts';
import type { PacketPlayer, PacketPlayerOptions } from './packet-player.ts';
import type { PacketRecorder, PacketRecorderOptions } from './packet-recorder.ts';
import { addonPath } from './paths.ts';
import type { RecordingConverter, RecordingConverterOptions } from './recording-converter.ts';
import type { TapePlayer, TapePlayerOptions, TapeSource, TapeWriter, TapeWriterOptions } from './tape.ts';

export type * from './feed-source.ts';
export type * from './host.ts';
export type * from './journal.ts';
export * from './layout.ts';
export type * from './network-device.ts';
export type * from './packet-io.ts';
export type * from './packet-player.ts';
export type * from './packet-recorder.ts';
export type * from './recording-converter.ts';
export type * from './tape.ts';

/** Keeps latency histograms (HDR, three significant digits, 1 ns to 100 s) and the stamps of the current event. */
export interface LatencyRecorder {
  /** Stamps a stage end (STAMP) of the sampled event; call only while cells[CELL.sampled] is 1. */
  stamp(stage: number): number;
  /** Stamps an order as handed over, for transports without a native send (memory). @param cause one of CAUSE */
  commit(cause: number): number;
  /** Begins to clock a call. */
  callBegin(): number;
  /** Whole microseconds since `callBegin`. */
  callEnd(): number;
  /** Records nanoseconds into a histogram (HISTOGRAM). Cold: tests and reports. */
  record(histogram: number, nanoseconds: number, count?: number): void;
  count(histogram: number): number;
  /** Smallest value with at least `percentile` percent of the records at or below it; NaN when empty. */
  percentile(histogram: number, percentile: number): number;
  min(histogram: number): number;
  max(histogram: number): number;
  mean(histogram: number): number;
  /** Pairs [value, count] of every non-empty bucket, for `.hlog` files. */
  buckets(histogram: number): Float64Array;
  /** Sum of what idle turns took beyond their usual length, where that is over 1 µs, in ns; and the time watched. */
  stallTotalNs(): number;
  watchedNs(): number;
  reset(): void;
  /** Cost of one clock reading here, median of many, in ns. */
  readonly clockCostNs: number;
}

export interface FeedReceiverOptions {
  source: FeedSource | TapeSource;
  /** Float64Array(CELLS_DOUBLES) over shared memory. */
  cells: Float64Array;
  /** Float64Array(RECORD_DOUBLES). */
  record: Float64Array;
  /** Float64Array(maxInstruments * depthStride(depthLevels)). */
  depth: Float64Array;
  depthLevels: number;
  maxInstruments: number;
  /** Live orders the tables are sized for; they grow beyond it, off the promise of constant time. */
  expectedOrders: number;
  latency?: LatencyRecorder;
  /** Sample the stages of one event in N; 0 for never. */
  sampleEvery?: number;
  /** Engine time at CLOCK_MONOTONIC 0, in ns (live); ignored for recordings. */
  monotonicOffsetNs?: number;
  /** What comes in goes onto it. */
  tape?: TapeWriter;
}

export interface BookLevel {
  price: number;
  size: number;
  orders: number;
}

export interface BookSummary {
  symbol: string;
  locate: number;
  messages: number;
  bids: BookLevel[];
  asks: BookLevel[];
  bidLevels: number;
  askLevels: number;
  bidOrders: number;
  askOrders: number;
}

export interface FeedSummary {
  protocol: 'itch50' | null;
  session: string;
  packets: number;
  messages: number;
  countsByType: Record<string, number>;
  operations: { adds: number; executes: number; partialCancels: number; deletes: number; replaces: number };
  gaps: number;
  lostMessages: number;
  duplicates: number;
  malformed: number;
  /** Packets put aside for a sequence number too far away; where the next one bore it out, they are in `lostMessages`. */
  aside: number;
  filtered: number;
  /** Refused on the way in: parts of datagrams, longer than a packet may be, checksums that do not match. */
  fragments: number;
  oversized: number;
  badChecksums: number;
  /** What was done on purpose; absent without faults. */
  faults?: FaultCounts;
  truncated: boolean;
  /** Something was lost or made no sense: from there on no book was to be trusted. */
  stale: boolean;
  /** Exchange time of the first and last message, ns since midnight; NaN without messages. */
  firstTimeNs: number;
  lastTimeNs: number;
  liveOrders: number;
  maxLiveOrders: number;
  unknownOrders: number;
  /** Executions or cancels of more than an order had left; the order is removed. */
  overReductions: number;
  duplicateOrders: number;
  instruments: number;
  /** Symbols that were asked for and that the feed has not named; where there are any, all that it has. */
  unlisted: string[];
  listed: string[];
  /** Group and port that the feed came from, as `239.54.12.111:26477`; empty for BinaryFILE. */
  group: string;
  /** Every group and port that was sent to, the feed's own among them; of a recording at most 256. */
  groups: { group: string; packets: number }[];
  /** Of a pcap or pcapng file: what it holds, whatever of it is the feed. Times in ns since 1970. */
  capture: { frames: number; snapped: number; firstNs: bigint | null; lastNs: bigint | null } | null;
}

/** Transport, decoder, sequence tracking and books of one feed, polled by one thread. */
export interface FeedReceiver {
  /**
   * Consumes up to 256 messages (bounded) and stops after the first event that has a subscriber.
   * @returns one of POLL.
   */
  poll(): number;
  /** Asks for an instrument by its symbol, before or after the stock directory names it. @returns its handle */
  subscribe(symbol: string, interest: number): number;
  /** Replaces the interest of a handle (bits of INTEREST). */
  setInterest(handle: number, interest: number): void;
  /** Recordings: from now on so fast, as `speed` of the source, counted from where they are. */
  pace(speed: number): void;
  /**
   * Orders of one price level in queue order: four doubles each (idHigh, idLow, size, entrySequence).
   * @returns orders written; at most out.length / 4.
   */
  queue(handle: number, side: number, price: number, out: Float64Array): number;
  /** Prices of the best levels of a side: (price, size) pairs, best first. @returns levels written */
  levels(handle: number, side: number, out: Float64Array): number;
  /** Cold: allocates. */
  summary(): FeedSummary;
  /** Books of every stock with messages, busiest first, `depth` levels a side. Cold: allocates. */
  books(depth: number): BookSummary[];
  transport(): TransportReport;
  close(): void;
}

export interface TcpStreamOptions {
  host: string;
  /** 0 only where it listens: a free one is chosen, and `port()` tells. */
  port: number;
  /** Each `open` waits for one peer to call instead of calling; who calls a stream that is open is refused. */
  listens?: boolean;
  /** Buffers allocated in JS (Uint8Array). */
  rx: Uint8Array;
  tx: Uint8Array;
  /** Int32Array(STREAM_CELLS). */
  cells: Int32Array;
  /** Absent: the kernel's TCP. */
  lwip?: LwipOptions;
  /** Bytes that `send` may leave pending before it refuses. */
  maxPendingBytes: number;
  latency?: LatencyRecorder;
}

/** A TCP connection, called or taken; what comes is acknowledged at once, what goes is not gathered. Satisfies ByteStream of gateway/transport. */
export interface TcpStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  open(): void;
  poll(): number;
  send(offset: number, length: number, cause: number): number;
  close(): void;
  /** The port called or listened on. */
  port(): number;
  transport(): TransportReport;
}

export interface PlaybackOptions {
  ring: SharedArrayBuffer;
  format: RecordingFormat;
  /** Where to send; a multicast group leaves by `interface`. */
  group: string;
  port: number;
  interface: string;
  /** Absent: through a kernel socket. */
  transmit?: FeedTransmit;
  /** In the recording: only this group and port; absent: the first that frames as MoldUDP64. */
  sourceGroup?: string;
  sourcePort?: number;
  pace: { mode: 'recorded'; factor: number } | { mode: 'rate'; messagesPerSecond: number } | { mode: 'max' };
  /**
   * Re-frame into packets of this many messages, fewer where 1,472 bytes or a gap in the recording end one;
   * absent: packets as recorded (BinaryFILE: one message each).
   */
  messagesPerPacket?: number;
  /** Shared file with the receiver's consumed packets; needed for `max`, where it bounds what is in flight. */
  creditFile?: string;
  /** Packets in flight at most; absent: what half of the receiver's buffer surely holds. */
  creditPackets?: number;
  /** The FIX side: listens here (port 0 chooses one). */
  tcpHost: string;
  tcpPort: number;
  /** Absent: the kernel's TCP. */
  tcpLwip?: LwipOptions;
  rx: Uint8Array;
  tx: Uint8Array;
  /** Int32Array(STREAM_CELLS). */
  streamCells: Int32Array;
  /** CPU for the playback thread; absent: not pinned. */
  cpu?: number;
}

export interface PlaybackStats {
  packets: number;
  messages: number;
  bytes: number;
  /** Packets that left more than 20 µs after their intended time, and percentiles of all packets' lateness in ns. */
  latePackets: number;
  latenessP50Ns: number;
  latenessP99Ns: number;
  latenessMaxNs: number;
  /** From the first to the last packet, in ns. */
  elapsedNs: number;
  sendErrors: number;
  /** Of the packets, thrown away by the device for want of room. */
  sendDrops: number;
  /** Of the packet that does not fit the wire, with which the playback has failed (0: none), and the wire's most. */
  tooLongBytes: number;
  wireBytes: number;
  /** Turns in which the receiver's credit was used up (mode `max`). */
  creditWaits: number;
  /** Turns in which a FeedReceiver of kind `playback` had not read what was sent before. */
  tapWaits: number;
  /** Packets of the recording that do not frame as MoldUDP64 and were left out. */
  malformed: number;
  /** The recording broke off inside a record; everything before it was sent. */
  truncated: boolean;
}

/**
 * A native thread that paces a recording onto UDP and, on the same busy-polled turn, takes one FIX connection
 * at a time, stamping each arrival. Its byte-stream face is polled by the thread that made it.
 */
export interface Playback {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  /** Starts the thread, binds and listens. Throws an Error with a code (EADDRINUSE …) and a sentence. */
  start(): void;
  /** TCP port that is listened on. */
  readonly tcpPort: number;
  /** Releases the ready barrier: the first packet's intended time is now plus 1 ms. */
  go(): void;
  /** 0 waiting at the barrier, 1 playing, 2 all sent (end of session included), 3 failed. */
  phase(): number;
  /**
   * Ends the thread, the connection and the listening, within a millisecond; nothing starts again. The end of the
   * environment does the same.
   */
  stop(): void;
  /**
   * ByteStream: `open` is `start`; `poll` moves bytes from the thread's ring into rx; `close` closes the connection
   * after everything sent has left, and the next one is taken.
   */
  open(): void;
  poll(): number;
  send(offset: number, length: number, cause: number): number;
  close(): void;
  /**
   * Sequence number of the last message that had been sent when the byte before stream offset `end` arrived. Ask in
   * the order of the offsets and before the next `poll`: earlier stamps are forgotten, and are NaN.
   */
  arrivalSequence(end: number): number;
  /** CLOCK_MONOTONIC ns at which that byte arrived (stamped by the playback thread after recv). */
  arrivalNs(end: number): number;
  /** Stream offset of rx[cells[STREAM.rxStart]]: bytes consumed so far, over all connections. */
  consumed(): number;
  /** Sequence number of the last message that has been sent; 0 before the first. */
  sentSequence(): number;
  /** CLOCK_MONOTONIC ns of the intended send time of the packet that carried the message; NaN when unknown. */
  intendedNs(sequence: number): number;
  /** Sleeps until something arrived or `timeoutMs` passed. Not for the engine's loop. */
  wait(timeoutMs: number): void;
  stats(): PlaybackStats;
}

export interface Addon {
  /** Of the sources that it was compiled from. */
  version: number;
  /** Takes what an optional addon offers: see optional-addons.ts. */
  provide(name: OptionalAddonName, offer: OptionalAddon['offer']): void;
  FeedReceiver: new (options: FeedReceiverOptions) => FeedReceiver;
  TcpStream: new (options: TcpStreamOptions) => TcpStream;
  Playback: new (options: PlaybackOptions) => Playback;
  PacketPlayer: new (options: PacketPlayerOptions) => PacketPlayer;
  PacketRecorder: new (options: PacketRecorderOptions) => PacketRecorder;
  RecordingConverter: new (options: RecordingConverterOptions) => RecordingConverter;
  PacketReceiver: new (options: PacketReceiverOptions) => PacketReceiver;
  PacketSender: new (options: PacketSenderOptions) => PacketSender;
  LatencyRecorder: new () => LatencyRecorder;
  TapeWriter: new (options: TapeWriterOptions) => TapeWriter;
  TapePlayer: new (options: TapePlayerOptions) => TapePlayer;
  JournalRing: new (ringFile: string) => JournalRing;
  JournalDrain: new (options: JournalDrainOptions) => JournalDrain;
  JournalReader: new (options: JournalReaderOptions) => JournalReader;
  host: Host;
  /** Of the calling thread's network namespace. Throws an Error with a code (ENODEV) and a sentence. */
  networkDevice(name: string): NetworkDevice;
}

let loaded: Addon | undefined;

/** Loads the addon once per thread. */
export function native(): Addon {
  loaded ??= current(createRequire(import.meta.url)(addonPath()) as Addon);
  return loaded;
}

/** An addon that was compiled before the sources changed would fail later, and in words that help nobody. */
export function current<A extends { version: number }>(addon: A): A {
  if (addon.version === ADDON_VERSION) return addon;
  throw Object.assign(
    new Error(
      `The native addon was compiled from other sources (version ${addon.version ?? 'unknown'}, not ${ADDON_VERSION}): run \`npm rebuild hotlap\` (in the repository: \`npm run build:native\`).`,
    ),
    { code: 'ERR_ADDON_STALE' },
  );
}
