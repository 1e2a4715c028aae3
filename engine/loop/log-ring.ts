/**
 * Log lines from the loop to the main thread: fixed slots in shared memory. A full ring drops and counts; it never waits.
 *
 *   header 16 int32   written · read · dropped · slots
 *   slot 2,048 bytes  int32 level · int32 strategy · double timeNs · int32 length · utf-8 text
 */
const WRITTEN = 0;
const READ = 1;
const DROPPED = 2;
const SLOTS = 3;
const HEADER_BYTES = 64;
const SLOT_BYTES = 2_048;
const TEXT_AT = 24;
const LENGTH_INT = 4;

/** @param slots a power of two */
export const createLogRing = (slots = 512): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(HEADER_BYTES + slots * SLOT_BYTES);
  new Int32Array(buffer, 0, 16)[SLOTS] = slots;
  return buffer;
};

export class LogWriter {
  private readonly header: Int32Array;
  private readonly ints: Int32Array;
  private readonly doubles: Float64Array;
  private readonly bytes: Uint8Array;
  private readonly cells: Float64Array;
  private readonly nowCell: number;
  private readonly encoder = new TextEncoder();
  /** `encodeInto` takes no shared memory. */
  private readonly text = new Uint8Array(SLOT_BYTES - TEXT_AT);

  constructor(buffer: SharedArrayBuffer, cells: Float64Array, nowCell: number) {
    this.header = new Int32Array(buffer, 0, 16);
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.cells = cells;
    this.nowCell = nowCell;
  }

  get dropped(): number {
    return this.header[DROPPED] as number;
  }

  /** Text over 2,024 bytes is cut. @param strategy -1 for the engine itself */
  write(level: number, strategy: number, text: string): void {
    const written = this.header[WRITTEN] as number;
    const slots = this.header[SLOTS] as number;
    if (((written - Atomics.load(this.header, READ)) | 0) >= slots) {
      Atomics.add(this.header, DROPPED, 1);
      return;
    }
    const at = HEADER_BYTES + (written & (slots - 1)) * SLOT_BYTES;
    const length = this.encoder.encodeInto(text, this.text).written;
    this.bytes.set(this.text.subarray(0, length), at + TEXT_AT);
    this.ints[at / 4] = level;
    this.ints[at / 4 + 1] = strategy;
    this.doubles[at / 8 + 1] = this.cells[this.nowCell] as number;
    this.ints[at / 4 + LENGTH_INT] = length;
    Atomics.store(this.header, WRITTEN, (written + 1) | 0);
  }
}

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  /** Index of the strategy; -1 for the engine itself. */
  strategy: number;
  timeNs: number;
  text: string;
}

const LEVELS = ['info', 'warn', 'error'] as const;

export class LogReader {
  private readonly buffer: SharedArrayBuffer;
  private readonly header: Int32Array;
  private readonly decoder = new TextDecoder();

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.header = new Int32Array(buffer, 0, 16);
  }

  /** Lines that found the ring full. */
  get dropped(): number {
    return Atomics.load(this.header, DROPPED);
  }

  drain(visit: (line: LogLine) => void): number {
    const written = Atomics.load(this.header, WRITTEN);
    let read = this.header[READ] as number;
    const count = (written - read) | 0;
    for (; read !== written; read = (read + 1) | 0) {
      const at = HEADER_BYTES + (read & ((this.header[SLOTS] as number) - 1)) * SLOT_BYTES;
      const ints = new Int32Array(this.buffer, at, 6);
      visit({
        level: LEVELS[ints[0] as number] ?? 'info',
        strategy: ints[1] as number,
        timeNs: new Float64Array(this.buffer, at + 8, 1)[0] as number,
        // TextDecoder takes no shared memory either.
        text: this.decoder.decode(new Uint8Array(this.buffer, at + TEXT_AT, ints[LENGTH_INT]).slice()),
      });
    }
    Atomics.store(this.header, READ, read);
    return count;
  }
}
