import { type FixMessage, TAG } from 'fix-parser';
import type { SessionContext } from './context.ts';
import { rejectMessage } from './inbound.ts';
import { endWithLogout } from './logon.ts';
import { REJECT } from './reject-reasons.ts';
import { resending } from './resending.ts';
import type { SessionState } from './state.ts';

/** A peer that asks for the same messages more often than this will never be content (FIX session layer, endless resend loops). */
const MAX_REPEATS = 16;

/** ResendRequest(2): answered from the store, whatever is asked for, in chunks. */
export function onResendRequest(
  session: SessionContext,
  message: FixMessage,
  seq: number,
  here: SessionState,
): SessionState {
  const begin = message.int(TAG.BeginSeqNo, 0);
  const end = message.int(TAG.EndSeqNo, -1);
  const next = session.sequence.nextSenderMsgSeqNum();
  if (begin < 1 || begin >= next)
    return rejectMessage(session, message, seq, TAG.BeginSeqNo, REJECT.valueIncorrect, here);
  if (end < 0 || (end !== 0 && end < begin))
    return rejectMessage(session, message, seq, TAG.EndSeqNo, REJECT.valueIncorrect, here);
  if (session.repeatsResend(begin) > MAX_REPEATS)
    return endWithLogout(session, `ResendRequest from ${begin} repeated ${MAX_REPEATS} times`);
  // EndSeqNo 0, or 999999 before FIX.4.2, is the last one sent; so is any number that is not used yet.
  return resendFrom(session, begin, end === 0 || end >= next ? next - 1 : end, here);
}

/** Sends messages begin to end again, from the next poll on. */
export function resendFrom(session: SessionContext, begin: number, end: number, here: SessionState): SessionState {
  session.log('info', `FIX messages ${begin} to ${end} are asked for again`);
  session.resend.ask(begin, end);
  if (here !== resending) session.behind = here;
  return resending;
}
