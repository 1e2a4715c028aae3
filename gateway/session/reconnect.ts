import { DEFAULT_MAX_RECONNECT_MS } from './config.ts';
import type { SessionContext } from './context.ts';

/** When a connection follows the one that has ended: an initiator's after a wait that doubles with each failure, and not for ever. */
export class Reconnect {
  #failed = 0;

  /** The session was logged on, or is started anew: attempts are counted from here. */
  succeeded(): void {
    this.#failed = 0;
  }

  /** One more connection has ended. @returns milliseconds to wait before the next, 0 for an acceptor; -1 for none */
  waitMs(session: SessionContext): number {
    const { role, reconnect } = session.config;
    if (role === 'acceptor') return 0;
    if (reconnect === undefined) return -1;
    const { intervalMs, maxAttempts } = reconnect;
    if (maxAttempts > 0 && this.#failed >= maxAttempts) {
      session.log('error', `FIX session gives up: ${maxAttempts} attempts to connect again have failed`);
      return -1;
    }
    const longestMs = reconnect.maxIntervalMs ?? Math.max(intervalMs, DEFAULT_MAX_RECONNECT_MS);
    // 2^30 intervals are beyond any longest wait.
    const waitMs = Math.min(intervalMs * 2 ** Math.min(this.#failed, 30), longestMs);
    this.#failed++;
    return waitMs;
  }
}
