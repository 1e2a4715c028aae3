import type { EngineClock } from '../../engine/ports/clock.ts';
import { EXEC_TYPE, type SessionStore } from '../../gateway/index.ts';
import type { Identifiers } from '../acceptor/identifiers.ts';
import type { OrderDesk } from '../acceptor/order-desk.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';
import type { Delays } from '../delays/delays.ts';
import { countsOf, type DiceSet, diceOf } from './dice.ts';
import { Interventions } from './interventions.ts';
import type { BehaviourCounts, Scenario } from './scenario.ts';
import { UnrulyReports } from './unruly-reports.ts';
import type { UnrulyStream } from './unruly-stream.ts';

/** Prices are in 1/10,000. */
const CENT = 100;

/** A scenario at work in one exchange. Everything that happens depends on the seed and on what the client does, nothing else. */
export class Behaviours {
  readonly dice: DiceSet;
  readonly #scenario: Scenario;
  #interventions: Interventions | undefined;
  #reports: UnrulyReports | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.dice = diceOf(scenario);
  }

  /** The delays of an exchange, and on some reports more. */
  delays(given: Delays): Delays {
    const { delay } = this.dice;
    return {
      orderNs: () => given.orderNs(),
      reportNs: () => (delay.roll() ? given.reportNs() + delay.waitNs() : given.reportNs()),
    };
  }

  /** The parts of the exchange that it acts on exist now. */
  attach(
    desk: OrderDesk,
    clock: EngineClock,
    identifiers: Identifiers,
    reports: ReportQueue,
    store: SessionStore,
    stream: UnrulyStream,
  ): void {
    const { dice } = this;
    const { matching, writer } = desk;
    this.#interventions = new Interventions({ dice, clock, identifiers, reports, matching, writer });
    this.#reports = new UnrulyReports(dice, clock, reports, store, stream);
  }

  /** A copy is about to wait for the drop copy's client. @returns false where it never leaves */
  falsify(copies: ReportQueue, entry: number): boolean {
    const { falseCopy } = this.dice;
    if (copies.execType[entry] !== EXEC_TYPE.trade || !falseCopy.roll()) return true;
    if (falseCopy.below(2) === 0) return false;
    copies.lastPrice[entry] += CENT;
    copies.notional[entry] += CENT * copies.filled[entry];
    return true;
  }

  get interventions(): Interventions {
    return this.#interventions as Interventions;
  }

  get reports(): UnrulyReports {
    return this.#reports as UnrulyReports;
  }

  /** Deeds and repetitions that wait for their time. */
  get waiting(): number {
    return this.interventions.agenda.count + this.reports.repeats.count;
  }

  /** Time of the next deed, repetition, or of the silence's end; Infinity for none. */
  nextDueNs(): number {
    const { agenda } = this.interventions;
    const { repeats } = this.reports;
    const deedNs = agenda.count === 0 ? Number.POSITIVE_INFINITY : agenda.dueNs[0];
    return repeats.count === 0 ? deedNs : Math.min(deedNs, repeats.dueNs[repeats.head()]);
  }

  counts(): BehaviourCounts {
    return countsOf(this.#scenario, this.dice);
  }
}
