import type { LatencySummary } from './run-result.ts';

/** What this needs of a recorder's histogram. */
export interface Percentiles {
  readonly count: number;
  readonly max: number;
  /** Smallest value with at least so many percent of the records at or below it. */
  percentile(percentile: number): number;
}

/** Below this many samples beyond a percentile, it is luck: it is reported as null. */
const SAMPLES_BEYOND = 10;

export function latencySummary(histogram: Percentiles): LatencySummary {
  const { count, max } = histogram;
  const at = (percent: number): number | null =>
    // Rounded: 1 - 0.9 has a tail of binary dust that would cost the hundredth sample.
    Math.round(count * (1 - percent / 100) * 1e6) / 1e6 >= SAMPLES_BEYOND ? histogram.percentile(percent) : null;
  return {
    count,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    p9999: at(99.99),
    max: count === 0 ? null : max,
  };
}
