/** What the hot thread of a demo asks of the kernel while feed and orders both go past it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { missingWithLwip } from '../../support/missing.ts';
import { CallTrace, hotThread, noTraceReason } from '../../support/system/hot-thread.ts';
import { runs, runToEnd } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();

const RATE = 100_000;
const WINDOW_MS = 1_000;
/** V8 compiles what has become hot, and asks for memory for it: in one of so many windows it has nothing left to do. */
const WINDOWS = 12;
/** Longer than that many windows on a machine on which strace takes its time. */
const FLOW_SECONDS = 60;
/** On a descriptor, whichever. */
const IO = /^\w+\(\d+</;
/** The kernel is told that frames are there (AF_XDP in copy mode); it carries no bytes. */
const WAKE_UP = /^sendto\(\d+<[^>]*>, NULL, 0, MSG_DONTWAIT, NULL, 0\) = 0$/;

const untraced = noTraceReason();
const recording = shop.path('flow.itch');

/** @returns the calls of each window in the middle of a demo, up to one without any that `expected` does not match */
async function traced(backend: string, expected: RegExp | undefined) {
  const socket = shop.path(`control-${backend}/demo.sock`);
  const flow = ['--recording', recording, '--rate', `${RATE}`, '--messages-per-packet', '20'];
  const transport = ['--rx', backend, '--tx', 'lwip', '--bypass', 'require'];
  const run = start(['demo', ...transport, ...flow, '--strategy', 'latency-probe', '--control', socket, '--json']);
  await run.says(/The order session is up/);
  const thread = await hotThread(run.pid);
  const seen = async (): Promise<{ messages: number; sent: number }> => {
    const { stdout } = await runToEnd(['ctl', 'status', '--socket', socket, '--json']);
    const { messages, loop } = JSON.parse(stdout);
    return { messages, sent: loop.orders.sent };
  };
  const before = await seen();
  const windows: string[][] = [];
  do {
    windows.push(await new CallTrace(thread).during(WINDOW_MS, { calls: 0, like: IO }));
  } while (windows.length < WINDOWS && windows.at(-1)?.some((call) => !expected?.test(call)));
  const after = await seen();
  run.child.kill('SIGINT');
  const { stdout, stderr, leftBehind } = await run.ended;
  expect(leftBehind).toEqual([]);
  expect(stdout, stderr).not.toBe('');
  return { windows, before, after, result: JSON.parse(stdout) };
}

describe('the hot thread of a demo past the kernel both ways', () => {
  beforeAll(async () => {
    const flow = ['--messages', `${FLOW_SECONDS * RATE}`, '--rate', `${RATE}`, '--symbols', '100', '--seed', '5'];
    expect((await runToEnd(['generate', recording, ...flow])).status).toBe(0);
  });

  test.for([
    { backend: 'shm', expected: undefined },
    { backend: 'dpdk', expected: undefined },
    { backend: 'af_xdp', expected: WAKE_UP },
  ])('$backend and lwip', { timeout: 120_000 }, async ({ backend, expected }, { skip }) => {
    const reason = missingWithLwip(backend) ?? untraced;
    if (reason !== undefined) skip(reason);
    const { windows, before, after, result } = await traced(backend, expected);
    expect(result.transport.rx).toMatchObject({ backend, accelerated: true });
    expect(result.transport.tx).toMatchObject({ backend: `lwip/${backend}`, accelerated: true });
    // The loop was busy meanwhile, or what it did not ask would say nothing.
    const windowMessages = (windows.length * WINDOW_MS * RATE) / 1e3;
    expect(after.messages - before.messages).toBeGreaterThan(windowMessages / 2);
    expect(after.sent - before.sent).toBeGreaterThan(100);
    const unexpected = (calls: readonly string[]): string[] => calls.filter((call) => !expected?.test(call));
    expect(windows.flatMap((calls) => unexpected(calls).filter((call) => IO.test(call)))).toEqual([]);
    expect(unexpected(windows.at(-1) as string[])).toEqual([]);
    if (expected !== undefined) expect(windows.at(-1)?.length).toBeGreaterThan(100);
    expect(result.orders).toMatchObject({ rejected: 0, inDoubt: 0 });
  });
});
