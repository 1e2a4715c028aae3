/** The hot thread's side of a swap: new versions are compiled and rehearsed here, in the gaps between turns. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { StrategyVersion } from '../../engine/engine.ts';
import { HEARTBEAT } from '../../engine/loop/heartbeat.ts';
import type { TurnWatch } from '../../engine/loop/turn-watch.ts';
import { type LatencyRecorder, native } from '../../native/index.ts';
import type { EnginePlan, VersionPlan } from '../engine-plan.ts';
import { type FailureMessage, failureMessage } from '../failure.ts';
import { openRehearsal, type Rehearsal } from '../rehearse.ts';
import type { Steps } from '../steps.ts';
import { checkedParams, compileStrategy } from '../strategy-loader/index.ts';

/** What the stage says of a version: it may be swapped to, or not. */
export interface VersionAnswer {
  readonly version: string;
  readonly failure?: FailureMessage;
}

/** A slice of the work that is done at once. */
const SLICE_NS = 100_000;
/** Between two slices the loop has so many times their length for itself. */
const REST = 4;
/** A rehearsal takes so long at most, rests included: what is not compiled by then is compiled on the way. */
const MAX_REHEARSAL_NS = 3e9;

export class VersionStage {
  private readonly plan: EnginePlan;
  private readonly port: MessagePort | undefined;
  private readonly watch: TurnWatch;
  private readonly heartbeat: Int32Array;
  /** The latest of each strategy that is ready, by version. */
  private readonly ready = new Map<string, { strategy: number; take: () => StrategyVersion }>();
  /** Yields where the loop may turn. */
  private work: Steps<void> | undefined;
  private strategy = 0;
  private restUntilNs = 0;
  /** One for all rehearsals: what is native is not collected while the loop turns. */
  private latency: LatencyRecorder | undefined;

  constructor(plan: EnginePlan, port: MessagePort | undefined, watch: TurnWatch) {
    this.plan = plan;
    this.port = port;
    this.watch = watch;
    this.heartbeat = new Int32Array(plan.memory.heartbeat);
  }

  /** Between two turns: bounded, and one load where there is nothing to do. */
  poll(): void {
    if (this.work !== undefined) this.goOn(this.work);
    else if (Atomics.load(this.heartbeat, HEARTBEAT.version) === 1) this.look();
  }

  /** A version that is ready is given once; those of a run that is run again as often as it asks. */
  versionOf(version: string): StrategyVersion | undefined {
    const found = this.ready.get(version);
    this.ready.delete(version);
    if (found !== undefined) return found.take();
    const kept = this.plan.versions?.[version];
    return kept && { bundle: compileStrategy(kept.bundle)(), data: structuredClone(kept.data) };
  }

  private look(): void {
    Atomics.store(this.heartbeat, HEARTBEAT.version, 0);
    let asked: VersionPlan | undefined;
    // Of those that nobody waits for any more only the latest counts.
    for (let next = this.receive(); next !== undefined; next = this.receive()) asked = next;
    if (asked === undefined) return;
    this.strategy = asked.strategy;
    if (this.plan.source.mode === 'live') this.watch.turnOn();
    this.work = this.prepared(asked);
  }

  private receive(): VersionPlan | undefined {
    return this.port && (receiveMessageOnPort(this.port)?.message as VersionPlan | undefined);
  }

  private goOn(work: Steps<void>): void {
    const { host } = native();
    const startNs = host.monotonicNs();
    if (startNs < this.restUntilNs) return;
    // The watchdog knows whose version it is that does not return.
    this.heartbeat[HEARTBEAT.strategy] = this.strategy + 1;
    let endNs = startNs;
    while (endNs - startNs < SLICE_NS) {
      if (work.next().done === true) {
        this.work = undefined;
        break;
      }
      endNs = host.monotonicNs();
    }
    this.heartbeat[HEARTBEAT.strategy] = 0;
    this.restUntilNs = endNs + REST * (endNs - startNs);
  }

  private *prepared({ version, strategy, planned, rehearsals, code }: VersionPlan): Steps<void> {
    try {
      const instantiate = compileStrategy(planned.bundle, { code });
      yield;
      const cast = () => {
        const bundle = instantiate();
        const params = checkedParams(bundle, planned);
        return { id: planned.id, bundle, params, data: structuredClone(planned.data) };
      };
      const untilNs = native().host.monotonicNs() + MAX_REHEARSAL_NS;
      this.latency ??= new (native().LatencyRecorder)();
      const played: Rehearsal[] = [];
      for (const recording of rehearsals) {
        const instance = cast();
        yield;
        const rehearsal = yield* openRehearsal(this.plan, recording, [instance], { latency: this.latency });
        played.push(rehearsal);
        yield;
        while (rehearsal.turn() && native().host.monotonicNs() < untilNs) yield;
      }
      // None before all have played: see `rehearse`.
      for (const rehearsal of played) {
        rehearsal.close();
        yield;
      }
      for (const [other, { strategy: whose }] of this.ready) if (whose === strategy) this.ready.delete(other);
      this.ready.set(version, { strategy, take: () => ({ bundle: instantiate(), data: planned.data }) });
      this.answer({ version });
    } catch (error) {
      this.watch.turnOff();
      this.answer({ version, failure: failureMessage(error) });
    }
  }

  private answer(answer: VersionAnswer): void {
    this.port?.postMessage(answer);
  }
}
