/** `hotlap ctl` against engines that run: every command by hand, and what an engine that is not there says. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asking, ControlClient } from '../../app/control/control-client.ts';
import type { LimitPage } from '../../app/control/limit-listing.ts';
import type { ListedOrder, OrderPage } from '../../app/control/order-listing.ts';
import type { StatusReport } from '../../app/control/status-report.ts';
import type { EngineStatus } from '../../engine/engine.ts';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { type Ended, Running, runToEnd, sentence } from '../support/system/running.ts';
import { SessionVenue } from '../support/system/session-venue.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const who = `ctl:${userInfo().username}`;

/** As long as it may it keeps three orders five dollars below the market. */
const KEEPER = `
  params: { quantity: param.integer(7, { min: 1, max: 50, live: true }), fixed: param.integer(1) },
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    if (sent - events < 3 && ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - 50_000, ctx.params.quantity).ok) sent += 1;
  },
  onOrder(order) {
    if (order.state === 'cancelled' || order.state === 'filled' || order.state === 'rejected') events += 1;
  },`;

describe('a demo with a control socket', () => {
  const socket = shop.path('control/demo.sock');
  let demo: Running;
  beforeAll(async () => {
    const keeper = shop.strategy('keeper', KEEPER);
    const file = readFileSync(keeper, 'utf8').replace('{ defineStrategy, Side }', '{ defineStrategy, param, Side }');
    const pace = ['--speed', '0.2', '--warm-up', '0', '--idle', 'backoff'];
    demo = new Running(['demo', '--control', socket, '--strategy', shop.write('keeper.ts', file), ...pace]);
    await demo.says(/The order session is up/);
    await open(3);
  });
  afterAll(() => demo.child.kill('SIGKILL'));

  const ctl = (...args: string[]): Promise<Ended> => runToEnd(['ctl', ...args, '--socket', socket]);
  /** What needs no command line: a process for each question takes its time. */
  async function ask(request: Asking): Promise<unknown> {
    const client = await ControlClient.open(socket);
    try {
      return (await client.ask(request)).data;
    } finally {
      client.close();
    }
  }
  const loop = async () => ((await ask({ command: 'status' })) as StatusReport).loop as EngineStatus;
  async function until<Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
    for (const endMs = Date.now() + 100_000; ; await sleep(100)) {
      const value = await look();
      if (holds(value)) return value;
      if (Date.now() > endMs) throw new Error(`${JSON.stringify(value)}\n${demo.stderr}`);
    }
  }
  const orders = async () => ((await ask({ command: 'orders' })) as OrderPage).orders;
  const open = (count: number): Promise<readonly ListedOrder[]> =>
    until(orders, (all) => all.length === count && all.every(({ state }) => state === 'new'));
  async function done(said: string, ...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await ctl(...args);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${said}\n`, stderr: '' });
  }
  async function refused(said: string, ...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await ctl(...args);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `hotlap: ${said}\n` });
  }

  test('tells how it is', async () => {
    expect(JSON.parse((await ctl('status', '--json')).stdout)).toMatchObject({
      pid: demo.pid,
      venue: 'the simulator',
      phase: 'running',
      loop: {
        armed: true,
        sessionReady: true,
        stopping: '',
        kills: [],
        strategies: [{ id: 'keeper', state: 'running' }],
      },
    });
    const listed = JSON.parse((await ctl('orders', '--json')).stdout);
    expect(listed[0]).toMatchObject({ strategy: 'keeper', symbol: 'AAPL', side: 'buy', quantity: 7, filled: 0 });
    expect((await ctl('orders')).stdout).toContain(listed[0].clOrdId);
    expect((await ctl('positions')).stdout).toBe('Nothing is held, and nothing was traded.\n');
    expect((await ctl('parameters')).stdout).toMatch(/^keeper +quantity +7 +live +1 to 50$/m);
    expect((await ctl('limits')).stdout).toMatch(/^firm +maxQuantity +[\d,]+ +\w+$/m);
  });

  test('takes parameters and limits', async () => {
    await done('quantity of keeper was 7 and is now 9.', 'parameters', 'set', 'keeper', 'quantity=9');
    await refused('Parameter quantity must be at most 50, not 51.', 'parameters', 'set', 'keeper', 'quantity=51');
    const [first] = await open(3);
    const { stdout } = await ctl('cancel', String(first?.clOrdId));
    expect(stdout).toMatch(/^Order \d+ is being cancelled\.$/m);
    await until(orders, (all) => all.some(({ quantity, state }) => quantity === 9 && state === 'new'));
    expect((await open(3)).map(({ quantity }) => quantity).sort()).toEqual([7, 7, 9]);

    const set = await ctl('limits', 'set', 'maxQuantity=8', '--scope', 'strategy:keeper');
    expect(set.stdout).toMatch(/^maxQuantity of strategy:keeper is 8 now; it was /);
    const { limits } = (await ask({ command: 'limits' })) as LimitPage;
    const own = { scope: 'strategy:keeper', name: 'maxQuantity', value: 8 };
    expect(limits).toContainEqual(expect.objectContaining(own));
    await ask({ command: 'cancel', all: true });
    await until(loop, ({ refusals }) => (refusals.MaxQuantity ?? 0) > 0);
    expect(await orders()).toEqual([]);
    expect((await ctl('limits', 'set', 'maxQuantity=none', '--scope', 'strategy:keeper')).status).toBe(0);
    await open(3);
  });

  test('disarmed sends nothing, killed cancels, and only a release lets it go on', async () => {
    await done('Trading is disabled: no new order leaves; open orders stay as they are.', 'disarm');
    expect((await orders()).length).toBe(3);
    expect((await ctl('cancel', 'strategy:keeper')).status).toBe(0);
    await open(0);
    expect((await loop()).armed).toBe(false);
    await done('Trading is enabled.', 'arm');
    await open(3);
    const killed = await ctl('kill', 'strategy:keeper', '--reason', 'a drill');
    expect(killed.status, killed.stderr).toBe(0);
    await open(0);
    const { kills } = await until(loop, ({ kills: [kill] }) => kill?.left === 0);
    expect(kills).toMatchObject([{ scope: 'strategy:keeper', killed: true, who, reason: 'a drill', orders: 3 }]);
    expect((await ctl('status')).stdout).toMatch(/^killed {5}strategy:keeper, by ctl:.*: a drill/m);
    await done('Trading is enabled, but the kill of strategy:keeper holds until it is released.', 'arm');
    expect((await ctl('release', 'all')).status).toBe(1);
    expect(await orders()).toEqual([]);
    expect((await ctl('release', 'strategy:keeper')).status).toBe(0);
    await open(3);
    expect((await ctl('kill')).status).toBe(0);
    await open(0);
    await ask({ command: 'release', scope: 'all' });
    await open(3);
  });

  test('refuses what is not there, and the log says who asked for what', async () => {
    await refused('There is no strategy other: it runs keeper.', 'cancel', 'strategy:other');
    expect((await ctl('cancel', 'ABC-1')).stderr).toMatch(/^hotlap: "ABC-1" is no ClOrdID\(11\) of this engine/);
    expect((await ctl('parameters', 'set', 'keeper', 'quantity')).status).toBe(2);
    expect((await ctl('dance')).status).toBe(2);
    const lines = demo.stderr.split('\n').filter((line) => line.includes(`${who}: `));
    for (const said of ['quantity of keeper was 7 and is now 9.', 'Trading is disabled', 'There is no strategy other'])
      expect(
        lines.some((line) => line.includes(said)),
        said,
      ).toBe(true);
  });

  test('takes the socket with it', async () => {
    demo.child.kill('SIGINT');
    expect((await demo.ended).leftBehind).toEqual([]);
    expect(existsSync(socket)).toBe(false);
    const { status, stderr } = await ctl('status');
    expect(stderr).toMatch(`hotlap: No engine listens at ${socket}: nothing is there.`);
    expect(status).toBe(1);
  });
});

test('the socket of a run lies beside its session, and is found', async () => {
  const venue = new SessionVenue();
  afterAll(() => venue.close());
  shop.strategy('idle', '  setup(ctx) { ctx.instrument("AAPL"); },');
  const env = { XDG_STATE_HOME: shop.path('state') };
  const configured = async (name: string, more = ''): Promise<string> =>
    shop.write(
      `${name}.yaml`,
      `feeds: [{ group: 239.192.7.3, port: ${await freeUdpPort()} }]
venues: [{ name: venue, host: 127.0.0.1, port: ${venue.port}, senderCompId: HOTLAP, targetCompId: VENUE }]
strategies: [{ source: ./idle.ts }]
${more}`,
    );
  const config = await configured('run');
  const ctl = (...args: string[]): Promise<Ended> => runToEnd(['ctl', ...args], { env });
  expect((await ctl('status')).stderr).toMatch(/^hotlap: No engine listens at .*state\/hotlap\/\*\/control\.sock: /);

  const run = new Running(['run', '--config', config, '--warm-up', '0', '--idle', 'backoff'], { env });
  await run.says(/Logged on to venue/);
  const socket = join(env.XDG_STATE_HOME, 'hotlap', 'HOTLAP-VENUE', 'control.sock');
  expect((statSync(socket).mode & 0o777).toString(8)).toBe('600');
  for (const args of [[], ['--config', config], ['--socket', socket]]) {
    const { status, stdout, stderr } = await ctl('status', '--json', ...args);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pid: run.pid, loop: { armed: false } });
  }
  expect((await ctl('status', '--config', config, '--socket', socket)).status).toBe(2);

  // An engine of another session on the same socket.
  const other = await configured('other', `control: { socket: ${socket} }\n`);
  const text = readFileSync(other, 'utf8').replace('senderCompId: HOTLAP', 'senderCompId: OTHER');
  const second = await runToEnd(['run', '--config', shop.write('other.yaml', text), '--warm-up', '0'], { env });
  expect(sentence(second.stderr)).toBe(
    `hotlap: Another engine listens on the control socket ${socket}: end it first, or name another socket.`,
  );
  expect(second.status).toBe(1);

  const reason = 'a drill before the close';
  expect((await ctl('kill', 'session', '--reason', reason)).status).toBe(0);
  expect((await ctl('limits', 'set', 'maxQuantity=12')).status).toBe(0);
  run.child.kill('SIGKILL');
  await run.ended;
  expect((await ctl('status', '--socket', socket)).stderr).toBe(
    `hotlap: No engine listens at ${socket}: the one that did has ended.\n`,
  );
  const journal = await runToEnd(['journal', 'show', join(env.XDG_STATE_HOME, 'hotlap', 'HOTLAP-VENUE', 'orders')], {
    env,
  });
  expect(journal.status, journal.stderr).toBe(0);
  expect(journal.stdout).toContain(reason);
  expect(journal.stdout.split('\n').filter((line) => line.includes(who)).length).toBeGreaterThanOrEqual(4);

  const off = await configured('off', 'control: { enabled: false }\n');
  expect(sentence((await ctl('status', '--config', off)).stderr)).toMatch(/says `control: { enabled: false }`/);
});
