/** `hotlap convert`: a recording in another form, whole or in part. Nothing has the output's name before it is whole. */
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { HotlapError } from '../engine/domain/errors.ts';
import { DECODED_FEEDS } from '../engine/domain/feed-protocol.ts';
import { native, type RecordingConverter, type RecordingConverterStats } from '../native/index.ts';
import type { ConvertResult } from '../report/convert-result.ts';
import { feedMidnightMs } from './engine-time.ts';
import { midnightOf } from './export/survey.ts';
import type { ConvertOptions } from './options.ts';
import { exists, unwritable } from './record/record-file.ts';
import { readIndex, type Start, startFor } from './recording/index/index-file.ts';
import { createByteRing, feedRecording, type RecordingFeed } from './recording/recording-feeder.ts';

const RING_BYTES = 8 << 20;
/** One step of the converter, and one write. */
const OUT_BYTES = 2 << 20;

export async function convert(options: ConvertOptions): Promise<ConvertResult> {
  const { input, output, force } = options;
  if (!force && existsSync(output)) throw exists(output);
  const ring = createByteRing(RING_BYTES);
  const start = await indexedStart(options);
  const feed = await feedRecording(input, ring, start);
  const partial = `${output}.part`;
  let damage: HotlapError | undefined;
  try {
    const converter = await converterOf(options, feed, ring);
    await write(
      options,
      partial,
      converted(options, feed, converter, (error) => (damage = error)),
    );
    const stats = converter.stats();
    refuseUnwritten(options, stats, damage);
    const result = await resultOf(options, partial, feed, stats);
    await rename(partial, output).catch((error: NodeJS.ErrnoException) => {
      throw unwritable(output, error);
    });
    if (damage !== undefined || stats.phase === 'broken') throw damaged(options, damage);
    return result;
  } finally {
    await feed.close();
    await rm(partial, { force: true }).catch(() => {});
  }
}

/** Where an index of the input lets the part begin. Messages need those before them: which stock is which. */
async function indexedStart(options: ConvertOptions): Promise<Start | null> {
  const { input, window, symbols, format, onLog } = options;
  if (window.fromNs === undefined || symbols.length > 0 || format === 'binaryfile') return null;
  // What is wrong with the input itself is told by whoever opens it.
  if (!existsSync(input)) return null;
  const found = await readIndex(input);
  if (found === null) return null;
  if ('why' in found) {
    onLog?.(`${found.why}.`);
    return null;
  }
  const midnightMs = await dayOf(options);
  return startFor(found.index, BigInt(midnightMs ?? 0) * 1_000_000n + BigInt(window.fromNs));
}

/** Frames are copied as they are, unless what is wanted is inside of them. */
const takesMessages = ({ symbols, format }: ConvertOptions, feed: RecordingFeed): boolean =>
  symbols.length > 0 || format === 'binaryfile' || feed.format === 'binaryfile';

async function converterOf(
  options: ConvertOptions,
  feed: RecordingFeed,
  ring: SharedArrayBuffer,
): Promise<RecordingConverter> {
  const { fromNs, toNs } = options.window;
  const midnightMs = await midnightMsOf(options, feed);
  const { group, port } = options.group ?? options.defaultGroup;
  const messages = takesMessages(options, feed);
  return new (native().RecordingConverter)({
    ring,
    format: feed.format,
    to: options.format,
    messages,
    ...(fromNs !== undefined && { fromNs: BigInt(fromNs) }),
    ...(toNs !== undefined && { toNs: BigInt(toNs) }),
    ...(midnightMs !== null && { midnightNs: BigInt(midnightMs) * 1_000_000n }),
    ...((messages || options.group !== null) && { group, port }),
    chosen: options.group !== null,
    symbols: options.symbols,
  });
}

/** @returns ms since 1970; null where none is needed, or nothing says which day it was: then times are UTC */
async function midnightMsOf(options: ConvertOptions, feed: RecordingFeed): Promise<number | null> {
  const { input, format, date, window } = options;
  if (date !== null) return feedMidnightMs(date);
  if (feed.format === 'binaryfile') {
    if (format === 'binaryfile') return null;
    throw new HotlapError(
      'ERR_CONVERT_DATE',
      `${input} is a BinaryFILE, which does not say of which day it is, and packets have a date: give it with --date YYYY-MM-DD.`,
    );
  }
  if (window.fromNs === undefined && window.toNs === undefined) return null;
  return dayOf(options);
}

