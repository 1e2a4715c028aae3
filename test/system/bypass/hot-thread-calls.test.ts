/** What the hot thread of a demo asks of the kernel while its feed comes past it: nothing for the feed. */
import { describe, expect, test } from 'vitest';
import { enterNamespace } from '../../../app/network/namespace.ts';
import { CallTrace, hotThread, noTraceReason } from '../../support/system/hot-thread.ts';
import { runs, runToEnd } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();

/** FIX goes by the kernel's TCP, which is asked at every turn. */
const FIX = /^(?:recvfrom|sendto|setsockopt)\(\d+<TCP:\[/;

const UDP = /^recvmmsg\(\d+<UDP:\[/;

/** Calls on a descriptor that is not the FIX session's. */
const foreign = (calls: readonly string[]): string[] =>
  calls.filter((call) => /^\w+\(\d+</.test(call) && !FIX.test(call));

/** strace as the process sees its sockets: by their network namespace. */
function whereItIs<Result>(pid: number, work: () => Result): Result {
  const leave = enterNamespace(`/proc/${pid}/ns/net`);
  try {
    return work();
  } finally {
    leave();
  }
}

/** @returns the calls of a second and a half at least in the middle of a demo, some of the kind, and its result */
async function traced(backend: string, like: RegExp) {
  const socket = shop.path(`control-${backend}/demo.sock`);
  const run = start(['demo', '--rx', backend, '--warm-up', '0', '--speed', '2', '--control', socket, '--json']);
  await run.says(/The order session is up/);
  const trace = new CallTrace(await hotThread(run.pid), (work) => whereItIs(run.pid, work));
  const calls = await trace.during(1_500, { calls: 1_001, like });
  const { stdout: status } = await runToEnd(['ctl', 'status', '--socket', socket, '--json']);
  run.child.kill('SIGINT');
  const { stdout, stderr, leftBehind } = await run.ended;
  expect(leftBehind).toEqual([]);
  expect(stdout, stderr).not.toBe('');
  return { calls, status: JSON.parse(status), result: JSON.parse(stdout) };
}

const untraced = noTraceReason();
const unable = (backend: string): string | undefined =>
  backend === 'af_xdp' && process.getuid?.() !== 0 ? 'its network needs root' : untraced;

describe('the hot thread of a demo', () => {
  test.for(['af_xdp', 'shm'])(
    'makes no call on a descriptor of its feed: %s',
    { timeout: 60_000 },
    async (backend, { skip }) => {
      const reason = unable(backend);
      if (reason !== undefined) skip(reason);
      const { calls, status, result } = await traced(backend, FIX);
      // `hotlap ctl` reaches the engine from outside of its network.
      expect(status).toMatchObject({ receive: { backend, accelerated: true } });
      expect(result.transport.rx).toMatchObject({ backend, accelerated: true, passedOver: [] });
      expect(result.recording.packets).toBeGreaterThan(100);
      expect(calls.filter((call) => FIX.test(call)).length).toBeGreaterThan(1_000);
      expect(foreign(calls)).toEqual([]);
    },
  );

  test('a feed by the kernel shows in the same trace', { timeout: 60_000 }, async ({ skip }) => {
    if (untraced !== undefined) skip(untraced);
    const { calls } = await traced('kernel', UDP);
    expect(foreign(calls).filter((call) => UDP.test(call)).length).toBeGreaterThan(1_000);
  });
});
