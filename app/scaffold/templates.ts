/** What `hotlap new strategy` writes. */

export const strategyText = (
  name: string,
): string => `import { crossesAbove, crossesBelow, defineStrategy, param, Side, select, send } from 'hotlap';
import { filter, merge } from 'rxjs';

export default defineStrategy({
  name: '${name}',
  description: 'Buys when the bid side of the book outweighs the ask side, sells when it no longer does.',
  params: {
    symbol: param.symbol('AAPL', { description: 'What to trade.' }),
    quantity: param.integer(100, { min: 1, live: true, description: 'Shares per order.' }),
    enter: param.number(0.8, { min: 0, max: 1, live: true, description: 'Share of the bid side that buys.' }),
    leave: param.number(0.5, { min: 0, max: 1, live: true, description: 'Share of the bid side that sells.' }),
  },

  // Runs once, before the first event: what it returns is subscribed to.
  setup(ctx) {
    const stock = ctx.instrument(ctx.params.symbol);

    // A number for every change of the book: NaN while a side is empty, which crosses nothing.
    const bidShare$ = stock.book$.pipe(
      select((book, out) => out.set(book.bidSize(0) / (book.bidSize(0) + book.askSize(0)))),
    );

    return merge(
      bidShare$.pipe(
        crossesAbove(() => ctx.params.enter),
        filter(() => ctx.isFlat(stock)),
        send(() => ctx.orders.ioc(stock, Side.Buy, stock.book.askPrice(0), ctx.params.quantity)),
      ),
      bidShare$.pipe(
        crossesBelow(() => ctx.params.leave),
        filter(() => ctx.position(stock) > 0 && ctx.working(stock) === 0),
        send(() => ctx.orders.ioc(stock, Side.Sell, stock.book.bidPrice(0), ctx.position(stock))),
      ),
    );
  },

  // What became of an order; \`order.state\` says which fields it has.
  onOrder(order, ctx) {
    if (order.state === 'rejected') ctx.log.warn({ order: order.id, reason: order.reason });
  },
});
`;

export const testText = (name: string): string => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { book, demoRecording, expectOrders, marbles, testStrategy } from 'hotlap/testing';

const strategy = new URL('./${name}.ts', import.meta.url);

const touch = (bidSize: number, askSize: number) =>
  book('AAPL', { bids: [['320.00', bidSize]], asks: [['320.01', askSize]] });

test('buys when the bid side outweighs the ask side, sells when it no longer does', async () => {
  // Each character is a millisecond: a calm book, a heavy bid side, a heavy ask side.
  const market = marbles('a--b--c--|', {
    a: touch(100, 100),
    b: touch(900, 100),
    c: touch(900, 950),
  });
  const run = await testStrategy(strategy, market);
  expectOrders(run, '     ---b--s---', {
    b: { side: 'buy', price: '320.01', quantity: 100 },
    s: { side: 'sell', price: '320.00', quantity: 100 },
  });
});

test('opens and closes a position on the recording that comes with hotlap', async () => {
  const { faults, fills, positions } = await testStrategy(strategy, demoRecording);
  assert.deepEqual(faults, []);
  assert.deepEqual(new Set(fills.map(({ side }) => side)), new Set(['buy', 'sell']));
  assert.equal(positions.length, 1);
});
`;

export const packageText = (name: string, version: string): string =>
  json({
    name,
    private: true,
    type: 'module',
    scripts: { test: 'node --test', types: 'tsc' },
    dependencies: { hotlap: `^${version}` },
    devDependencies: { '@types/node': '^24.0.0', typescript: '^6.0.0' },
  });

/** Of a folder in a CommonJS project: its TypeScript is of modules. */
export const MODULES_TEXT = '{ "type": "module" }\n';

export const TSCONFIG_TEXT = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true,
    // Node runs TypeScript by leaving the types out: nothing may be in the sources that is more than a type.
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true
  },
  "include": ["strategies"]
}
`;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
