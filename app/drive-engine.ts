/** What demo, run and replay share: from the options to a turning engine, and from its end to a result. */
import { DEFAULT_RECOVERY } from '../engine/recovery/settings.ts';
import { NO_KILL_RULES } from '../engine/risk/kill-rules.ts';
import type { RunResult } from '../report/run-result.ts';
import { DEMO_RECORDING } from './config/index.ts';
import { instrumentSpecs, startPositions } from './config/instrument-schema.ts';
import type { EngineHost, EngineOutcome } from './engine-host.ts';
import type { EnginePlan, PlannedStrategy, RehearsalPlan } from './engine-plan.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { killOnSignal } from './kill-signal.ts';
import { launchState } from './launch-state.ts';
import { refuseUnknownStrategies } from './named-strategies.ts';
import type { EngineOptions } from './options.ts';
import { type OpenRecording, openRecording } from './recording/open-recording.ts';
import { createRunFolder, writeRunFolder } from './run-directory/write-run-folder.ts';
import { createPlanMemory } from './shared-memory.ts';
import { type BundledStrategy, bundleStrategy, loadData } from './strategy-loader/index.ts';

/** Bundles every strategy; names that stand twice get a number. Also the first to say that --out cannot be written. */
export async function bundleAll(options: EngineOptions): Promise<PlannedStrategy[]> {
  if (options.out !== null) createRunFolder(options.out);
  const planned: PlannedStrategy[] = [];
  const bundles = new Map<string, BundledStrategy>();
  for (const { source, folder, params, paramsAt = {} } of options.strategies) {
    // One file may trade many symbols, an instance each.
    const key = JSON.stringify([source, folder]);
    const bundle = bundles.get(key) ?? (await bundleStrategy(source, folder));
    bundles.set(key, bundle);
    const same = planned.filter((other) => other.bundle.name === bundle.name).length;
    const id = same === 0 ? bundle.name : `${bundle.name}-${same + 1}`;
    const { data, files } = await loadData({ bundle, params, paramsAt });
    planned.push({ id, bundle, params, paramsAt, data, files, checkViews: options.loop.checkViews });
  }
  refuseUnknownStrategies(
    options,
    planned.map(({ id }) => id),
  );
  return planned;
}

/** Of the messages of the warm-up, what the first rehearsal plays: see `rehearse`. */
const FIRST_SHARE = 0.1;

/** Of a rehearsal, which nobody times. */
const WARM_UP_RING_BYTES = 1 << 20;

export interface WarmUp extends Pick<OpenRecording, 'close'> {
  readonly plans: readonly RehearsalPlan[];
  /** The rehearsals are over, and what they and the start have needed is not needed any more. */
  over(): void;
}

/** The bundled recording on its way to the rehearsals. */
export async function openWarmUp(options: Pick<EngineOptions, 'warmUpMessages'>): Promise<WarmUp> {
  const first = Math.ceil(options.warmUpMessages * FIRST_SHARE);
  const opened: OpenRecording[] = [];
  const plans: RehearsalPlan[] = [];
  for (const messages of [first, options.warmUpMessages - first]) {
    if (messages === 0) continue;
    const recording = await openRecording(DEMO_RECORDING, null, WARM_UP_RING_BYTES);
    opened.push(recording);
    plans.push({ ...recording.plan, messages });
  }
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((recording) => recording.close()));
  };
  return { plans, close, over: () => void close().then(giveBackMemory) };
}

type Particular = Pick<EnginePlan, 'venue' | 'strategies' | 'source' | 'rehearsals' | 'armed' | 'day0Ms'> &
  Partial<Pick<EnginePlan, 'clOrdIdPrefix'>>;

export const planEngine = (options: EngineOptions, particular: Particular): EnginePlan => ({
  hotCore: launchState().hotCore,
  risk: options.risk,
  instruments: instrumentSpecs(options.instruments),
  positions: startPositions(options.positions),
  killRules: options.killSwitch ?? NO_KILL_RULES,
  recovery: options.recovery ?? DEFAULT_RECOVERY,
  loop: options.loop,
  clOrdIdPrefix: newClOrdIdPrefix(),
  memory: createPlanMemory(options.loop.maxInstruments, particular.strategies.length, options.out !== null),
  ...particular,
});

/** ClOrdID(11) is unique over restarts: seconds since 1970 and the process, in base 36. */
function newClOrdIdPrefix(): string {
  const second = Math.floor(Date.now() / 1000).toString(36);
  const pid = (process.pid % 46_656).toString(36).padStart(3, '0');
  return `${second}${pid}-`.toUpperCase();
}

/** Ends a run in order on the user's signal or after `seconds`; SIGUSR1 kills. @returns what undoes it */
export function stopOnRequest(
  host: EngineHost,
  { signal, seconds }: Pick<EngineOptions, 'signal' | 'seconds'>,
): () => void {
  const interrupted = (): void => host.stop('interrupted', 'signal');
  if (signal?.aborted) interrupted();
  signal?.addEventListener('abort', interrupted, { once: true });
  const timer =
    seconds === null ? undefined : setTimeout(() => host.stop(`${seconds} seconds have passed`), seconds * 1000);
  const deaf = killOnSignal(host);
  return () => {
    deaf();
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupted);
  };
}

/** Writes the folder that --out names, where one is named. */
export function finishRun(
  { out }: EngineOptions,
  command: string,
  result: RunResult,
  { report, orderLog }: EngineOutcome,
  startMs: number,
): RunResult {
  if (out === null) return result;
  const histograms = [{ tag: 'tickToOrder', buckets: report.tickToOrderBuckets, startMs, endMs: Date.now() }];
  return writeRunFolder(out, command, result, histograms, orderLog.csv(), orderLog.statistics.equityCsv());
}
