import { CELL } from '../../native/layout.ts';
import type { KillReport } from '../domain/kill-report.ts';
import { isOpen } from '../domain/order-state.ts';
import type { Scope } from '../engine.ts';
import type { JournalKill } from '../journal/records.ts';
import type { CancelSweep } from '../orders/cancel-sweep.ts';
import type { OrderTable } from '../orders/order-table.ts';
import { HOUSE } from '../orders/position-report.ts';
import { LOG_LEVEL } from '../strategy/host.ts';
import { EVERY, KillProgress, NOTHING } from './kill-progress.ts';

/** What stands against a strategy's orders: bits. */
const OF_STRATEGY = 1;
const OF_SESSION = 2;
const OF_ALL = 4;

/** Wait before a record that the journal has not taken is written again. */
const AGAIN_NS = 1e9;

/** Scopes as the journal writes them. */
const ALL = 'all';
const SESSION = 'session';
const STRATEGY = 'strategy:';

export interface KillSwitchParts {
  /** Names by index. */
  strategies: readonly string[];
  sweep: CancelSweep;
  table: Pick<OrderTable, 'key' | 'state'>;
  cells: Float64Array;
  log: (level: number, text: string) => void;
  /** A person has to hear of it. */
  alert: (what: string) => void;
  /** Keeps what was set and released, so that it holds over a restart. @returns false where it could not */
  record: (kill: JournalKill) => boolean;
}

export interface KillAnswer {
  ok: boolean;
  /** What was done, or why not: one sentence. */
  sentence: string;
}

/**
 * Stops new orders and replaces at once and cancels what is open: of one strategy, of the session, or of all. Each scope
 * is latched by itself, over a restart too, until somebody releases it by hand; cancels pass.
 */
export class KillSwitch {
  private readonly parts: KillSwitchParts;
  /** Bits by strategy; the last is orders that are no strategy's. */
  private readonly bits: Uint8Array;
  private readonly kills = new Map<string, KillProgress>();
  /** The latest record of each scope that the journal has not taken, and when they are written again. */
  private readonly unkept = new Map<string, JournalKill>();
  private readonly againNs = Float64Array.of(Number.POSITIVE_INFINITY);

  constructor(parts: KillSwitchParts) {
    this.parts = parts;
    this.bits = new Uint8Array(parts.strategies.length + 1);
    parts.sweep.listener = this;
  }

  /** One load: on the way of every order. */
  killed(strategy: number): boolean {
    return this.bits[strategy] !== 0;
  }

  /** True while the scope itself is latched. Cold. */
  latched(scope: string): boolean {
    return this.kills.get(scope)?.killed === true;
  }

  /** From this call on no order of the scope leaves. @param who `ctl:USER`, `signal`, `rule:NAME`, `watchdog` */
  kill(scope: Scope, who: string, reason: string): KillAnswer {
    const name = scopeName(scope);
    const refusal = this.refusal(scope);
    if (refusal !== '') return { ok: false, sentence: refusal };
    const wasLatched = this.latched(name);
    const timeNs = this.parts.cells[CELL.nowNs] as number;
    if (!wasLatched) this.latch(name, true);
    const kept = wasLatched ? this.keptClause(name) : this.keep({ timeNs, who, scope: name, killed: true, reason });
    // A second one is a command in the journal, no more: who latched it first, why and when stays as it is there.
    const first = wasLatched ? this.kills.get(name) : undefined;
    const progress = first ?? new KillProgress({ timeNs, who, scope: name, killed: true, reason }, this.indexOf(name));
    this.kills.set(name, progress);
    const open = this.parts.sweep.count(progress.strategy);
    progress.found(Math.max(0, open - progress.left));
    const whose = wasLatched ? 'was killed already' : 'is killed';
    const sentence = `${subjectOf(name)} ${whose} (${who}: ${reason}); ${openClause(open, this.parts.sweep.when)}.${kept}`;
    this.parts.log(LOG_LEVEL.error, sentence);
    if (open > 0) this.parts.sweep.begin(progress.strategy);
    return { ok: true, sentence };
  }

  /** By hand only. What is left of other scopes stays killed. */
  release(scope: Scope, who: string): KillAnswer {
    const name = scopeName(scope);
    const kill = this.kills.get(name);
    if (kill?.killed !== true) return { ok: false, sentence: `${subjectOf(name)} is not killed. ${this.standing()}` };
    kill.killed = false;
    this.latch(name, false);
    const timeNs = this.parts.cells[CELL.nowNs] as number;
    const kept = this.keep({ timeNs, who, scope: name, killed: false, reason: 'released by hand' });
    const unconfirmed = kill.left === 0 ? '' : ` Of its orders ${kill.left} are not confirmed as cancelled yet.`;
    const sentence = `${subjectOf(name)} is released (${who}).${unconfirmed} ${this.standing()}${kept}`;
    this.parts.log(LOG_LEVEL.warn, sentence);
    return { ok: true, sentence };
  }

  /** What an earlier run has left latched. Nothing is written: it stands in the journal. */
  restore(kills: readonly JournalKill[]): void {
    for (const kill of kills) {
      this.kills.set(kill.scope, new KillProgress(kill, this.indexOf(kill.scope)));
      this.latch(kill.scope, true);
      this.parts.log(
        LOG_LEVEL.warn,
        `${subjectOf(kill.scope)} is still killed since an earlier run (${kill.who}: ${kill.reason}): release it by hand.`,
      );
    }
  }

  /**
   * An order of an earlier run has come to the house, because its strategy is not loaded: what is killed of that one goes all
   * the same. Whose the house's own were nobody can tell any more, so they go with it. @param name whose it was
   */
  leftBehind(name: string, row: number): void {
    const key = this.parts.table.key[row] as number;
    for (const kill of this.kills.values()) {
      if (kill.strategy !== NOTHING || (name !== HOUSE && kill.scope !== `${STRATEGY}${name}`)) continue;
      kill.rows.set(row, key);
    }
  }

