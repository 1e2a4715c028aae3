import { type FixMessage, MSG_TYPE, msgTypeText, TAG } from 'fix-parser';
import { closing } from './closing.ts';
import { type SessionContext, TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import { dictionaryProblem, headerProblem } from './header-checks.ts';
import { answerLogon } from './logon.ts';
import type { SessionState } from './state.ts';

/** HeartBtInt beyond a day is no interval. */
const MAX_HEART_BT_INT_SECONDS = 86_400;

/** The acceptor waits for the first message of a connection. What is wrong with it closes the connection silently (1S). */
export const awaitingLogon: SessionState = {
  name: 'awaiting-logon',
  loggedOn: false,
  onOpened: () => awaitingLogon,

  onMessage(session, message) {
    if (message.msgType !== MSG_TYPE.Logon)
      return refuse(session, `first message not a logon but 35=${msgTypeText(message.msgType)}`);
    const problem = headerProblem(session, message);
    if (problem !== '') return refuse(session, problem);
    const invalid = dictionaryProblem(session, message);
    if (invalid !== '') return refuse(session, invalid);
    const { defaultApplVerId } = session.version;
    if (defaultApplVerId !== '' && message.text(TAG.DefaultApplVerID) !== defaultApplVerId)
      return refuse(session, `DefaultApplVerID is not ${defaultApplVerId}`);
    const seconds = message.int(TAG.HeartBtInt, -1);
    if (message.int(TAG.EncryptMethod, -1) !== 0) return refuse(session, 'EncryptMethod must be 0');
    if (seconds < 0 || seconds > MAX_HEART_BT_INT_SECONDS) return refuse(session, 'HeartBtInt is missing or invalid');
    const { username, password } = session.config;
    if (username !== undefined && message.text(TAG.Username) !== username) return refuse(session, 'unknown Username');
    if (password !== undefined && message.text(TAG.Password) !== password) return refuse(session, 'wrong Password');
    return answer(session, message, seconds * 1_000);
  },

  onTime(session) {
    if (session.elapsedMs(TIME.since) < session.config.logonTimeoutMs) return awaitingLogon;
    session.reason = `no Logon within ${session.config.logonTimeoutMs} ms`;
    return disconnected;
  },

  dueMs: (session) => session.times[TIME.since] + session.config.logonTimeoutMs,
};

function answer(session: SessionContext, message: FixMessage, heartBtIntMs: number): SessionState {
  const seq = message.int(TAG.MsgSeqNum, 0);
  const reset = message.flag(TAG.ResetSeqNumFlag);
  if (reset && seq !== 1) return refuse(session, 'MsgSeqNum must be 1 with ResetSeqNumFlag');
  if (reset || session.config.resetOnLogon) session.resetSequence();
  session.heartBtIntMs = heartBtIntMs;
  return answerLogon(session, message, reset);
}

function refuse(session: SessionContext, reason: string): SessionState {
  session.reason = reason;
  session.log('warn', `FIX connection refused: ${reason}`);
  return closing;
}
