import { ByteRingWriter, createByteRing } from '../../app/recording/byte-ring.ts';
import {
  CELL,
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  type FeedReceiverOptions,
  native,
  POLL,
  RECORD_DOUBLES,
  type RecordingSource,
} from '../../native/index.ts';

export const DEPTH_LEVELS = 5;
const MAX_INSTRUMENTS = 16;

/** A receiver over a recording held in memory, with the arrays it writes. */
export interface TestFeed {
  receiver: FeedReceiver;
  cells: Float64Array;
  record: Float64Array;
  depth: Float64Array;
  writer: ByteRingWriter;
}

interface TestFeedOptions extends Partial<Omit<FeedReceiverOptions, 'source'>> {
  source?: Partial<RecordingSource>;
}

/** What every receiver of a test needs: memory for so many instruments, and no end that the clock or a sequence sets. */
export function feedMemory(depthLevels: number, maxInstruments = 1, expectedOrders = 1_024) {
  const cells = new Float64Array(CELLS_DOUBLES);
  cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
  cells[CELL.limitSequence] = Number.POSITIVE_INFINITY;
  const record = new Float64Array(RECORD_DOUBLES);
  const depth = new Float64Array(maxInstruments * depthStride(depthLevels));
  return { cells, record, depth, depthLevels, maxInstruments, expectedOrders };
}

export function openFeed(format: RecordingSource['format'], options: TestFeedOptions = {}): TestFeed {
  const ring = createByteRing(1 << 20);
  const memory = feedMemory(DEPTH_LEVELS, MAX_INSTRUMENTS);
  const receiver = new (native().FeedReceiver)({
    ...memory,
    ...options,
    source: { kind: 'recording', ring, format, speed: 0, ...options.source },
  });
  const { cells, record, depth } = memory;
  return { receiver, cells, record, depth, writer: new ByteRingWriter(ring) };
}

/** Polls until the feed is idle. @returns a copy of each event's record */
export function drain(feed: TestFeed): Float64Array[] {
  const events: Float64Array[] = [];
  for (;;) {
    const result = feed.receiver.poll();
    if (result === POLL.event || result === POLL.gap) events.push(feed.record.slice());
    if (result === POLL.idle || result === POLL.deadline) return events;
  }
}

/** Writes bytes through the ring, as much at a time as it takes, polling in between. @returns the events */
export function play(feed: TestFeed, bytes: Uint8Array, pieceBytes: number = bytes.length): Float64Array[] {
  const events: Float64Array[] = [];
  let left = bytes;
  while (left.length > 0) {
    left = left.subarray(feed.writer.write(left.subarray(0, pieceBytes)));
    events.push(...drain(feed));
  }
  feed.writer.end();
  events.push(...drain(feed));
  return events;
}
