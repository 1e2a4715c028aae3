import { parseScope, type Scope, scopeText } from '../domain/scope.ts';
import type { JournalLimit } from '../journal/records.ts';
import type { RecoveredLimit } from '../journal/recovered.ts';
import { LIMIT, LIMITS, type LimitName, type LimitTable, NO_LIMIT } from './limits.ts';

/** null: no limit there; true and false are for flags; `default`: as the configuration says. */
export type LimitGiven = number | boolean | null | 'default';

export interface LimitCommandParts {
  /** Configured already. */
  limits: LimitTable;
  /** Whether any strategy has asked for the symbol. */
  isTraded: (symbol: string) => boolean;
  nowNs: () => number;
  record: (change: JournalLimit) => void;
}

/** Changes of limits while the engine runs: each holds from the next check on, and is recorded with who, old and new. Cold. */
export class LimitCommand {
  private readonly parts: LimitCommandParts;
  /** What the configuration says of each limit that was changed since. */
  private readonly configured = new Map<string, number | null>();

  constructor(parts: LimitCommandParts) {
    this.parts = parts;
  }

  /** @returns one sentence @throws HotlapError as LimitTable.set */
  set(scope: Scope, name: string, given: LimitGiven, who: string): string {
    const { limits, nowNs, record } = this.parts;
    const isDefault = given === 'default';
    const value = isDefault ? this.configuredOf(scope, name) : given;
    const before = limits.get(scope, name);
    const old = limits.set(scope, name, value);
    this.remember(scope, name, before);
    const now = limits.get(scope, name);
    const where = scopeText(scope);
    record({ timeNs: nowNs(), who, scope: where, name, old, new: now, ...(isDefault && { isDefault }) });
    const again = isDefault ? ' again, as the configuration says' : ' now';
    return `${name} of ${where} is ${said(now)}${again}; it was ${said(old)}.${this.untraded(scope)}`;
  }

  /**
   * What an earlier run was told, where it is stricter than the configuration.
   * @returns a sentence for each limit of which the two say something else
   */
  restore(changes: readonly RecoveredLimit[]): string[] {
    return changes.flatMap((change) => {
      const scope = parseScope(change.scope);
      if (scope === undefined) return [`A limit of an earlier run is not restored: ${change.scope} is no scope.`];
      try {
        return this.restoreOne(scope, change);
      } catch (error) {
        return [`A limit of an earlier run is not restored: ${(error as Error).message}`];
      }
    });
  }

  private restoreOne(scope: Scope, { name, scope: where, who, atMs, new: told }: RecoveredLimit): string[] {
    const { limits } = this.parts;
    const file = limits.get(scope, name);
    if (file === told) return [];
    const when = atMs === undefined ? '' : `, ${new Date(atMs).toISOString()}`;
    if (!isStricter(name as LimitName, told, file))
      return [
        `${name} of ${where} is ${said(file)}, as the configuration says, not ${said(told)} as in an earlier run (${who}${when}): the stricter holds.`,
      ];
    limits.set(scope, name, told);
    this.remember(scope, name, file);
    return [
      `${name} of ${where} is ${said(told)} (${who}${when}), not ${said(file)} as the configuration says: \`hotlap ctl limits set ${name}=default --scope ${where}\` takes the configuration's.`,
    ];
  }

  private configuredOf(scope: Scope, name: string): number | null {
    const known = this.configured.get(keyOf(scope, name));
    return known === undefined ? this.parts.limits.get(scope, name) : known;
  }

  private remember(scope: Scope, name: string, before: number | null): void {
    const key = keyOf(scope, name);
    if (!this.configured.has(key)) this.configured.set(key, before);
  }

  private untraded(scope: Scope): string {
    if (scope.of !== 'symbol' || this.parts.isTraded(scope.name)) return '';
    return ` No instrument ${scope.name} is traded here yet: it holds from when one is.`;
  }
}

const keyOf = (scope: Scope, name: string): string => `${scopeText(scope)}\n${name}`;

const said = (value: number | null): number | string => value ?? 'without limit';

const isStricter = (name: LimitName, told: number | null, file: number | null): boolean => {
  const { strictest } = LIMITS[LIMIT[name]] as (typeof LIMITS)[number];
  const [a, b] = [told ?? NO_LIMIT[strictest], file ?? NO_LIMIT[strictest]];
  return strictest === 'least' ? a < b : a > b;
};
