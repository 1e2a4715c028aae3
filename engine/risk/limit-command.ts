import { parseScope, type Scope, scopeText } from '../domain/scope.ts';
import type { JournalLimit } from '../journal/records.ts';
import type { LimitTable } from './limits.ts';

/** Changes of limits while the engine runs: each holds from the next check on, and is recorded with who, old and new. Cold. */
export class LimitCommand {
  private readonly limits: LimitTable;
  private readonly nowNs: () => number;
  private readonly record: (change: JournalLimit) => void;

  constructor(limits: LimitTable, nowNs: () => number, record: (change: JournalLimit) => void) {
    this.limits = limits;
    this.nowNs = nowNs;
    this.record = record;
  }

  /** @param value null: no limit there; true and false are for flags @returns one sentence @throws HotlapError as LimitTable.set */
  set(scope: Scope, name: string, given: number | boolean | null, who: string): string {
    const old = this.limits.set(scope, name, given);
    const value = given === null ? null : Number(given);
    this.record({ timeNs: this.nowNs(), who, scope: scopeText(scope), name, old, new: value });
    return `${name} of ${scopeText(scope)} is ${value ?? 'without limit'} now; it was ${old ?? 'without limit'}.`;
  }

  /** What an earlier run was told. @returns a sentence for each that does not fit any more */
  restore(changes: readonly JournalLimit[]): string[] {
    const misfits: string[] = [];
    for (const { scope, name, new: value } of changes) {
      const parsed = parseScope(scope);
      try {
        if (parsed !== undefined) this.limits.set(parsed, name, value);
        else misfits.push(`${scope} is no scope of a limit.`);
      } catch (error) {
        misfits.push((error as Error).message);
      }
    }
    return misfits;
  }
}
