/** What has to be known of a recording before it is exported: its day, and the symbols that it has messages of. */
import { HotlapError } from '../../engine/domain/errors.ts';
import {
  CELL,
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  native,
  POLL,
  RECORD_DOUBLES,
} from '../../native/index.ts';
import { feedMidnightMs, localDate } from '../engine-time.ts';
import type { ReplayWindow } from '../options.ts';
import { createByteRing, feedRecording, type RecordingFeed } from '../recording/recording-feeder.ts';
import { refuseForeign } from '../recording/verdict.ts';

/** Enough that the disk is read in long stretches; small against the books. */
const RING_BYTES = 8 << 20;
/** Tables grow: what is asked for here need not be a whole day. */
const EXPECTED_ORDERS = 1 << 16;
/** A packet that was captured further from the time of day that its message names was not captured on the message's day. */
const MAX_LAG_MS = 3_600_000;

/** Bytes of a recording on their way into a ring. */
export type MarketFeed = Pick<RecordingFeed, 'format' | 'fileBytes' | 'bytesRead' | 'pump' | 'close'>;

export interface MarketSource {
  /** As it is named to people. */
  readonly file: string;
  /** Absent: the file itself. */
  readonly open?: ((ring: SharedArrayBuffer) => MarketFeed) | undefined;
  /** Only this group and port; null: the first that is decoded. */
  readonly feed: { readonly group: string; readonly port: number } | null;
  readonly window: ReplayWindow;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface MarketReader {
  readonly feed: MarketFeed;
  readonly receiver: FeedReceiver;
  readonly cells: Float64Array;
  readonly record: Float64Array;
  readonly depth: Float64Array;
  close(): Promise<void>;
}

/** The production decoder and books over a recording, from its beginning. */
export async function openMarket(
  source: MarketSource,
  instruments: number,
  depthLevels: number,
): Promise<MarketReader> {
  const ring = createByteRing(RING_BYTES);
  const feed = source.open?.(ring) ?? (await feedRecording(source.file, ring));
  const cells = new Float64Array(new SharedArrayBuffer(CELLS_DOUBLES * 8));
  const record = new Float64Array(RECORD_DOUBLES);
  const depth = new Float64Array(Math.max(1, instruments) * depthStride(depthLevels));
  const receiver = new (native().FeedReceiver)({
    source: { kind: 'recording', ring, format: feed.format, speed: 0, ...source.feed, ...source.window },
    cells,
    record,
    depth,
    depthLevels,
    maxInstruments: Math.max(1, instruments),
    expectedOrders: EXPECTED_ORDERS,
  });
  const close = async (): Promise<void> => {
    receiver.close();
    await feed.close();
  };
  return { feed, receiver, cells, record, depth, close };
}

/**
 * Reads on until `isEnough` or the end of what was asked for.
 * @param on hears what each poll returns, one of POLL
 */
export async function readMarket(
  { feed, receiver, cells }: MarketReader,
  { file, signal, onProgress }: MarketSource,
  on: (result: number) => void,
  isEnough: () => boolean = () => false,
): Promise<void> {
  while (cells[CELL.sourceEnded] === 0) {
    if (signal?.aborted === true)
      throw new HotlapError('ERR_RUN_INTERRUPTED', `Interrupted before ${file} was read to its end.`);
    await feed.pump();
    for (let result = receiver.poll(); result !== POLL.idle; result = receiver.poll()) {
      on(result);
      if (isEnough()) return;
    }
    onProgress?.(feed.bytesRead, feed.fileBytes);
  }
}

/** @returns ms since 1970 of the feed's midnight; null where nothing says which day it was */
export async function midnightOf(source: MarketSource): Promise<number | null> {
  const reader = await openMarket({ ...source, window: {} }, 0, 1);
  try {
    const { cells, receiver } = reader;
    await readMarket(
      reader,
      source,
      () => undefined,
      () => cells[CELL.messages] > 0,
    );
    const { capture, lastTimeNs } = receiver.summary();
    // Of the packet in hand: what came before it may be of other feeds, and of other hours.
    const capturedNs = capture?.lastNs ?? null;
    if (capturedNs === null || Number.isNaN(lastTimeNs)) return null;
    const capturedMs = Number(capturedNs / 1_000_000n);
    const midnightMs = feedMidnightMs(localDate(capturedMs));
    return Math.abs(capturedMs - (midnightMs + lastTimeNs / 1e6)) <= MAX_LAG_MS ? midnightMs : null;
  } finally {
    await reader.close();
  }
}

/** Every symbol with a message up to the end of the window, in the order of their locates. */
export async function symbolsOf(source: MarketSource): Promise<string[]> {
  const reader = await openMarket(source, 0, 1);
  try {
    await readMarket(reader, source, () => undefined);
    refuseForeign(source.file, reader.receiver.summary(), source.feed);
    return reader.receiver
      .books(1)
      .sort((a, b) => a.locate - b.locate)
      .map(({ symbol }) => symbol)
      .filter((symbol) => symbol !== '');
  } finally {
    await reader.close();
  }
}
