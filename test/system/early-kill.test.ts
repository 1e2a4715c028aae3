/** SIGUSR1 at any moment of a start: it kills, and opens no debugger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Running } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();

/** Of the whole start: Node before its first line, both images of the process, command line, engine on its way. */
const DELAYS_MS = [45, 90, 150, 250, 500];

test.for(DELAYS_MS)('a kill that comes %i ms after the start holds before the first order', async (delayMs) => {
  const idle = shop.strategy('idle', '  setup(ctx) { ctx.instrument("AAPL"); },');
  const run = new Running(['demo', '--seconds', '1', '--warm-up', '0', '--strategy', idle, '--json']);
  await sleep(delayMs);
  process.kill(run.pid, 'SIGUSR1');
  const { status, stdout, stderr } = await run.ended;
  // So early that Node has no handler at all yet, the signal ends the process: nothing trades either.
  if (run.child.signalCode === 'SIGUSR1') return;
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout).kills).toMatchObject([{ scope: 'all', who: 'signal', killed: true }]);
});

test('a signal while the run stops, and once it has, opens no debugger', async () => {
  const idle = shop.strategy('late', '  setup(ctx) { ctx.instrument("AAPL"); },');
  const run = new Running(['demo', '--seconds', '4', '--warm-up', '0', '--strategy', idle, '--json']);
  await run.says(/order session is up/);
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  while (!over) {
    run.child.kill('SIGUSR1');
    await sleep(5);
  }
  const { status, stderr } = await run.ended;
  expect(status, stderr).toBe(0);
  expect(stderr).not.toContain('Debugger listening');
});
