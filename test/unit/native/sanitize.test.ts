/** The native core under the address and undefined-behaviour sanitizers: its own checks, and mutated recordings. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';

const BUILD_MS = 400_000;
const FUZZ_ITERATIONS = '400';
/** Of `npm run fuzz:frames`, which tries 5,000,000. */
const FUZZ_FRAMES = '200000';
const FUZZ_SEEDS = ['1', '2'];

const folder = join(packageRoot, 'build', 'sanitize');
const compiler = spawnSync('g++', ['-fsanitize=address,undefined', '-x', 'c++', '-', '-o', '/dev/null'], {
  input: 'int main() {}',
});
const reason = compiler.status === 0 ? '' : ' (g++ has no sanitizers here)';

const notRoot = process.getuid!() === 0 ? '' : ' (needs root: its network namespace and its XDP program)';

/** @returns what the program printed, once it ended with 0 */
function run(program: string, ...flags: string[]): string {
  const result = spawnSync(join(folder, program), flags, { encoding: 'utf8', timeout: 170_000 });
  expect(`${result.stdout}${result.stderr}`).toMatch(/ 0 failures\n$/);
  expect(result.status).toBe(0);
  return result.stdout;
}

describe.skipIf(reason !== '')(`sanitized core${reason}`, () => {
  beforeAll(() => {
    const built = spawnSync('make', ['-C', join(packageRoot, 'native'), '-j2', 'sanitize'], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
    expect(built.status).toBe(0);
  }, BUILD_MS);

  test('the open-addressing table holds what it was given', () => run('index_table_check'));
  test('the books keep their invariants over random operations', () => run('order_book_check'));

  test.skipIf(notRoot !== '')(`AF_XDP takes, counts and sends on veth pairs${notRoot}`, () => run('af_xdp_check'));
  test.skipIf(notRoot !== '')(`AF_XDP says what is in its way, and leaves nothing when killed${notRoot}`, () => {
    run('af_xdp_refusal_check');
  });
  test.skipIf(notRoot !== '')(`the XDP program agrees with a classifier of its own${notRoot}`, () => {
    run('flow_program_check', '50000', '1');
  });

  test('faults on purpose are as their plan says', () => run('faults_check', '40'));
  test('sockets keep boundaries and order, and count what the kernel dropped', () => run('socket_check'));
  test('TCP stacks are what their interface says, and of lwIP there is one', () => run('stack_check'));
  test('lwIP keeps the promises of a TCP stack, repairs what is lost, and outlives strangers', () => run('lwip_check'));
  test.skipIf(notRoot !== '')(`lwIP is bounded where it is not itself${notRoot}`, () => run('lwip_limits_check'));
  test('shares of one device are dealt each frame once', () => run('share_check'));
  test('frames are written and judged as the RFCs say', () => run('link_check'));
  test('a wire of shared memory keeps order, outlives who is killed, and believes nothing', () => run('shm_check'));
  test('a tape gives back what it was told, says where it was cut, and believes nothing', () => run('tape_check'));
  test('a playback under credit loses nothing', () => run('playback_check'));
  test('what is converted can be read again, damaged or not, and merged nothing of it is lost', () =>
    run('convert_check', '300', '1'));
  test('frames on their way into a recording are whole, and what is lost adds up', () => run('recorder_check'));

  test('mutated frames end in the same books, live and as a recording, and every one is accounted for', () => {
    const printed = run('fuzz_frames', FUZZ_FRAMES, '1');
    const counts = [...printed.split('\n')[0]!.matchAll(/\d+/g)].map(Number);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(Number(/mutated (\d+)/.exec(printed)![1])).toBeGreaterThanOrEqual(Number(FUZZ_FRAMES));
    expect(Number(/messages (\d+)/.exec(printed)![1])).toBeGreaterThan(Number(FUZZ_FRAMES));
  });

  for (const seed of FUZZ_SEEDS) {
    test(`a journal mutated with seed ${seed} is opened with what it holds, or refused with a code`, () => {
      const printed = run('journal_check', FUZZ_ITERATIONS, seed);
      const counts = [...printed.split('\n')[0]!.matchAll(/\d+/g)].map(Number);
      expect(Math.min(...counts)).toBeGreaterThan(0);
    });

    test(`recordings mutated with seed ${seed} are read without a fault`, () => {
      const printed = run('fuzz', FUZZ_ITERATIONS, seed);
      const [messages, events] = /^messages (\d+), events (\d+)/.exec(printed)!.slice(1).map(Number);
      expect(messages).toBeGreaterThan(10_000);
      expect(events).toBeGreaterThan(100);
    });
  }
});
