import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Samples } from '../../../bench/samples.ts';

test('a percentile of several legs is one of all their samples', () => {
  const samples = new Samples()
    .addHistogram({ buckets: [100, 50, 200, 50], sum: 15_000, max: 205 })
    .addHistogram({ buckets: [300, 100], sum: 30_000, max: 301 });
  expect(samples.summary()).toEqual({
    count: 200,
    p50: 200,
    p90: 300,
    p99: null,
    p999: null,
    p9999: null,
    max: 301,
    mean: 225,
  });
});

test('nothing counted is null, not 0; an unknown latency does not count', () => {
  expect(new Samples().summary()).toMatchObject({ count: 0, p50: null, max: null, mean: null });
  expect(new Samples().addValues([Number.NaN, 7]).summary()).toMatchObject({ count: 1, max: 7, mean: 7 });
});

test('a percentile is the smallest value with that share of the samples at or below it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 20, maxLength: 400 }), (values) => {
      const { p50 } = new Samples().addValues(values).summary();
      const atOrBelow = (limit: number): number => values.filter((value) => value <= limit).length / values.length;
      expect(atOrBelow(p50 as number)).toBeGreaterThanOrEqual(0.5);
      expect(atOrBelow((p50 as number) - 1)).toBeLessThan(0.5);
    }),
  );
});
