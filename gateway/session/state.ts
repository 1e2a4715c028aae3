import type { FixMessage } from 'fix-parser';
import type { SessionContext } from './context.ts';

/**
 * One state of a session. Each method does its work and returns the state that follows; states hold nothing themselves,
 * so one object serves all sessions.
 */
export interface SessionState {
  readonly name: string;
  /** True while application messages may be sent. */
  readonly loggedOn: boolean;
  /** A connection was established. */
  onOpened(session: SessionContext): SessionState;
  /** @param message a well-formed message: checksum and the first three fields are right */
  onMessage(session: SessionContext, message: FixMessage): SessionState;
  /** The time that `dueMs` told has come, or a little earlier. */
  onTime(session: SessionContext): SessionState;
  /** When `onTime` is wanted next, in ms of engine time; Infinity for never. */
  dueMs(session: SessionContext): number;
}
