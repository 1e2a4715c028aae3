import { type FixMessage, TAG } from 'fix-parser';
import { awaitingResend } from './awaiting-resend.ts';
import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { loggedOn } from './logged-on.ts';
import { resendFrom } from './resend-request.ts';
import type { SessionState } from './state.ts';

/** The acceptor answers a Logon that is in order. @param reset it asks for new numbers */
export function answerLogon(session: SessionContext, message: FixMessage, reset: boolean): SessionState {
  return logOn(session, message, () => session.sendLogon(reset, false));
}

/** The initiator takes the answer to its own Logon. */
export function takeLogon(session: SessionContext, message: FixMessage): SessionState {
  return logOn(session, message, () => undefined);
}

/** Says Logout with a text and closes as soon as it has left: the peer has made the session impossible. */
export function endWithLogout(session: SessionContext, text: string): SessionState {
  session.reason = text;
  session.log('error', `FIX session ends: ${text}`);
  session.sendLogout(text);
  return closing;
}

/** Compares numbers; what either side lacks is sent again, or asked for. */
function logOn(session: SessionContext, message: FixMessage, answer: () => void): SessionState {
  const { sequence } = session;
  const seq = message.int(TAG.MsgSeqNum, 0);
  const expected = sequence.nextTargetMsgSeqNum();
  if (seq < expected && !message.flag(TAG.PossDupFlag))
    return endWithLogout(session, `MsgSeqNum too low, expecting ${expected} but received ${seq}`);
  const next = sequence.nextSenderMsgSeqNum();
  const wanted = wantedNext(session, message);
  if (wanted > next)
    return endWithLogout(session, `NextExpectedMsgSeqNum too high, expecting ${next} but received ${wanted}`);
  session.times[TIME.testRequest] = Number.NaN;
  if (seq === expected) session.advanceTarget();
  answer();
  session.log(
    'info',
    `FIX session logged on, next MsgSeqNum out ${sequence.nextSenderMsgSeqNum()}, in ${sequence.nextTargetMsgSeqNum()}`,
  );
  const state = seq > expected ? gapBefore(session, message, seq, wanted !== 0) : loggedOn;
  if (wanted === 0 || wanted === next) return state;
  // NextExpectedMsgSeqNum tells what the peer lacks: it gets that without asking, our Logon in the last gap fill.
  return resendFrom(session, wanted, sequence.nextSenderMsgSeqNum() - 1, state);
}

/**
 * A Logon may arrive above the expected MsgSeqNum: answer first, then ask for the gap (FIX session layer, 1S-a). A peer
 * that heeds NextExpectedMsgSeqNum sends it unasked; if it does not, it is asked in time.
 */
function gapBefore(session: SessionContext, message: FixMessage, seq: number, comesUnasked: boolean): SessionState {
  session.queue.push(seq, message.bytes, message.start, message.end);
  session.gapEnd = seq;
  if (comesUnasked) session.mark(TIME.resend);
  else session.sendResendRequest();
  return awaitingResend;
}

/** NextExpectedMsgSeqNum(789) of a Logon; 0 where it has none or it is not configured. */
function wantedNext(session: SessionContext, message: FixMessage): number {
  return session.config.nextExpectedMsgSeqNum === true ? Math.max(0, message.int(TAG.NextExpectedMsgSeqNum, 0)) : 0;
}
