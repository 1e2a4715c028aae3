/** One order of one run as far as its log has been read, and the pair it makes with the other run's. */
import type { Cause } from '../../report/diff-result.ts';
import type { LogEvent } from './log-stream.ts';

/** Why an order is not the same in both: prices at the end are no order's. */
export type OrderCause = Exclude<Cause, 'mark'>;

/** 0 is A, 1 is B. */
export type Run = 0 | 1;
export const otherRun = (run: Run): Run => (run === 0 ? 1 : 0);

/** A strategy in both runs: how far its two ways are one. */
export interface StrategyLine {
  readonly name: string;
  /** Code or parameters are others, or one run is without it. */
  readonly differs: boolean;
  /** From where on the venue's answers came otherwise, and why. */
  root: Root | null;
  /** From where on they came at another time, though they said the same. */
  late: Root | null;
}

export interface Root {
  readonly group: number;
  readonly cause: OrderCause;
}

/** A strategy and a symbol. */
export interface Track {
  readonly id: number;
  readonly strategy: StrategyLine;
  readonly symbol: string;
}

/** Of one order, that the other has not had yet: more is another order's life. */
const MOST_AHEAD = 1_024;

/** What was sent, executed or reported, as far as it is to be compared. */
export interface Entry {
  readonly text: string;
  readonly event: LogEvent;
  readonly group: number;
  readonly timeNs: number;
  readonly cause: number;
}

/** What a strategy wanted to send: an order, or with a reason what was refused. */
export interface Intent {
  readonly run: Run;
  readonly track: Track;
  readonly side: number;
  readonly terms: string;
  readonly cause: number;
  readonly event: LogEvent;
  readonly group: number;
  readonly timeNs: number;
  /** Code of REFUSAL; 0 for an order. */
  readonly reason: number;
  readonly order: Order | null;
}

export class Order {
  readonly ordinals: number[] = [];
  readonly requests: Entry[] = [];
  readonly executions: Entry[] = [];
  readonly reports: Entry[] = [];
  /** Waiting for the other run's: by the report of this order that they were caused by. */
  readonly reactions = new Map<string, Intent[]>();
  readonly intent: Intent;
  pair: Pair | null = null;
  /** Why the other run has no such order; null while that may still come, or has. */
  single: OrderCause | null = null;
  /** Of a replace or cancel of it: code of REFUSAL, 0 for none. */
  refused = 0;
  /** Reports so far, by ORDER_EVENT. */
  readonly heard: number[] = [];
  /** From sending to the first report. */
  answeredNs = Number.NaN;
  open = true;
  over = false;
  /** Signed: bought is positive, and costs. */
  shares = 0;
  cash = 0;

  constructor(intent: Omit<Intent, 'order'>) {
    this.intent = { ...intent, order: this };
  }
}

/** The how manieth report of its kind an order has had. */
export interface Heard {
  readonly order: Order;
  readonly event: number;
  readonly count: number;
}

export interface Divergence {
  readonly of: 'terms' | 'requests' | 'executions';
  readonly group: number;
  readonly entries: readonly [Entry | null, Entry | null];
}

export class Pair {
  readonly orders: readonly [Order, Order];
  /** Where they go apart; terms differ from the beginning. */
  divergence: Divergence | null = null;
  /** Why; null as long as nothing is apart. */
  cause: OrderCause | null = null;
  /** Says the same, at another time. */
  isLate = false;

  constructor(a: Order, b: Order) {
    this.orders = [a, b];
    a.pair = this;
    b.pair = this;
    const group = Math.min(a.intent.group, b.intent.group);
    if (a.intent.terms !== b.intent.terms) this.differ({ of: 'terms', group, entries: [null, null] });
  }

  get isOver(): boolean {
    return !this.orders[0].open && !this.orders[1].open;
  }

  /** Compares what both have; what only one has waits for the other, unless both are over. @returns from where on the venue's answers differ, or Infinity */
  compare(isOver: boolean): { skewed: number; late: number } {
    const [a, b] = this.orders;
    let skewed = Number.POSITIVE_INFINITY;
    let late = Number.POSITIVE_INFINITY;
    for (const list of ['requests', 'executions', 'reports'] as const) {
      const mine = a[list];
      const theirs = b[list];
      let index = 0;
      for (; index < mine.length && index < theirs.length; index += 1) {
        const entries = [mine[index] as Entry, theirs[index] as Entry] as const;
        if (entries[0].text !== entries[1].text) break;
        if (list === 'reports' && isApart(entries)) late = Math.min(late, entries[0].group, entries[1].group);
      }
      const entries = [mine[index] ?? null, theirs[index] ?? null] as const;
      const isLeft = entries[0] !== null || entries[1] !== null;
      if (isLeft && list === 'reports') late = Math.min(late, groupOf(entries));
      if (isLeft && list !== 'reports') {
        if (list === 'executions') skewed = Math.min(skewed, groupOf(entries));
        const isFar = Math.max(mine.length, theirs.length) - index > MOST_AHEAD;
        if (isOver || isFar || (entries[0] !== null && entries[1] !== null))
          this.differ({ of: list, group: groupOf(entries), entries });
      }
      // Once they go apart, what follows is not the other's any more.
      const isParted = this.divergence !== null || (entries[0] !== null && entries[1] !== null);
      mine.splice(0, isParted ? mine.length : index);
      theirs.splice(0, isParted ? theirs.length : index);
    }
    if (late !== Number.POSITIVE_INFINITY) this.isLate = true;
    return { skewed, late };
  }

  private differ(divergence: Divergence): void {
    if (this.divergence === null || divergence.group < this.divergence.group) this.divergence = divergence;
  }
}

const isApart = ([a, b]: readonly [Entry, Entry]): boolean => a.group !== b.group || a.timeNs !== b.timeNs;

const groupOf = (entries: readonly (Entry | null)[]): number =>
  Math.min(...entries.map((entry) => entry?.group ?? Number.POSITIVE_INFINITY));
