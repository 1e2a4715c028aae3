/** The main thread's side of a swap: bundles a new version, has it made ready beside the loop, and asks for it. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { ControlAnswer, ControlCommand, ParameterReport } from '../../engine/engine.ts';
import { HEARTBEAT } from '../../engine/loop/heartbeat.ts';
import type { ParamSpecs, ParamValue } from '../../engine/strategy/params.ts';
import { openWarmUp } from '../drive-engine.ts';
import type { EnginePlan, PlannedStrategy, VersionPlan } from '../engine-plan.ts';
import { fromFailureMessage } from '../failure.ts';
import { keepVersion } from '../run-directory/kept-versions.ts';
import { bundleStrategy, compileStrategy, libraryCode, loadData, originalPlace } from '../strategy-loader/index.ts';
import type { VersionAnswer } from './version-stage.ts';

/** Messages of the rehearsals of a new version; the engine itself has been compiled at the start. */
const REHEARSED_MESSAGES = 20_000;
/** A loop that is busy makes a version ready by and by. */
const PATIENCE_MS = 8_000;
/** What a new version makes the loop wait for comes with its first events. */
const SETTLING_MS = 200;

export interface SwapRequest {
  /** Its id. */
  readonly strategy: string;
  /** What `--strategy` takes. */
  readonly file: string;
  /** Where relative paths and packages start. */
  readonly folder: string;
}

export interface SwapperParts {
  readonly plan: EnginePlan;
  readonly port: MessagePort;
  /** Folder that keeps the run; null: none does. */
  readonly out: string | null;
  ask(command: ControlCommand, who: string): Promise<ControlAnswer>;
}

const TAPED = "A run's folder plays what was: its strategies cannot be swapped. Try the new version on a recording.";
const KEPT =
  'A replay that --out keeps is run again from its recording alone: swap in one without --out, or in `demo` and `run`.';
const BUSY = 'Another version is being made ready: one swap at a time.';
const LATE = `The loop has not made the version ready within ${PATIENCE_MS / 1_000} s: it has no time left. The version before trades on.`;

export class StrategySwapper {
  /** As they trade now; of those that were swapped, the version before as well, whose lines may still be in the log. */
  readonly cast: PlannedStrategy[];
  readonly #before = new Map<number, PlannedStrategy>();
  readonly #parts: SwapperParts;
  #isBusy = false;
  #heard: (answer: VersionAnswer) => void = () => {};