  /** Nothing of a latched scope may be open: what a reconnection or a recovery has brought is cancelled as well. */
  enforce(): void {
    const { sweep } = this.parts;
    for (const kill of this.kills.values()) {
      if (!kill.killed) continue;
      if (kill.strategy === NOTHING) this.forgetGone(kill);
      const open = kill.strategy === NOTHING ? kill.rows.size : sweep.count(kill.strategy);
      if (open === 0) continue;
      kill.found(open - kill.left);
      if (kill.strategy === NOTHING) for (const row of kill.rows.keys()) sweep.beginRow(row);
      else sweep.begin(kill.strategy);
    }
  }

  /** Rows that were given to other orders, or whose order is over. */
  private forgetGone({ rows }: KillProgress): void {
    const { key, state } = this.parts.table;
    for (const [row, kept] of rows) if (key[row] !== kept || !isOpen(state[row] as number)) rows.delete(row);
  }

  isHeld(strategy: number, row: number): boolean {
    if (this.killed(strategy)) return true;
    for (const kill of this.kills.values()) if (kill.killed && kill.rows.has(row)) return true;
    return false;
  }

  onCancelSent(strategy: number, row: number): void {
    const nowNs = this.parts.cells[CELL.nowNs] as number;
    for (const kill of this.kills.values()) kill.cancelSent(strategy, row, nowNs);
  }

  onClosed(strategy: number, row: number): void {
    const nowNs = this.parts.cells[CELL.nowNs] as number;
    for (const kill of this.kills.values()) {
      if (!kill.closed(strategy, row, nowNs)) continue;
      this.parts.log(LOG_LEVEL.warn, `${subjectOf(kill.scope)}: ${kill.confirmation()}.`);
    }
  }

  onGivenUp(orders: number): void {
    const what = orders === 1 ? 'One open order' : `${orders} open orders`;
    this.parts.alert(`${what} could not be cancelled, however often the venue was asked to: ask it by telephone.`);
  }

  /** Of each scope that was ever killed, the latest. Cold. */
  reports(): KillReport[] {
    return [...this.kills.values()].map((kill) => kill.report());
  }

  /** What is latched, as the journal keeps it. Cold. */
  standingKills(): JournalKill[] {
    return [...this.kills.values()].filter(({ killed }) => killed).map((kill) => kill.record());
  }

  /** Now and then: what the journal has not taken is written again. */
  poll(): void {
    const nowNs = this.parts.cells[CELL.nowNs] as number;
    if (nowNs < (this.againNs[0] as number)) return;
    for (const [scope, kill] of this.unkept) {
      if (!this.parts.record(kill)) continue;
      this.unkept.delete(scope);
      this.parts.log(LOG_LEVEL.warn, `${subjectOf(scope)}: the journal has taken it now.`);
    }
    this.againNs[0] = this.unkept.size === 0 ? Number.POSITIVE_INFINITY : nowNs + AGAIN_NS;
  }

  /** @returns a clause for a person where the journal has not taken it; else nothing */
  private keep(kill: JournalKill): string {
    const { scope } = kill;
    this.unkept.delete(scope);
    if (this.parts.record(kill)) return '';
    this.unkept.set(scope, kill);
    this.againNs[0] = kill.timeNs + AGAIN_NS;
    const clause = this.keptClause(scope);
    this.parts.alert(`${subjectOf(scope)}:${clause}`);
    return clause;
  }

  private keptClause(scope: string): string {
    return this.unkept.has(scope)
      ? ' The journal has not taken it: until it does, a restart begins as it was before.'
      : '';
  }

  private refusal(scope: Scope): string {
    if (scope.of === 'symbol') return 'A symbol has no kill switch: set its limits to 0 instead.';
    if (scope.of !== 'strategy' || this.parts.strategies.includes(scope.name)) return '';
    const names = this.parts.strategies.join(', ');
    return `No strategy is called ${scope.name}${names === '' ? '' : `: there is ${names}`}.`;
  }

  private latch(name: string, on: boolean): void {
    const { bits } = this;
    const bit = name === ALL ? OF_ALL : name === SESSION ? OF_SESSION : OF_STRATEGY;
    const index = this.indexOf(name);
    for (let strategy = 0; strategy < bits.length; strategy += 1) {
      if (bit === OF_STRATEGY && strategy !== index) continue;
      bits[strategy] = on ? (bits[strategy] as number) | bit : (bits[strategy] as number) & ~bit;
    }
  }

  /** -1: every strategy; NOTHING: one that is not loaded. */
  private indexOf(name: string): number {
    if (!name.startsWith(STRATEGY)) return EVERY;
    const index = this.parts.strategies.indexOf(name.slice(STRATEGY.length));
    return index < 0 ? NOTHING : index;
  }

  private standing(): string {
    const left = this.standingKills().map(({ scope }) => scope);
    return left.length === 0 ? 'Nothing else is killed.' : `Still killed: ${left.join(', ')}.`;
  }
}

/** As the journal writes it. */
const scopeName = (scope: Scope): string => {
  if (scope.of === 'firm') return ALL;
  return scope.of === 'session' ? SESSION : `${STRATEGY}${'name' in scope ? scope.name : ''}`;
};

const subjectOf = (scope: string): string => {
  if (scope === ALL) return 'All trading';
  return scope === SESSION ? 'The order session' : `Strategy ${scope.slice(STRATEGY.length)}`;
};

const openClause = (open: number, when: string): string => {
  if (open === 0) return 'no order is open';
  return open === 1 ? `one open order is ${when}` : `${open} open orders are ${when}`;
};
