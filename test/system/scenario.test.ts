/** An exchange that misbehaves: the same seed in the same way, and the engine keeps its books all the same. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const RECORDING = join(packageRoot, 'recordings', 'demo.pcap.zst');

/** The shipped scenario that has everything, with another seed. */
function everything(seed: number): string {
  const shipped = readFileSync(join(packageRoot, 'scenarios', 'everything.yaml'), 'utf8');
  const file = shop.path(`everything-${seed}.yaml`);
  writeFileSync(file, shipped.replace(/^seed: 1$/m, `seed: ${seed}`));
  return file;
}

async function result(args: readonly string[]) {
  const { status, stdout, stderr, leftBehind } = await runToEnd([...args, '--json']);
  expect(status, stderr).toBe(0);
  expect(leftBehind).toEqual([]);
  return JSON.parse(stdout);
}

test('a replay: the same seed gives the same order log, another one another', { timeout: 300_000 }, async () => {
  const replay = (...more: string[]) => result(['replay', RECORDING, '--warm-up', '0', ...more]);
  const [polite, first, again, other] = await Promise.all([
    replay(),
    replay('--scenario', everything(1)),
    replay('--scenario', 'everything'),
    replay('--scenario', everything(2)),
  ]);
  expect(again.orderLogHash).toBe(first.orderLogHash);
  expect(new Set([polite.orderLogHash, first.orderLogHash, other.orderLogHash]).size).toBe(3);
  expect(first.orders.rejected).toBeGreaterThan(polite.orders.rejected);
  for (const { orders } of [first, other]) {
    // A trade that is busted leaves a position that the sample does not close: it trades less from then on.
    expect(orders.sent).toBeGreaterThan(10);
    expect(orders.open).toBe(0);
  }
});

test('a demo over real sockets survives a rough session', { timeout: 300_000 }, async () => {
  const { orders, ended, positions } = await result(['demo', '--scenario', 'rough-session', '--speed', '4']);
  expect(ended).toEqual({ ok: true, reason: 'the feed has ended' });
  expect(orders.filled).toBeGreaterThan(20);
  for (const { bought, sold, quantity } of positions) expect(quantity).toBe(bought - sold);
});

test('a scenario that is none is a usage error with its line', async () => {
  const file = shop.path('wrong.yaml');
  writeFileSync(file, 'behaviours:\n  bust: { share: 1, at: 3 }\n');
  const { status, stderr } = await runToEnd(['replay', RECORDING, '--scenario', file]);
  expect(status).toBe(2);
  expect(stderr).toContain('wrong.yaml:2: unknown key `at` in behaviours.bust.');
});
