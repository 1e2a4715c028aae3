import { MAX_MSG_SEQ_NUM, type SessionStore, STORE } from './session-store.ts';

/** Messages that are kept for a resend by default, and the bytes they may take. */
const KEPT_MESSAGES = 4_096;
const KEPT_BYTES = 1 << 20;
const WORD = 4;
const NOTHING = new Uint8Array(0);

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
  readonly #words: Int32Array;
  #source: Uint8Array = NOTHING;
  #sourceWords: Int32Array = new Int32Array(0);
  readonly #entries: Int32Array;
  readonly #maxMessages: number;
  #first = 0;
  #count = 0;
  #end = 0;

  constructor(cells: Int32Array, keptBytes: number = KEPT_BYTES, keptMessages: number = KEPT_MESSAGES) {
    this.#cells = cells;
    this.#words = new Int32Array(Math.floor(keptBytes / WORD));
    this.#bytes = new Uint8Array(this.#words.buffer);
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
    if (length + WORD - 1 > this.#bytes.length) return STORE.ok;
    if (bytes !== this.#source) this.#adopt(bytes);
    // It begins at the same byte of a word as its source does, so that whole words can be copied.
    const phase = (start + bytes.byteOffset) & (WORD - 1);
    this.#end = this.#count === 0 ? 0 : this.#entries[this.#cell(this.#count - 1) + 2];
    let at = this.#end + ((phase - this.#end) & (WORD - 1));
    if (at + length > this.#bytes.length) {
      while (this.#count > 0 && this.#entries[this.#cell(0) + 1] >= this.#end) this.#forgetOldest();
      this.#end = 0;
      at = phase;
    }
    if (this.#count === this.#maxMessages) this.#forgetOldest();
    while (this.#count > 0 && this.#overlapsOldest(at + length)) this.#forgetOldest();
    this.#copy(bytes, start, end, at);
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

  #overlapsOldest(end: number): boolean {
    const start = this.#entries[this.#cell(0) + 1];
    return start >= this.#end && start < end;
  }

  /** Word by word but for the ends: half as long as byte by byte, and neither allocates a view. */
  #copy(bytes: Uint8Array, start: number, end: number, to: number): void {
    const out = this.#bytes;
    const words = this.#words;
    const source = this.#sourceWords;
    const shift = to - start;
    const firstWord = Math.min(end, start + (-(start + bytes.byteOffset) & (WORD - 1)));
    const lastWord = end - ((end - firstWord) & (WORD - 1));
    for (let i = start; i < firstWord; i++) out[i + shift] = bytes[i];
    let from = (firstWord + bytes.byteOffset) >> 2;
    let into = (firstWord + shift) >> 2;
    for (let i = firstWord; i < lastWord; i += WORD) words[into++] = source[from++];
    for (let i = lastWord; i < end; i++) out[i + shift] = bytes[i];
  }

  /** A session sends from one memory all its life. */
  #adopt(bytes: Uint8Array): void {
    this.#source = bytes;
    this.#sourceWords = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
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
