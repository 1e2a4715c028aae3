/** Limits as they hold now, from shared memory: the loop is not asked. */
import { scopeText } from '../../engine/domain/scope.ts';
import { LIMITS, type LimitEntry, LimitTable } from '../../engine/risk/limits.ts';

export interface ListedLimit {
  /** `firm`, `session`, `strategy:NAME`, `symbol:NAME`. */
  readonly scope: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface LimitPage {
  readonly limits: readonly ListedLimit[];
  /** Goes into `after` of the next request; null: these were the last. */
  readonly next: number | null;
}

const UNITS = new Map<string, string>(LIMITS.map(({ name, unit }) => [name, unit]));

export class LimitListing {
  readonly #buffer: SharedArrayBuffer;
  readonly #strategies: readonly string[];
  /** As they were when the first page was asked for: collecting them costs more than all pages. */
  #entries: readonly LimitEntry[] = [];

  constructor(buffer: SharedArrayBuffer, strategies: readonly string[]) {
    this.#buffer = buffer;
    this.#strategies = strategies;
  }

  page(after: number, most: number): LimitPage {
    if (after === 0) this.#entries = new LimitTable(this.#buffer, this.#strategies).entries();
    const entries = this.#entries;
    const limits = entries.slice(after, after + most).map(({ scope, name, value }) => ({
      scope: scopeText(scope),
      name,
      value,
      unit: UNITS.get(name) ?? '',
    }));
    const end = after + limits.length;
    return { limits, next: end < entries.length ? end : null };
  }
}
