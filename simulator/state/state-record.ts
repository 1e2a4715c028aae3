import { crc32 } from 'node:zlib';
import { type Identifiers, MAX_CLORDID_BYTES, MAX_SYMBOL_BYTES } from '../acceptor/identifiers.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';

/**
 * One report as it was queued, with every column of the queue, so that what it says can be said again and what it did to
 * its order done again:
 *
 *   uint32  bytes in all · CRC32 of everything behind it
 *   double  number · time, ms since 1970 · a value for each column
 *   uint8   lengths of ClOrdID, OrigClOrdID, Symbol, MassStatusReqID; then these, in ASCII
 */
export interface StateRecord {
  /** Of the records of this state, from 0. */
  readonly number: number;
  readonly timeMs: number;
  readonly values: Readonly<Record<string, number>>;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly symbol: string;
  readonly massStatusReqId: string;
}

const HEAD_BYTES = 8;
const NUMBERS = 2;
const LENGTHS = 4;
const TEXT_BYTES = 3 * MAX_CLORDID_BYTES + MAX_SYMBOL_BYTES;

/** Writes and reads records of a queue with these columns. */
export class StateRecords {
  /** Of the longest record. */
  readonly maxBytes: number;
  readonly #columns: readonly string[];
  readonly #textsAt: number;

  constructor(columns: readonly string[]) {
    this.#columns = columns;
    this.#textsAt = HEAD_BYTES + 8 * (NUMBERS + columns.length);
    this.maxBytes = this.#textsAt + LENGTHS + TEXT_BYTES;
  }

  /** @returns its length */
  write(
    out: Buffer,
    at: number,
    number: number,
    timeMs: number,
    queue: ReportQueue,
    entry: number,
    identifiers: Identifiers,
  ): number {
    const { columns } = queue;
    out.writeDoubleLE(number, at + HEAD_BYTES);
    out.writeDoubleLE(timeMs, at + HEAD_BYTES + 8);
    for (let i = 0; i < columns.length; i++) {
      out.writeDoubleLE(columns[i][entry], at + HEAD_BYTES + 8 * (NUMBERS + i));
    }
    const { clOrdIds, clOrdIdBytes, symbols, symbolBytes } = identifiers;
    const slots = [queue.identifier[entry], queue.original[entry], -1, queue.massRequest[entry]];
    const lengthsAt = at + this.#textsAt;
    let end = lengthsAt + LENGTHS;
    for (let i = 0; i < LENGTHS; i++) {
      const isSymbol = i === 2;
      const slot = isSymbol ? slots[0] : slots[i];
      const bytes = isSymbol ? symbols : clOrdIds;
      const from = slot * (isSymbol ? MAX_SYMBOL_BYTES : MAX_CLORDID_BYTES);
      const length = slot < 0 ? 0 : isSymbol ? symbolBytes[slot] : clOrdIdBytes[slot];
      out[lengthsAt + i] = length;
      for (let k = 0; k < length; k++) out[end + k] = bytes[from + k];
      end += length;
    }
    out.writeUInt32LE(end - at, at);
    out.writeUInt32LE(crc32(out.subarray(at + HEAD_BYTES, end)), at + 4);
    return end - at;
  }

  /** Length of the record at a place; 0 where none begins there that is whole. */
  lengthAt(bytes: Buffer, at: number): number {
    if (at + this.#textsAt + LENGTHS > bytes.length) return 0;
    const length = bytes.readUInt32LE(at);
    if (length < this.#textsAt + LENGTHS || length > this.maxBytes || at + length > bytes.length) return 0;
    return crc32(bytes.subarray(at + HEAD_BYTES, at + length)) === bytes.readUInt32LE(at + 4) ? length : 0;
  }

  read(bytes: Buffer, at: number): StateRecord {
    const values: Record<string, number> = {};
    this.#columns.forEach((name, i) => {
      values[name] = bytes.readDoubleLE(at + HEAD_BYTES + 8 * (NUMBERS + i));
    });
    const lengthsAt = at + this.#textsAt;
    let textAt = lengthsAt + LENGTHS;
    const text = (index: number): string => {
      const from = textAt;
      textAt += bytes[lengthsAt + index];
      return bytes.toString('latin1', from, textAt);
    };
    return {
      number: bytes.readDoubleLE(at + HEAD_BYTES),
      timeMs: bytes.readDoubleLE(at + HEAD_BYTES + 8),
      values,
      clOrdId: text(0),
      origClOrdId: text(1),
      symbol: text(2),
      massStatusReqId: text(3),
    };
  }
}
