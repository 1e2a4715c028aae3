/**
 * `npm run fuzz:orders -- [--orders N] [--seed N] [--scenario N [--trace]]`: 10 million orders by default, with progress on stderr.
 * Ends with one line and exit status 0, or with what the two sides disagree about, the command that tries it again, and
 * exit status 1.
 */
import { parseArgs } from 'node:util';
import { OrderFuzz } from './order-fuzz.ts';

const DEFAULT_ORDERS = 10_000_000;
const PROGRESS_MS = 5_000;

function numberOf(name: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} is ${text}: give a whole number\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    trace: { type: 'boolean' },
  },
});
const wanted = numberOf('orders', values.orders, DEFAULT_ORDERS);
const seed = numberOf('seed', values.seed, Date.now() % 1_000_000_000);
const only = numberOf('scenario', values.scenario, -1);

process.stderr.write(`seed ${seed}\n`);
const fuzz = new OrderFuzz(seed);
try {
  const tried =
    only >= 0 ? fuzz.scenario(only, values.trace ? (line) => console.error(line) : undefined).orders : everyScenario();
  process.stderr.write(`${JSON.stringify({ ...fuzz.counts, ...fuzz.behaviours })}\n`);
  process.stdout.write(`${tried} orders of seed ${seed}: both sides agree\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

function everyScenario(): number {
  const begin = performance.now();
  let told = begin;
  let tried = 0;
  for (let scenario = 0; tried < wanted; scenario++) {
    tried += fuzz.scenario(scenario).orders;
    const now = performance.now();
    if (now - told < PROGRESS_MS) continue;
    told = now;
    process.stderr.write(`${tried} of ${wanted}, ${Math.round(tried / ((now - begin) / 1_000))} a second\n`);
  }
  return tried;
}
