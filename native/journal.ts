/** The part of the native surface that keeps what must not be lost; see index.ts. */

/**
 * The hot side of a journal: a ring of records in /dev/shm, opened by a JournalDrain. Every call is bounded, makes no
 * system call and returns an int32.
 */
export interface JournalRing {
  /**
   * Copies bytes[start, end) into the ring. Keys rise; one that comes again replaces its record and those above it.
   * @param kind 1 to 61,439, the caller's @returns one of JOURNAL_RESULT; failed as well for a payload over maxPayload
   */
  append(kind: number, key: number, bytes: Uint8Array, start: number, end: number): number;
  /**
   * Copies bytes[0, length) into the ring of a log, with key 0. @param urgent 0: leaves a quarter of the ring to others,
   * and is refused once the disk has failed; 1: takes the last room, and goes into the ring for the next start even then
   */
  log(kind: number, bytes: Uint8Array, length: number, urgent: number): number;
  /** Copies the payload of a record to out[at…). @returns its length; 0 where there is none or it does not fit */
  read(key: number, out: Uint8Array, at: number): number;
  /** Writes both next numbers at once, so that a killed process leaves no half of it. */
  setNumbers(nextOut: number, nextIn: number): number;
  /** The records with this key and above never left. @returns one of JOURNAL_RESULT */
  rewind(key: number): number;
  /** Lowest key that can be read; 0 for none. */
  oldestKey(): number;
  /** A new numbering: both numbers 1, nothing kept. Cold. @returns one of JOURNAL_RESULT */
  reset(createdMs: number): number;
  /** Longest payload, in bytes. */
  readonly maxPayload: number;
  /** When it was opened: of the numbering, ms since 1970; 0 for never. */
  readonly createdMs: number;
  close(): void;
}

export interface JournalDrainOptions {
  /** Folder of the segment files: exists, belongs to this user. */
  folder: string;
  /** File of the ring, in /dev/shm. */
  ringFile: string;
  /** A power of two from 64 KiB to 1 GiB: what stays readable. */
  ringBytes: number;
  /** Bytes of one segment file, preallocated; at least two of the longest records. */
  segmentBytes: number;
  /** Numbers reserved on the disk at a time, before they are used; renewed when half are. At least 256. */
  blockNumbers: number;
  /** Int32Array(JOURNAL_CELLS), over shared memory where the hot side is another thread. */
  cells: Int32Array;
  /**
   * A log: every record is kept, segments are never deleted. A start reads the last segment only, and begins another where
   * that one is not nearly empty.
   */
  log?: boolean;
}

export interface JournalRecovery {
  /** One of JOURNAL_FROM. */
  from: number;
  nextOut: number;
  nextIn: number;
  /** Ms since 1970 at which the numbers began; 0 for never. */
  createdMs: number;
  /** Records that can be read again. */
  records: number;
  /** Of them, those that only the ring held. */
  fromRing: number;
  /** Bytes of a write that was cut off at the end of the last segment, cut away. */
  tornBytes: number;
  /** A ring of another store or generation lay there and was put aside. */
  staleRing: boolean;
}

/**
 * The disk side of a journal, for the housekeeping thread. Opening recovers what a process before left, locks the
 * folder for this process and makes the ring. Throws an Error with a code ERR_STORE_… and a sentence.
 */
export interface JournalDrain {
  readonly recovery: JournalRecovery;
  /** Writes what was appended, waits for the disk, and renews the reserved block. @returns records written; -1 once failed */
  poll(): number;
  /**
   * The same on another thread, while this one goes on: `polled` is called with what `poll` would have returned, and
   * says `tell`. `poll` and `close` meanwhile wait for its end.
   */
  pollLater(polled: (records: number) => void): void;
  /**
   * From now on the inbound number that goes to the disk never stands for more than `first` has there: at each poll it is
   * taken, `first` is polled, and then it counts. Before the hot side begins; `first` is closed before this one.
   */
  follow(first: JournalDrain): void;
  /** Writes the reserved number and the failure into the cells; `poll` and `close` do so by themselves. */
  tell(): void;
  /** Why `poll` returned -1: [code, sentence]; both empty without a failure. */
  failure(): [string, string];
  /** Everything goes to the disk with the exact numbers; the ring goes. After a failure it stays, for the next start. */
  close(): void;
}

export interface JournalReaderOptions {
  folder: string;
  /** With it the records that are not on the disk yet are read as well; it may belong to a process that goes on writing. */
  ringFile?: string;
  /** Segments before it are not read. Default: the oldest that is there. */
  fromSegment?: number;
}

/**
 * Reads a journal record by record, one segment in memory at a time, beside whoever writes it: nothing is locked or
 * changed. Throws an Error with a code ERR_STORE_… and a sentence with file and byte, when it is opened or at the
 * record that is damaged.
 */
export interface JournalReader {
  /**
   * @param out Room for the payload: ring's `maxPayload`, or less where the records are known.
   * @param head Float64Array(JOURNAL_HEAD_DOUBLES) @returns bytes of the payload; -1 at the end
   */
  next(out: Uint8Array, head: Float64Array): number;
  /** Numbers of the segments that are read. */
  readonly segments: number[];
  /** Bytes of an unfinished write at the end, once it has been reached. */
  readonly tornBytes: number;
  close(): void;
}
