import { connecting } from './connecting.ts';
import { type SessionContext, TIME } from './context.ts';
import { outOfSession } from './out-of-session.ts';
import type { SessionState } from './state.ts';

/** The connection is gone; the initiator waits before it tries again. Numbers go on where the store has them. */
export const reconnecting: SessionState = {
  name: 'reconnecting',
  loggedOn: false,
  onOpened: () => reconnecting,
  onMessage: () => reconnecting,
  onTime: (session) => (session.nowMs() < session.times[TIME.retry] ? reconnecting : connect(session)),
  dueMs: (session) => session.times[TIME.retry],
};

/** An initiator's next attempt. */
export function connectIn(session: SessionContext, waitMs: number): SessionState {
  session.times[TIME.retry] = session.nowMs() + waitMs;
  session.log('info', `FIX session connects again in ${waitMs} ms`);
  return reconnecting;
}

/** Opens the stream where the session is open, else waits until it is. */
export function connect(session: SessionContext): SessionState {
  if (!session.hours.open(session)) {
    session.log('info', `FIX session waits until ${session.hours.nextStart()}: it is closed by its schedule`);
    return outOfSession;
  }
  session.reason = '';
  session.stream.open();
  return connecting;
}
