import { type FixMessage, INVALID_INT, TAG, VALID, VALUE } from 'fix-parser';
import { MAX_MSG_SEQ_NUM } from '../store/session-store.ts';
import type { SessionContext } from './context.ts';
import { REJECT, REJECT_TEXT } from './reject-reasons.ts';

const sendingTime = new Float64Array(2);

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
  const seq = message.int(TAG.MsgSeqNum, 0);
  if (seq < 1 || seq > MAX_MSG_SEQ_NUM) return 'MsgSeqNum is missing or invalid';
  if (!message.has(TAG.SendingTime)) return 'SendingTime is missing';
  return sendingTimeAccurate(session, message) ? '' : 'SendingTime accuracy problem';
}

/** What is wrong with a Logon by the session's dictionary, in words; '' when nothing is, or there is none. */
export function dictionaryProblem(session: SessionContext, message: FixMessage): string {
  const { validator } = session;
  const reason = validator === undefined ? VALID : validator.validate(message);
  return reason === VALID ? '' : `${REJECT_TEXT[reason]} (tag ${validator?.refTag})`;
}

/** What a message without a dictionary is rejected for. @returns VALID or one of REJECT */
export function headerReason(message: FixMessage): number {
  if (message.invalidTag !== INVALID_INT) return REJECT.invalidTagNumber;
  if (message.emptyTag !== 0) return REJECT.tagWithoutValue;
  return missingHeaderTag(message) === 0 ? VALID : REJECT.requiredTagMissing;
}

/** The tag that is to blame for it. */
export function headerRefTag(message: FixMessage, reason: number): number {
  if (reason === REJECT.invalidTagNumber) return message.invalidTag;
  return reason === REJECT.tagWithoutValue ? message.emptyTag : missingHeaderTag(message);
}

function missingHeaderTag(message: FixMessage): number {
  if (!message.has(TAG.SenderCompID)) return TAG.SenderCompID;
  if (!message.has(TAG.TargetCompID)) return TAG.TargetCompID;
  return message.has(TAG.SendingTime) ? 0 : TAG.SendingTime;
}

/** What is wrong with a message that says it was sent before, by OrigSendingTime(122) (2f, 2g). @returns VALID or one of REJECT */
export function duplicateReason(message: FixMessage): number {
  const read = message.timestamp(TAG.OrigSendingTime, sendingTime, 1);
  if (read === VALUE.absent) return REJECT.requiredTagMissing;
  if (read !== VALUE.ok) return REJECT.incorrectDataFormat;
  const sent = message.timestamp(TAG.SendingTime, sendingTime, 0);
  return sent === VALUE.ok && sendingTime[1] > sendingTime[0] ? REJECT.sendingTimeAccuracy : VALID;
}

/** True where OnBehalfOfCompID(115) and DeliverToCompID(128) are absent, expected, or nobody in particular is expected. */
export function thirdPartiesKnown(session: SessionContext, message: FixMessage): boolean {
  return (
    isKnown(message, TAG.OnBehalfOfCompID, session.onBehalfOf) &&
    isKnown(message, TAG.DeliverToCompID, session.deliverTo)
  );
}

function isKnown(message: FixMessage, tag: number, known: readonly Uint8Array[] | null): boolean {
  if (known === null || !message.has(tag)) return true;
  for (let i = 0; i < known.length; i++) if (message.equals(tag, known[i])) return true;
  return false;
}
