import { type FixMessage, INVALID_INT, TAG, VALUE } from 'fix-parser';
import type { SessionContext } from './context.ts';

const sendingTime = new Float64Array(1);

/** True where SendingTime(52) is within the configured accuracy, or none is configured. */
export function sendingTimeAccurate(session: SessionContext, message: FixMessage): boolean {
  const accuracyMs = session.sendingTimeAccuracyMs;
  if (accuracyMs === undefined) return true;
  if (message.timestamp(TAG.SendingTime, sendingTime, 0) !== VALUE.ok) return false;
  return Math.abs(sendingTime[0] - session.epochMs()) <= accuracyMs;
}

/** What is wrong with the header of a Logon, in words; '' when nothing is. */
export function headerProblem(session: SessionContext, message: FixMessage): string {
  if (!message.equals(TAG.BeginString, session.expectedBeginString)) return 'Incorrect BeginString';
  if (message.invalidTag !== INVALID_INT) return 'Invalid tag number';
  if (message.emptyTag !== 0) return 'Tag specified without a value';
  if (!message.equals(TAG.SenderCompID, session.peerSender)) return 'unknown SenderCompID';
  if (!message.equals(TAG.TargetCompID, session.peerTarget)) return 'unknown TargetCompID';
  if (message.int(TAG.MsgSeqNum, 0) < 1) return 'MsgSeqNum is missing or invalid';
  if (!message.has(TAG.SendingTime)) return 'SendingTime is missing';
  return sendingTimeAccurate(session, message) ? '' : 'SendingTime accuracy problem';
}
