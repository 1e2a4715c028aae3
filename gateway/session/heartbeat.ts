import { type SessionContext, TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import type { SessionState } from './state.ts';

/** Silence of this many intervals asks for a sign of life, and as many again end the connection (FIX 4.4, "some reasonable transmission time"). */
const SILENCE_FACTOR = 1.2;

/** Heartbeat, TestRequest, and the end of patience, in a state that is logged on. */
export function keepAlive(session: SessionContext, here: SessionState): SessionState {
  const interval = session.heartBtIntMs;
  if (interval === 0) return here;
  const silenceMs = interval * SILENCE_FACTOR;
  if (!Number.isNaN(session.times[TIME.testRequest])) {
    // Counted from our TestRequest, not from the last word heard: after a stall of our own the peer still has its time.
    if (session.elapsedMs(TIME.testRequest) < silenceMs) return here;
    session.reason = `nothing received for ${session.elapsedMs(TIME.lastReceived)} ms, TestRequest unanswered`;
    session.log('error', `FIX session ends: ${session.reason}`);
    return disconnected;
  }
  if (session.elapsedMs(TIME.lastReceived) >= silenceMs) session.sendTestRequest();
  else if (session.elapsedMs(TIME.lastSent) >= interval) session.sendHeartbeat(null);
  return here;
}

export function keepAliveDueMs(session: SessionContext): number {
  const interval = session.heartBtIntMs;
  if (interval === 0) return Number.POSITIVE_INFINITY;
  const times = session.times;
  const silenceMs = Math.ceil(interval * SILENCE_FACTOR);
  if (!Number.isNaN(times[TIME.testRequest])) return times[TIME.testRequest] + silenceMs;
  return Math.min(times[TIME.lastReceived] + silenceMs, times[TIME.lastSent] + interval);
}
