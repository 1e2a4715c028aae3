import { STREAM, STREAM_CELLS, STREAM_RESULT, STREAM_STATE, TAPE_ENTRY } from '../../native/layout.ts';
import type { TapePlayer } from '../../native/tape.ts';
import type { ByteStream } from './byte-stream.ts';
import { CallsOfTurn } from './taping-stream.ts';

const NOTHING = new Uint8Array(0);

/** A connection that was: each call is answered as it was when the tape was made, and what is sent goes nowhere. */
export class TapeStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array = new Int32Array(STREAM_CELLS);
  readonly #tape: TapePlayer;
  /** The two numbers of an entry. */
  readonly #entry: Int32Array;
  readonly #calls: CallsOfTurn;

  /** @param entry what the player was given @param feedCells where the loop counts its turns */
  constructor(tape: TapePlayer, entry: Int32Array, feedCells: Float64Array, bytes: number) {
    this.rx = new Uint8Array(bytes);
    this.tx = new Uint8Array(bytes);
    this.#tape = tape;
    this.#entry = entry;
    this.#calls = new CallsOfTurn(feedCells);
  }

  open(): void {
    const { cells } = this;
    cells.fill(0);
    cells[STREAM.state] = STREAM_STATE.connecting;
  }

  poll(): number {
    const call = this.#calls.next();
    this.#makeRoom();
    let result = 0;
    // What came at once may be in pieces.
    for (;;) {
      const length = this.#tape.take(TAPE_ENTRY.streamPoll, call, this.rx, this.cells[STREAM.rxEnd]);
      if (length < 0) break;
      result = this.#entry[0];
      this.cells[STREAM.rxEnd] += length;
    }
    this.#takeCells();
    if (result === STREAM_RESULT.opened) this.cells[STREAM.state] = STREAM_STATE.open;
    else if (result < 0) this.cells[STREAM.state] = STREAM_STATE.closed;
    return result;
  }

  send(_offset: number, length: number): number {
    const call = this.#calls.next();
    let result = length;
    if (this.#tape.take(TAPE_ENTRY.streamSend, call, NOTHING, 0) === 0) result = this.#entry[0];
    this.#takeCells();
    if (result === STREAM_RESULT.failed) this.cells[STREAM.state] = STREAM_STATE.closed;
    return result;
  }

  close(): void {
    this.cells[STREAM.state] = STREAM_STATE.closed;
  }

  #takeCells(): void {
    if (this.#tape.take(TAPE_ENTRY.streamCells, -1, NOTHING, 0) < 0) return;
    this.cells[STREAM.txPending] = this.#entry[0];
    this.cells[STREAM.errno] = this.#entry[1];
  }

  #makeRoom(): void {
    const { cells, rx } = this;
    const start = cells[STREAM.rxStart];
    if (start === 0) return;
    rx.copyWithin(0, start, cells[STREAM.rxEnd]);
    cells[STREAM.rxEnd] -= start;
    cells[STREAM.rxStart] = 0;
  }
}
