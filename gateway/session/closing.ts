import { MSG_TYPE } from 'fix-parser';
import { TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import type { SessionState } from './state.ts';

/** Nothing more to say: the connection is closed once the last bytes have left, at the latest after the Logout timeout. */
export const closing: SessionState = {
  name: 'closing',
  loggedOn: false,
  onOpened: () => closing,

  /** Ignored; but a Logout that crosses ours, or answers it, ends the session for both sides. */
  onMessage(session, message) {
    if (session.logoutSaid && message.msgType === MSG_TYPE.Logout) session.loggedOut = true;
    return closing;
  },

  onTime(session) {
    const late = session.elapsedMs(TIME.since) >= session.config.logoutTimeoutMs;
    return late || session.flushed() ? disconnected : closing;
  },

  /** Already past, so looked at in every poll: a flush has no time of its own. */
  dueMs: (session) => session.times[TIME.since],
};
