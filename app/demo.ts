/** The whole circle on one machine: a simulator process plays a recording, the engine trades against it over real sockets. */
import { latencySummary } from '../report/latency-summary.ts';
import type { LatencySummary, RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { finishRun } from './drive-engine.ts';
import type { DemoOptions } from './options.ts';
import { tradeWithSimulator } from './trade-with-simulator.ts';

export async function demo(options: DemoOptions): Promise<RunResult> {
  const startMs = Date.now();
  const { strategies, outcome, wireToWire, market, failure } = await tradeWithSimulator(options);
  const result = assembleResult({
    options,
    strategies,
    outcome,
    recording: {
      file: options.recording,
      ...(market !== null && { latePackets: market.playback.latePackets, truncated: market.playback.truncated }),
    },
    wireToWire: wireToWire === null ? null : exactSummary(wireToWire),
    ended:
      failure === undefined ? { ok: true, reason: outcome.report.stats.stopReason } : { ok: false, reason: failure },
    startMs,
  });
  return finishRun(options, 'demo', result, outcome, startMs);
}

function exactSummary(values: Float64Array): LatencySummary {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return latencySummary({
    count: sorted.length,
    max: sorted.at(-1) ?? Number.NaN,
    percentile: (percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)],
  });
}
