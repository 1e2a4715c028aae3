/** `hotlap export`: the files as DuckDB reads them, against what is known of recording and run from elsewhere. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { COLUMN_TYPES, type ColumnSpec } from '../../app/export/column.ts';
import { bookColumns, TICK_COLUMNS } from '../../app/export/market-columns.ts';
import { FILL_COLUMNS, LATENCY_COLUMNS, ORDER_COLUMNS } from '../../app/export/run-columns.ts';
import type { ExportOptions } from '../../app/options.ts';
import { packageRoot } from '../../native/paths.ts';
import { capture, captureJson, capturesReason } from '../support/captures.ts';
import { type Exported, exporter } from '../support/export/exported.ts';
import type { Row } from '../support/export/parquet.ts';
import { missing } from '../support/missing.ts';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const exported = exporter(shop);

const SHORT = ['--messages', '20000', '--symbols', 'AAPL,MSFT', '--seed', '21'];
let short: string;
beforeAll(async () => {
  short = shop.path('short.pcap');
  expect((await runToEnd(['generate', short, ...SHORT])).status).toBe(0);
});

const duckdbTypes = (columns: readonly ColumnSpec[]): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, COLUMN_TYPES[type].duckdb]));

const DAY = 'itch50/aapl_20200130_locate13_10k.itch';
const FRAMED = 'itch50/aapl_20200130_moldudp64.pcap';

describe.skipIf(capturesReason)(`a real day${capturesReason ? ` (${capturesReason})` : ''}`, () => {
  let day: Exported;
  beforeAll(async () => {
    day = await exported(capture(FRAMED));
  });

  test('has the trades that the oracle counts, and their shares', async () => {
    const { counts_by_type, shares } = captureJson(`${DAY}.oracle.json`);
    const found = await day.rows(
      `SELECT kind, count(*) AS rows, sum(size)::BIGINT AS shares, count(DISTINCT match_number) AS matches
       FROM 'ticks.parquet' WHERE kind <> 'quote' GROUP BY kind ORDER BY kind`,
    );
    expect(found).toEqual([
      {
        kind: 'execution',
        rows: BigInt(counts_by_type.E),
        shares: BigInt(shares.executed),
        matches: BigInt(counts_by_type.E),
      },
      {
        kind: 'trade',
        rows: BigInt(counts_by_type.P),
        shares: BigInt(shares.non_cross_trade),
        matches: BigInt(counts_by_type.P),
      },
    ]);
    expect(day.result.market).toMatchObject({ messages: 10_000, symbols: 1, gaps: 0, stale: false, truncated: false });
    const [all] = await day.rows(`SELECT count(*) AS rows FROM 'ticks.parquet'`);
    expect(all).toEqual({ rows: BigInt(day.counts.ticks as number) });
  });

  test('ends with the book that the oracle has', async () => {
    const [best] = captureJson(`${DAY}.oracle.json`).top_stocks;
    const [last] = await day.rows(`FROM 'books.parquet' ORDER BY time DESC LIMIT 1`);
    const side = (name: string): number[][] =>
      [1, 2, 3, 4, 5].map((level) => [
        Math.round(Number(last?.[`${name}_${level}`]) * 10_000),
        Number(last?.[`${name}_size_${level}`]),
        Number(last?.[`${name}_orders_${level}`]),
      ]);
    expect(side('bid')).toEqual(best.bid_depth5);
    expect(side('ask')).toEqual(best.ask_depth5);
    expect(last).toMatchObject({ bid_levels: best.bid_levels, ask_levels: best.ask_levels, symbol: 'AAPL' });
    const [changes] = await day.rows(`SELECT sum(changes)::BIGINT AS changes FROM 'books.parquet'`);
    expect(changes).toEqual({ changes: BigInt(best.book_messages) });
    const [tick] = await day.rows(`FROM 'ticks.parquet' ORDER BY sequence DESC LIMIT 1`);
    expect([tick?.bid, tick?.ask]).toEqual(['320.1400', '320.3000']);
  });

  test('is on its own day, to the nanosecond', async () => {
    const [first] = await day.rows(
      `SELECT epoch_ns(time) AS ns, time_of_day_ns, time::VARCHAR AS text FROM 'ticks.parquet' ORDER BY sequence LIMIT 1`,
    );
    const midnightNs = BigInt(Date.parse('2020-01-30T05:00:00Z')) * 1_000_000n;
    expect(first?.ns).toBe(midnightNs + (first?.time_of_day_ns as bigint));
    expect(first?.text).toMatch(/^2020-01-30 09:00:00\.\d{9}$/);
    expect(day.result.market?.midnight).toBe('2020-01-30T05:00:00.000Z');
  });

  test('has the types that are documented', async () => {
    expect(await day.types('ticks.parquet')).toEqual(duckdbTypes(TICK_COLUMNS));
    expect(await day.types('books.parquet')).toEqual(duckdbTypes(bookColumns(5)));
  });

  test('is the same from a BinaryFILE, whose day has to be told', async () => {
    const told = await exported(capture(DAY), { date: '2020-01-30' });
    for (const table of ['ticks', 'books']) {
      const other = join(day.folder, `${table}.parquet`);
      const rows = await told.rows(
        `(FROM '${table}.parquet' EXCEPT ALL FROM '${other}') UNION ALL (FROM '${other}' EXCEPT ALL FROM '${table}.parquet')`,
      );
      expect(rows).toEqual([]);
      expect(told.counts[table]).toBe(day.counts[table]);
    }
    const untold = await exported(capture(DAY), { tables: ['ticks'] });
    expect(untold.result.market?.midnight).toBeNull();
    expect(
      await untold.rows(`SELECT count(time) AS timed, count(time_of_day_ns) AS rows FROM 'ticks.parquet'`),
    ).toEqual([{ timed: 0n, rows: BigInt(untold.counts.ticks as number) }]);
  });
});

describe('a run', () => {
  let folder: string;
  let summary: Record<string, Row & { count: number }>;
  let run: Exported;
  beforeAll(async () => {
    folder = shop.path('run');
    const strategies = ['--strategy', 'imbalance-taker', '--strategy', 'latency-probe'];
    const { status, stdout, stderr } = await runToEnd([
      ...['replay', short, ...strategies, '--warm-up', '0', '--out', folder, '--json'],
    ]);
    expect(status, stderr).toBe(0);
    summary = JSON.parse(stdout);
    run = await exported(folder);
  });

  test('has its orders and fills, as its summary counts them', async () => {
    expect(run.counts).toMatchObject({ orders: summary.orders?.sent });
    expect(run.counts.orders).toBeGreaterThan(20);
    const states = await run.rows(`SELECT state, count(*)::INTEGER AS orders FROM 'orders.parquet' GROUP BY state`);
    const counted = Object.fromEntries(states.map(({ state, orders }) => [state, orders]));
    expect({ filled: 0, cancelled: 0, rejected: 0, ...counted }).toMatchObject({
      filled: summary.orders?.filled,
      cancelled: summary.orders?.cancelled,
      rejected: summary.orders?.rejected,
    });
    const [fills] = await run.rows(
      `SELECT count(*)::INTEGER AS count, sum(quantity)::INTEGER AS quantity FROM 'fills.parquet' WHERE kind = 'fill'`,
    );
    expect(fills).toEqual(summary.fills);
  });

  test('adds up: fills to orders, orders to positions', async () => {
    const wrong = await run.rows(
      `SELECT order_id FROM 'orders.parquet' LEFT JOIN
         (SELECT order_id, count(*) AS told, sum(f.quantity) AS shares, sum(f.price * f.quantity) AS value
          FROM 'fills.parquet' f GROUP BY order_id) USING (order_id)
       WHERE (fills, executed, executed_value) IS DISTINCT FROM (coalesce(told, 0), coalesce(shares, 0), coalesce(value, 0))`,
    );
    expect(wrong).toEqual([]);
    const held = await run.rows(
      `SELECT strategy, symbol, sum(CASE side WHEN 'buy' THEN executed ELSE -executed END)::INTEGER AS quantity
       FROM 'orders.parquet' GROUP BY ALL HAVING quantity <> 0 ORDER BY ALL`,
    );
    const positions = (summary.positions as unknown as Row[])
      .filter(({ quantity }) => quantity !== 0)
      .map(({ strategy, symbol, quantity }) => ({ strategy, symbol, quantity }));
    expect(held).toEqual(positions);
  });

  test('has the very prices that its orders were sent on', async () => {
    const [joined] = await run.rows(
      `SELECT count(*)::INTEGER AS orders, count(*) FILTER (t.time <= o.time)::INTEGER AS after
       FROM 'orders.parquet' o ASOF JOIN 'ticks.parquet' t ON o.symbol = t.symbol AND o.sequence >= t.sequence`,
    );
    expect(joined).toEqual({ orders: summary.orders?.sent, after: summary.orders?.sent });
  });

  test('has its latencies, a histogram', async () => {
    const tickToOrder = summary.latency?.tickToOrder as { count: number; p50: number };
    const [latencies] = await run.rows(
      `SELECT sum(orders)::INTEGER AS orders,
        (SELECT min(to_ns)::INTEGER FROM (SELECT to_ns, sum(orders) OVER (ORDER BY to_ns) AS n FROM 'latencies.parquet')
         WHERE n >= 0.5 * ${tickToOrder.count}) AS p50 FROM 'latencies.parquet'`,
    );
    expect(latencies?.orders).toBe(tickToOrder.count);
    expect(Math.abs((latencies?.p50 as number) / tickToOrder.p50 - 1)).toBeLessThan(0.002);
  });

  test('has the types that are documented', async () => {
    expect(await run.types('orders.parquet')).toEqual(duckdbTypes(ORDER_COLUMNS));
    expect(await run.types('fills.parquet')).toEqual(duckdbTypes(FILL_COLUMNS));
    expect(await run.types('latencies.parquet')).toEqual(duckdbTypes(LATENCY_COLUMNS));
  });

  test("runs the guide's queries", async () => {
    const guide = readFileSync(join(packageRoot, 'docs/guides/research.md'), 'utf8');
    const [views, ...queries] = [...guide.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] as string);
    for (const view of (views as string).trim().split('\n')) await run.rows(view);
    expect(queries.length).toBeGreaterThan(3);
    for (const query of queries) expect((await run.rows(query)).length, query).toBeGreaterThan(0);
  });

  test('gives the same bytes again, and writes over files only by --force', async () => {
    const again = await exported(folder);
    const filesOf = (where: string): Record<string, string> =>
      Object.fromEntries(readdirSync(where).map((name) => [name, readFileSync(join(where, name), 'base64')]));
    expect(filesOf(again.folder)).toEqual(filesOf(run.folder));
    expect(Object.keys(filesOf(run.folder)).sort()).toEqual(
      ['books', 'fills', 'latencies', 'orders', 'ticks'].map((table) => `${table}.parquet`),
    );
    await expect(exported(folder, { out: again.folder })).rejects.toThrow(/exists already.*--force/);
    writeFileSync(join(again.folder, 'ticks.parquet'), 'older');
    await exported(folder, { out: again.folder, force: true });
    expect(filesOf(again.folder)).toEqual(filesOf(run.folder));
  });

  test('is refused where it is not as it was, and leaves nothing behind', async () => {
    const changed = shop.path('changed');
    cpSync(folder, changed, { recursive: true });
    const orders = join(changed, 'orders.csv');
    writeFileSync(orders, readFileSync(orders, 'utf8').replace('5', '6'));
    const out = shop.path('nothing');
    await expect(exported(changed, { out })).rejects.toMatchObject({
      code: 'ERR_RUN_FOLDER_CONTENT',
      message: expect.stringMatching(/orders\.csv is not as hotlap wrote it/),
    });
    expect(readdirSync(out)).toEqual([]);
    await expect(exported(folder, { out: join(folder, 'here') })).rejects.toThrow(/lies in the folder of the run/);
  });
});

test('a live run has the ticks and books of what came in', async () => {
  const folder = shop.path('live');
  const flags = ['--speed', 'max', '--warm-up', '0', '--out', folder, '--json'];
  const { status, stdout, stderr } = await runToEnd(['demo', '--recording', short, ...flags]);
  expect(status, stderr).toBe(0);
  const { orders, fills } = JSON.parse(stdout);
  const live = await exported(folder);
  expect(live.counts.orders).toBe(orders.sent);
  expect(await live.rows(`SELECT count(*)::INTEGER AS count FROM 'fills.parquet' WHERE kind = 'fill'`)).toEqual([
    { count: fills.count },
  ]);
  const recorded = await exported(short);
  expect(live.result.market).toMatchObject({ messages: recorded.result.market?.messages, truncated: false });
  for (const table of ['ticks', 'books']) {
    const [was, is] = [recorded, live].map(
      (side) => `SELECT * EXCLUDE (time) FROM '${join(side.folder, table)}.parquet'`,
    );
    expect(await live.rows(`(${was} EXCEPT ALL ${is}) UNION ALL (${is} EXCEPT ALL ${was})`)).toEqual([]);
    expect(live.counts[table]).toBe(recorded.counts[table]);
  }
});

const REFUSED: { name: string; source: string; options?: Partial<ExportOptions>; says: RegExp }[] = [
  { name: 'no file', source: 'absent.pcap', says: /There is no recording/ },
  { name: 'a text', source: 'diary.txt', says: /neither a pcap/ },
  { name: 'no folder of a run', source: 'empty-folder', says: /is no folder of a run/ },
  { name: 'a cut gzip', source: 'cut.pcap.gz', says: /damaged or cut short inside its gzip/ },
  {
    name: 'another symbol',
    source: 'short.pcap',
    options: { symbols: ['AAPL', 'ZZZ'] },
    says: /holds nothing of ZZZ: its symbols are AAPL, MSFT/,
  },
  {
    name: 'what is no symbol',
    source: 'short.pcap',
    options: { symbols: ['TOOLONGFORONE'] },
    says: /"TOOLONGFORONE" is no symbol of the feed/,
  },
  {
    name: 'orders of a recording',
    source: 'short.pcap',
    options: { tables: ['orders'] },
    says: /is a recording, which has no orders/,
  },
  {
    name: 'times behind its end',
    source: 'short.pcap',
    options: { window: { fromNs: 23 * 3600e9 } },
    says: /has no message from 23:00:00/,
  },
];

describe('one sentence, status 1 and no file for', () => {
  beforeAll(() => {
    mkdirSync(shop.path('empty-folder'));
    shop.write('diary.txt', 'Dear diary, today the market opened.');
    const bytes = gzipSync(readFileSync(short));
    shop.write('cut.pcap.gz', bytes.subarray(0, bytes.length >> 1));
  });

  test.each(REFUSED)('$name', async ({ name, source, options, says }) => {
    const out = shop.path(`refused ${name}`);
    mkdirSync(out);
    const refused = exported(shop.path(source), { out, ...options });
    await expect(refused).rejects.toMatchObject({ exitStatus: 1, message: expect.stringMatching(says) });
    expect(readdirSync(out)).toEqual([]);
  });

  test('whatever is refused, on the command line', async () => {
    const run = await runToEnd(['export', shop.path('diary.txt'), '--out', shop.path('refused')]);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/^hotlap: [^\n]+\n$/);
  });

  const unavailable = missing({ root: true, addons: [] });
  test.skipIf(unavailable !== undefined)(`a full disk${unavailable ?? ''}`, async () => {
    const disk = shop.path('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      await expect(exported(short, { out: disk })).rejects.toMatchObject({
        code: 'ERR_EXPORT_WRITE',
        message: expect.stringMatching(/^The disk is full: .*\.parquet was not written\. Make room/),
      });
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

test('the command line says the same as its files', async () => {
  const out = shop.path('told');
  const flags = ['--tables', 'books', '--symbol', 'MSFT', '--every', '100ms', '--depth', '2', '--to', '09:31:00'];
  const { status, stdout, stderr } = await runToEnd(['export', short, '--out', out, ...flags, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { tables, market } = JSON.parse(stdout);
  const same = await exported(short, { tables: ['books'], symbols: ['MSFT'], everyNs: 1e8, depth: 2 });
  expect(readFileSync(join(out, 'books.parquet')).equals(readFileSync(join(same.folder, 'books.parquet')))).toBe(true);
  expect(tables).toEqual([{ ...same.result.tables[0], file: join(out, 'books.parquet') }]);
  expect(market).toEqual(same.result.market);
});

test('no other command loads what writes Parquet', () => {
  const IMPORT = /(?:^|\n)(?:import|export)\b[^'";]*?from\s*'([^']+)'/g;
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [statement, from] of readFileSync(join(packageRoot, file), 'utf8').matchAll(IMPORT)) {
      if (/^\s*(?:import|export) type\b/.test(statement)) continue;
      if (from?.startsWith('.')) visit(normalize(join(dirname(file), from)));
      else packages.add(from as string);
    }
  };
  visit('cli/main.ts');
  expect(seen).toContain('cli/export.ts');
  expect([...packages]).not.toContain('hyparquet-writer');
  visit('app/export.ts');
  expect([...packages]).toContain('hyparquet-writer');
});
