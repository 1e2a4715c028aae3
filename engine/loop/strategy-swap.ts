import type { EngineStrategy, StrategyFault, StrategyState, StrategyVersion, SwapReport } from '../engine.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { OrderDesk } from '../orders/order-desk.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { HostedStrategy, StrategyHost } from '../strategy/host.ts';
import { type CommandOutcome, done, refused } from './commands.ts';
import { type LiveParameters, unknownStrategy } from './live-parameters.ts';
import { StrategyDoor } from './strategy-door.ts';
import type { StrategySet } from './strategy-set.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TurnWatch } from './turn-watch.ts';

export interface SwapParts {
  /** As they are: a new version takes its place there. */
  strategies: EngineStrategy[];
  set: StrategySet;
  registry: InstrumentRegistry;
  timers: TimerQueue;
  desk: Pick<OrderDesk, 'revive'>;
  kills: Pick<KillSwitch, 'latched'>;
  faults: (StrategyFault | null)[];
  host: (index: number, strategy: EngineStrategy, door: StrategyDoor) => StrategyHost;
  versionOf: ((version: string) => StrategyVersion | undefined) | undefined;
  turnWatch: TurnWatch | undefined;
  nowNs: () => number;
  isStopping: () => boolean;
}

/**
 * Puts a new version in the place of a strategy, between two events. Whatever of the new one may fail has been done before
 * the old one notices; session, orders, positions and limits belong to the strategy, not to its version, and stay.
 */
export class StrategySwap {
  private readonly done: SwapReport[] = [];
  private readonly parts: SwapParts;
  private readonly live: LiveParameters;
  private readonly doors: StrategyDoor[] = [];

  constructor(parts: SwapParts, live: LiveParameters) {
    this.parts = parts;
    this.live = live;
  }

  /** The instance that a strategy begins with. */
  first(index: number): HostedStrategy {
    const { strategies, host } = this.parts;
    const strategy = strategies[index] as EngineStrategy;
    const door = StrategyDoor.open();
    this.doors[index] = door;
    return strategy.bundle.host(host(index, strategy, door));
  }

  /** @param version as `versionOf` knows it */
  swap(id: string, version: string): CommandOutcome {
    const { strategies, set, timers, versionOf, isStopping } = this.parts;
    const index = strategies.findIndex((strategy) => strategy.id === id);
    if (index < 0) return refused(unknownStrategy(id, strategies));
    if (isStopping()) return refused(`The engine stops: ${id} is not swapped any more.`);
    const found = versionOf?.(version);
    if (found === undefined)
      return refused(`There is no version ${version} of ${id} here: it has to be loaded before.`);
    const old = strategies[index] as EngineStrategy;
    const { bundle, data } = found;
    if (bundle.name !== old.bundle.name)
      return refused(
        `${id} is the strategy ${old.bundle.name}, and the new version is called ${bundle.name}: a version keeps the name.`,
      );
    const isRevived = set.stateOf(index) === 'faulted';
    const before = timers.of(index);
    const door = new StrategyDoor();
    try {
      // What a faulted one would leave is what has made it fault.
      const former = isRevived ? undefined : set.beside(index, (hosted) => hosted.handover());
      const parameters = this.live.carried(index, bundle.params);
      const next = { ...old, bundle, data, former, params: parameters.params, chosen: parameters.chosen };
      const hosted = this.tryOut(index, next, door);
      this.admit(index, hosted, before, door);
      strategies[index] = { ...next, former: undefined };
      this.live.replaced(index, parameters);
      if (isRevived) this.revive(index);
      this.done.push({ strategy: id, version, timeNs: this.parts.nowNs(), isRevived, longestTurnNs: null });
      return done(this.sentence(id, { isRevived, left: hosted.left(), dropped: parameters.dropped }), former);
    } catch (error) {
      for (const timer of door.timers) timers.stop(index, timer);
      return refused(refusal(id, set.stateOf(index), error), { stack: stackOf(error) });
    }
  }

