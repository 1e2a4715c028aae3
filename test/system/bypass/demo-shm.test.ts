/** Market data through shared memory: `hotlap demo --rx shm`, and two processes that find each other by a file. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freeTcpPort } from '../../support/system/free-ports.ts';
import { CallTrace, hotThread, noTraceReason } from '../../support/system/hot-thread.ts';
import { runs, runToEnd, sentence } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();

const SHM = ['demo', '--rx', 'shm', '--json'];
const TRADING = /The order session is up/;
const RECEIVED = { backend: 'shm', accelerated: true, zeroCopy: false, passedOver: [] };
const LOSSLESS = {
  ...{ gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0 },
  ...{ filtered: 0, badChecksums: 0, fragments: 0, oversized: 0 },
};

test('the hot thread makes no call for its feed', { timeout: 60_000 }, async ({ skip }) => {
  const reason = noTraceReason();
  if (reason !== undefined) skip(reason);
  const run = start([...SHM, '--speed', '2']);
  await run.says(TRADING);
  // FIX goes by the kernel's TCP, which is asked at every turn: with its calls the trace has seen the loop.
  const fix = /^(?:recvfrom|sendto|setsockopt)\(\d+<TCP:\[/;
  const calls = await new CallTrace(await hotThread(run.pid)).during(1_500, { calls: 1_001, like: fix });
  run.child.kill('SIGINT');
  const { status, stdout, leftBehind } = await run.ended;

  expect(status).toBe(0);
  expect(leftBehind).toEqual([]);
  const { recording, transport } = JSON.parse(stdout);
  expect(transport.rx).toMatchObject(RECEIVED);
  // A traced thread may fall behind and lose packets; what is flat out below loses nothing.
  expect(recording.packets).toBeGreaterThan(100);
  expect(calls.filter((call) => fix.test(call)).length).toBeGreaterThan(1_000);
  expect(calls.filter((call) => /^\w+\(\d+</.test(call) && !fix.test(call))).toEqual([]);
});

test('killed with SIGKILL in the middle, it is in nobody else’s way, its wire goes with the next one, which loses nothing flat out', async () => {
  const first = start([...SHM, '--warm-up', '0']);
  await first.says(TRADING);
  const wires = (): string[] => readdirSync('/dev/shm').filter((name) => name.includes(`-${first.pid}-`));
  expect(wires().some((name) => name.startsWith('hotlap-wire-'))).toBe(true);
  first.child.kill('SIGKILL');
  await first.ended;

  const flatOut = ['--speed', 'max', '--warm-up', '0', '--strategy', 'latency-probe'];
  const { status, stdout, stderr, leftBehind } = await runToEnd([...SHM, ...flatOut]);
  expect(status, stderr).toBe(0);
  const { recording, transport } = JSON.parse(stdout);
  expect(transport.rx).toMatchObject(RECEIVED);
  expect(recording).toMatchObject(LOSSLESS);
  expect(recording.messages).toBeGreaterThan(100_000);
  expect(leftBehind).toEqual([]);
  expect(wires()).toEqual([]);
});

test('an engine and a simulator meet in a file: either may be killed and come back; a third is told who is there', async () => {
  const wire = `/dev/shm/hotlap-shm-test-${process.pid}`;
  const port = await freeTcpPort();
  const config = shop.write(
    'shm.yaml',
    `feeds:
  - { group: 239.192.7.9, port: 26499, rx: [shm], bypass: require, shm: { file: ${wire}, ringFrames: 1024 } }
venues:
  - { name: sim, host: 127.0.0.1, port: ${port}, senderCompId: HOTLAP, targetCompId: SIMULATOR, resetOnLogon: true }
`,
  );
  const simulate = ['simulator', '--config', config, '--tx', 'shm', '--begin', 'at-once', '--speed', '0.2', '--loop'];
  const trade = ['run', '--config', config, '--strategy', 'latency-probe', '--warm-up', '0', '--json'];
  try {
    const venue = start(simulate);
    await venue.says(/feed to 239\.192\.7\.9:26499 by shared memory/);
    expect(statSync(wire).mode & 0o777).toBe(0o600);

    const killed = start(trade);
    await killed.says(TRADING);
    const third = await runToEnd(trade, { env: { XDG_STATE_HOME: shop.path('state-of-a-third') } });
    expect(sentence(third.stderr)).toContain(`its engine end is already used by process ${killed.pid}`);
    expect(third.status).toBe(1);
    killed.child.kill('SIGKILL');
    await killed.ended;

    const engine = start(trade);
    await engine.says(TRADING);
    venue.child.kill('SIGKILL');
    await venue.ended;
    const again = start(simulate);
    await again.says(/by shared memory/);
    again.child.kill('SIGINT');
    await again.ended;
    engine.child.kill('SIGINT');
    const { stdout } = await engine.ended;
    const { feed, transport } = JSON.parse(stdout);
    expect(transport.rx).toMatchObject(RECEIVED);
    // It came in the middle of a session, and what it has seen of it was whole.
    expect(feed.packets).toBeGreaterThan(0);
    expect(feed).toMatchObject({ drops: 0, oversized: 0, badChecksums: 0, fragments: 0 });
    expect(existsSync(wire)).toBe(true);
  } finally {
    rmSync(wire, { force: true });
  }
});
