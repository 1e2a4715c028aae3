import { awaitingLogon } from './awaiting-logon.ts';
import { TIME } from './context.ts';
import { disconnected } from './disconnected.ts';
import { logonSent } from './logon-sent.ts';
import type { SessionState } from './state.ts';

/** The initiator waits for its connection, the acceptor for somebody to call. */
export const connecting: SessionState = {
  name: 'connecting',
  loggedOn: false,

  onOpened(session) {
    session.mark(TIME.lastReceived);
    const { role, resetOnLogon, resetOnDisconnect } = session.config;
    // The end of the last connection may not have been lived through: a process that is killed resets nothing.
    if (resetOnDisconnect === true || (resetOnLogon && role === 'initiator')) session.resetSequence();
    if (role === 'acceptor') return awaitingLogon;
    session.sendLogon(resetOnLogon, true);
    return logonSent;
  },

  onMessage: () => connecting,

  onTime(session) {
    if (session.config.role === 'acceptor' || session.elapsedMs(TIME.since) < session.config.logonTimeoutMs)
      return connecting;
    session.reason = `no connection within ${session.config.logonTimeoutMs} ms`;
    return disconnected;
  },

  dueMs(session) {
    if (session.config.role === 'acceptor') return Number.POSITIVE_INFINITY;
    return session.times[TIME.since] + session.config.logonTimeoutMs;
  },
};
