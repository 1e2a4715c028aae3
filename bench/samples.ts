/** Latencies of several legs put together, so that a percentile is one of all samples and never a mean of percentiles. */
import { latencySummary } from '../report/latency-summary.ts';
import type { LatencySummary } from '../report/run-result.ts';

/** Shown only beside its percentiles. */
export type BenchLatency = LatencySummary & { mean: number | null };

/** A histogram as recorders give it out: (lowest value of a bucket, records in it) … */
export interface Histogram {
  readonly buckets: ArrayLike<number>;
  readonly sum: number;
  readonly max: number;
}

export class Samples {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  addHistogram({ buckets, sum, max }: Histogram): this {
    for (let i = 0; i < buckets.length; i += 2) this.#add(buckets[i], buckets[i + 1]);
    this.#sum += sum;
    this.#max = Math.max(this.#max, max);
    return this;
  }

  /** Single values in ns; NaN is an unknown one and does not count. */
  addValues(values: ArrayLike<number>): this {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isNaN(value)) continue;
      this.#add(value, 1);
      this.#sum += value;
      this.#max = Math.max(this.#max, value);
    }
    return this;
  }

  summary(): BenchLatency {
    const ascending = [...this.#counts].sort((a, b) => a[0] - b[0]);
    const percentile = (percent: number): number => {
      // Rounded: 1,000 * 99.9 / 100 is a hair above 999.
      const wanted = Math.ceil(Math.round(this.#count * percent * 1e4) / 1e6);
      let seen = 0;
      for (const [value, count] of ascending) {
        seen += count;
        if (seen >= wanted) return value;
      }
      return this.#max;
    };
    return {
      ...latencySummary({ count: this.#count, max: this.#max, percentile }),
      mean: this.#count === 0 ? null : Math.round(this.#sum / this.#count),
    };
  }

  #add(value: number, count: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    this.#count += count;
  }
}
