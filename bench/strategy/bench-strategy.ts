/** `hotlap bench strategy`: what operators cost, and what the path costs with few and many strategies and instruments. */
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { launchState } from '../../app/launch-state.ts';
import type { StrategyBenchOptions } from '../../app/options.ts';
import { barsOf } from './bars.ts';
import { benchOperators } from './operator-bench.ts';
import { benchPath } from './path-bench.ts';
import type { StrategyBenchResult } from './strategy-result.ts';

export async function benchStrategy({ only, rounds, onProgress }: StrategyBenchOptions): Promise<StrategyBenchResult> {
  const { hotCore, cpus: allowed } = launchState();
  const loadAverage = loadavg()[0] as number;
  let done = 0;
  const onStep = (step: string): void => onProgress?.({ step, done: done++, total: 0, unit: 'steps' });
  const { operators, bytesPerOrder } =
    only === 'path' ? { operators: [], bytesPerOrder: null } : await benchOperators(rounds, hotCore ?? -1, onStep);
  const path = only === 'operators' ? [] : await benchPath(rounds, onStep);
  return {
    operators,
    bytesPerOrder,
    path,
    bars: barsOf(operators, path),
    host: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: allowed.length || availableParallelism(),
      kernel: release(),
      node: process.version,
      hotCore,
      rounds,
      loadAverage,
    },
  };
}
