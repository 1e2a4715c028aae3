import { type FixMessage, isKnownMsgType, MSG_TYPE, TAG, VALID } from 'fix-parser';
import { MAX_MSG_SEQ_NUM } from '../store/session-store.ts';
import { HANDLED } from './application.ts';
import { awaitingResend } from './awaiting-resend.ts';
import type { SessionContext } from './context.ts';
import {
  duplicateReason,
  headerReason,
  headerRefTag,
  sendingTimeAccurate,
  thirdPartiesKnown,
} from './header-checks.ts';
import { endWithLogout } from './logon.ts';
import { answerLogout } from './logout-answered.ts';
import { logoutSent } from './logout-sent.ts';
import { BUSINESS_REJECT, NO_REF_TAG, REJECT, REJECT_TEXT } from './reject-reasons.ts';
import { onResendRequest } from './resend-request.ts';
import { onSequenceReset } from './sequence-reset.ts';
import { onLateLogon } from './session-reset.ts';
import type { SessionState } from './state.ts';

/** One message in a session that is logged on: header, then its number, then what it says. */
export function receive(session: SessionContext, message: FixMessage, here: SessionState): SessionState {
  if (!message.equals(TAG.BeginString, session.expectedBeginString))
    return logoutAndWait(session, 'Incorrect BeginString', 'Incorrect BeginString', here);
  const seq = message.int(TAG.MsgSeqNum, 0);
  if (seq < 0 || seq > MAX_MSG_SEQ_NUM || (seq === 0 && message.msgType !== MSG_TYPE.SequenceReset)) {
    return endWithLogout(session, 'MsgSeqNum is missing or invalid');
  }
  const refused = refuseHeader(session, message, seq, here);
  if (refused !== null) return refused;
  const expected = session.sequence.nextTargetMsgSeqNum();
  switch (message.msgType) {
    // These are acted on whatever their number: waiting for a gap to close could wait for ever.
    case MSG_TYPE.Logout:
      if (seq === expected) session.advanceTarget();
      return answerLogout(session, message.text(TAG.Text));
    case MSG_TYPE.ResendRequest:
      if (seq === expected) session.advanceTarget();
      return onResendRequest(session, message, seq, here);
    case MSG_TYPE.SequenceReset:
      if (!message.flag(TAG.GapFillFlag)) return onSequenceReset(session, message, seq, here);
      break;
    case MSG_TYPE.Logon:
      if (message.flag(TAG.ResetSeqNumFlag) && here !== logoutSent) return onLateLogon(session, message, seq);
      break;
  }
  if (seq < expected) return onLow(session, message, seq, here);
  if (seq > expected)
    return message.msgType === MSG_TYPE.Reject
      ? deliverReject(session, message, here)
      : onGap(session, message, seq, here);
  if (message.msgType === MSG_TYPE.SequenceReset) return onSequenceReset(session, message, seq, here);
  // Without OrigSendingTime it is taken all the same: the only copy of an execution is worth more than its header (2f, 2g).
  if (message.flag(TAG.PossDupFlag) && duplicateReason(message) === REJECT.sendingTimeAccuracy)
    return rejectMessage(session, message, seq, NO_REF_TAG, REJECT.sendingTimeAccuracy, here);
  deliver(session, message);
  return here;
}

/**
 * A message whose turn it is. It counts once the application has had it, and has kept what it says: a process that is
 * killed between the two asks for it again, and knows an execution that it has had by its ExecID(17).
 */
export function deliver(session: SessionContext, message: FixMessage): void {
  switch (message.msgType) {
    case MSG_TYPE.Heartbeat:
    case MSG_TYPE.Logon:
      session.advanceTarget();
      return;
    case MSG_TYPE.TestRequest:
      session.advanceTarget();
      session.sendHeartbeat(message);
      return;
  }
  if (!isValidType(session, message.msgType)) {
    session.advanceTarget();
    session.sendReject(message, NO_REF_TAG, REJECT.invalidMsgType);
    return;
  }
  const expected = session.sequence.nextTargetMsgSeqNum();
  const handled = session.application.onMessage(message);
  // The application may have stopped the session, and with it begun new numbers.
  if (session.sequence.nextTargetMsgSeqNum() === expected) session.advanceTarget();
  if (handled !== HANDLED.unsupported || message.msgType === MSG_TYPE.Reject) return;
  const text = session.version.hasBusinessReject ? 'Unsupported Message Type' : 'Unsupported message type';
  session.sendBusinessReject(message, BUSINESS_REJECT.unsupportedMessageType, text);
}

/** A dictionary has said so before; without one only the types of FIX 4.4 are known, and those of later versions are not. */
function isValidType(session: SessionContext, msgType: number): boolean {
  return session.validator !== undefined || session.version.defaultApplVerId !== '' || isKnownMsgType(msgType);
}

