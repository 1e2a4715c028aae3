import { Worker } from 'node:worker_threads';
import { bundleStrategy, loadData } from '../../app/strategy-loader/index.ts';
import type { ParamValue } from '../../engine/strategy/params.ts';
import { workerUrl } from '../../native/paths.ts';
import type { LoopResult, LoopTask } from './loop-worker.ts';

export interface LoopRun extends Omit<LoopTask, 'bundles'> {
  /** What `--strategy` takes. */
  readonly strategy: string;
  /** Instances of it. */
  readonly count: number;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** Runs strategies on a thread of their own, which ends with the answer. */
export async function runLoop({ strategy, count, params, ...task }: LoopRun): Promise<LoopResult> {
  const bundle = await bundleStrategy(strategy);
  const { data } = await loadData({ bundle, params });
  const workerData: LoopTask = {
    ...task,
    bundles: Array.from({ length: count }, () => ({ ...bundle, values: params, data })),
  };
  const worker = new Worker(workerUrl(import.meta.url, 'loop-worker'), {
    workerData,
    // What is counted is not collected in the middle.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
