import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import type { SessionState } from './state.ts';

/** An initiator has answered the peer's Logout: who began it should close, and gets the time to (13b). */
export const logoutAnswered: SessionState = {
  name: 'logout-answered',
  loggedOn: false,
  onOpened: () => logoutAnswered,
  onMessage: () => logoutAnswered,

  onTime(session) {
    return session.elapsedMs(TIME.since) >= session.config.logoutTimeoutMs ? disconnected : logoutAnswered;
  },

  dueMs: (session) => session.times[TIME.since] + session.config.logoutTimeoutMs,
};

/** Answers an unsolicited Logout. An acceptor closes at once: it owns the port. */
export function answerLogout(session: SessionContext, text: string): SessionState {
  session.reason = text === '' ? 'the peer logged out' : `the peer logged out: ${text}`;
  session.loggedOut = true;
  session.sendLogout('');
  return session.config.role === 'acceptor' ? closing : logoutAnswered;
}
