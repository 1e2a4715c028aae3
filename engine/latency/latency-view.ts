import type { LatencyRecorder } from '../../native/index.ts';
import { HISTOGRAM } from '../../native/layout.ts';

/** One histogram of a recorder as reports read it: whole ns. */
export interface HistogramView {
  readonly count: number;
  readonly max: number;
  readonly mean: number;
  /** Smallest value with at least so many percent of the records at or below it. */
  percentile(percentile: number): number;
}

/** What is measured, by the names that reports use. */
export type LatencyName = keyof typeof HISTOGRAM;

export const LATENCY_NAMES = Object.keys(HISTOGRAM) as readonly LatencyName[];

/** For `latencySummary` of report/. A view, not a copy: read it on the recorder's own thread, outside the loop. */
export const latencyView = (recorder: LatencyRecorder, name: LatencyName): HistogramView => {
  const histogram = HISTOGRAM[name];
  return {
    get count() {
      return recorder.count(histogram);
    },
    get max() {
      return recorder.max(histogram);
    },
    get mean() {
      return recorder.mean(histogram);
    },
    percentile: (percentile) => recorder.percentile(histogram, percentile),
  };
};
