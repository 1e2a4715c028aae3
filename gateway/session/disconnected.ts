import type { SessionState } from './state.ts';

/** No connection, and none is wanted. */
export const disconnected: SessionState = {
  name: 'disconnected',
  loggedOn: false,
  onOpened: () => disconnected,
  onMessage: () => disconnected,
  onTime: () => disconnected,
  dueMs: () => Number.POSITIVE_INFINITY,
};
