/**
 * `npm run fuzz:frames -- [--frames N] [--seed N]`: 5 million mutated frames by default, live and as a recording,
 * through the native core under the address and undefined-behaviour sanitizers. Ends with what the fuzzer printed and
 * its exit status; the same seed does the same again.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../../native/paths.ts';

const DEFAULT_FRAMES = 5_000_000;

function numberOf(name: string, text: string | undefined, absent: number): string {
  if (text === undefined) return String(absent);
  if (/^\d{1,15}$/.test(text)) return text;
  process.stderr.write(`--${name} is ${text}: give a whole number\n`);
  process.exit(2);
}

function run(command: string, flags: readonly string[]): void {
  const { status, error } = spawnSync(command, flags, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) process.stderr.write(`${command} cannot be run (${error.message}): install g++ and make\n`);
  if (status !== 0) process.exit(1);
}

const { values } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } });
const frames = numberOf('frames', values.frames, DEFAULT_FRAMES);
const seed = numberOf('seed', values.seed, Date.now() % 1_000_000_000);

const folder = join(packageRoot, 'build', 'sanitize');
process.stderr.write(`seed ${seed}\n`);
run('make', ['-s', '-C', join(packageRoot, 'native'), '../build/sanitize/fuzz_frames']);
run(join(folder, 'fuzz_frames'), [frames, seed]);
