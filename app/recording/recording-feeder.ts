/** Streams a recording from disk into a byte ring, decompressed, on a housekeeping thread. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotlapError } from '../../engine/domain/errors.ts';
import { ByteRingWriter } from './byte-ring.ts';
import { decompressGzip } from './gzip-stream.ts';
import type { Start } from './index/index-file.ts';
import {
  type Compression,
  detectCompression,
  detectFormat,
  FORMAT_BYTES,
  type RecordingFormat,
} from './recording-format.ts';
import { decompressZstd } from './zstd-stream.ts';

export { createByteRing } from './byte-ring.ts';
export type { Compression, RecordingFormat } from './recording-format.ts';

/** Large enough that reads and decompressor calls do not count, small enough to stay in the cache. */
const CHUNK_BYTES = 256 * 1024;
/** The ring holds many milliseconds of any feed: its reader never runs dry in one. */
const FULL_WAIT_MS = 1;

export interface RecordingFeed {
  readonly format: RecordingFormat;
  readonly compression: Compression;
  /** Size of the file, and how much of it has been read or passed over: for progress. */
  readonly fileBytes: number;
  readonly bytesRead: number;
  /** Resolves once the last byte is in the ring or `close` was called; rejects with a HotlapError for a damaged file. */
  readonly done: Promise<void>;
  /**
   * Writes until the ring is full or the recording has ended: for a reader on the same thread, in turn with it.
   * @returns false once everything is in the ring
   */
  pump(): Promise<boolean>;
  /** Pumps until the end, waiting while the ring is full: for a reader on another thread. @returns `done` */
  run(): Promise<void>;
  /** Stops early and frees the file; the ring is marked ended. */
  close(): Promise<void>;
}

/**
 * Opens a recording and tells what it is.
 * @param start where an index says to begin; null: at the beginning @throws HotlapError for a missing, empty or foreign file */
export async function feedRecording(
  path: string,
  ring: SharedArrayBuffer,
  start: Start | null = null,
): Promise<RecordingFeed> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const magic = Buffer.alloc(4);
    const { bytesRead } = await file.read(magic, 0, magic.length, 0);
    if (bytesRead === 0) throw emptyRecording(path);
    const compression = detectCompression(magic.subarray(0, bytesRead));
    const feed = new Feeder(path, file, size, compression, new ByteRingWriter(ring), start);
    await feed.begin();
    return feed;
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Asked first: to open a FIFO would wait for whoever writes to it, perhaps for ever.
    if ((await stat(path)).isFile()) return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new HotlapError('ERR_RECORDING_MISSING', `There is no recording at ${path}: check the path.`);
    }
    throw new HotlapError('ERR_RECORDING_UNREADABLE', `${path} cannot be read (${code}): check its permissions.`);
  }
  throw new HotlapError('ERR_RECORDING_UNREADABLE', `${path} is not a file: give the recording itself.`);
}

function emptyRecording(path: string): HotlapError {
  return new HotlapError('ERR_RECORDING_EMPTY', `${path} is empty: record or download it again.`);
}

class Feeder implements RecordingFeed {
  format: RecordingFormat = 'pcap';
  readonly compression: Compression;
  readonly fileBytes: number;
  readonly done: Promise<void>;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #ring: ByteRingWriter;
  /** Where it reads next: of the file, what lies before a start in its middle included. */
  #bytesRead: number;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #start: Start | null;
  #chunk: Uint8Array = new Uint8Array(0);
  #finished = false;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };

  constructor(
    path: string,
    file: FileHandle,
    fileBytes: number,
    compression: Compression,
    ring: ByteRingWriter,
    start: Start | null,
  ) {
    this.#start = start;
    this.#path = path;
    this.#file = file;
    this.fileBytes = fileBytes;
    this.compression = compression;
    this.#ring = ring;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever pumps learns of a failure from `pump`; nobody has to look at `done` as well.
    this.done.catch(() => {});
    // Plain bytes can be begun at anywhere.
    this.#bytesRead = start === null ? 0 : start.offset + (compression === 'none' ? start.skip : 0);
    this.#chunks = this.#decompressed()[Symbol.asyncIterator]();
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  #decompressed(): AsyncIterable<Uint8Array> {
    const source = this.#read();
    if (this.compression === 'none') return source;
    return this.compression === 'zstd' ? decompressZstd(source, CHUNK_BYTES) : decompressGzip(source, CHUNK_BYTES);
  }

  /** Into one buffer over and over: what is yielded is borrowed until the next is asked for. */
  async *#read(): AsyncGenerator<Uint8Array, void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#bytesRead);
      if (bytesRead === 0) return;
      this.#bytesRead += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Reads the first bytes and tells what they are. */
  async begin(): Promise<void> {
    let start = Buffer.alloc(0);
    const skip = this.#start === null || this.compression === 'none' ? 0 : this.#start.skip;
    try {
      while (start.length < FORMAT_BYTES + skip) {
        const next = await this.#chunks.next();
        if (next.done) break;
        start = Buffer.concat([start, next.value]);
      }
    } catch (error) {
      if (start.length === 0) throw this.#damaged(error);
    }
    if (start.length === 0) throw emptyRecording(this.#path);
    if (this.#start !== null) start = Buffer.concat([this.#start.prefix, start.subarray(skip)]);
    this.format = detectFormat(this.#path, start);
    this.#chunk = start;
  }

  async pump(): Promise<boolean> {
    if (this.#finished) return false;
    try {
      for (;;) {
        this.#chunk = this.#chunk.subarray(this.#ring.write(this.#chunk));
        if (this.#chunk.length > 0) return true;
        const next = await this.#chunks.next();
        if (this.#finished) break;
        if (next.done) {
          this.#refuseShrunk();
          break;
        }
        this.#chunk = next.value;
      }
    } catch (error) {
      // `close` tears the stream down under a read that is waiting.
      if (this.#finished) return false;
      const damaged = this.#damaged(error);
      this.#settle.reject(damaged);
      await this.close();
      throw damaged;
    }
    await this.close();
    return false;
  }

  async run(): Promise<void> {
    while (await this.pump()) await sleep(FULL_WAIT_MS);
    return this.done;
  }

  async close(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    this.#ring.end();
    this.#chunks.return?.().catch(() => {});
    await this.#file.close().catch(() => {});
    this.#settle.resolve();
  }

  /** What a file has lost since it was opened is no torn end of the recording's own. Compressed ones tell by themselves. */
  #refuseShrunk(): void {
    if (this.compression !== 'none' || this.bytesRead >= this.fileBytes) return;
    throw new HotlapError(
      'ERR_RECORDING_DAMAGED',
      `${this.#path} became shorter while it was read, ${this.bytesRead} bytes instead of ${this.fileBytes}: leave it alone until hotlap has ended.`,
    );
  }

  #damaged(error: unknown): HotlapError {
    if (error instanceof HotlapError) return error;
    const reason = (error as Error).message;
    return new HotlapError(
      'ERR_RECORDING_DAMAGED',
      this.compression === 'none'
        ? `${this.#path} could not be read to its end (${reason}): check the disk it lies on.`
        : `${this.#path} is damaged or cut short inside its ${this.compression} compression (${reason}): download it again.`,
      { cause: error },
    );
  }
}
