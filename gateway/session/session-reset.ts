import { type FixMessage, TAG } from 'fix-parser';
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
  session.resetSequence();
  session.advanceTarget();
  session.sendLogon(true, false);
  session.application.onReset?.();
  return loggedOn;
}