  constructor(parts: SwapperParts) {
    this.#parts = parts;
    this.cast = [...parts.plan.strategies];
    parts.port.on('message', (answer: VersionAnswer) => this.#heard(answer));
    parts.port.unref();
  }

  /** The version whose frames are in a stack. */
  versionOf(strategy: number, stack: string): PlannedStrategy | undefined {
    const before = this.#before.get(strategy);
    if (before !== undefined && originalPlace(stack, before.bundle) !== undefined) return before;
    return this.cast[strategy];
  }

  /** Always resolves: what goes wrong is a refusal, and the strategy trades on. */
  async swap({ strategy, file, folder }: SwapRequest, who: string): Promise<ControlAnswer> {
    const { plan, out } = this.#parts;
    const index = this.cast.findIndex(({ id }) => id === strategy);
    if (index < 0)
      return refused(`There is no strategy ${strategy}: it runs ${this.cast.map(({ id }) => id).join(', ')}.`);
    if (plan.source.mode === 'tape') return refused(TAPED);
    if (plan.source.mode === 'replay' && out !== null) return refused(KEPT);
    if (this.#isBusy) return refused(BUSY);
    this.#isBusy = true;
    try {
      return await this.#swapTo(index, await this.#bundled(index, { strategy, file, folder }, who), who);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const why = error.message.replace(/\.? The strategy was not started\.$/, '.');
      return refused(`The new version of ${strategy} is refused, and the version before trades on: ${why}`);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Everything of a version that needs no loop, its first errors included. */
  async #bundled(index: number, { strategy, file, folder }: SwapRequest, who: string): Promise<PlannedStrategy> {
    const old = this.#old(index);
    const bundled = await bundleStrategy(file, folder);
    // A name of its own for its frames in stacks.
    const bundle = {
      ...bundled,
      name: `${this.#parts.plan.strategies[index].bundle.name}@${bundled.hash.slice(0, 8)}`,
    };
    const { params: specs } = compileStrategy(bundle, { beforeTheLoop: true })();
    const { data: reports } = await this.#parts.ask({ kind: 'parameters' }, who);
    const params = chosenOf((reports ?? []) as ParameterReport[], strategy, specs);
    const { data, files } = await loadData({ bundle, params });
    return { ...old, bundle, params, data, files };
  }

  async #swapTo(index: number, planned: PlannedStrategy, who: string): Promise<ControlAnswer> {
    const { out, ask } = this.#parts;
    const { bundle, data } = planned;
    const version = createHash('sha256').update(bundle.hash).update(serialize(data)).digest('hex');
    if (out !== null) keepVersion(out, version, { bundle, data });
    await this.#readied(index, version, planned);
    const answer = await ask({ kind: 'swap', strategy: planned.id, version, file: bundle.file }, who);
    if (!answer.ok) {
      // Nobody asks any more how long the loop is held up.
      await ask({ kind: 'turns' }, who);
      return { ...answer, data: undefined, sentence: placed(answer, bundle) };
    }
    this.#before.set(index, this.#old(index));
    this.cast[index] = planned;
    // A replay may stand still, and measures nothing.
    if (this.#parts.plan.source.mode !== 'live') return { ...answer, data: { version, longestTurnNs: null } };
    await sleep(SETTLING_MS);
    const { data: longestTurnNs } = await ask({ kind: 'turns' }, who);
    const held = typeof longestTurnNs === 'number' ? longestTurnNs : null;
    const clause = held === null ? '' : ` The loop was held up for ${(held / 1e6).toFixed(2)} ms at most.`;
    return { ...answer, sentence: `${answer.sentence}${clause}`, data: { version, longestTurnNs: held } };
  }

  /** Compiled and rehearsed on the hot thread, between its turns. */
  async #readied(index: number, version: string, planned: PlannedStrategy): Promise<void> {
    const { plan, port } = this.#parts;
    const rehearses = plan.source.mode === 'live' && plan.rehearsals.length > 0;
    const warmUp = await openWarmUp({ warmUpMessages: rehearses ? REHEARSED_MESSAGES : 0 });
    try {
      const { promise, resolve } = Promise.withResolvers<VersionAnswer | null>();
      this.#heard = (answer) => {
        if (answer.version === version) resolve(answer);
      };
      const message: VersionPlan = {
        version,
        strategy: index,
        planned,
        code: libraryCode(planned.bundle),
        rehearsals: warmUp.plans,
      };
      port.postMessage(message);
      Atomics.store(new Int32Array(plan.memory.heartbeat), HEARTBEAT.version, 1);
      const late = setTimeout(() => resolve(null), PATIENCE_MS);
      const answer = await promise;
      clearTimeout(late);
      if (answer === null) throw new HotlapError('ERR_CONTROL_SILENT', LATE);
      if (answer.failure !== undefined) throw fromFailureMessage(answer.failure);
    } finally {
      await warmUp.close();
    }
  }

  #old(index: number): PlannedStrategy {
    return this.cast[index];
  }
}

const refused = (sentence: string): ControlAnswer => ({ id: 0, ok: false, sentence });

/** What somebody has set and the new version still has, as `parseParams` reads it. */
const chosenOf = (
  reports: readonly ParameterReport[],
  strategy: string,
  specs: ParamSpecs,
): Record<string, ParamValue> =>
  Object.fromEntries(
    reports
      .filter((each) => each.strategy === strategy && each.chosen)
      .filter(({ name, kind }) => Object.hasOwn(specs, name) && specs[name].kind === kind)
      .map(({ name, value }) => [name, value]),
  );

/** A refusal of the loop with the user's line. */
function placed({ sentence, data }: ControlAnswer, bundle: PlannedStrategy['bundle']): string {
  const stack = (data as { stack?: string } | undefined)?.stack ?? '';
  const place = originalPlace(stack, bundle);
  return place === undefined ? sentence : sentence.replace(/: /, `: ${place}: `);
}
