import { awaitingResend } from './awaiting-resend.ts';
import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { loggedOn } from './logged-on.ts';
import type { SessionState } from './state.ts';

/** Both sides have said Logon; `seq` is the peer's number. */
export function enterLoggedOn(session: SessionContext, seq: number, possDup: boolean): SessionState {
  const expected = session.sequence.nextTargetMsgSeqNum();
  if (seq < expected && !possDup)
    return endWithLogout(session, `MsgSeqNum too low, expecting ${expected} but received ${seq}`);
  session.times[TIME.testRequest] = Number.NaN;
  if (seq === expected) session.advanceTarget();
  session.log(
    'info',
    `FIX session logged on, next MsgSeqNum out ${session.sequence.nextSenderMsgSeqNum()}, in ${session.sequence.nextTargetMsgSeqNum()}`,
  );
  if (seq <= expected) return loggedOn;
  // A Logon may arrive above the expected MsgSeqNum: answer first, then ask for the gap (FIX session layer, 1S-a).
  session.gapEnd = seq;
  session.sendResendRequest();
  return awaitingResend;
}

/** Says Logout with a text and closes as soon as it has left: the peer has made the session impossible. */
export function endWithLogout(session: SessionContext, text: string): SessionState {
  session.reason = text;
  session.log('error', `FIX session ends: ${text}`);
  session.sendLogout(text);
  return closing;
}
