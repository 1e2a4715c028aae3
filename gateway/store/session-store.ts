/** What `SessionStore.keep` returns. */
export const STORE = {
  ok: 0,
  /** No room until the housekeeping side has made some: the message must not be sent. */
  full: -1,
  /** The store has failed (no space, a broken disk): nothing more may be sent. */
  failed: -2,
} as const;

/** Highest MsgSeqNum(34) that a session counts: the one behind it still is an int32. */
export const MAX_MSG_SEQ_NUM = 2_147_483_646;

/**
 * Where a session keeps its two numbers and what it has sent. Called on the hot thread: every call is bounded, makes no
 * system call and allocates nothing, unless it says otherwise.
 *
 * Order of a send: `keep` under the next number, `setNextSender`, then the transport. So whoever resumes the session
 * never uses a number twice, and knows of every message that may have left. A message that the transport refused is
 * taken back with `setNextSender`: what is kept under that number and above is forgotten, because a session message,
 * which is not kept, may be the next to take it.
 */
export interface SessionStore {
  /** Next MsgSeqNum(34) to send. */
  nextSenderMsgSeqNum(): number;
  /** Next MsgSeqNum(34) expected from the peer. */
  nextTargetMsgSeqNum(): number;
  /** Messages kept under `value` and above never left: they are forgotten. */
  setNextSender(value: number): void;
  setNextTarget(value: number): void;
  /** Highest MsgSeqNum that may be used before `full`: numbers are reserved durably in blocks. */
  lastReservedMsgSeqNum(): number;
  /** Keeps an application message, bytes[start, end), for a resend. Session messages are never kept. @returns one of STORE */
  keep(seq: number, bytes: Uint8Array, start: number, end: number): number;
  /** Copies a kept message to out[at…). @returns its length, 0 where none was kept, it was forgotten, or it does not fit */
  read(seq: number, out: Uint8Array, at: number): number;
  /** Oldest MsgSeqNum whose message is still kept; messages before it were forgotten, because memory is bounded. 0 for none. */
  oldestKept(): number;
  /** Both numbers back to 1, nothing kept: a new session. Writes the time into creationMs. */
  reset(nowMs: number): void;
  /** [0]: when the present numbers began, ms since 1970; NaN for never. A cell, so that reading it costs no heap number. */
  readonly creationMs: Float64Array;
}