const dayOf = async ({ input, date, group }: ConvertOptions): Promise<number | null> =>
  date !== null ? feedMidnightMs(date) : midnightOf({ file: input, feed: group, window: {} });

/** Bytes of the output. What of a damaged input comes before the damage is converted all the same. */
async function* converted(
  { input, signal, onProgress }: ConvertOptions,
  feed: RecordingFeed,
  converter: RecordingConverter,
  onDamage: (error: HotlapError) => void,
): AsyncGenerator<Uint8Array> {
  for (let goesOn = true; ; ) {
    if (signal?.aborted === true)
      throw new HotlapError(
        'ERR_RUN_INTERRUPTED',
        `Interrupted before ${input} was read to its end: nothing was written.`,
      );
    try {
      if (goesOn) goesOn = await feed.pump();
    } catch (error) {
      goesOn = false;
      onDamage(error as HotlapError);
    }
    // A buffer that has been handed on belongs to who writes it.
    const out = new Uint8Array(OUT_BYTES);
    const bytes = converter.step(out);
    if (bytes > 0) yield out.subarray(0, bytes);
    else if (converter.stats().phase !== 'reading') return;
    onProgress?.({ step: 'converting', done: feed.bytesRead, total: feed.fileBytes, unit: 'bytes' });
  }
}

async function write(
  { output, compress }: ConvertOptions,
  partial: string,
  bytes: AsyncGenerator<Uint8Array>,
): Promise<void> {
  const file = createWriteStream(partial, { flags: 'w' });
  try {
    const from = Readable.from(bytes, { objectMode: false });
    if (compress === 'gzip') await pipeline(from, createGzip(), file);
    else if (compress === 'zstd') await pipeline(from, createZstdCompress(), file);
    else await pipeline(from, file);
  } catch (error) {
    throw error instanceof HotlapError ? error : unwritable(output, error as NodeJS.ErrnoException);
  }
}

function refuseUnwritten(
  options: ConvertOptions,
  stats: RecordingConverterStats,
  damage: HotlapError | undefined,
): void {
  const { input, output, symbols, group, window } = options;
  if (stats.phase === 'mixedLinkTypes') {
    throw new HotlapError(
      'ERR_CONVERT_LINK_TYPES',
      `${input} has frames of several link types, and a pcap has one for all: name the output .pcapng.`,
    );
  }
  const isWithoutSymbols = symbols.length > 0 && stats.missingSymbols.length === symbols.length;
  if (stats.framesWritten + stats.messagesWritten > 0 && !isWithoutSymbols) return;
  if (damage !== undefined) throw damage;
  const isPart = symbols.length > 0 || group !== null || window.fromNs !== undefined || window.toNs !== undefined;
  if (stats.messages === 0 && stats.frames > 0 && (symbols.length > 0 || options.format === 'binaryfile')) {
    throw new HotlapError(
      'ERR_RECORDING_FOREIGN',
      `${input} holds no ${DECODED_FEEDS}${group === null ? '' : ` of ${group.group}:${group.port}`}, and messages can be taken out of nothing else: \`hotlap inspect\` tells what it holds.`,
    );
  }
  if (!isPart) return;
  throw new HotlapError(
    'ERR_CONVERT_EMPTY',
    `${input} has nothing of what was chosen, so ${output} was not written: \`hotlap inspect\` tells its times, groups and symbols.`,
  );
}

async function resultOf(
  options: ConvertOptions,
  partial: string,
  feed: RecordingFeed,
  stats: RecordingConverterStats,
): Promise<ConvertResult> {
  const { input, output, format, compress } = options;
  const { outsideTime, otherGroups, otherSymbols, malformed, duplicates, lost, untimed, truncated } = stats;
  return {
    input,
    output,
    format,
    compress,
    bytes: (await stat(partial)).size,
    frames: { read: stats.frames, written: stats.framesWritten },
    messages: takesMessages(options, feed)
      ? { read: stats.messages, written: stats.messagesWritten, group: stats.group }
      : null,
    skipped: { outsideTime, otherGroups, otherSymbols, malformed, duplicates },
    missingSymbols: stats.missingSymbols,
    lost,
    untimed,
    truncated,
  };
}

const damaged = ({ input, output }: ConvertOptions, damage: HotlapError | undefined): HotlapError =>
  new HotlapError(
    'ERR_RECORDING_DAMAGED',
    `${damage === undefined ? `${input} holds bytes that are no record of a capture: get it again` : damage.message.replace(/\.$/, '')}; everything before that is in ${output}.`,
  );
