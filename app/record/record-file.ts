/** One file of a recording, whole after every write: plain, or as gzip members or zstd frames one behind the other. */
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { RecordedFile } from '../../report/record-result.ts';
import { fileHead, fileTail, type InterfaceDescription } from './pcapng-blocks.ts';

export type Compress = 'none' | 'gzip' | 'zstd';

const deflate = promisify(gzip);
const zstd = promisify(zstdCompress);
// A live recording must keep up first, and be small second.
const FAST = { level: constants.Z_BEST_SPEED };

const COMPRESS: Readonly<Record<Compress, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  none: async (bytes) => bytes,
  gzip: (bytes) => deflate(bytes, FAST),
  zstd: (bytes) => zstd(bytes),
};

/** Of each interface two numbers: packets, and packets lost before them. */
export type Counts = Float64Array;

export interface RecordFileOptions {
  readonly path: string;
  readonly compress: Compress;
  /** Takes the place of a file of that name. */
  readonly force: boolean;
  readonly application: string;
  readonly interfaces: readonly InterfaceDescription[];
}

export class RecordFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #compress: Compress;
  readonly #counts: Counts;
  readonly #fromNs = nowNs();
  /** Of what is whole. */
  #bytes = 0;
  #packets = 0;

  private constructor(handle: FileHandle, { path, compress, interfaces }: RecordFileOptions) {
    this.path = path;
    this.#handle = handle;
    this.#compress = compress;
    this.#counts = new Float64Array(2 * interfaces.length);
  }

  /** @throws HotlapError where it is there already, or cannot be written */
  static async create(options: RecordFileOptions): Promise<RecordFile> {
    const { path, force } = options;
    const handle = await open(path, force ? 'w' : 'wx').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? exists(path) : unwritable(path, error);
    });
    const file = new RecordFile(handle, options);
    try {
      await file.#put(fileHead(options.application, options.interfaces));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return file;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get packets(): number {
    return this.#packets;
  }

  /** Packets and what was lost before them; or it throws a HotlapError, and the file is as it was. */
  async append(blocks: Uint8Array, counts: Counts): Promise<void> {
    await this.#put(blocks);
    this.count(counts);
  }

  count(counts: Counts): void {
    for (let index = 0; index < counts.length; index += 2) {
      this.#counts[index]! += counts[index]!;
      this.#counts[index + 1]! += counts[index + 1]!;
      this.#packets += counts[index]!;
    }
  }

  /** @param comment beside the numbers of each interface; empty: none */
  async finish(comment: string): Promise<void> {
    const toNs = nowNs();
    const statistics = Array.from({ length: this.#counts.length / 2 }, (_, index) => ({
      fromNs: this.#fromNs,
      toNs,
      packets: this.#counts[2 * index]!,
      lost: this.#counts[2 * index + 1]!,
    }));
    try {
      await this.#put(fileTail(statistics, comment));
    } finally {
      await this.#handle.close();
    }
  }

  facts(): RecordedFile {
    const lost = this.#counts.reduce((sum, count, index) => (index % 2 === 1 ? sum + count : sum), 0);
    return { file: this.path, packets: this.#packets, lost, bytes: this.#bytes };
  }

  /** One write for what belongs together: of a process that is killed between two of them everything can be read. */
  async #put(plain: Uint8Array): Promise<void> {
    const bytes = await COMPRESS[this.#compress](plain);
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.#bytes + at);
        at += bytesWritten;
      }
    } catch (error) {
      // What a full disk took of it makes room for the file's end.
      await this.#handle.truncate(this.#bytes).catch(() => {});
      throw unwritable(this.path, error as NodeJS.ErrnoException);
    }
    this.#bytes += bytes.length;
  }
}

export const exists = (path: string): HotlapError =>
  new HotlapError('ERR_RECORD_EXISTS', `${path} is there already: choose another name, or give --force.`);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'the file may not be larger',
  ENOENT: 'there is no such folder',
  EACCES: 'no permission',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
};

export const unwritable = (path: string, { code = '', message }: NodeJS.ErrnoException): HotlapError =>
  new HotlapError(
    'ERR_RECORD_WRITE',
    `${path} cannot be written (${REASONS[code] ?? message}): check its folder and the free space.`,
  );

export const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