  /** What each strategy would leave to its next version; one that cannot say has a sentence instead. */
  states(only?: string): StrategyState[] {
    const { strategies, set } = this.parts;
    return strategies.flatMap(({ id }, index): StrategyState[] => {
      if (only !== undefined && id !== only) return [];
      if (set.stateOf(index) === 'faulted') return [{ id, failure: 'it has faulted' }];
      try {
        const { quotes: _, ...handover } = set.beside(index, (hosted) => hosted.handover());
        return [{ id, handover }];
      } catch (error) {
        return [{ id, failure: messageOf(error) }];
      }
    });
  }

  /** In order; of the latest, the longest turn until now where it is still watched. */
  get reports(): SwapReport[] {
    const { turnWatch } = this.parts;
    return this.done.map((report, index) =>
      turnWatch?.isOn && index === this.done.length - 1 && report.longestTurnNs === null
        ? { ...report, longestTurnNs: turnWatch.longestNs }
        : { ...report },
    );
  }

  /** How long the loop was held up at most, from when the latest version was made ready until now. */
  longestTurnNs(): number | null {
    const { turnWatch } = this.parts;
    const latest = this.done.at(-1);
    // What was measured for a version that was refused since is of none.
    if (turnWatch?.isOn && latest?.longestTurnNs === null) latest.longestTurnNs = turnWatch.longestNs;
    turnWatch?.turnOff();
    return latest?.longestTurnNs ?? null;
  }

  /** Sets the new version up behind a door that is shut. */
  private tryOut(index: number, strategy: EngineStrategy, door: StrategyDoor): HostedStrategy {
    let hosted: HostedStrategy | undefined;
    try {
      this.parts.set.beside(index, () => {
        hosted = strategy.bundle.host(this.parts.host(index, strategy, door));
        hosted.setup();
      });
      if (door.raised !== null) throw door.raised.error;
      return hosted as unknown as HostedStrategy;
    } catch (error) {
      door.retire();
      if (hosted !== undefined) this.parts.set.retire(index, hosted);
      throw error;
    }
  }

  private admit(index: number, hosted: HostedStrategy, timersBefore: readonly number[], door: StrategyDoor): void {
    const { set, registry, timers } = this.parts;
    this.doors[index]?.retire();
    set.retire(index, set.instance(index));
    for (const timer of timersBefore) timers.stop(index, timer);
    for (const { handle } of registry.all) {
      const interest = door.interests.get(handle);
      if (interest === undefined) registry.setInterest(index, handle, 0, null);
      else registry.setInterest(index, handle, interest.classes, interest.hearers);
    }
    door.admit();
    this.doors[index] = door;
    set.replace(index, hosted);
  }

  /** It begins anew, with its orders, positions and kill as they are. */
  private revive(index: number): void {
    this.parts.faults[index] = null;
    this.parts.desk.revive(index);
    this.parts.set.startOne(index);
  }

  private sentence(
    id: string,
    { isRevived, left, dropped }: { isRevived: boolean; left: readonly string[]; dropped: readonly string[] },
  ): string {
    const parts = [`${id} runs its new version from now on`];
    if (isRevived) parts.push('it had faulted and begins anew, without the state it had');
    if (left.length > 0) parts.push(`it has not taken over ${left.map((name) => `'${name}'`).join(', ')}`);
    if (dropped.length > 0) parts.push(`of its parameters ${dropped.join(', ')}: the value that was set is dropped`);
    if (isRevived && this.parts.kills.latched(`strategy:${id}`))
      parts.push(`its kill holds until \`hotlap ctl release strategy:${id}\``);
    return `${parts.join('; ')}.`;
  }
}

const refusal = (id: string, state: string, error: unknown): string => {
  const goesOn = state === 'faulted' ? 'it stays faulted' : 'the version before trades on';
  return `The new version of ${id} is refused, and ${goesOn}: ${messageOf(error)}`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '');
