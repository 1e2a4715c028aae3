import { DEFAULT_MAX_RECONNECT_MS } from './config.ts';
import type { SessionContext } from './context.ts';

/** A session without heartbeats has succeeded once it was logged on for so long; any other after one HeartBtInt(108). */
const LASTING_MS = 60_000;

/** When a connection follows the one that has ended: an initiator's after a wait that doubles with each failure, and not for ever. */
export class Reconnect {
  #failed = 0;
  /** When the present connection logged on, in ms of engine time; NaN when it has not. */
  #loggedOnMs = Number.NaN;

  /** The session is started anew: attempts are counted from here. */
  begin(): void {
    this.#failed = 0;
  }

  loggedOn(session: SessionContext): void {
    this.#loggedOnMs = session.nowMs();
  }

  /** One more connection has ended. @returns milliseconds to wait before the next, 0 for an acceptor; -1 for none */
  waitMs(session: SessionContext): number {
    // A venue that takes the Logon and then drops the connection has not had enough of it: that is one more failure.
    const lastedMs = session.nowMs() - this.#loggedOnMs;
    this.#loggedOnMs = Number.NaN;
    if (lastedMs >= (session.heartBtIntMs === 0 ? LASTING_MS : session.heartBtIntMs)) {
      this.#failed = 0;
      session.forgetResend();
    }
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
