/** `hotlap bench fix`: codecs beside each other, then round trips beside each other, everything in turn. */
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { launchState } from '../../app/launch-state.ts';
import type { FixBenchOptions } from '../../app/options.ts';
import { barsOf } from './bars.ts';
import { benchCodecs, type CodecOutcome } from './codec-bench.ts';
import type { FixBenchResult } from './fix-result.ts';
import { benchRoundTrips } from './round-trip.ts';

/** Of each subject's operation on one kind of message in one round. */
const SLICE_MS = 100;
const NOTHING: CodecOutcome = { codec: [], subjects: [], absent: [], messages: [] };

export async function benchFix(options: FixBenchOptions): Promise<FixBenchResult> {
  const { hotCore, cpus: allowed } = launchState();
  const { rounds } = options;
  const loadAverage = loadavg()[0] as number;
  let done = 0;
  const onStep = (step: string): void => options.onProgress?.({ step, done: done++, total: 0, unit: 'steps' });
  const codecs =
    options.only === 'round-trip'
      ? NOTHING
      : await benchCodecs({ rounds, sliceMs: SLICE_MS, cpu: hotCore ?? -1, onStep });
  const [acceptor = -1] = allowed.filter((cpu) => cpu !== hotCore);
  const trips =
    options.only === 'codec'
      ? { roundTrips: [], absent: [], stalls: '' }
      : await benchRoundTrips({ rounds, cpus: { initiator: hotCore ?? -1, acceptor }, onStep });
  return {
    ...codecs,
    roundTrips: trips.roundTrips,
    absent: [...codecs.absent, ...trips.absent],
    bars: barsOf(codecs.codec, trips.roundTrips),
    host: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: allowed.length || availableParallelism(),
      kernel: release(),
      node: process.version,
      hotCore,
      rounds,
      loadAverage,
      stalls: trips.stalls,
    },
  };
}
