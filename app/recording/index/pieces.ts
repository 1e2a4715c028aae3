/** The bytes of a recording with the places at which reading can begin. */
import { type FileHandle, open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { HotlapError } from '../../../engine/domain/errors.ts';
import type { Compression } from '../recording-format.ts';
import type { Place } from './capture-walker.ts';

export interface Piece {
  readonly bytes: Uint8Array;
  readonly place: Place;
}

const PLAIN_BYTES = 1 << 20;
/** A frame of zstd is held whole; `hotlap record` writes a frame a piece. */
const MAX_FRAME = 64 << 20;
const MAX_DECOMPRESSED = 256 << 20;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

export async function* pieces(path: string, compression: Compression): AsyncGenerator<Piece> {
  if (compression === 'gzip') throw onePiece(path, 'gzip');
  const file = await open(path, 'r');
  try {
    if (compression === 'zstd') yield* frames(path, file);
    else yield* plain(file);
  } finally {
    await file.close();
  }
}

async function* plain(file: FileHandle): AsyncGenerator<Piece> {
  for (let offset = 0; ; ) {
    const bytes = Buffer.allocUnsafe(PLAIN_BYTES);
    const { bytesRead } = await file.read(bytes, 0, PLAIN_BYTES, offset);
    if (bytesRead === 0) return;
    yield { bytes: bytes.subarray(0, bytesRead), place: { offset: 0, skip: offset } };
    offset += bytesRead;
  }
}

async function* frames(path: string, file: FileHandle): AsyncGenerator<Piece> {
  const { size } = await file.stat();
  for (let offset = 0; offset < size; ) {
    const { length, isData } = await frameAt(file, offset, size);
    if (length > MAX_FRAME) throw onePiece(path, 'zstd');
    // One that breaks off at the end of the file holds nothing that can be reached.
    if (length === 0) return;
    if (isData) {
      const compressed = Buffer.allocUnsafe(length);
      await file.read(compressed, 0, length, offset);
      yield { bytes: decompressed(path, compressed), place: { offset, skip: 0 } };
    }
    offset += length;
  }
}

function decompressed(path: string, frame: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: MAX_DECOMPRESSED });
  } catch (error) {
    throw new HotlapError(
      'ERR_RECORDING_DAMAGED',
      `${path} cannot be indexed: its zstd compression is damaged (${(error as Error).message}). Get it again.`,
    );
  }
}

/** Walks from block to block (RFC 8878). @returns a length of 0 where the file ends inside of it */
async function frameAt(file: FileHandle, start: number, size: number): Promise<{ length: number; isData: boolean }> {
  const head = Buffer.alloc(18);
  const { bytesRead } = await file.read(head, 0, head.length, start);
  if (bytesRead < 6) return { length: 0, isData: false };
  const magic = head.readUInt32LE(0);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return { length: 8 + head.readUInt32LE(4), isData: false };
  if (magic !== MAGIC) return { length: 0, isData: false };
  const descriptor = head.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  let at = start + 5 + (isSingle ? 0 : 1) + dictionary + contentSize;
  const block = Buffer.alloc(3);
  for (let isLast = false; !isLast && at - start <= MAX_FRAME; ) {
    if ((await file.read(block, 0, 3, at)).bytesRead < 3) return { length: 0, isData: true };
    const header = block.readUIntLE(0, 3);
    isLast = (header & 1) === 1;
    const isRepeated = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : header >> 3);
  }
  const length = at + ((descriptor & 4) === 0 ? 0 : 4) - start;
  return { length: start + length > size ? 0 : length, isData: true };
}

const onePiece = (path: string, compression: string): HotlapError =>
  new HotlapError(
    'ERR_INDEX_USELESS',
    `${path} is compressed in one piece (${compression}): nothing in it can be reached without all that is before. Convert it to a plain file, or let \`hotlap record\` compress it, which does so in pieces.`,
  );
