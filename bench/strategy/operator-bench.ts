/** Every operator by itself, each on an engine and a thread of its own, in turn. */
import { fileURLToPath } from 'node:url';
import { workerUrl } from '../../native/paths.ts';
import { runLoop } from './run-loop.ts';
import type { OperatorRow } from './strategy-result.ts';

const WARM_UP = 100_000;
const COUNTED = 100_000;
const BATCHES = 400;
/** Of an operator on one event: what one takes is below what one run differs from the next. */
const COPIES = 20;
const EVERY_OPERATOR = fileURLToPath(workerUrl(import.meta.url, 'every-operator'));
/** A tenth of these events is an order. */
const ORDERS_OF = 400_000;
const ORDER_WARM_UP = 300_000;

/** By what they work on, whose time is no part of theirs. */
const ON = {
  book$: ['microprice', 'select', 'imbalance', 'spread'],
  'microprice()': [
    'onChange',
    'crossesAbove',
    'crossesBelow',
    'ema',
    'sma',
    'rollingStdDev',
    'zScore',
    'rsi',
    'sampleEvery',
    'send',
    'map, filter of RxJS',
  ],
  trade$: [
    'vwap',
    'vwap of 20 ms',
    'vwap of 9 trades',
    'tradeFlow',
    'tradeFlow of 50 ms',
    'bars',
    'bars of a volume',
    'atr',
    'latestOf',
  ],
} as const;

const BASE: Record<keyof typeof ON, string> = { book$: 'book$', 'microprice()': 'microprice', trade$: 'trade$' };

/** As `every-operator` names them. */
export const OPERATORS: readonly string[] = Object.values(ON).flat();

interface Measured {
  readonly ns: number[];
  bytes: number;
  collections: number;
}

export async function benchOperators(rounds: number, cpu: number, onStep: (step: string) => void) {
  const names = [...new Set([...Object.values(BASE), ...OPERATORS])];
  const measured = new Map<string, Measured>(names.map((name) => [name, { ns: [], bytes: 0, collections: 0 }]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, all] of measured) {
      onStep(`${name}, round ${round}`);
      const task = { warmUp: WARM_UP, events: COUNTED, batches: BATCHES, cpu };
      const run = await runLoop({
        strategy: EVERY_OPERATOR,
        count: 1,
        params: { only: name, copies: COPIES },
        ...task,
      });
      if (run.faults[0] !== undefined) throw new Error(`${name} has faulted: ${run.faults[0]}`);
      all.ns.push(...run.nsPerEvent);
      all.bytes += run.bytesPerEvent / rounds;
      all.collections += run.collections;
    }
  }
  const of = (name: string): Measured => measured.get(name) as Measured;
  const operators = Object.entries(ON).flatMap(([on, operators]) =>
    operators.map((operator): OperatorRow => {
      const { ns, bytes, collections } = of(operator);
      const nsPerEvent = (median(ns) - median(of(BASE[on as keyof typeof ON]).ns)) / COPIES;
      return { operator, on, nsPerEvent, bytesPerEvent: bytes, collections };
    }),
  );
  onStep('an order in ten events');
  return { operators, bytesPerOrder: await bytesPerOrder(cpu) };
}

async function bytesPerOrder(cpu: number): Promise<number> {
  const task = { warmUp: ORDER_WARM_UP, events: ORDERS_OF, batches: 0, cpu };
  const { bytesPerEvent, orders } = await runLoop({
    strategy: 'latency-probe',
    count: 1,
    params: { every: 10 },
    ...task,
  });
  return (bytesPerEvent * ORDERS_OF) / orders;
}

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor((ascending.length - 1) / 2)];
}
