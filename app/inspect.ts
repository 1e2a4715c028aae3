/** `hotlap inspect`: a recording through the production decoder and books, and what they saw. */
import { HotlapError } from '../engine/domain/errors.ts';
import {
  type BookLevel,
  type BookSummary,
  CELL,
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  native,
  POLL,
  RECORD_DOUBLES,
} from '../native/index.ts';
import type { InspectBook, InspectLevel, InspectResult } from '../report/inspect-result.ts';
import type { InspectOptions } from './options.ts';
import { createByteRing, feedRecording, type RecordingFeed } from './recording/recording-feeder.ts';
import { refuseAbsent } from './recording/verdict.ts';

/** Enough that the disk is read in long stretches; small against the books. */
const RING_BYTES = 8 << 20;
const NOTHING_SUBSCRIBED = 1;
const NS_PER_S = 1_000_000_000n;
const EXPECTED_ORDERS = 1 << 20;

export async function inspect(options: InspectOptions): Promise<InspectResult> {
  const limit = options.messages ?? Number.POSITIVE_INFINITY;
  const reader = await openReader(options);
  try {
    if (limit < Number.POSITIVE_INFINITY) reader.cells[CELL.limitSequence] = (await firstSequence(options)) + limit - 1;
    await readThrough(reader, limit, options);
    if (options.source !== null) refuseAbsent(options.file, reader.receiver.summary(), options.source);
    return result(reader, options);
  } finally {
    await closeReader(reader);
  }
}

interface Reader {
  readonly feed: RecordingFeed;
  readonly cells: Float64Array;
  readonly receiver: FeedReceiver;
}

async function openReader(options: InspectOptions): Promise<Reader> {
  const ring = createByteRing(RING_BYTES);
  const feed = await feedRecording(options.file, ring);
  const cells = new Float64Array(new SharedArrayBuffer(CELLS_DOUBLES * 8));
  cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
  cells[CELL.limitSequence] = Number.POSITIVE_INFINITY;
  const receiver = new (native().FeedReceiver)({
    source: { kind: 'recording', ring, format: feed.format, speed: 0, ...options.source },
    cells,
    record: new Float64Array(RECORD_DOUBLES),
    depth: new Float64Array(NOTHING_SUBSCRIBED * depthStride(1)),
    depthLevels: 1,
    maxInstruments: NOTHING_SUBSCRIBED,
    expectedOrders: EXPECTED_ORDERS,
  });
  return { feed, cells, receiver };
}

async function closeReader({ feed, receiver }: Reader): Promise<void> {
  receiver.close();
  await feed.close();
}

/** At or below the first message's sequence number, by reading a little: a recording may begin anywhere in its session. */
async function firstSequence(options: InspectOptions): Promise<number> {
  const reader = await openReader(options);
  const { feed, cells, receiver } = reader;
  try {
    do {
      const more = await feed.pump();
      while (cells[CELL.messages] === 0 && receiver.poll() !== POLL.idle);
      if (!more) break;
    } while (cells[CELL.messages] === 0);
    return cells[CELL.sequence] - cells[CELL.messages] + 1;
  } finally {
    await closeReader(reader);
  }
}

/** Reads until the end, or until `limit` messages have been applied. */
async function readThrough({ feed, cells, receiver }: Reader, limit: number, options: InspectOptions): Promise<void> {
  const limited = limit < Number.POSITIVE_INFINITY;
  for (let more = true; more || cells[CELL.sourceEnded] === 0; ) {
    if (options.signal?.aborted === true) {
      throw new HotlapError('ERR_RUN_INTERRUPTED', `Interrupted before ${options.file} was read to its end.`);
    }
    more = await feed.pump();
    const before = cells[CELL.messages];
    while (cells[CELL.messages] < limit && receiver.poll() !== POLL.idle);
    if (cells[CELL.messages] >= limit) return;
    // Sequence numbers run ahead of messages where some were lost: the bound follows, one step at a time.
    if (limited && cells[CELL.messages] === before) cells[CELL.limitSequence]++;
    options.onProgress?.({ step: 'inspecting', done: feed.bytesRead, total: feed.fileBytes, unit: 'bytes' });
  }
}

function result({ receiver, feed }: Reader, options: InspectOptions): InspectResult {
  const { firstTimeNs, lastTimeNs, filtered: _, packets, groups, capture, ...summary } = receiver.summary();
  return {
    file: options.file,
    format: feed.format,
    compression: feed.compression,
    ...summary,
    packets: capture?.frames ?? packets,
    feedPackets: packets,
    snapped: capture?.snapped ?? 0,
    firstPacketTime: isoTime(capture?.firstNs ?? null),
    lastPacketTime: isoTime(capture?.lastNs ?? null),
    firstTimeNs: Number.isNaN(firstTimeNs) ? null : String(firstTimeNs),
    lastTimeNs: Number.isNaN(lastTimeNs) ? null : String(lastTimeNs),
    groups,
    otherGroups: groups.filter(({ group }) => group !== summary.group),
    books: receiver.books(Math.max(1, options.depth)).map((book) => bookOf(book, options.depth)),
  };
}

/** ns since 1970 as `2016-11-12T14:30:25.968272358Z`. */
function isoTime(ns: bigint | null): string | null {
  if (ns === null) return null;
  const second = ns / NS_PER_S - (ns % NS_PER_S < 0n ? 1n : 0n);
  const fraction = String(ns - second * NS_PER_S).padStart(9, '0');
  return `${new Date(Number(second) * 1_000).toISOString().slice(0, -5)}.${fraction}Z`;
}

function bookOf(book: BookSummary, depth: number): InspectBook {
  const { symbol, locate, messages, bids, asks, bidLevels, askLevels, bidOrders, askOrders } = book;
  const [bid] = bids;
  const [ask] = asks;
  return {
    symbol,
    stockLocate: locate,
    messages,
    bestBid: bid === undefined ? null : decimal(bid.price),
    bestBidSize: bid?.size ?? null,
    bestBidOrders: bid?.orders ?? null,
    bestAsk: ask === undefined ? null : decimal(ask.price),
    bestAskSize: ask?.size ?? null,
    bestAskOrders: ask?.orders ?? null,
    bidLevels,
    askLevels,
    bidOrders,
    askOrders,
    bids: bids.slice(0, depth).map(levelOf),
    asks: asks.slice(0, depth).map(levelOf),
  };
}

const levelOf = ({ price, size, orders }: BookLevel): InspectLevel => ({ price: decimal(price), size, orders });

/** TotalView-ITCH prices have four decimals. Exact: the digits are only moved. */
function decimal(price: number): string {
  const digits = String(Math.abs(price)).padStart(5, '0');
  return `${price < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
