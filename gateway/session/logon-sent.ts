import { type FixMessage, MSG_TYPE, msgTypeText, TAG } from 'fix-parser';
import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import { dictionaryProblem, headerProblem } from './header-checks.ts';
import { endWithLogout, takeLogon } from './logon.ts';
import type { SessionState } from './state.ts';

/** The initiator has sent its Logon and waits for the answer (FIX session layer, 1B). */
export const logonSent: SessionState = {
  name: 'logon-sent',
  loggedOn: false,
  onOpened: () => logonSent,

  onMessage(session, message) {
    if (message.msgType === MSG_TYPE.Logon) return onLogonReply(session, message);
    if (message.msgType === MSG_TYPE.Logout) {
      const text = message.text(TAG.Text);
      session.reason = `the venue refused the Logon${text === '' ? '' : `: ${text}`}`;
      session.log('error', session.reason);
      return closing;
    }
    session.log('error', `first message not a logon but 35=${msgTypeText(message.msgType)}`);
    return endWithLogout(session, 'first message not a logon');
  },

  onTime(session) {
    if (session.elapsedMs(TIME.since) < session.config.logonTimeoutMs) return logonSent;
    session.reason = `no answer to the Logon within ${session.config.logonTimeoutMs} ms`;
    return disconnected;
  },

  dueMs: (session) => session.times[TIME.since] + session.config.logonTimeoutMs,
};

function onLogonReply(session: SessionContext, message: FixMessage): SessionState {
  const problem = headerProblem(session, message);
  if (problem !== '') return endWithLogout(session, problem);
  const invalid = dictionaryProblem(session, message);
  if (invalid !== '') return endWithLogout(session, invalid);
  if (message.int(TAG.EncryptMethod, -1) !== 0) return endWithLogout(session, 'EncryptMethod must be 0');
  const seconds = message.int(TAG.HeartBtInt, -1);
  if (seconds < 0) return endWithLogout(session, 'HeartBtInt is missing or invalid');
  // Ours stands: it is what we asked for. A peer that answers 0 only says that it sends none.
  if (seconds * 1_000 !== session.heartBtIntMs) {
    session.log('warn', `the venue answered HeartBtInt ${seconds} s to our ${session.heartBtIntMs / 1_000} s`);
  }
  const seq = message.int(TAG.MsgSeqNum, 0);
  if (message.flag(TAG.ResetSeqNumFlag)) {
    if (seq !== 1) return endWithLogout(session, 'MsgSeqNum must be 1 with ResetSeqNumFlag');
    session.resetSequence();
    // Our own Logon was number 1 of the new session.
    session.sequence.setNextSender(2);
  }
  return takeLogon(session, message);
}
