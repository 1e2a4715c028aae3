import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HotlapError } from '../../engine/domain/errors.ts';
import { decompressZstd } from '../recording/zstd-stream.ts';

const CHUNK_BYTES = 256 << 10;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const STDIN = '-';

/** The bytes of a log, unpacked where it is a file that gzip or zstd made. `-` is stdin. */
export async function* readLog(file: string): AsyncGenerator<Buffer> {
  try {
    if (file === STDIN) yield* process.stdin as AsyncIterable<Buffer>;
    else yield* await openFile(file);
  } catch (error) {
    throw asFault(file, error as NodeJS.ErrnoException);
  }
}

async function openFile(file: string): Promise<AsyncIterable<Buffer>> {
  const handle = await open(file, 'r');
  const start = await firstBytes(handle);
  const stream = handle.createReadStream({ highWaterMark: CHUNK_BYTES, ...(start === undefined ? {} : { start: 0 }) });
  if (start === undefined) return stream;
  if (start.subarray(0, GZIP.length).equals(GZIP)) return gunzip(stream);
  return start.equals(ZSTD) ? (decompressZstd(stream, CHUNK_BYTES) as AsyncIterable<Buffer>) : stream;
}

/** Undefined where the file cannot be read twice: a pipe. */
async function firstBytes(handle: FileHandle): Promise<Buffer | undefined> {
  const isFile = (await handle.stat()).isFile();
  if (!isFile) return undefined;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(ZSTD.length), 0, ZSTD.length, 0);
  return buffer.subarray(0, bytesRead);
}

function gunzip(stream: Readable): Readable {
  const unpacker = createGunzip();
  stream.on('error', (error) => unpacker.destroy(error));
  return stream.pipe(unpacker);
}

function asFault(file: string, error: NodeJS.ErrnoException): Error {
  const what: Record<string, string> = {
    ENOENT: 'does not exist: check the path',
    EISDIR: 'is a folder: give a file in it',
    EACCES: 'may not be read: check its permissions',
  };
  const { code = '' } = error;
  if (/^Z_|^ZSTD_/.test(code)) return fault(file, 'is damaged inside its compression: get it again');
  if (code === '' || code.startsWith('ERR_')) return error;
  return fault(file, what[code] ?? `cannot be read (${code}): check path and disk`);
}

const fault = (file: string, what: string): HotlapError =>
  new HotlapError('ERR_FIX_LOG_UNREADABLE', `The log ${file} ${what}.`);
