/** Why something is not the same in both runs: by evidence where there is some, else by what alone can have led to it. */
import { REFUSAL, REFUSALS } from '../../engine/domain/refusal.ts';
import { CAUSE } from '../../native/layout.ts';
import type { LogEvent } from './log-stream.ts';
import {
  type Divergence,
  type Intent,
  type OrderCause,
  otherRun,
  type Pair,
  type Run,
  type StrategyLine,
} from './order.ts';

/** What of the market a run has seen. */
export interface Span {
  /** ns since the feed's midnight. */
  readonly fromNs: number;
  /** Of the feed's first session. */
  readonly lastSequence: number;
}

export interface Facts {
  readonly data: 'same' | 'other' | 'unknown';
  readonly spans: readonly [Span, Span];
  /** The simulated delays are others, or one run had none. */
  readonly delaysDiffer: boolean;
  /** The simulated venue misbehaves in another way. */
  readonly venueDiffers: boolean;
  /** The kill switch was set in the run. */
  readonly killed: readonly [boolean, boolean];
  /** Limits, or rules of the kill switch. */
  readonly limitsDiffer: boolean;
  /** Whether every refusal is on record. */
  readonly refusalsWhole: readonly [boolean, boolean];
}

/** Market data stood in the way. */
const OF_DATA = new Set<number>([
  REFUSAL.NoPrice,
  REFUSAL.NoReferencePrice,
  REFUSAL.StaleBook,
  REFUSAL.Halted,
  REFUSAL.LockedMarket,
]);
/** The session was not ready when the message came: in the other run it was. */
const OF_TIMING = new Set<number>([REFUSAL.SessionNotReady, REFUSAL.Resending, REFUSAL.Recovering]);
/** There was no room on the way to the venue: nobody's limit. */
const OF_TRANSPORT = new Set<number>([
  REFUSAL.OrderTableFull,
  REFUSAL.TransportFull,
  REFUSAL.StoreFull,
  REFUSAL.StoreFailed,
  REFUSAL.Throttled,
  REFUSAL.JournalFull,
  REFUSAL.JournalFailed,
]);
/** The strategy asked for what cannot be. */
const OF_STRATEGY = new Set<number>([
  REFUSAL.StrategyFaulted,
  REFUSAL.UnknownInstrument,
  REFUSAL.InvalidQuantity,
  REFUSAL.OrderNotWorking,
  REFUSAL.RequestPending,
  REFUSAL.InvalidOrder,
]);

export const refusalName = (reason: number): string => REFUSALS[reason] ?? `refusal ${reason}`;

const only = (causes: Set<OrderCause>): OrderCause => {
  const [first = 'unattributed'] = causes;
  return causes.size === 1 ? first : 'unattributed';
};

export class Judge {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** @param reason code of REFUSAL */
  refused(reason: number, { group, cause, track }: Pick<Intent, 'group' | 'cause' | 'track'>): OrderCause {
    if (OF_DATA.has(reason)) return 'data';
    if (OF_TIMING.has(reason)) return 'latency';
    if (OF_TRANSPORT.has(reason)) return 'unattributed';
    if (OF_STRATEGY.has(reason)) return this.#decision(track.strategy, group, cause);
    const { limitsDiffer, killed } = this.#facts;
    if (limitsDiffer || killed[0] !== killed[1]) return 'risk';
    // By the same limits: the strategy stands elsewhere than in the other run, unless they were changed on the way.
    const causes = this.#causes(track.strategy, group, cause);
    return causes.size === 0 ? 'risk' : only(causes);
  }

  /** An order that the other run has not sent, nor been refused. */
  alone({ run, track, group, cause, event, timeNs }: Intent): OrderCause {
    if (this.#isOutside(otherRun(run), event, timeNs)) return 'data';
    if (!this.#facts.refusalsWhole[otherRun(run)]) return 'unattributed';
    return this.#decision(track.strategy, group, cause);
  }

  divergence(pair: Pair, divergence: Divergence): OrderCause {
    const [{ intent }] = pair.orders;
    if (divergence.of === 'executions') return this.executions(pair, divergence.entries);
    if (divergence.of === 'terms') return this.#decision(intent.track.strategy, divergence.group, intent.cause);
    return this.#requests(pair, divergence);
  }

  /** The same order, executed otherwise. */
  executions(pair: Pair, entries: Divergence['entries']): OrderCause {
    const { data, delaysDiffer, venueDiffers } = this.#facts;
    const [a, b] = pair.orders;
    for (const run of [0, 1] as const) {
      const entry = entries[run];
      if (entry !== null && this.#isOutside(otherRun(run), entry.event, entry.timeNs)) return 'data';
    }
    if (data === 'unknown' || venueDiffers) return 'unattributed';
    if (data === 'other') return delaysDiffer ? 'unattributed' : 'data';
    // An answer that has not come is late, too.
    return delaysDiffer || a.answeredNs !== b.answeredNs ? 'latency' : 'queue';
  }

  #requests(pair: Pair, { group, entries }: Divergence): OrderCause {
    const [a, b] = pair.orders;
    const run: Run =
      (entries[0]?.group ?? Number.POSITIVE_INFINITY) <= (entries[1]?.group ?? Number.POSITIVE_INFINITY) ? 0 : 1;
    const entry = entries[run];
    const { track } = a.intent;
    const cause = entry?.cause ?? CAUSE.none;
    if (entry !== null && this.#isOutside(otherRun(run), entry.event, entry.timeNs)) return 'data';
    const reason = a.refused || b.refused;
    if (reason !== 0) return this.refused(reason, { group, cause, track });
    if (cause === CAUSE.control && entry !== null) {
      // What is open is cancelled where a run ends.
      if (this.#isLast(run, entry.event)) return 'data';
      return this.#facts.killed[run] ? 'risk' : 'unattributed';
    }
    return this.#decision(track.strategy, group, cause);
  }

  /**
   * A strategy decides by market data, by what becomes of its orders, and by its own code and parameters: where one of
   * them alone is another, it is the cause; where several are, nobody can tell.
   */
  #decision(line: StrategyLine, group: number, cause: number): OrderCause {
    return only(this.#causes(line, group, cause));
  }

  #causes(line: StrategyLine, group: number, cause: number): Set<OrderCause> {
    const { data, delaysDiffer } = this.#facts;
    const causes = new Set<OrderCause>();
    if (data === 'other') causes.add('data');
    if (data === 'unknown') causes.add('unattributed');
    if (line.differs) causes.add('decision');
    // What comes back after a tick was not known when it was told.
    const isKnown = (root: { group: number } | null): boolean =>
      root !== null && (root.group < group || (root.group === group && cause === CAUSE.report));
    if (line.root !== null && isKnown(line.root)) causes.add(line.root.cause);
    if (isKnown(line.late) && (delaysDiffer || causes.size === 0)) causes.add('latency');
    return causes;
  }

  #isOutside(run: Run, { session, sequence }: LogEvent, timeNs: number): boolean {
    const { data, spans } = this.#facts;
    const { fromNs, lastSequence } = spans[run];
    return data === 'same' && (timeNs < fromNs || (session === 0 && sequence > lastSequence));
  }

  #isLast(run: Run, { session, sequence }: LogEvent): boolean {
    const { data, spans } = this.#facts;
    const { lastSequence } = spans[run];
    return (
      data === 'same' && session === 0 && sequence >= lastSequence && spans[otherRun(run)].lastSequence > lastSequence
    );
  }
}
