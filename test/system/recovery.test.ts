/** `hotlap run` behind a run that was killed, or ended by the watchdog, with `hotlap simulator` as the venue. */
import { rmSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { type Running, runs } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
shop.strategy('resting', RESTING);
shop.strategy('hanging', RESTING.replace("ctx.log.info('RESTING');", "{ ctx.log.info('RESTING'); for (;;); }"));

const start = runs({ env: { XDG_STATE_HOME: shop.path('state') } });

let config: (strategy: string, more?: string) => string;
let simulator: Running;
let stateDir: string;
beforeEach(async () => {
  const [fixPort, udpPort] = [await freeTcpPort(), await freeUdpPort()];
  stateDir = shop.path(`state-${fixPort}`);
  config = (strategy, more = '') =>
    shop.write(
      `${strategy}-${fixPort}.yaml`,
      `feeds: [{ group: 239.192.7.4, port: ${udpPort} }]
venues:
  - name: simulator
    host: 127.0.0.1
    port: ${fixPort}
    senderCompId: HOTLAP
    targetCompId: SIMULATOR
    stateDir: ./state-${fixPort}
    resetOnLogon: true
strategies: [{ source: ./${strategy}.ts }]
${more}`,
    );
  simulator = start(['simulator', '--config', config('resting'), '--json']);
  await simulator.says(/FIX on/);
});

const run = (strategy: string, more?: string): Running =>
  start(['run', '--config', config(strategy, more), '--warm-up', '0', '--enable-trading', '--json']);
const traded = async (strategy: string): Promise<Running> => {
  const trading = run(strategy);
  await trading.says(new RegExp(`${strategy}: RESTING`));
  return trading;
};
/** In the midst of the feed, whose beginning it has missed: the books are stale, and nothing new is sent. */
const reconciled = async (more?: string): Promise<Running> => {
  const behind = run('resting', more);
  await behind.says(/Reconciled with the venue/);
  return behind;
};
const stopped = async (running: Running) => {
  running.child.kill('SIGINT');
  const { stdout, status } = await running.ended;
  return { result: JSON.parse(stdout), status };
};
const atTheVenue = async () => {
  simulator.child.kill('SIGTERM');
  return JSON.parse((await simulator.ended).stdout).orders;
};

test('orders of a killed run are found at the venue, and go with the next one', async () => {
  const killed = await traded('resting');
  killed.child.kill('SIGKILL');
  await killed.ended;
  const { result, status } = await stopped(await reconciled());
  expect(result.recovery).toMatchObject({ state: 'reconciled', asked: 3, findings: { unanswered: 0 }, refusal: '' });
  expect(result.session).toMatchObject({ earlierOrdersInDoubt: 0 });
  expect(result.orders).toMatchObject({ sent: 0, open: 0, inDoubt: 0 });
  expect(status).toBe(0);
  expect(await atTheVenue()).toMatchObject({ received: 3, openAtEnd: 0 });
});

test('by policy a start begins without them', async () => {
  const killed = await traded('resting');
  killed.child.kill('SIGKILL');
  await killed.ended;
  const { result } = await stopped(await reconciled('recovery: { openOrders: cancel }\n'));
  expect(result.recovery).toMatchObject({ state: 'reconciled', asked: 3 });
  expect(await atTheVenue()).toMatchObject({ received: 3, openAtEnd: 0 });
});

test('a run behind one that the watchdog has ended knows what became of its orders', async () => {
  const hanging = await traded('hanging');
  const { status, stderr } = await hanging.ended;
  expect(status).toBe(1);
  expect(stderr).toContain('did not return within');
  const { result } = await stopped(await reconciled());
  expect(result.recovery).toMatchObject({ state: 'reconciled', findings: { unanswered: 0, unknown: 0 } });
  expect(await atTheVenue()).toMatchObject({ received: 3, openAtEnd: 0 });
});

test('a run behind a lost order journal does not arm by itself', async () => {
  const killed = await traded('resting');
  killed.child.kill('SIGKILL');
  await killed.ended;
  rmSync(`${stateDir}/orders`, { recursive: true });
  const behind = run('resting');
  await behind.says(/order journal of \S+orders is new: .*trading stays disabled until hotlap ctl arm/);
  await behind.says(/Logged on to .*; trading is disarmed/);
  const { result } = await stopped(behind);
  expect(result.orders).toMatchObject({ sent: 0 });
});
