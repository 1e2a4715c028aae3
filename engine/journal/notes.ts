import { JOURNAL_RESULT } from '../../native/layout.ts';
import type { NumberedTerms } from '../orders/order-terms-table.ts';
import type { Journal } from '../ports/journal.ts';
import {
  JOURNAL_KIND,
  type JournalAlert,
  type JournalCommand,
  type JournalExecution,
  type JournalInstrument,
  type JournalKill,
  type JournalLimit,
  type JournalOpened,
  type JournalPosition,
} from './records.ts';

const utf8 = new TextEncoder();

/** Writes what is told in words, JSON in UTF-8, into an order journal; without one, nowhere. Cold: allocates. */
export class JournalNotes {
  readonly #journal: Journal | undefined;

  constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  opened(record: JournalOpened): void {
    this.#write(JOURNAL_KIND.opened, record);
  }

  /** Before the first image that uses the handle. */
  instrument({ handle, symbol, priceScale, multiplier }: JournalInstrument): void {
    this.#write(JOURNAL_KIND.instrument, { handle, symbol, priceScale, multiplier } satisfies JournalInstrument);
  }

  /** Before the first image that uses the number. */
  terms(record: NumberedTerms): void {
    this.#write(JOURNAL_KIND.terms, record);
  }

  command(record: JournalCommand): void {
    this.#write(JOURNAL_KIND.command, record);
  }

  limit(record: JournalLimit): void {
    this.#write(JOURNAL_KIND.limit, record);
  }

  /** @returns false where the journal has not taken it: over a restart it would be as before */
  kill(record: JournalKill): boolean {
    return this.#write(JOURNAL_KIND.kill, record);
  }

  alert(record: JournalAlert): void {
    this.#write(JOURNAL_KIND.alert, record);
  }

  carriedPosition(record: JournalPosition): void {
    this.#write(JOURNAL_KIND.carriedPosition, record);
  }

  carriedExecution(record: JournalExecution): void {
    this.#write(JOURNAL_KIND.carriedExecution, record);
  }

  /** What was carried is complete. */
  carried(): void {
    this.#write(JOURNAL_KIND.carried, {});
  }

  closed(reason: string): void {
    this.#write(JOURNAL_KIND.closed, { reason });
  }

  #write(kind: number, record: object): boolean {
    if (this.#journal === undefined) return true;
    const bytes = utf8.encode(JSON.stringify(record));
    return this.#journal.append(kind, bytes, bytes.length) === JOURNAL_RESULT.ok;
  }
}
