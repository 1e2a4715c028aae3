/** `hotlap run` against a venue that is there, is not there, or goes away; with `hotlap simulator` as the venue. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { runs, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
shop.strategy('resting', RESTING);
const noStack = /^\s+at /m;

const start = runs();

async function configuration(name: string, fixPort: number, more = ''): Promise<string> {
  return shop.write(
    `${name}.yaml`,
    `feeds:
  - group: 239.192.7.2
    port: ${await freeUdpPort()}
venues:
  - name: simulator
    host: 127.0.0.1
    port: ${fixPort}
    senderCompId: HOTLAP
    targetCompId: SIMULATOR
    resetOnLogon: true
    logonTimeoutMs: 2000
strategies:
  - source: ./resting.ts
${more}`,
  );
}

const RUN = ['--warm-up', '0', '--enable-trading', '--json'];

describe('with the simulator as venue', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops a run in order: orders cancelled, logged out', async (signal) => {
    const config = await configuration(`run-${signal}`, await freeTcpPort());
    const simulator = start(['simulator', '--config', config, '--json']);
    await simulator.says(/FIX on/);
    const run = start(['run', '--config', config, ...RUN]);
    await run.says(/resting: RESTING/);
    run.child.kill(signal);
    const { status, stdout, leftBehind } = await run.ended;
    expect(JSON.parse(stdout)).toMatchObject({
      orders: { sent: 3, acknowledged: 3, cancelled: 3 },
      ended: { ok: true, reason: 'interrupted' },
    });
    expect(status).toBe(0);
    expect(leftBehind).toEqual([]);
    simulator.child.kill('SIGTERM');
    const venue = await simulator.ended;
    expect(JSON.parse(venue.stdout).orders).toMatchObject({ received: 3, cancelled: 3, openAtEnd: 0 });
    expect(venue.status).toBe(0);
    expect(venue.leftBehind).toEqual([]);
  });

  test('a run without --enable-trading sends nothing', async () => {
    const config = await configuration('disarmed', await freeTcpPort());
    const simulator = start(['simulator', '--config', config]);
    await simulator.says(/FIX on/);
    const { status, stdout } = await runToEnd([
      ...['run', '--config', config, '--warm-up', '0', '--seconds', '5', '--json'],
    ]);
    const { orders, refusals } = JSON.parse(stdout);
    expect(orders).toMatchObject({ sent: 0, acknowledged: 0 });
    expect(refusals).toEqual({ NotArmed: orders.refusedByRisk });
    expect(orders.refusedByRisk).toBeGreaterThan(0);
    expect(status).toBe(0);
  });

  test('a venue that goes away in the middle is one sentence and status 1', async () => {
    const config = await configuration('vanishes', await freeTcpPort());
    const simulator = start(['simulator', '--config', config]);
    await simulator.says(/FIX on/);
    const run = start(['run', '--config', config, ...RUN]);
    await run.says(/resting: RESTING/);
    simulator.child.kill('SIGKILL');
    const { status, stderr, leftBehind } = await run.ended;
    expect(sentence(stderr)).toMatch(/^hotlap: The FIX session with simulator \(127\.0\.0\.1:\d+\) ended: /);
    expect(stderr).not.toMatch(noStack);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });

  test('the FIX port of a simulator is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { status, stderr, stdout, leftBehind } = await runToEnd(['simulator', '--listen', `127.0.0.1:${port}`]);
    taken.close();
    expect(stderr).toMatch(new RegExp(`^hotlap: .*${port}.*\n$`));
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });
});

describe('without a venue', () => {
  test('nobody listens', async () => {
    const config = await configuration('nobody', await freeTcpPort());
    const { status, stderr, leftBehind } = await runToEnd(['run', '--config', config, ...RUN, '--seconds', '30']);
    expect(sentence(stderr)).toMatch(/^hotlap: .*simulator \(127\.0\.0\.1:\d+\).*/);
    expect(stderr).not.toMatch(noStack);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });

  test('somebody listens and does not speak FIX', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const config = await configuration('silent', (silent.address() as { port: number }).port);
    const { status, stderr } = await runToEnd(['run', '--config', config, ...RUN, '--seconds', '30']);
    silent.close();
    expect(sentence(stderr)).toMatch(/^hotlap: .*simulator \(127\.0\.0\.1:\d+\).*/);
    expect(stderr).not.toMatch(noStack);
    expect(status).toBe(1);
  });

  test('a feed that never starts is waited for no longer than --seconds', async () => {
    const config = await configuration('quiet', await freeTcpPort());
    const simulator = start(['simulator', '--config', config]);
    await simulator.says(/FIX on/);
    const { status, stdout } = await runToEnd([
      ...['run', '--config', config, '--feed', `itch50@239.192.7.3:${await freeUdpPort()}`, ...RUN, '--seconds', '3'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ events: 0, orders: { sent: 0 }, ended: { ok: true } });
    expect(status).toBe(0);
  });

  test('an unknown key of the configuration', async () => {
    const config = await configuration('unknown', 9_878, 'loop:\n  stall_ms: 5\n');
    const { status, stderr } = await runToEnd(['run', '--config', config]);
    expect(stderr).toBe(`hotlap: ${config}:15: unknown key \`stall_ms\` in loop. Did you mean \`stallMs\`?\n`);
    expect(status).toBe(2);
  });
});
