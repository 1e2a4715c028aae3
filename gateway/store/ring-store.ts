import { JOURNAL, type JournalRing, native } from '../../native/index.ts';
import { type SessionStore, STORE } from './session-store.ts';
import { told } from './store-drain.ts';

/** Kind of a kept message in the journal. */
const MESSAGE = 1;

/**
 * A session's numbers and messages in a ring of shared memory that a StoreDrain has opened: they survive `kill -9`, and
 * what the drain has written survives a power failure. For the hot thread; the numbers lie in shared cells as well, so
 * that the next one resumes where this one was stopped.
 */
export class RingStore implements SessionStore {
  readonly creationMs: Float64Array = new Float64Array(1);
  readonly #ring: JournalRing;
  readonly #cells: Int32Array;
  readonly #maxBytes: number;

  /** @param store the drain itself, or its `ringFile` and `cells` on another thread @throws HotlapError ERR_STORE_… */
  constructor({ ringFile, cells }: { readonly ringFile: string; readonly cells: Int32Array }) {
    this.#ring = told(() => new (native().JournalRing)(ringFile));
    this.#cells = cells;
    this.#maxBytes = this.#ring.maxPayload;
    const { createdMs } = this.#ring;
    this.creationMs[0] = createdMs === 0 ? Number.NaN : createdMs;
  }

  nextSenderMsgSeqNum(): number {
    return this.#cells[JOURNAL.nextOut];
  }

  nextTargetMsgSeqNum(): number {
    return this.#cells[JOURNAL.nextIn];
  }

  setNextSender(value: number): void {
    const cells = this.#cells;
    if (value <= cells[JOURNAL.nextOut]) this.#ring.rewind(value);
    cells[JOURNAL.nextOut] = value;
    this.#ring.setNumbers(value, cells[JOURNAL.nextIn]);
  }

  setNextTarget(value: number): void {
    const cells = this.#cells;
    cells[JOURNAL.nextIn] = value;
    this.#ring.setNumbers(cells[JOURNAL.nextOut], value);
  }

  lastReservedMsgSeqNum(): number {
    return this.#cells[JOURNAL.reserved];
  }

  keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
    if (seq > this.#cells[JOURNAL.reserved]) return STORE.full;
    if (end - start > this.#maxBytes) {
      // Gap-filled when it is asked for; what was kept under its number before never left.
      this.#ring.rewind(seq);
      return STORE.ok;
    }
    return this.#ring.append(MESSAGE, seq, bytes, start, end);
  }

  read(seq: number, out: Uint8Array, at: number): number {
    return this.#ring.read(seq, out, at);
  }

  oldestKept(): number {
    return this.#ring.oldestKey();
  }

  reset(nowMs: number): void {
    this.#cells[JOURNAL.nextOut] = 1;
    this.#cells[JOURNAL.nextIn] = 1;
    this.#ring.reset(nowMs);
    this.creationMs[0] = nowMs;
  }

  /** Lets go of the ring; the drain is closed after it. */
  close(): void {
    this.#ring.close();
  }
}
