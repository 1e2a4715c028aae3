import { MAX_MSG_SEQ_NUM, type SessionStore, STORE } from './session-store.ts';

/** Messages that are kept for a resend by default, and the bytes they may take. */
const KEPT_MESSAGES = 4_096;
const KEPT_BYTES = 1 << 20;

/**
 * The numbers live in two shared cells [nextSenderMsgSeqNum, nextTargetMsgSeqNum], so that the watchdog on another
 * thread resumes the session where a stalled loop left it. Cells of zero begin a new session at 1. Messages are kept in
 * a ring of bytes: the oldest are forgotten when it is full.
 *
 *   #entries  ┌ MsgSeqNum │ start │ end ┐ × messages, in the order they were sent      #bytes  ─ oldest … newest ─▶ (wraps)
 */
export class MemoryStore implements SessionStore {
  readonly creationMs: Float64Array = new Float64Array([Number.NaN]);
  readonly #cells: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #entries: Int32Array;
  readonly #maxMessages: number;
  #first = 0;
  #count = 0;
  #end = 0;

  constructor(cells: Int32Array, keptBytes: number = KEPT_BYTES, keptMessages: number = KEPT_MESSAGES) {
    this.#cells = cells;
    this.#bytes = new Uint8Array(keptBytes);
    this.#entries = new Int32Array(keptMessages * 3);
    this.#maxMessages = keptMessages;
    if (cells[0] < 1) cells[0] = 1;
    if (cells[1] < 1) cells[1] = 1;
  }

  nextSenderMsgSeqNum(): number {
    return this.#cells[0];
  }

  nextTargetMsgSeqNum(): number {
    return this.#cells[1];
  }

  setNextSender(value: number): void {
    this.#cells[0] = value;
    this.#takeBack(value);
  }

  setNextTarget(value: number): void {
    this.#cells[1] = value;
  }

  lastReservedMsgSeqNum(): number {
    return MAX_MSG_SEQ_NUM;
  }

  keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    this.#takeBack(seq);
    // Greater than all its memory: sent, and forgotten at once.
    if (length > this.#bytes.length) return STORE.ok;
    this.#end = this.#count === 0 ? 0 : this.#entries[this.#cell(this.#count - 1) + 2];
    if (this.#end + length > this.#bytes.length) {
      while (this.#count > 0 && this.#entries[this.#cell(0) + 1] >= this.#end) this.#forgetOldest();
      this.#end = 0;
    }
    if (this.#count === this.#maxMessages) this.#forgetOldest();
    while (this.#count > 0 && this.#overlapsOldest(length)) this.#forgetOldest();
    const out = this.#bytes;
    const at = this.#end;
    for (let i = 0; i < length; i++) out[at + i] = bytes[start + i];
    const cell = this.#cell(this.#count);
    this.#entries[cell] = seq;
    this.#entries[cell + 1] = at;
    this.#entries[cell + 2] = at + length;
    this.#count++;
    return STORE.ok;
  }

  read(seq: number, out: Uint8Array, at: number): number {
    const index = this.#indexOf(seq);
    if (index < 0) return 0;
    const start = this.#entries[this.#cell(index) + 1];
    const length = this.#entries[this.#cell(index) + 2] - start;
    if (at + length > out.length) return 0;
    for (let i = 0; i < length; i++) out[at + i] = this.#bytes[start + i];
    return length;
  }

  oldestKept(): number {
    return this.#count === 0 ? 0 : this.#seqAt(0);
  }

  reset(nowMs: number): void {
    this.#cells[0] = 1;
    this.#cells[1] = 1;
    this.#first = 0;
    this.#count = 0;
    this.#end = 0;
    this.creationMs[0] = nowMs;
  }

  /** What lies under a number that is used anew never left. */
  #takeBack(seq: number): void {
    while (this.#count > 0 && this.#seqAt(this.#count - 1) >= seq) this.#count--;
  }

  /** The numbers rise: halving finds one. */
  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#seqAt(middle);
      if (found === seq) return middle;
      if (found < seq) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #overlapsOldest(length: number): boolean {
    const start = this.#entries[this.#cell(0) + 1];
    return start >= this.#end && start < this.#end + length;
  }

  #forgetOldest(): void {
    this.#first = (this.#first + 1) % this.#maxMessages;
    this.#count--;
  }

  #seqAt(index: number): number {
    return this.#entries[this.#cell(index)];
  }

  #cell(index: number): number {
    return ((this.#first + index) % this.#maxMessages) * 3;
  }
}
