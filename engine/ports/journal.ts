/** What `append` returns: JOURNAL_RESULT in native/layout.ts. */
export type JournalResult = number;

/**
 * Where everything that must survive the process goes: order events, risk changes, commands. Called on the hot thread:
 * every call is bounded, makes no system call and allocates nothing.
 */
export interface Journal {
  /** ClOrdID(11) numbers are reserved durably in blocks. @returns the next one, -1 where the block is used up */
  takeOrdinal(): number;
  /** What `takeOrdinal` would return, without taking it. */
  nextOrdinal(): number;
  /** Enough numbers are left for a new order; cancels have some that nobody else gets. */
  hasRoom(): boolean;
  /** @param kind one of JOURNAL_KIND @param bytes the payload is bytes[0, length) */
  append(kind: number, bytes: Uint8Array, length: number): JournalResult;
  /** True once the disk has refused something, or a record found no room: nothing new may be sent. Two loads. */
  hasFailed(): boolean;
}
