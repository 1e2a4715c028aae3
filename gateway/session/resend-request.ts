import { type FixMessage, TAG } from 'fix-parser';
import type { SessionContext } from './context.ts';
import { rejectMessage } from './inbound.ts';
import { endWithLogout } from './logon.ts';
import { REJECT } from './reject-reasons.ts';
import type { SessionState } from './state.ts';

/** A peer that asks for the same messages more often than this will never be content (FIX session layer, endless resend loops). */
const MAX_REPEATS = 16;

/**
 * Answers with one gap fill over everything asked for. Nothing is ever sent a second time: an order is old by then, and
 * a report that the peer missed is asked for by its OrderStatusRequest.
 */
export function onResendRequest(
  session: SessionContext,
  message: FixMessage,
  seq: number,
  here: SessionState,
): SessionState {
  const begin = message.int(TAG.BeginSeqNo, 0);
  const end = message.int(TAG.EndSeqNo, -1);
  const next = session.nextSeq();
  if (begin < 1 || begin >= next)
    return rejectMessage(session, message, seq, TAG.BeginSeqNo, REJECT.valueIncorrect, here);
  if (end < 0 || (end !== 0 && end < begin))
    return rejectMessage(session, message, seq, TAG.EndSeqNo, REJECT.valueIncorrect, here);
  session.resendRepeats = begin === session.resendBegin ? session.resendRepeats + 1 : 0;
  session.resendBegin = begin;
  if (session.resendRepeats > MAX_REPEATS)
    return endWithLogout(session, `ResendRequest from ${begin} repeated ${MAX_REPEATS} times`);
  const newSeqNo = end === 0 || end >= next ? next : end + 1;
  session.log('info', `FIX messages ${begin} to ${newSeqNo - 1} asked for again: gap-filled`);
  session.sendUnnumbered(session.messages.gapFill(begin, newSeqNo));
  return here;
}
