import { keepAlive, keepAliveDueMs } from './heartbeat.ts';
import { receive } from './inbound.ts';
import type { SessionState } from './state.ts';

/** Numbers are in step: application messages flow. */
export const loggedOn: SessionState = {
  name: 'logged-on',
  loggedOn: true,
  onOpened: () => loggedOn,
  onMessage: (session, message) => receive(session, message, loggedOn),
  onTime: (session) => keepAlive(session, loggedOn),
  dueMs: keepAliveDueMs,
};
