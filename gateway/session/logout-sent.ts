import { MSG_TYPE, TAG } from 'fix-parser';
import { closing } from './closing.ts';
import { TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import { receive } from './inbound.ts';
import { resending } from './resending.ts';
import type { SessionState } from './state.ts';

/** We have said Logout and wait for the peer's; what is still under way, such as a fill, is taken. */
export const logoutSent: SessionState = {
  name: 'logout-sent',
  loggedOn: false,
  onOpened: () => logoutSent,

  onMessage(session, message) {
    if (message.msgType === MSG_TYPE.Logout) {
      if (message.int(TAG.MsgSeqNum, 0) === session.sequence.nextTargetMsgSeqNum()) session.advanceTarget();
      session.loggedOut = true;
      return closing;
    }
    const next = receive(session, message, logoutSent);
    // What the peer misses is still sent again: it asked before it could answer.
    return next === closing || next === resending ? next : logoutSent;
  },

  onTime(session) {
    return session.elapsedMs(TIME.since) >= session.config.logoutTimeoutMs ? disconnected : logoutSent;
  },

  dueMs: (session) => session.times[TIME.since] + session.config.logoutTimeoutMs,
};
