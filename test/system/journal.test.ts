/** `hotlap journal` on the journal of an engine that still writes, that has ended, and of one that a bad disk has changed. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journalEvents, verifyJournal } from '../../app/journal-events.ts';
import { type OpenedOrderJournal, openOrderJournal, openRing } from '../../app/order-journal.ts';
import { type Order, Side } from '../../engine/index.ts';
import { RingJournal } from '../../engine/journal/ring-journal.ts';
import type { Context } from '../../engine/strategy/context.ts';
import { defineStrategy } from '../../engine/strategy/define-strategy.ts';
import { StoreDrain } from '../../gateway/index.ts';
import { journalCsvLine, journalLine } from '../../report/journal-text.ts';
import { quote } from '../support/engine/fake-feed.ts';
import { testEngine } from '../support/engine/test-engine.ts';
import { hotlap } from '../support/hotlap.ts';

const root = mkdtempSync(join(tmpdir(), 'hotlap-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const DAY0 = Date.UTC(2026, 2, 2, 5);
const stateDir = join(root, 'state');
const folder = join(stateDir, 'orders');
const segment = join(folder, 'segment-00000001.journal');

/** One run: an order that is replaced and fills, one that is cancelled, one that the gateway does not take. */
function trade(opened: OpenedOrderJournal): { stop(): void } {
  let ctx!: Context;
  const definition = defineStrategy({
    name: 'maker',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
  });
  opened.begin({ day0Ms: DAY0, startMs: DAY0 + 9_000, strategies: ['maker'] });
  const ring = openRing(opened.plan);
  const journal = new RingJournal(ring, new Int32Array(opened.plan.cells));
  const { feed, gateway, settle } = testEngine([definition], { journal });
  feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
  settle();
  const stock = ctx.instrument('AAPL');
  const buy = (quantity: number): Order => {
    const result = ctx.orders.limit(stock, Side.Buy, 3_200_000, quantity);
    if (!result.ok) throw new Error(result.reason);
    return result.order;
  };
  const first = buy(1_000);
  gateway.acknowledge(first.id);
  settle();
  ctx.orders.replace(first, 3_199_900, 800);
  const { ordinal, orig } = gateway.last;
  gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: orig, execType: '5', ordStatus: '5', cumQuantity: 0 });
  const bytes = new TextEncoder().encode('X-1');
  gateway.reply({
    clOrdOrdinal: ordinal,
    execType: 'F',
    ordStatus: '2',
    lastQuantity: 800,
    lastPrice: 3_199_950,
    cumQuantity: 800,
    leavesQuantity: 0,
    msgSeqNum: 7,
    bytes,
    execIdStart: 0,
    execIdEnd: 3,
  });
  settle();
  const second = buy(5);
  gateway.acknowledge(second.id);
  settle();
  ctx.orders.cancel(second);
  gateway.result = -2;
  ctx.orders.limit(stock, Side.Sell, 3_201_000, 1);
  return { stop: () => ring.close() };
}

let prefix = '';
let opened: OpenedOrderJournal;
let engine: { stop(): void };
beforeAll(() => {
  opened = openOrderJournal(folder);
  prefix = opened.clOrdIdPrefix;
  engine = trade(opened);
});

