/** How an engine holds its session with the simulated exchange. */
import type { OrderDialect, SessionConfig } from '../gateway/index.ts';
import { SIMULATOR_SESSION } from '../simulator/index.ts';

/** Our side of the session with the simulated exchange. */
export const DEMO_SESSION: SessionConfig = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: SIMULATOR_SESSION.targetCompId,
  targetCompId: SIMULATOR_SESSION.senderCompId,
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 2_000,
};

/** Its name, as an order's `session` may give it. */
export const SIMULATOR = 'simulator';

/** How it takes orders. */
export const SIMULATOR_ORDERS: OrderDialect = { market: true };

/** The same where the exchange misbehaves: the session goes on where it ended, and notices soon that nobody is there. */
export const REHEARSAL_SESSION: SessionConfig = {
  ...DEMO_SESSION,
  heartBtIntMs: 2_000,
  resetOnLogon: false,
  reconnect: { intervalMs: 50, maxIntervalMs: 1_000, maxAttempts: 20 },
};
