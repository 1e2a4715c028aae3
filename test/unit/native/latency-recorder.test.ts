import fc from 'fast-check';
import type { Histogram } from 'hdr-histogram-js';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { CAUSE, HISTOGRAM, native, STAMP } from '../../../native/index.ts';

const { LatencyRecorder } = native();
const HIGHEST_NS = 100_000_000_000;
const PERCENTILES = [0, 1, 10, 50, 90, 99, 99.9, 99.99, 100];

/** The value at or below which `percentile` percent of the records lie, by sorting. */
function oracle(sorted: number[], percentile: number): number {
  const rank = Math.max(1, Math.ceil(Number(((percentile * sorted.length) / 100).toFixed(9))));
  return sorted[Math.min(rank, sorted.length) - 1];
}

const latencies = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5000 }),
    fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    fc.double({ min: 0, max: HIGHEST_NS, noNaN: true }).map(Math.floor),
  ),
  { minLength: 1, maxLength: 400 },
);

describe('LatencyRecorder histograms', () => {
  it('agree with a sorted array to three significant digits', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const recorder = new LatencyRecorder();
        for (const value of values) recorder.record(HISTOGRAM.decode, value);
        const sorted = values.toSorted((a, b) => a - b);
        expect(recorder.count(HISTOGRAM.decode)).toBe(values.length);
        expect(recorder.min(HISTOGRAM.decode)).toBe(sorted[0]);
        expect(recorder.max(HISTOGRAM.decode)).toBe(sorted.at(-1));
        for (const percentile of PERCENTILES) {
          const exact = oracle(sorted, percentile);
          const found = recorder.percentile(HISTOGRAM.decode, percentile);
          expect(found).toBeGreaterThanOrEqual(exact);
          expect(found).toBeLessThanOrEqual(exact + exact / 1000);
        }
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(recorder.mean(HISTOGRAM.decode)).toBeCloseTo(mean, 0);
      }),
      { numRuns: 60 },
    );
  });

  it('export buckets that rebuild the same percentiles in HdrHistogram', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const recorder = new LatencyRecorder();
        const reference = hdr.build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
        }) as Histogram;
        for (const value of values) recorder.record(HISTOGRAM.book, value);
        const buckets = recorder.buckets(HISTOGRAM.book);
        let total = 0;
        for (let index = 0; index < buckets.length; index += 2) {
          reference.recordValueWithCount(buckets[index], buckets[index + 1]);
          total += buckets[index + 1];
        }
        expect(total).toBe(values.length);
        for (const percentile of [50, 90, 99]) {
          const found = recorder.percentile(HISTOGRAM.book, percentile);
          const theirs = reference.getValueAtPercentile(percentile);
          expect(Math.min(theirs, recorder.max(HISTOGRAM.book))).toBe(Math.max(found, recorder.min(HISTOGRAM.book)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('say NaN when empty, count weights, clamp what is out of range, and reset', () => {
    const recorder = new LatencyRecorder();
    expect(recorder.percentile(HISTOGRAM.send, 50)).toBeNaN();
    expect(recorder.mean(HISTOGRAM.send)).toBeNaN();
    expect(recorder.buckets(HISTOGRAM.send)).toHaveLength(0);
    recorder.record(HISTOGRAM.send, 10, 999);
    recorder.record(HISTOGRAM.send, 5e12);
    recorder.record(HISTOGRAM.send, -7);
    expect(recorder.count(HISTOGRAM.send)).toBe(1001);
    expect(recorder.max(HISTOGRAM.send)).toBe(HIGHEST_NS);
    expect(recorder.min(HISTOGRAM.send)).toBe(0);
    expect(recorder.percentile(HISTOGRAM.send, 99.8)).toBe(10);
    recorder.reset();
    expect(recorder.count(HISTOGRAM.send)).toBe(0);
    expect(() => recorder.count(10)).toThrow(/one of HISTOGRAM/);
    expect(() => recorder.record(HISTOGRAM.send, Number.NaN)).toThrow(/finite/);
  });

  it('do not count an order whose start nobody stamped', () => {
    const recorder = new LatencyRecorder();
    for (const cause of Object.values(CAUSE)) expect(recorder.commit(cause)).toBe(0);
    expect(recorder.stamp(STAMP.riskDone)).toBe(0);
    for (const histogram of Object.values(HISTOGRAM)) expect(recorder.count(histogram)).toBe(0);
  });

  it('knows what a clock reading costs', () => {
    const { clockCostNs } = new LatencyRecorder();
    expect(clockCostNs).toBeGreaterThan(1);
    expect(clockCostNs).toBeLessThan(10_000);
  });
});
