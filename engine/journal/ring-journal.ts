import type { JournalRing } from '../../native/journal.ts';
import { JOURNAL, JOURNAL_RESULT } from '../../native/layout.ts';
import type { Journal, JournalResult } from '../ports/journal.ts';
import { JOURNAL_KIND } from './records.ts';

/** Numbers that only cancels get: when the disk does not answer, there are as many left as orders can be open. */
const CANCEL_NUMBERS = 16_384;

/** What a journal needs of its ring. */
export type LogRing = Pick<JournalRing, 'log' | 'setNumbers'>;

/**
 * The order journal in a ring of shared memory that another thread writes to the disk: it survives `kill -9`, and what has
 * been drained survives the host.
 */
export class RingJournal implements Journal {
  readonly #ring: LogRing;
  readonly #cells: Int32Array;

  /** @param cells Int32Array(JOURNAL_CELLS) of its drain */
  constructor(ring: LogRing, cells: Int32Array) {
    this.#ring = ring;
    this.#cells = cells;
  }

  takeOrdinal(): number {
    const cells = this.#cells;
    const ordinal = cells[JOURNAL.nextOut] as number;
    if (ordinal > (cells[JOURNAL.reserved] as number)) return -1;
    cells[JOURNAL.nextOut] = ordinal + 1;
    this.#ring.setNumbers(ordinal + 1, 1);
    return ordinal;
  }

  nextOrdinal(): number {
    return this.#cells[JOURNAL.nextOut] as number;
  }

  hasRoom(): boolean {
    const cells = this.#cells;
    return (cells[JOURNAL.nextOut] as number) + CANCEL_NUMBERS <= (cells[JOURNAL.reserved] as number);
  }

  append(kind: number, bytes: Uint8Array, length: number): JournalResult {
    // What opens something waits for the disk; what closes it, and what the venue says, does not.
    const urgent = kind === JOURNAL_KIND.newOrder || kind === JOURNAL_KIND.replace ? 0 : 1;
    const result = this.#ring.log(kind, bytes, length, urgent);
    if (urgent === 1 && result !== JOURNAL_RESULT.ok) this.#lose();
    return result;
  }

  hasFailed(): boolean {
    return this.#cells[JOURNAL.failure] !== 0 || this.#cells[JOURNAL.lost] !== 0;
  }

  /** The main thread sees it, and says so. */
  #lose(): void {
    Atomics.add(this.#cells, JOURNAL.lost, 1);
  }
}
