import { CELL, STREAM, TAPE_ENTRY, TAPE_MAX_ENTRY } from '../../native/layout.ts';
import type { TapeWriter } from '../../native/tape.ts';
import type { ByteStream } from './byte-stream.ts';

const NOTHING = new Uint8Array(0);

/** Which calls of a turn there were: turns without a word on the tape are not counted when it is played. */
export class CallsOfTurn {
  readonly #cells: Float64Array;
  readonly #turn = Float64Array.of(-1);
  #calls = 0;

  constructor(cells: Float64Array) {
    this.#cells = cells;
  }

  /** @returns the number of this call in its turn, from 0 */
  next(): number {
    const turn = this.#cells[CELL.turns] as number;
    if (turn !== this.#turn[0]) {
      this.#turn[0] = turn;
      this.#calls = 0;
    }
    this.#calls += 1;
    return this.#calls - 1;
  }
}

/** A stream whose answers go onto a tape: what was received, and what was not taken. `TapeStream` gives them again. */
export class TapingStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #stream: ByteStream;
  readonly #tape: TapeWriter;
  readonly #calls: CallsOfTurn;
  #txPending = 0;
  #errno = 0;

  /** @param feedCells where the loop counts its turns */
  constructor(stream: ByteStream, tape: TapeWriter, feedCells: Float64Array) {
    this.rx = stream.rx;
    this.tx = stream.tx;
    this.cells = stream.cells;
    this.#stream = stream;
    this.#tape = tape;
    this.#calls = new CallsOfTurn(feedCells);
  }

  open(): void {
    this.#stream.open();
  }

  poll(): number {
    const result = this.#stream.poll();
    const call = this.#calls.next();
    if (result !== 0 || this.#hasChanged()) this.#note(TAPE_ENTRY.streamPoll, result, call);
    return result;
  }

  send(offset: number, length: number, cause: number): number {
    const result = this.#stream.send(offset, length, cause);
    const call = this.#calls.next();
    if (result !== length || this.#hasChanged()) this.#note(TAPE_ENTRY.streamSend, result, call);
    return result;
  }

  close(): void {
    this.#stream.close();
  }

  failure(): string {
    return this.#stream.failure?.() ?? '';
  }

  #hasChanged(): boolean {
    const { cells } = this;
    return cells[STREAM.txPending] !== this.#txPending || cells[STREAM.errno] !== this.#errno;
  }

  #note(kind: number, result: number, call: number): void {
    const { cells, rx } = this;
    const end = cells[STREAM.rxEnd];
    const received = kind === TAPE_ENTRY.streamPoll && result > 0 ? result : 0;
    // A stream hands on more than one entry may hold: the pieces are one poll.
    for (let at = end - received; ; at += TAPE_MAX_ENTRY) {
      const until = Math.min(end, at + TAPE_MAX_ENTRY);
      this.#tape.note(kind, result, call, rx, at, until);
      if (until === end) break;
    }
    if (!this.#hasChanged()) return;
    this.#txPending = cells[STREAM.txPending];
    this.#errno = cells[STREAM.errno];
    this.#tape.note(TAPE_ENTRY.streamCells, this.#txPending, this.#errno, NOTHING, 0, 0);
  }
}
