/** `hotlap ctl swap`: what a new version takes over, and what a user reads of one that does not fit. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { type Ended, runs, runToEnd } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();
const socket = shop.path('control/replay.sock');

/** @param window of the average whose numbers it keeps */
const text = (
  name: string,
  window: number,
  before = '',
): string => `import { defineStrategy, ema, microprice, param } from 'hotlap';
${before}
export default defineStrategy({
  name: '${name}',
  params: { size: param.integer(5, { min: 1, max: 9, live: true }) },
  setup(ctx) {
    const average = ema(${window}, { keep: 'average' });
    return ctx.instrument('AAPL').book$.pipe(microprice(), average);
  },
});
`;

const ctl = (...words: string[]): Promise<Ended> => runToEnd(['ctl', ...words, '--socket', socket]);
const swap = (strategy: string, file: string): Promise<Ended> => ctl('swap', strategy, file);
const said = ({ status, stdout, stderr }: Ended): string =>
  `${status}: ${stdout}${stderr}`.trim().replaceAll(shop.folder, '');

test('a version that does not fit is refused with its line, one that does takes over what was', async () => {
  const recording = shop.path('day.pcap');
  expect((await runToEnd(['generate', recording, '--messages', '3000', '--symbols', 'AAPL'])).status).toBe(0);
  const file = shop.write('maker.ts', text('maker', 20));
  const args = ['--param', 'size=7', '--paused', '--control', socket, '--warm-up', '0', '--json'];
  const replay = start(['replay', recording, '--strategy', file, ...args]);
  await replay.says(/controls this engine/);
  // As long as it starts it has no answer.
  while ((await ctl('parameters')).status !== 0) await sleep(50);

  const refused = '1: hotlap: The new version of maker is refused, and the version before trades on: ';
  expect(said(await swap('nobody', shop.path('maker.ts')))).toBe(
    '1: hotlap: There is no strategy nobody: it runs maker.',
  );
  expect(said(await swap('maker', shop.path('absent.ts')))).toMatch(new RegExp(`^${refused}.*absent\\.ts`));
  const broken = shop.write('broken.ts', text('maker', 20, 'const = 5;'));
  expect(said(await swap('maker', broken))).toMatch(new RegExp(`^${refused}/broken\\.ts:2:`));
  const throwing = shop.write(
    'throwing.ts',
    text('maker', 20).replace('    const average', "    if (ctx) throw new Error('not today');\n    const average"),
  );
  expect(said(await swap('maker', throwing))).toBe(`${refused}/throwing.ts:7:20: not today`);
  const longer = shop.write('longer.ts', text('maker', 30));
  expect(said(await swap('maker', longer))).toMatch(
    new RegExp(`^${refused}/longer\\.ts:7:21: .*average.*ema\\(20\\).*ema\\(30\\)`),
  );
  const other = shop.write('other.ts', text('taker', 20));
  expect(said(await swap('maker', other))).toMatch(/a version keeps the name\.$/);

  const narrow = shop.write('narrow.ts', text('maker', 20).replace('max: 9', 'max: 6'));
  expect(said(await swap('maker', narrow))).toMatch(/^1: .*size/);

  const next = shop.write('next.ts', text('maker', 20, '// the next one'));
  expect(said(await swap('maker', next))).toBe('0: maker runs its new version from now on.');
  expect((await ctl('parameters')).stdout).toMatch(/size\s+7\b/);
  expect((await ctl('resume')).status).toBe(0);
  const { status, stdout, stderr } = await replay.ended;
  expect(status, stderr).toBe(0);
  const { swaps, strategies } = JSON.parse(stdout);
  expect(swaps).toHaveLength(1);
  expect(swaps[0]).toMatchObject({ strategy: 'maker', isRevived: false, longestTurnNs: null });
  expect(strategies[0].state).toBe('stopped');
});

/** Ends one of the orders that the version before has left resting. */
const SUCCESSOR = `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    const open = ctx.openOrders();
    if (sent > 0 || open.length === 0) return;
    sent += 1;
    ctx.log.info('FOUND ' + open.length + ': ' + open.map(({ state }) => state).join(' '));
    ctx.orders.cancel(open[0]);
  },
  onOrder(order, ctx) { if (order.state === 'cancelled') ctx.log.info('CANCELLED'); },`;

test('in a run, orders at the venue and the FIX session are the new version’s as they are', async () => {
  const control = shop.path('control/run.sock');
  shop.strategy('resting', RESTING);
  const config = shop.write(
    'run.yaml',
    `feeds: [{ group: 239.192.7.2, port: ${await freeUdpPort()} }]
venues: [{ name: simulator, host: 127.0.0.1, port: ${await freeTcpPort()}, senderCompId: HOTLAP, targetCompId: SIMULATOR, resetOnLogon: true }]
strategies: [{ source: ./resting.ts }]
control: { socket: ${control} }
`,
  );
  const simulator = start(['simulator', '--config', config, '--json']);
  await simulator.says(/FIX on/);
  const run = start(['run', '--config', config, '--warm-up', '0', '--enable-trading', '--json']);
  await run.says(/resting: RESTING/);

  const next = shop.write(
    'next-resting.ts',
    readFileSync(shop.strategy('successor', SUCCESSOR), 'utf8').replace("'successor'", "'resting'"),
  );
  const swapped = await runToEnd(['ctl', 'swap', 'resting', next, '--socket', control]);
  expect(said(swapped)).toMatch(
    /^0: resting runs its new version from now on\. The loop was held up for [\d.]+ ms at most\.$/,
  );
  await run.says(/resting: FOUND 3: new new new/);
  await run.says(/resting: CANCELLED/);
  run.child.kill('SIGINT');
  const { status, stdout, stderr } = await run.ended;
  expect(status, stderr).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.orders).toMatchObject({ sent: 3, acknowledged: 3, cancelled: 3 });
  expect(report.swaps).toMatchObject([{ strategy: 'resting', isRevived: false, longestTurnNs: expect.any(Number) }]);
  expect(stderr.match(/Logged on/g)).toHaveLength(1);
  simulator.child.kill('SIGTERM');
  expect(JSON.parse((await simulator.ended).stdout).orders).toMatchObject({ received: 3, cancelled: 3, openAtEnd: 0 });
});
