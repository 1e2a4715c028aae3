/** A venue's drop copy beside a run: it agrees, or it does not, and then somebody hears of it and nothing more is sent. */
import { expect, test } from 'vitest';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { runs, runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
/** Takes one share now and then, and says so once five orders are filled. */
shop.strategy(
  'taker',
  `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    events += 1;
    if (events % 200 !== 0) return;
    if (ctx.orders.ioc(ctx.instrument('AAPL'), Side.Buy, book.askPrice(0), 1).ok) sent += 1;
  },
  onOrder(order, ctx) {
    if (order.state === 'filled') acknowledged += 1;
    if (acknowledged === 5) ctx.log.info('FILLED');
  },`,
);

const start = runs();

async function configuration(name: string, dropCopyPort: number, policy: string): Promise<string> {
  return shop.write(
    `${name}.yaml`,
    `feeds:
  - group: 239.192.7.2
    port: ${await freeUdpPort()}
venues:
  - name: simulator
    host: 127.0.0.1
    port: ${await freeTcpPort()}
    senderCompId: HOTLAP
    targetCompId: SIMULATOR
    resetOnLogon: true
    stateDir: ./state-${name}
    orders: { massCancel: true, massStatus: true }
    dropCopy:
      port: ${dropCopyPort}
      senderCompId: WATCHER
      targetCompId: VENUE-DC
      resetOnLogon: true
      graceMs: 500
      ${policy}
strategies:
  - source: ./taker.ts
`,
  );
}

const RUN = ['--warm-up', '0', '--enable-trading', '--json', '--seconds', '30'];

async function traded(name: string, policy: string, simulatorArgs: string[] = []) {
  const port = await freeTcpPort();
  const config = await configuration(name, port, policy);
  const simulator = start(['simulator', '--config', config, ...simulatorArgs]);
  await simulator.says(/drop copy on port/);
  const run = start(['run', '--config', config, ...RUN]);
  const stopWhen = async (text: RegExp): Promise<void> => {
    await run.says(text);
    run.child.kill('SIGINT');
  };
  return { run, stopWhen };
}

test('a run whose drop copy agrees says so', async () => {
  const { run, stopWhen } = await traded('agrees', 'onDifference: kill');
  await stopWhen(/taker: FILLED/);
  const { status, stdout, stderr } = await run.ended;
  const { dropCopy, ended } = JSON.parse(stdout);
  expect(stderr).not.toMatch(/drop copy differs/i);
  expect(dropCopy).toMatchObject({ session: 'logged on', differences: 0, differing: 0, foreign: 0 });
  expect(dropCopy.copies).toBeGreaterThanOrEqual(10);
  expect(ended.ok).toBe(true);
  expect(status).toBe(0);
});

test('a difference is an alert, and sets the kill switch where it is told to', async () => {
  const scenario = shop.write('false.yaml', 'seed: 7\nbehaviours:\n  falseCopy: { share: 1 }\n');
  const { run, stopWhen } = await traded('differs', 'onDifference: kill', ['--scenario', scenario]);
  await stopWhen(/rule:drop-copy/);
  const { status, stdout, stderr } = await run.ended;
  const { dropCopy, ended, kills } = JSON.parse(stdout);
  expect(stderr).toMatch(/rule:drop-copy: The drop copy differs: \S+: here filled, CumQty\(14\) 1 at \d+/);
  expect(dropCopy.differences).toBeGreaterThan(0);
  expect(dropCopy.told[0]).toMatch(/^The drop copy differs: /);
  expect(ended).toMatchObject({ ok: false, reason: expect.stringMatching(/The drop copy differs: \d+ orders/) });
  expect(kills).toEqual([expect.objectContaining({ scope: 'all', who: 'rule:drop-copy', killed: true })]);
  expect(status).toBe(1);
  const { stdout: journal } = await runToEnd(['journal', 'show', shop.path('state-differs')]);
  expect(journal.split('\n').filter((line) => line.includes('rule:drop-copy')).length).toBeGreaterThan(1);
});

test('a demo compares, when it is asked to', async () => {
  const { status, stdout } = await runToEnd(['demo', '--drop-copy', '--warm-up', '0', '--speed', '10', '--json']);
  const { dropCopy, orders } = JSON.parse(stdout);
  expect(dropCopy).toMatchObject({ session: 'logged on', orders: orders.sent, differences: 0 });
  expect(dropCopy.copies).toBeGreaterThan(orders.sent);
  expect(status).toBe(0);
});
