import { type FixMessage, MSG_TYPE, type MsgTypeCode, PARSE, TAG } from 'fix-parser';
import type { SessionContext } from './context.ts';
import { loggedOn } from './logged-on.ts';
import { endWithLogout } from './logon.ts';
import type { SessionState } from './state.ts';

/** Logon with ResetSeqNumFlag(141)=Y in the midst of a session: both sides begin at 1 again, and it is answered in kind. */
export function onLateLogon(session: SessionContext, message: FixMessage, seq: number): SessionState {
  if (seq !== 1) return endWithLogout(session, 'MsgSeqNum must be 1 with ResetSeqNumFlag');
  session.log('warn', 'FIX sequence numbers reset by the peer');
  const seconds = message.int(TAG.HeartBtInt, -1);
  if (session.config.role === 'acceptor' && seconds >= 0 && seconds <= 86_400) session.heartBtIntMs = seconds * 1_000;
  session.sequence.reset(session.epochMs());
  session.forgetResend();
  session.advanceTarget();
  session.sendLogon(true, false);
  session.application.onReset?.();
  handOnWaiting(session);
  session.forgetGap();
  return loggedOn;
}

/**
 * What arrived behind a gap was sent in good faith, and nobody will send it again: a fill among it counts. Its session
 * messages mean nothing any more, and what is wrong with it cannot be told by its number.
 */
function handOnWaiting(session: SessionContext): void {
  const { queue, queuedMessage } = session;
  while (queue.firstSeq() !== 0) {
    const start = queue.firstStart();
    const end = queue.firstEnd();
    queue.shift();
    if (queuedMessage.parse(queue.bytes, start, end) !== PARSE.ok || isSessionMessage(queuedMessage.msgType)) continue;
    session.application.onMessage(queuedMessage);
  }
}

/** Heartbeat(0) to Logout(5), and Logon(A). */
function isSessionMessage(msgType: MsgTypeCode): boolean {
  return (msgType >= MSG_TYPE.Heartbeat && msgType <= MSG_TYPE.Logout) || msgType === MSG_TYPE.Logon;
}
