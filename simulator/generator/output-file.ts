import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { HotlapError } from '../../engine/domain/errors.ts';

/** A file that appears under its name only when it is whole, compressed as its suffix says. */
export class OutputFile {
  /** Bytes before compression. */
  bytes = 0;
  readonly #path: string;
  readonly #partial: string;
  readonly #first: Writable;
  readonly #done: Promise<void>;

  /** @param path ends in .gz or .zst to be compressed */
  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.partial`;
    const file = createWriteStream(this.#partial);
    const compressor = compressorFor(path);
    if (compressor !== null) {
      compressor.on('error', (error) => file.destroy(error));
      compressor.pipe(file);
    }
    this.#first = compressor ?? file;
    file.on('error', (error) => compressor?.destroy(error));
    this.#done = finished(file);
    // Told to whoever awaits next; nobody may be awaiting yet when a disk is full.
    this.#done.catch(() => undefined);
  }

  /** Takes the bytes over and waits while the disk or the compressor is behind. */
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    if (!this.#first.write(bytes)) await Promise.race([once(this.#first, 'drain'), this.#done]).catch(this.#fail);
  }

  /** @returns the file's size */
  async close(): Promise<number> {
    this.#first.end();
    await this.#done.catch(this.#fail);
    renameSync(this.#partial, this.#path);
    return statSync(this.#path).size;
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#first.destroy();
    await this.#done.catch(() => undefined);
    rmSync(this.#partial, { force: true });
  }

  readonly #fail = (cause: Error): never => {
    throw new HotlapError('ERR_GENERATE_WRITE', `${this.#path} cannot be written: ${cause.message}.`, { cause });
  };
}

function compressorFor(path: string) {
  if (path.endsWith('.gz')) return createGzip({ level: 6 });
  if (path.endsWith('.zst')) return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 6 } });
  return null;
}