describe('while the engine writes', () => {
  test('what is in memory only is read as well, and nothing is changed', async () => {
    const before = readFileSync(segment);
    const { records, orders, runs, inMemory, tornBytes } = verifyJournal(folder);
    expect({ orders, runs, tornBytes }).toEqual({ orders: 3, runs: 1, tornBytes: 0 });
    expect(inMemory).toBeGreaterThan(5);
    expect(readFileSync(segment).equals(before)).toBe(true);
    const ran = await hotlap(['journal', 'verify', stateDir]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(new RegExp(`^${folder} is sound: ${records} records, 3 orders, 1 run, 1 segment\\.`));
  });
});

describe('once it has ended', () => {
  beforeAll(() => {
    engine.stop();
    opened.ended('a test is over');
    opened.close();
  });

  test('show prints a readable line a record', async () => {
    const ran = await hotlap(['journal', 'show', folder]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const lines = ran.stdout.split('\n');
    const one = (start: string): string | undefined => lines.find((line) => line.slice(28).startsWith(start));
    expect(lines[0]).toMatch(/^2026-03-02 05:00:09\.000000 {2}opened {7}hotlap .*, strategies maker$/);
    expect(one('newOrder')).toContain(`${prefix}1: buy 1,000 AAPL @ 320.0000 Day, pendingNew, maker`);
    expect(one('replace')).toContain(
      `${prefix}2 of ${prefix}1: buy 1,000 AAPL @ 320.0000 Day to 800 @ 319.9900, pendingReplace, maker`,
    );
    expect(lines.find((line) => line.includes(' fill,'))).toContain(
      `${prefix}2: buy 800 AAPL @ 319.9900 Day, fill, filled, executed 800 @ 319.9950, 800 of 800, maker (ExecID X-1, #7, position 800)`,
    );
    expect(one('cancel')).toContain(`${prefix}4 of ${prefix}3: buy 5 AAPL`);
    expect(one('notSent')).toContain(`${prefix}5: sell 1 AAPL @ 320.1000 Day, neverReached`);
    expect(one('closed')).toContain('a test is over');
    // Every record is one line.
    expect(lines).toHaveLength(verifyJournal(folder).records + 1);
  });

  test('one order, by any name that it had', () => {
    for (const order of [`${prefix}1`, `${prefix}2`]) {
      const kinds = Array.from(journalEvents(folder, { order }), ({ kind }) => kind);
      expect(kinds).toEqual(['newOrder', 'report', 'replace', 'report', 'report']);
    }
    expect(() => Array.from(journalEvents(folder, { order: `${prefix}99` }))).toThrow(/was ever called/);
  });

  test('export gives JSON lines and CSV with the same records', async () => {
    const json = await hotlap(['journal', 'export', folder]);
    const events = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.find(({ order }) => order?.execId === 'X-1')).toMatchObject({
      kind: 'report',
      file: segment,
      order: {
        order: `${prefix}1`,
        clOrdId: `${prefix}2`,
        symbol: 'AAPL',
        side: 'buy',
        price: '319.9900',
        executedQuantity: 800,
        executedPrice: '319.9950',
        state: 'filled',
        position: 800,
      },
    });
    const csv = (await hotlap(['journal', 'export', folder, '--format', 'csv'])).stdout.trimEnd().split('\n');
    expect(csv).toHaveLength(events.length + 1);
    const columns = csv[0]!.split(',');
    for (const line of csv.slice(2, 4)) expect(line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)).toHaveLength(columns.length);
  });

  test('a byte that has changed: file and byte, status 1', async () => {
    const copy = join(root, 'damaged');
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, 'segment-00000001.journal');
    const third = Array.from(journalEvents(folder))[2]!;
    const bytes = readFileSync(file);
    bytes[third.byte + 50]! ^= 1;
    writeFileSync(file, bytes);
    for (const command of ['verify', 'show']) {
      const ran = await hotlap(['journal', command, copy]);
      expect(ran.status).toBe(1);
      expect(ran.stderr).toContain(`${file} is damaged at byte ${third.byte} (`);
      expect(ran.stderr).not.toMatch(/\n {4}at /);
    }
  });

  test('an order that was never there is said to be none', async () => {
    const ran = await hotlap(['journal', 'show', folder, '--order', 'NOPE-1']);
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toContain('No order was ever called "NOPE-1"');
  });

  test('a session store is no order journal', async () => {
    const session = join(root, 'session');
    const drain = new StoreDrain({ folder: session }).start();
    drain.close();
    const ran = await hotlap(['journal', 'verify', session]);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(`There is no order journal in ${session}`);
  });

  test('a folder without a journal is a mistake of usage', async () => {
    const ran = await hotlap(['journal', 'verify', root]);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(`There is no order journal in ${root}: name the folder \`orders\``);
  });
});

test('the next run goes on with prefix and numbers; --newest shows only it', () => {
  const again = openOrderJournal(folder);
  expect(again.clOrdIdPrefix).toBe(prefix);
  expect(Array.from(again.entries(), ({ kind }) => kind)[0]).toBe(1);
  trade(again).stop();
  again.close();
  expect(verifyJournal(folder)).toMatchObject({ orders: 6, runs: 2, inMemory: 0 });
  const newest = Array.from(journalEvents(folder, { newest: true }));
  expect(newest[0]).toMatchObject({ kind: 'opened' });
  expect(newest.filter(({ kind }) => kind === 'newOrder').map(({ order }) => order?.clOrdId)).toEqual([
    `${prefix}6`,
    `${prefix}8`,
    `${prefix}10`,
  ]);
});

test('what a text of the journal holds does not reach the terminal, nor a spreadsheet as a formula', () => {
  const said = { who: 'ctl:ann', command: 'alert', arguments: {}, ok: true, answer: 'a\u001b[2Jb\nc' };
  const event = { time: '', kind: 'command', sequence: 1, file: 'f', byte: 0, said };
  const line = journalLine(event);
  expect(line).toContain('a\\x1b[2Jb\\x0ac');
  expect(line.trimEnd()).not.toContain('\n');
  expect(journalCsvLine({ ...event, file: '=1+1' })).toContain(",'=1+1,");
});
