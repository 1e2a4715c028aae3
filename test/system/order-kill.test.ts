/**
 * An engine and a simulated exchange trade over loopback; either, or both, are killed with `kill -9` again and again: in
 * the middle of orders, of logging on, of recovering. In the end every order that was journalled is what the venue has.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openOrderJournal } from '../../app/order-journal.ts';
import { packageRoot } from '../../native/paths.ts';
import type { LedgerOrder } from '../../simulator/acceptor/ledger.ts';
import { numbersIn } from '../support/fix-kill/evidence.ts';
import { compare } from '../support/order-kill/evidence.ts';
import { freeTcpPort } from '../support/system/free-ports.ts';

const KILLS = Number(process.env.HOTLAP_ORDER_KILLS ?? 100);
/** One kill in so many comes at any time after a start, else while the engine trades. */
const EARLY_SHARE = 0.3;
const EARLY_MS = 300;
const TRADING_MS = 200;
/** So long may a start and the reconciliation behind it take. */
const PATIENCE_MS = 120_000;

type Name = 'engine' | 'venue';
const root = mkdtempSync(join(tmpdir(), 'hotlap-order-kill-'));
const folderOf = (name: Name): string => join(root, name);
const journalFolder = join(folderOf('engine'), 'state', 'orders');
/** In shared memory, as the production's own: it must outlive the processes, and not the test. */
const ringOf = (name: Name): string => `/dev/shm/${basename(root)}-${name}`;
const running = new Map<Name, ChildProcess>();
afterAll(() => {
  for (const child of running.values()) child.kill('SIGKILL');
  // Takes the ring with it that a killed engine has left.
  openOrderJournal(journalFolder).close();
  const rings = [ringOf('engine'), `${ringOf('venue')}-session`, `${ringOf('venue')}-drop-copy`];
  for (const path of [root, ...rings]) rmSync(path, { recursive: true, force: true });
});

test(`after ${KILLS} kills of engine, venue or both every journalled order is what the venue has, to the cent`, {
  timeout: 600_000,
}, async () => {
  const port = await freeTcpPort();
  const complaints: string[] = [];
  /** Times that the engine has said that it is reconciled, in its present life. */
  let reconciled = 0;
  const start = (name: Name): void => {
    const options = JSON.stringify({ folder: folderOf(name), ringFile: ringOf(name), port, orders: 0 });
    const child = spawn(process.execPath, [join(packageRoot, 'test/support/order-kill', `${name}.ts`), options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (text) => complaints.push(`${name}: ${text}`));
    child.stdout.on('data', (text: Buffer) => {
      reconciled += text.toString().split('reconciled').length - 1;
    });
    running.set(name, child);
  };
  const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
  const gone = async (name: Name): Promise<void> => {
    const child = running.get(name) as ChildProcess;
    const endMs = performance.now() + PATIENCE_MS;
    while (!ended(child) && performance.now() < endMs) await sleep(1);
    expect(ended(child)).toBe(true);
  };
  const kill = async (name: Name): Promise<void> => {
    (running.get(name) as ChildProcess).kill('SIGKILL');
    await gone(name);
  };
  const untilReconciled = async (): Promise<void> => {
    const endMs = performance.now() + PATIENCE_MS;
    while (reconciled === 0 && complaints.length === 0 && performance.now() < endMs) await sleep(1);
    expect(complaints).toEqual([]);
    expect(reconciled).toBeGreaterThan(0);
  };

  for (const name of ['venue', 'engine'] as const) {
    mkdirSync(folderOf(name));
    start(name);
  }
  for (let kills = 0; kills < KILLS; kills++) {
    if (Math.random() < EARLY_SHARE) {
      await sleep(Math.random() * EARLY_MS);
    } else {
      await untilReconciled();
      await sleep(Math.random() * TRADING_MS);
    }
    expect(complaints).toEqual([]);
    const victims: Name[] = [['engine'], ['venue'], ['engine', 'venue']][Math.floor(Math.random() * 3)] as Name[];
    reconciled = 0;
    await Promise.all(victims.map(kill));
    for (const name of victims) start(name);
  }
  await untilReconciled();
  writeFileSync(join(folderOf('engine'), 'stop'), '');
  await gone('engine');
  expect(complaints).toEqual([]);
  expect(running.get('engine')?.exitCode).toBe(0);
  writeFileSync(join(folderOf('venue'), 'stop'), '');
  await gone('venue');
  expect(complaints).toEqual([]);

  const { orders } = JSON.parse(readFileSync(join(folderOf('venue'), 'ledger.json'), 'utf8')) as {
    orders: LedgerOrder[];
  };
  for (const name of ['venue', 'engine'] as const) {
    const { reused, orderedTwice } = numbersIn(folderOf(name));
    expect({ reused: reused.slice(0, 3), orderedTwice }).toEqual({ reused: [], orderedTwice: [] });
  }
  const verdict = compare(journalFolder, orders);
  expect(verdict.differences.slice(0, 10)).toEqual([]);
  expect(verdict.orders).toBeGreaterThan(KILLS * 10);
  expect(verdict.runs).toBeGreaterThan(KILLS * 0.3);
  console.info(`${KILLS} kills: ${JSON.stringify({ ...verdict, venue: orders.length })}`);
});
