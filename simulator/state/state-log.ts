import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { Identifiers } from '../acceptor/identifiers.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';
import { type StateRecord, StateRecords } from './state-record.ts';

const MAGIC = 'hotlap simulated exchange 1\n';
/** Magic, numbers, then the names of the columns as JSON; records follow. */
const HEADER_BYTES = 4_096;
const NUMBERS_AT = 64;
const COLUMNS_AT = 128;
/** Written at once; a record has some 400 bytes. */
const BUFFER_BYTES = 1 << 16;
/** A log that is longer is written anew without what nobody needs any more. */
const COMPACT_BYTES = 128 << 20;
/**
 * Records that stay whatever became of their orders: their ClOrdIDs come again, they are asked for, or wait to leave. No
 * queue of reports or copies holds so many.
 */
const KEPT_RECORDS = 1 << 16;

export interface StateNumbers {
  /** Records of the log that have left as reports, and as drop copies. */
  sent: number;
  copied: number;
  /** Next ExecID(17) and OrderID(37). */
  nextExecId: number;
  nextOrderNumber: number;
}

/**
 * What an exchange has said, in a file: each report before it leaves. The kernel has it then, so it survives `kill -9` of
 * this process; a power failure may take the newest of it.
 */
export class StateLog {
  readonly file: string;
  /** Found at the opening; given back with `records`. */
  readonly numbers: StateNumbers = { sent: 0, copied: 0, nextExecId: 1, nextOrderNumber: 1 };
  /** Number of the next record. */
  next = 0;
  readonly #columns: readonly string[];
  readonly #records: StateRecords;
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);
  readonly #numberBytes = Buffer.alloc(32);
  #fd: number;
  #bytes = 0;
  #end = 0;
  #longBytes = COMPACT_BYTES;
  #found: StateRecord[] | undefined;

  /** @throws HotlapError ERR_SIMULATOR_STATE */
  constructor(file: string, columns: readonly string[]) {
    this.file = file;
    this.#columns = columns;
    this.#records = new StateRecords(columns);
    try {
      this.#fd = openSync(file, 'a+', 0o600);
      closeSync(this.#fd);
      this.#fd = openSync(file, 'r+');
    } catch (cause) {
      throw refused(`${file} cannot be opened (${(cause as Error).message}): name another folder`, cause);
    }
    if (fstatSync(this.#fd).size === 0) this.#begin();
    this.#found = this.#read();
  }

  /** What was found, oldest first; once. */
  takeRecords(): StateRecord[] {
    const found = this.#found ?? [];
    this.#found = undefined;
    return found;
  }

  /** Puts a report into the buffer. `flush` before it leaves. */
  append(queue: ReportQueue, entry: number, identifiers: Identifiers, timeMs: number): void {
    if (this.#bytes + this.#records.maxBytes > BUFFER_BYTES) this.flush();
    this.#bytes += this.#records.write(this.#buffer, this.#bytes, this.next++, timeMs, queue, entry, identifiers);
  }

  /** One write for all that was appended. */
  flush(): void {
    if (this.#bytes === 0) return;
    writeAll(this.#fd, this.#buffer.subarray(0, this.#bytes), this.#end);
    this.#end += this.#bytes;
    this.#bytes = 0;
  }

  /** Says what has left: a record behind it leaves again after a restart, with the same ExecID. */
  writeNumbers(): void {
    const { sent, copied, nextExecId, nextOrderNumber } = this.numbers;
    [sent, copied, nextExecId, nextOrderNumber].forEach((value, i) => {
      this.#numberBytes.writeDoubleLE(value, i * 8);
    });
    writeAll(this.#fd, this.#numberBytes, NUMBERS_AT);
  }

  /** True when the log has grown so long that `compact` is worth its time. */
  get isLong(): boolean {
    return this.#end > this.#longBytes;
  }

  /** Writes the log anew: open orders and the latest records. @param isOpen by OrderID */
  compact(isOpen: (orderNumber: number) => boolean): void {
    this.flush();
    const bytes = this.#load();
    const kept = this.next - KEPT_RECORDS;
    const fresh = `${this.file}.new`;
    const fd = openSync(fresh, 'w+', 0o600);
    let end = 0;
    const copy = (from: number, to: number): void => {
      writeAll(fd, bytes.subarray(from, to), end);
      end += to - from;
    };
    copy(0, HEADER_BYTES);
    for (let at = HEADER_BYTES; at < bytes.length; ) {
      const length = this.#records.lengthAt(bytes, at);
      const { number, values } = this.#records.read(bytes, at);
      if (number >= kept || isOpen(values.orderNumber)) copy(at, at + length);
      at += length;
    }
    renameSync(fresh, this.file);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#end = end;
    this.#longBytes = Math.max(COMPACT_BYTES, 2 * end);
    this.writeNumbers();
  }

  close(): void {
    this.flush();
    this.writeNumbers();
    closeSync(this.#fd);
  }

  #begin(): void {
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, 'latin1');
    header.write(JSON.stringify(this.#columns), COLUMNS_AT, 'latin1');
    ftruncateSync(this.#fd);
    writeAll(this.#fd, header, 0);
    this.writeNumbers();
  }

  #load(): Buffer {
    const { size } = fstatSync(this.#fd);
    if (size > 2 ** 31 - 1) throw refused(`${this.file} is too long: remove it, or name another folder`);
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; ) {
      const read = readSync(this.#fd, bytes, at, size - at, at);
      if (read === 0) return bytes.subarray(0, at);
      at += read;
    }
    return bytes;
  }

  #read(): StateRecord[] {
    const bytes = this.#load();
    if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      throw refused(`${this.file} is no state of a simulated exchange: name another folder`);
    }
    const columns = bytes.toString('latin1', COLUMNS_AT, bytes.indexOf(0, COLUMNS_AT));
    if (columns !== JSON.stringify(this.#columns)) {
      throw refused(`${this.file} was written by another version of hotlap: remove it, or name another folder`);
    }
    const { numbers } = this;
    const number = (i: number): number => bytes.readDoubleLE(NUMBERS_AT + i * 8);
    Object.assign(numbers, { sent: number(0), copied: number(1), nextExecId: number(2), nextOrderNumber: number(3) });
    const records: StateRecord[] = [];
    let at = HEADER_BYTES;
    for (let length = this.#records.lengthAt(bytes, at); length > 0; length = this.#records.lengthAt(bytes, at)) {
      const record = this.#records.read(bytes, at);
      records.push(record);
      at += length;
    }
    // What a killed process was writing is the last; a good record behind it means that the file is damaged.
    for (let behind = at + 1; behind < bytes.length; behind++) {
      if (this.#records.lengthAt(bytes, behind) === 0) continue;
      throw refused(`${this.file} is damaged at byte ${at}: remove it, or restore it from a copy`);
    }
    this.#end = at;
    ftruncateSync(this.#fd, at);
    this.next = (records.at(-1)?.number ?? Math.max(numbers.sent, numbers.copied) - 1) + 1;
    return records;
  }
}

const refused = (sentence: string, cause?: unknown): HotlapError =>
  new HotlapError('ERR_SIMULATOR_STATE', `The simulator's state: ${sentence}.`, { exitStatus: 2, cause });

/** @throws HotlapError ERR_SIMULATOR_STATE where the disk refuses it */
function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
  } catch (cause) {
    throw refused(`it cannot be written (${(cause as Error).message}), and nothing leaves that is not`, cause);
  }
}
