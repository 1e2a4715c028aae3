import { type FixMessage, PARSE, TAG } from 'fix-parser';
import { MAX_MSG_SEQ_NUM } from '../store/session-store.ts';
import type { SessionContext } from './context.ts';
import { deliver, rejectMessage } from './inbound.ts';
import { NO_REF_TAG, REJECT } from './reject-reasons.ts';
import type { SessionState } from './state.ts';

/** SequenceReset(4): gap fill in its turn (10), or reset whatever its number (11). Never lowers the expected number. */
export function onSequenceReset(
  session: SessionContext,
  message: FixMessage,
  seq: number,
  here: SessionState,
): SessionState {
  const newSeqNo = message.int(TAG.NewSeqNo, 0);
  const expected = session.sequence.nextTargetMsgSeqNum();
  if (!message.has(TAG.NewSeqNo))
    return rejectMessage(session, message, seq, TAG.NewSeqNo, REJECT.requiredTagMissing, here);
  if (message.flag(TAG.GapFillFlag)) {
    if (newSeqNo <= seq || newSeqNo > MAX_MSG_SEQ_NUM)
      return rejectMessage(session, message, seq, TAG.NewSeqNo, REJECT.valueIncorrect, here);
    deliverQueued(session, newSeqNo);
    if (newSeqNo > session.sequence.nextTargetMsgSeqNum()) session.sequence.setNextTarget(newSeqNo);
    return here;
  }
  if (newSeqNo < expected || newSeqNo > MAX_MSG_SEQ_NUM) {
    // QuickFIX's definitions want the reference to the value, not to the tag (11c).
    session.sendReject(message, NO_REF_TAG, REJECT.valueIncorrect);
    return here;
  }
  if (newSeqNo === expected) session.log('warn', `SequenceReset to ${newSeqNo}, the number that was expected`);
  // The gap is given up, not what has arrived behind it.
  deliverQueued(session, newSeqNo);
  if (newSeqNo > session.sequence.nextTargetMsgSeqNum()) session.sequence.setNextTarget(newSeqNo);
  return here;
}

/**
 * Hands on what waited behind a gap, up to `limit`. A gap fill over a message that did arrive does not undo it: it was
 * sent once, in good faith, and only its repetition was spared.
 */
export function deliverQueued(session: SessionContext, limit: number): void {
  const { queue, queuedMessage } = session;
  for (let seq = queue.firstSeq(); seq !== 0 && seq < limit; seq = queue.firstSeq()) {
    const start = queue.firstStart();
    const end = queue.firstEnd();
    queue.shift();
    if (seq < session.sequence.nextTargetMsgSeqNum()) continue;
    if (queuedMessage.parse(queue.bytes, start, end) !== PARSE.ok) continue;
    session.sequence.setNextTarget(seq);
    deliver(session, queuedMessage);
  }
}

/** Hands on the waiting messages whose turn has come. */
export function deliverReady(session: SessionContext): void {
  while (session.queue.firstSeq() !== 0) {
    const expected = session.sequence.nextTargetMsgSeqNum();
    if (session.queue.firstSeq() > expected) return;
    deliverQueued(session, expected + 1);
  }
}
