/**
 * `npm run fuzz:fix -- [--messages N] [--seed N] [--round N]`: 10 million messages by default, with progress on stderr.
 * Ends with one line and exit status 0, or with what failed, the command that tries it again, and exit status 1.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Fuzz } from './fuzz.ts';

const DEFAULT_MESSAGES = 10_000_000;
const PROGRESS_MS = 5_000;
/** The heap has its size after the first tenth; more than this on top is a leak. */
const MAX_GROWTH_BYTES = 32 << 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function numberOf(name: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} is ${text}: give a whole number\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { messages: { type: 'string' }, seed: { type: 'string' }, round: { type: 'string' } },
});
const messages = numberOf('messages', values.messages, DEFAULT_MESSAGES);
const seed = numberOf('seed', values.seed, Date.now() % 1_000_000_000);
const only = numberOf('round', values.round, -1);

process.stderr.write(`seed ${seed}\n`);
const fuzz = await Fuzz.create(seed);
try {
  if (only >= 0) fuzz.round(only);
  else everyRound();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
const counts = Object.entries(fuzz.targets).map(([name, target]) => [name, target.counts]);
process.stderr.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
process.stdout.write(`${only >= 0 ? `round ${only}` : `${messages} messages`} of seed ${seed}: nothing failed\n`);

function everyRound(): void {
  const begin = performance.now();
  let tried = 0;
  let told = begin;
  let heapAfterTenth = 0;
  for (let round = 0; tried < messages; round++) {
    tried += fuzz.round(round);
    if (heapAfterTenth === 0 && tried >= messages / 10) heapAfterTenth = heapBytes();
    const now = performance.now();
    if (now - told < PROGRESS_MS) continue;
    told = now;
    const rate = Math.round(tried / ((now - begin) / 1_000));
    process.stderr.write(`${tried} of ${messages}, ${rate} a second\n`);
  }
  const growth = heapBytes() - heapAfterTenth;
  if (growth > MAX_GROWTH_BYTES)
    throw new Error(`the heap has grown by ${growth} bytes: node test/fuzz/fix/run.ts --seed ${seed}`);
}
