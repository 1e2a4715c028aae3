import type { FixMessage } from 'fix-parser';

/** What an application says of a message; the session answers for it. */
export const HANDLED = {
  ok: 0,
  /** Answered with BusinessMessageReject(j), BusinessRejectReason(380)=3. */
  unsupported: 1,
} as const;

/** Who stands behind a session. Called inside `poll`; it may send from within. */
export interface SessionApplication {
  /**
   * An application message, or a Reject(3) of one of ours, in sequence.
   * @param message Borrowed: valid until this call returns; the bytes from message.start to message.end have already
   *   been taken from the stream (its rxStart lies behind them).
   * @returns one of HANDLED
   */
  onMessage(message: FixMessage): number;
  /** Numbers are agreed; application messages may be sent. */
  onLogon(): void;
  /**
   * Both numbers began at 1 again, whoever wanted it and when: the numbers of earlier messages mean nothing any more. In
   * mid-session something may be sent from within, else the session is not logged on.
   */
  onReset?(): void;
  /**
   * A message of ours that the peer asks for again. One that is not sent again is gap-filled. Absent: all are sent again.
   * Nothing may be sent from within: it would get between messages that are sent again.
   * @param message Borrowed, as it was sent first.
   */
  mayResend?(message: FixMessage): boolean;
  /**
   * The peer asked for numbers that cannot be sent again: they are gap-filled. Of messages that were not kept, or were
   * forgotten, or have become too long; numbers of session messages may be among them. Nothing may be sent from within.
   */
  onForgotten?(begin: number, end: number): void;
  /**
   * The connection is gone, or never came about. Told once for each `start`, for each connection of an acceptor, and
   * where the session connects again by itself for each connection that had logged on.
   * @param final false where an acceptor waits for the next call, or an initiator connects again by itself
   */
  onLogout(reason: string, final: boolean): void;
}
