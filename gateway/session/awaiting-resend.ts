import { TIME } from './context.ts';
import { keepAlive, keepAliveDueMs } from './heartbeat.ts';
import { receive } from './inbound.ts';
import { loggedOn } from './logged-on.ts';
import { endWithLogout } from './logon.ts';
import { resending } from './resending.ts';
import { deliverReady } from './sequence-reset.ts';
import type { SessionState } from './state.ts';

const MAX_REQUESTS = 3;

/** Logged on with a gap: one ResendRequest is outstanding, later messages wait in the queue. */
export const awaitingResend: SessionState = {
  name: 'awaiting-resend',
  loggedOn: true,
  onOpened: () => awaitingResend,

  onMessage(session, message) {
    const before = session.sequence.nextTargetMsgSeqNum();
    const next = receive(session, message, awaitingResend);
    deliverReady(session);
    const expected = session.sequence.nextTargetMsgSeqNum();
    if (expected !== before) {
      // Progress: the peer is filling the gap, however slowly.
      session.gapRequests = 1;
      session.mark(TIME.resend);
    }
    if (next !== awaitingResend && next !== resending) return next;
    if (expected <= session.gapEnd) {
      session.askOn();
      return next;
    }
    session.forgetGap();
    if (next === awaitingResend) return loggedOn;
    session.behind = loggedOn;
    return next;
  },

  onTime(session) {
    if (session.elapsedMs(TIME.resend) >= session.resendTimeoutMs) {
      const expected = session.sequence.nextTargetMsgSeqNum();
      if (session.gapRequests >= MAX_REQUESTS)
        return endWithLogout(session, `ResendRequest from ${expected} was not satisfied`);
      session.log(
        'warn',
        `ResendRequest from ${expected} not satisfied within ${session.resendTimeoutMs} ms: asked again`,
      );
      session.sendResendRequest();
    }
    return keepAlive(session, awaitingResend);
  },

  dueMs: (session) => Math.min(session.times[TIME.resend] + session.resendTimeoutMs, keepAliveDueMs(session)),
};
