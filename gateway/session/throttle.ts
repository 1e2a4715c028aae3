import { CELL } from '../../native/layout.ts';
import { DEFAULT_RESERVED_SHARE, type SessionConfig } from './config.ts';

/**
 * At most `messages` in any stretch of `perMs`, wherever it begins: a venue that counts in windows of its own never
 * counts more. (Tokens that come back evenly would allow nearly twice as many in a window that starts full.) The times
 * of the last sends lie in a ring; the one that is `messages` sends ago decides. Cancels may use all of them, everything
 * else leaves a reserve.
 */
export class Throttle {
  readonly #clockNs: Float64Array;
  readonly #sentNs: Float64Array;
  readonly #perNs: Float64Array;
  /** Messages that are no cancels. */
  readonly #ordinary: number;
  /** Where the next send time goes, which is where the oldest lies. */
  #at = 0;

  constructor(config: NonNullable<SessionConfig['throttle']>, clockNs: Float64Array) {
    const { messages, perMs } = config;
    this.#clockNs = clockNs;
    this.#sentNs = new Float64Array(messages).fill(Number.NEGATIVE_INFINITY);
    this.#perNs = Float64Array.of(perMs * 1e6);
    this.#ordinary = messages - (config.reserve ?? Math.floor(messages * DEFAULT_RESERVED_SHARE));
  }

  /** True when a message may leave now. Changes nothing. @param urgent a cancel */
  has(urgent: boolean): boolean {
    return this.#clockNs[CELL.nowNs] - this.#sentNs[this.#deciding(urgent)] >= this.#perNs[0];
  }

  /** Counts the message that `has` allowed. */
  take(): void {
    this.#sentNs[this.#at] = this.#clockNs[CELL.nowNs];
    this.#at = this.#at + 1 === this.#sentNs.length ? 0 : this.#at + 1;
  }

  /** When the next message that is no cancel may leave, in ms of engine time. */
  freeAtMs(): number {
    return Math.ceil((this.#sentNs[this.#deciding(false)] + this.#perNs[0]) / 1e6);
  }

  #deciding(urgent: boolean): number {
    if (urgent) return this.#at;
    const at = this.#at - this.#ordinary;
    return at < 0 ? at + this.#sentNs.length : at;
  }
}
