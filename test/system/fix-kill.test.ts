/**
 * Two hotlap processes exchange orders over loopback; either is killed with `kill -9` again and again, in the middle of
 * trading, of logging on, of sending again, of writing to the disk. Each side logs what it received.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { numbersIn, ordersIn } from '../support/fix-kill/evidence.ts';
import { freeTcpPort } from '../support/system/free-ports.ts';

const ORDERS = Number(process.env.HOTLAP_KILL_ORDERS ?? 100_000);
const KILLS = Number(process.env.HOTLAP_KILLS ?? 50);
/** One kill in so many comes at any time after a start, else after so many orders. */
const EARLY_SHARE = 0.3;
const EARLY_MS = 600;
/** Of the venue's log, at most. */
const BYTES_PER_ORDER = 'K-99999\n'.length;
/** So long are the orders waited for after which a kill comes. */
const PATIENCE_MS = 3_000;
const LIMIT_MS = 600_000;

const root = mkdtempSync(join(tmpdir(), 'hotlap-kill-'));
const folders = { initiator: join(root, 'initiator'), acceptor: join(root, 'acceptor') };
type Name = keyof typeof folders;
/** In shared memory, as the production's own: it must outlive the processes, and not the test. */
const ringOf = (name: Name): string => `/dev/shm/${basename(root)}-${name}`;
const running = new Map<Name, ChildProcess>();
afterAll(() => {
  for (const child of running.values()) child.kill('SIGKILL');
  for (const path of [root, ringOf('initiator'), ringOf('acceptor')]) rmSync(path, { recursive: true, force: true });
});

test(`after ${KILLS} kills of either side no number was reused, no order was sent twice, none is unaccounted for`, {
  timeout: LIMIT_MS,
}, async () => {
  const port = await freeTcpPort();
  const complaints: string[] = [];
  const start = (name: Name): void => {
    const options = JSON.stringify({ folder: folders[name], ringFile: ringOf(name), port, orders: ORDERS });
    const child = spawn(process.execPath, [join(packageRoot, 'test/support/fix-kill', `${name}.ts`), options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (text) => complaints.push(`${name}: ${text}`));
    running.set(name, child);
  };
  const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
  const kill = async (name: Name): Promise<void> => {
    const child = running.get(name) as ChildProcess;
    child.kill('SIGKILL');
    while (!ended(child)) await sleep(1);
  };
  const logged = (): number => statSync(join(folders.acceptor, 'taken'), { throwIfNoEntry: false })?.size ?? 0;

  const ordersPerKill = ORDERS / (KILLS + 1);
  const allow = (orders: number): void => {
    const file = join(folders.initiator, 'ceiling');
    writeFileSync(`${file}.new`, String(Math.ceil(orders)));
    renameSync(`${file}.new`, file);
  };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  allow(ordersPerKill);
  start('acceptor');
  start('initiator');
  let kills = 0;
  while (kills < KILLS) {
    if (Math.random() < EARLY_SHARE) {
      await sleep(Math.random() * EARLY_MS);
    } else {
      const until = logged() + Math.random() * BYTES_PER_ORDER * ordersPerKill;
      const endMs = performance.now() + PATIENCE_MS;
      while (logged() < until && complaints.length === 0 && performance.now() < endMs) await sleep(1);
    }
    expect(complaints).toEqual([]);
    const name: Name = Math.random() < 0.5 ? 'initiator' : 'acceptor';
    await kill(name);
    kills++;
    allow(ordersPerKill * (kills + 1));
    start(name);
  }
  const initiator = running.get('initiator') as ChildProcess;
  while (!ended(initiator) && complaints.length === 0) await sleep(5);
  expect(complaints).toEqual([]);
  expect(initiator.exitCode).toBe(0);
  await kill('acceptor');

  for (const folder of Object.values(folders)) {
    const { messages, reused, orderedTwice } = numbersIn(folder);
    expect(messages).toBeGreaterThan(ORDERS * 0.8);
    expect(reused.slice(0, 5)).toEqual([]);
    expect(orderedTwice).toEqual([]);
  }
  const orders = ordersIn(folders.initiator, folders.acceptor);
  expect(orders.takenTwice).toEqual([]);
  expect(orders.lost).toEqual([]);
  expect(orders.untold.slice(0, 5)).toEqual([]);
  // A doubt that the process did not live to tell of: at most one batch of the venue's asking for each kill.
  expect(orders.doubtedAtRestart.length).toBeLessThan(kills * 5);
  expect(orders.stored).toBeGreaterThan(ORDERS * 0.5);
  console.info(`${kills} kills: ${JSON.stringify({ ...orders, doubtedAtRestart: orders.doubtedAtRestart.length })}`);
});
