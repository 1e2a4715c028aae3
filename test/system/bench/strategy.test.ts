/** `hotlap bench strategy` end to end: every operator has worked and allocated nothing. No time is judged here. */
import { expect, it } from 'vitest';
import { OPERATORS } from '../../../bench/strategy/operator-bench.ts';
import type { StrategyBenchResult } from '../../../bench/strategy/strategy-result.ts';
import { hotlap } from '../../support/hotlap.ts';

const TIMEOUT_MS = 280_000;

it('measures each operator by itself, which allocates nothing', { timeout: TIMEOUT_MS }, async () => {
  const { status, stdout, stderr } = await hotlap(
    ['bench', 'strategy', '--only', 'operators', '--rounds', '1', '--json'],
    { timeoutMs: TIMEOUT_MS },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { operators, bytesPerOrder, path, bars, host } = JSON.parse(stdout) as StrategyBenchResult;
  expect(operators.map(({ operator }) => operator)).toEqual(OPERATORS);
  expect(path).toEqual([]);
  expect(host.rounds).toBe(1);
  expect(bars.filter(({ met }) => !met)).toEqual([]);
  expect(bars).toHaveLength(OPERATORS.length);
  expect(bytesPerOrder).toBeLessThan(12);
});
