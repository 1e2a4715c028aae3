import { type SessionContext, TIME } from './context.ts';
import { logoutSent } from './logout-sent.ts';
import type { SessionState } from './state.ts';

/**
 * The peer has asked for messages again: they go out in chunks, one a poll, and never among others. What comes in
 * meanwhile is for the state behind this one (logged on, waiting for a gap of our own to close, or logging out),
 * whose timers run on. When that state ends the session, the rest is not sent.
 */
export const resending: SessionState = {
  name: 'resending',
  loggedOn: true,
  onOpened: () => resending,
  onMessage: (session, message) => follow(session, session.behind.onMessage(session, message)),

  onTime(session) {
    const next = follow(session, session.behind.onTime(session));
    if (next !== resending || session.broken) return next;
    session.resend.sendChunk(session);
    return session.resend.active ? resending : session.behind;
  },

  /** Already past while there is something to send: the next poll sends the next chunk. */
  dueMs(session) {
    const free = session.throttle === null ? session.times[TIME.since] : session.throttle.freeAtMs();
    return Math.min(session.behind.dueMs(session), free);
  },
};

/** Goes on to what the state behind says, as long as messages may be sent there. */
function follow(session: SessionContext, next: SessionState): SessionState {
  if (next === resending) return resending;
  if (!next.loggedOn && next !== logoutSent) return next;
  session.behind = next;
  return resending;
}
