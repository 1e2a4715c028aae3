import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import { logoutAnswered } from './logout-answered.ts';
import { logoutSent } from './logout-sent.ts';
import { connect, reconnecting } from './reconnecting.ts';
import type { SessionState } from './state.ts';

/** Why a session ends with its day or week: Text(58) of the Logout, and what the application hears. */
export const END_OF_SESSION = 'end of session';

/** Between two sessions of the schedule: nothing is connected, and nobody is listened to. */
export const outOfSession: SessionState = {
  name: 'out-of-session',
  loggedOn: false,
  onOpened: () => outOfSession,
  onMessage: () => outOfSession,
  onTime: (session) => (session.nowMs() < session.times[TIME.sessionStart] ? outOfSession : connect(session)),
  dueMs: (session) => session.times[TIME.sessionStart],
};

/** The day or week of the session is over: Logout where there is somebody to say it to. @param state the present one */
export function endOfSession(session: SessionContext, state: SessionState): SessionState {
  session.times[TIME.sessionEnd] = Number.POSITIVE_INFINITY;
  if (state === closing || state === logoutSent || state === logoutAnswered) return state;
  session.log('info', 'FIX session ends by its schedule');
  if (state === reconnecting) return connect(session);
  session.reason = END_OF_SESSION;
  if (!session.loggedOn) return disconnected;
  session.sendLogout(END_OF_SESSION);
  return logoutSent;
}
