/** The part of the native surface that keeps what comes into the loop, and gives it back; see index.ts. */

/**
 * Appends what the loop is given from outside, turn by turn, to the ring of a journal. Every call is bounded, makes no
 * system call and returns an int32.
 */
export interface TapeWriter {
  /** In the present turn. @param kind one of TAPE_ENTRY from `stream` on, or `held` @param bytes the payload is bytes[start, end) */
  note(kind: number, a: number, b: number, bytes: Uint8Array, start: number, end: number): number;
  /** The turn is over, and has done something. */
  worked(): number;
  /** Turn from which on nothing was kept, since the ring was full; 0 while the tape is whole. Cold. */
  readonly cutAt: number;
  /** What is left goes into the ring. */
  close(): void;
}

export interface TapeWriterOptions {
  /** Of a JournalDrain that is a log. */
  ringFile: string;
  /** Those of the receiver: turn and engine time are read there. */
  cells: Float64Array;
}

/** Goes through a tape, turn by turn. */
export interface TapePlayer {
  /** Sets CELL.turns so that the next turn is one in which something happened. @returns one of TAPE_ADVANCE */
  advance(): number;
  /**
   * What is next in this turn, where it is of this kind: copied to out[at…), its two numbers to `entry`.
   * @param b what its second number has to be; -1: anything
   * @returns its bytes; -1 where something else or nothing is next; -2 where it does not fit
   */
  take(kind: number, b: number, out: Uint8Array, at: number): number;
}

export interface TapePlayerOptions {
  /** Over a byte ring (BYTE_RING): each record as its length and its kind, two uint32, then the record. */
  ring: Uint8Array;
  cells: Float64Array;
  /** Int32Array(2). */
  entry: Int32Array;
}

/** A tape's packets; engine time is the tape's. */
export interface TapeSource {
  kind: 'tape';
  player: TapePlayer;
}
