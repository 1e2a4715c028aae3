/** One of ten strategies throws at its event 1,000: the nine others send what they would have sent, order by order. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { type OrderRow, orderRows } from '../support/system/order-rows.ts';
import { type Ended, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const recording = shop.path('ten.itch');
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META', 'GOOG', 'TSLA', 'AMD', 'INTC', 'IBM'];
const TENTH = SYMBOLS.length - 1;

const file = shop.write(
  'ten.ts',
  `import { defineStrategy, param, Side, select, snapshot } from 'hotlap';
import { concatMap, map, merge, of } from 'rxjs';
let events = 0;
const fail = (chosen: string, place: string): void => {
  if (events >= 1000 && chosen === place) throw new Error('no luck in ' + place);
};
export default defineStrategy({
  name: 'ten',
  params: { symbol: param.symbol('AAPL'), fails: param.string('nowhere') },
  setup(ctx) {
    const { fails } = ctx.params;
    const { book$ } = ctx.instrument(ctx.params.symbol);
    ctx.every(1, 'look');
    book$.pipe(snapshot()).subscribe(() => fail(fails, 'subscribe'));
    return merge(
      book$.pipe(select((book, out) => {
        fail(fails, 'select');
        out.set(book.mid);
      })),
      book$.pipe(snapshot(), concatMap((book) => of(book).pipe(map(() => fail(fails, 'an inner stream'))))),
    );
  },
  onTimer(name, ctx) {
    fail(ctx.params.fails, 'a timer');
  },
  onBook(book, ctx) {
    events += 1;
    const stock = ctx.instrument(ctx.params.symbol);
    const side = events % 50 === 0 ? Side.Buy : Side.Sell;
    const price = side === Side.Buy ? book.askPrice(0) : book.bidPrice(0);
    if (events % 25 === 0) ctx.orders.ioc(stock, side, price, 5);
    if (events % 40 === 0 && ctx.working(stock, Side.Buy) < 30) ctx.orders.limit(stock, Side.Buy, Math.floor(book.bidPrice(0) * 0.0098) * 100, 7);
    fail(ctx.params.fails, 'a handler');
  },
  onOrder(order, ctx) {
    fail(ctx.params.fails, 'onOrder');
  },
});
`,
);

const run = async (fails: string, ...more: string[]): Promise<Ended & { rows: OrderRow[] }> => {
  const out = shop.path(`out-${fails.replace(/\W/g, '-')}${more.join('')}`);
  const config = shop.write(
    `${fails}.yaml`,
    `strategies:\n${SYMBOLS.map(
      (symbol, index) =>
        `  - { source: ${file}, params: { symbol: ${symbol}, fails: '${index === TENTH ? fails : 'nowhere'}' } }\n`,
    ).join('')}`,
  );
  const ended = await runToEnd(['replay', recording, '--config', config, '--warm-up', '0', '--out', out, ...more]);
  return { ...ended, rows: orderRows(out) };
};

/** Numbers of ClOrdID(11) are dealt out to all: in each strategy's own log they are told by their order. */
function logOf(rows: readonly OrderRow[], strategy: number): string[] {
  const own = new Map<number, number>([[0, 0]]);
  const named = (ordinal: number): number => {
    if (!own.has(ordinal)) own.set(ordinal, own.size);
    return own.get(ordinal) as number;
  };
  return rows
    .filter((row) => row.strategy === strategy)
    .map((row) =>
      Object.values({ ...row, ordinal: named(row.ordinal), origOrdinal: named(row.origOrdinal) }).join(','),
    );
}

const indices = SYMBOLS.map((_, index) => index);
let calm: Ended & { rows: OrderRow[] };

beforeAll(async () => {
  const made = ['generate', recording, '--messages', '40000', '--symbols', SYMBOLS.join(','), '--seconds', '60'];
  expect((await runToEnd([...made, '--seed', '3'])).status).toBe(0);
  calm = await run('nowhere', '--json');
  const { refusals, ended } = JSON.parse(calm.stdout);
  // No limit binds: what one sends is of no consequence to another.
  expect(refusals).toEqual({});
  expect(ended.ok).toBe(true);
  for (const strategy of indices) expect(logOf(calm.rows, strategy).length).toBeGreaterThan(80);
});

const PLACES: [place: string, phase: string, line: number][] = [
  ['a handler', 'event', 5],
  ['select', 'event', 5],
  ['a timer', 'timer', 5],
  ['onOrder', 'order', 5],
  ['an inner stream', 'event', 5],
  ['subscribe', 'event', 5],
];

describe.each(PLACES)('in %s', (place, phase, line) => {
  let thrown: Ended & { rows: OrderRow[] };
  beforeAll(async () => {
    thrown = await run(place, '--json');
  });
  const said = `Strategy ten-10 faulted in ${phase} at ${file}:${line}:49: no luck in ${place}`;

  test("the nine others' order logs are unchanged", () => {
    for (const strategy of indices.filter((index) => index !== TENTH))
      expect(logOf(thrown.rows, strategy)).toEqual(logOf(calm.rows, strategy));
  });

  test('the tenth sends what it would have sent up to then, and after that its cancels alone', () => {
    const before = logOf(calm.rows, TENTH);
    const after = logOf(thrown.rows, TENTH);
    const same = after.findIndex((row, index) => row !== before[index]);
    expect(same).toBeGreaterThan(10);
    const own = thrown.rows.filter((row) => row.strategy === TENTH).slice(same);
    const sent = own.filter(({ kind }) => kind < ORDER_LOG_KIND.report);
    expect(sent.length).toBeGreaterThan(0);
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set([ORDER_LOG_KIND.cancel]));
    const cancelled = own.filter(({ kind }) => kind === ORDER_LOG_KIND.report + ORDER_EVENT.cancelled);
    // The others' answers were on their way: immediate orders that had been sent with the last event.
    expect(cancelled.length).toBeGreaterThan(2);
  });

  test('exit status, sentence, log and report say so', () => {
    const result = JSON.parse(thrown.stdout);
    expect(thrown.status).toBe(1);
    expect(sentence(thrown.stderr)).toBe(`hotlap: ${said}`);
    expect(result.ended).toEqual({ ok: false, reason: said });
    expect(result.strategies.map(({ state }: { state: string }) => state)).toEqual([
      ...indices.slice(1).map(() => 'stopped'),
      'faulted',
    ]);
    expect(result.strategies[TENTH].fault).toContain(`no luck in ${place}`);
    expect(result.strategies[TENTH].fault).toContain(`${file}:${line}:49`);
    expect(result.orders.open).toBe(0);
    const logged = thrown.stderr.split('\n').filter((text) => text.includes('has faulted'));
    expect(logged[0]).toContain(`ten-10: Strategy ten-10 has faulted in ${phase}: Error: no luck in ${place}`);
    expect(thrown.leftBehind).toEqual([]);
  });
});

test('the summary for people tells it as well', async () => {
  const { stdout, status } = await run('a handler');
  expect(status).toBe(1);
  expect(stdout).toContain('Strategy ten-10 FAULTED:\n  Error: no luck in a handler\n');
  expect(stdout).toContain(`${file}:5:49`);
  expect(stdout).toMatch(/Killed +strategy:ten-10 is killed until it is released \(rule:faulted: it has faulted/);
});