/** A Reject above the expected number tells what it has to tell; the gap shows with the next message (QuickFIX's rule). */
function deliverReject(session: SessionContext, message: FixMessage, here: SessionState): SessionState {
  session.application.onMessage(message);
  return here;
}

/** Too high: keep it, and ask once for what is missing. On the way out nothing is asked for any more. */
function onGap(session: SessionContext, message: FixMessage, seq: number, here: SessionState): SessionState {
  if (here === logoutSent) return here;
  if (message.msgType !== MSG_TYPE.SequenceReset && message.msgType !== MSG_TYPE.Logon) {
    session.queue.push(seq, message.bytes, message.start, message.end);
  }
  if (seq > session.gapEnd) session.gapEnd = seq;
  if (here === awaitingResend) return here;
  session.log('warn', `FIX gap: expected ${session.sequence.nextTargetMsgSeqNum()}, received ${seq}`);
  session.sendResendRequest();
  return awaitingResend;
}

/** Too low: a duplicate that says so is passed over, anything else means that numbers are out of step (2c). */
function onLow(session: SessionContext, message: FixMessage, seq: number, here: SessionState): SessionState {
  if (!message.flag(TAG.PossDupFlag)) {
    const expected = session.sequence.nextTargetMsgSeqNum();
    return endWithLogout(session, `MsgSeqNum too low, expecting ${expected} but received ${seq}`);
  }
  if (message.msgType === MSG_TYPE.SequenceReset) {
    // Unasked it is passed over (10). Of what was asked for, messages that waited may have gone ahead of a fill that
    // reaches beyond them: those numbers nobody will send again.
    const isAsked = session.askedFrom !== 0 && seq >= session.askedFrom;
    const reaches = message.int(TAG.NewSeqNo, 0) > session.sequence.nextTargetMsgSeqNum();
    return isAsked && reaches ? onSequenceReset(session, message, seq, here) : here;
  }
  const reason = duplicateReason(message);
  if (reason === VALID) return here;
  if (reason === REJECT.sendingTimeAccuracy) {
    session.sendReject(message, NO_REF_TAG, reason);
    return logoutAndWait(session, 'OrigSendingTime is later than SendingTime', '', here);
  }
  session.sendReject(message, TAG.OrigSendingTime, reason);
  return here;
}

/** Rejects what is not as the version defines it, then what the header makes unacceptable. @returns null where nothing is wrong */
function refuseHeader(
  session: SessionContext,
  message: FixMessage,
  seq: number,
  here: SessionState,
): SessionState | null {
  const { validator } = session;
  const reason = validator === undefined ? headerReason(message) : validator.validate(message);
  if (reason !== VALID) {
    const refTag = validator === undefined ? headerRefTag(message, reason) : validator.refTag;
    // Two sides that reject each other's Rejects would never end, and what it refuses must be heard of.
    if (message.msgType !== MSG_TYPE.Reject) return rejectMessage(session, message, seq, refTag, reason, here);
    session.log('warn', `FIX Reject ${seq} is itself wrong: ${REJECT_TEXT[reason]} (tag ${refTag})`);
  }
  if (!message.equals(TAG.SenderCompID, session.peerSender) || !message.equals(TAG.TargetCompID, session.peerTarget)) {
    rejectMessage(session, message, seq, NO_REF_TAG, REJECT.compIdProblem, here);
    return logoutAndWait(session, 'CompID problem', '', here);
  }
  if (!sendingTimeAccurate(session, message)) {
    rejectMessage(session, message, seq, NO_REF_TAG, REJECT.sendingTimeAccuracy, here);
    return logoutAndWait(session, 'SendingTime accuracy problem', '', here);
  }
  // Logon agreed on EncryptMethod(98)=0 (14n).
  if (message.has(TAG.SecureDataLen))
    return rejectMessage(session, message, seq, NO_REF_TAG, REJECT.decryptionProblem, here);
  // The session partner is who it should be, so the session goes on (18).
  if (!thirdPartiesKnown(session, message))
    return rejectMessage(session, message, seq, NO_REF_TAG, REJECT.compIdProblem, here);
  return null;
}

/** A rejected message still counts where its number was the expected one; Logon and SequenceReset count for themselves. */
export function rejectMessage(
  session: SessionContext,
  message: FixMessage,
  seq: number,
  refTagId: number,
  reason: number,
  here: SessionState,
): SessionState {
  const counts = message.msgType !== MSG_TYPE.Logon && message.msgType !== MSG_TYPE.SequenceReset;
  if (counts && seq === session.sequence.nextTargetMsgSeqNum()) session.advanceTarget();
  session.sendReject(message, refTagId, reason);
  return here;
}

/** Says Logout and gives the peer time to answer it. @param text of the Logout: '' where a Reject has told it already */
function logoutAndWait(session: SessionContext, reason: string, text: string, here: SessionState): SessionState {
  if (here === logoutSent) return here;
  session.reason = reason;
  session.log('error', `FIX session ends: ${reason}`);
  session.sendLogout(text);
  return logoutSent;
}
