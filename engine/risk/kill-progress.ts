import type { KillReport } from '../domain/kill-report.ts';
import type { JournalKill } from '../journal/records.ts';

/** Whose orders a kill is about, where it is not one strategy's: everybody's, and nobody's (it is not loaded). */
export const EVERY = -1;
export const NOTHING = -2;

const NS_PER_MS = 1e6;

/** One kill: the orders it found open, counted down as the venue answers. */
export class KillProgress {
  killed = true;
  left = 0;
  /** Index of its strategy, EVERY or NOTHING. */
  readonly strategy: number;
  /** Of one that is not loaded: rows of the orders it has left, and their keys. */
  readonly rows = new Map<number, number>();
  private readonly kill: JournalKill;
  private orders = 0;
  private cancels = 0;
  private lastCancelNs: number | null = null;
  private confirmedNs: number | null = null;

  constructor(kill: JournalKill, strategy: number) {
    this.kill = kill;
    this.strategy = strategy;
  }

  get scope(): string {
    return this.kill.scope;
  }

  /** As the journal keeps it. */
  record(): JournalKill {
    return this.kill;
  }

  /** So many orders more are open. */
  found(orders: number): void {
    this.orders += orders;
    this.left += orders;
    if (orders > 0) this.confirmedNs = null;
  }

  cancelSent(strategy: number, row: number, nowNs: number): void {
    if (this.left === 0 || !this.covers(strategy, row)) return;
    this.cancels += 1;
    this.lastCancelNs = nowNs - this.kill.timeNs;
  }

  /** @returns true where that was the last */
  closed(strategy: number, row: number, nowNs: number): boolean {
    if (this.left === 0 || !this.covers(strategy, row)) return false;
    this.left -= 1;
    this.rows.delete(row);
    if (this.left > 0) return false;
    this.confirmedNs = nowNs - this.kill.timeNs;
    return true;
  }

  /** Of a kill whose last order is gone, as a sentence without its full stop. */
  confirmation(): string {
    const { orders, cancels, lastCancelNs, confirmedNs } = this;
    const what = orders === 1 ? 'the one open order is' : `all ${orders} open orders are`;
    const last = lastCancelNs === null ? '' : `; ${cancels} single cancels, the last after ${ms(lastCancelNs)}`;
    return `${what} confirmed as gone ${ms(confirmedNs ?? 0)} after the kill${last}`;
  }

  report(): KillReport {
    const { killed, left, orders, cancels, lastCancelNs, confirmedNs } = this;
    return { ...this.kill, killed, orders, left, cancels, lastCancelNs, confirmedNs };
  }

  private covers(strategy: number, row: number): boolean {
    return this.strategy === EVERY || this.strategy === strategy || this.rows.has(row);
  }
}

const ms = (ns: number): string => `${(ns / NS_PER_MS).toFixed(3)} ms`;
