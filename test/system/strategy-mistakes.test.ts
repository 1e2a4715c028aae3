/** What a user reads who has made a mistake in a strategy, or in how it is called: one sentence, with file and line. */
import { describe, expect, test } from 'vitest';
import { runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const recording = shop.path('short.itch');
const generated = runToEnd(['generate', recording, '--messages', '3000', '--symbols', 'AAPL,MSFT', '--seed', '3']);

/** Runs what is wrong; what is left of the sentence once `hotlap: ` and the shop's folder are taken off. */
async function told(
  args: readonly string[],
): Promise<{ said: string; status: number | null; code: string | undefined }> {
  expect((await generated).status).toBe(0);
  const { status, stderr, stdout, leftBehind } = await runToEnd(
    ['replay', recording, '--warm-up', '0', '--json', ...args],
    { cwd: shop.folder },
  );
  expect(leftBehind).toEqual([]);
  // All other lines are the log's, which is JSON where nobody watches; what it tells of a fault is in the JSON, too.
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([sentence(stderr)]);
  const document = JSON.parse(stdout);
  return {
    said: sentence(stderr).replace('hotlap: ', '').replaceAll(`${shop.folder}/`, ''),
    status,
    code: document.error?.code,
  };
}

const strategy = (name: string, lines: readonly string[], head = "import { defineStrategy, param } from 'hotlap';") =>
  shop.write(
    `${name}.ts`,
    [head, 'export default defineStrategy({', `name: '${name}',`, ...lines, '});', ''].join('\n'),
  );

const KEEPING = "import { type BookView, defineStrategy } from 'hotlap'; let last: BookView | undefined;";
const params = ["params: { symbol: param.symbol('AAPL'), quantity: param.integer(5, { min: 1, max: 900 }) },"];
const onAapl = "setup(ctx) { ctx.instrument('AAPL'); },";

describe('one that is not started', () => {
  test.each<[name: string, text: string, code: string, said: string]>([
    [
      'syntax',
      'export default {\n  name: ,\n};\n',
      'ERR_STRATEGY_COMPILE',
      'syntax.ts:2:9: Unexpected ",". The strategy was not started.',
    ],
    [
      'reads-files',
      "import { readFileSync } from 'node:fs';\nexport default { name: String(readFileSync) };\n",
      'ERR_STRATEGY_COMPILE',
      'reads-files.ts:1:30: a strategy cannot import node:fs: it runs inside the hot loop, where nothing may wait. The strategy was not started.',
    ],
    [
      'no-default',
      'export const strategy = 1;\n',
      'ERR_STRATEGY_INVALID',
      'no-default.ts:1:1: The file has no default export made by defineStrategy({ … }).',
    ],
    [
      'top-level',
      "const startedAt = Date.now();\nexport default { name: 'top', startedAt };\n",
      'ERR_STRATEGY_AMBIENT',
      "top-level.ts:1:24: Date.now() is not the engine's time: use ctx.now.",
    ],
    [
      'throws',
      'const levels = (0, undefined as never as number[]);\nexport default { name: String(levels[0]) };\n',
      'ERR_STRATEGY_LOAD',
      "throws.ts:2:31 threw while it was loaded: Cannot read properties of undefined (reading '0'). The strategy was not started.",
    ],
  ])('%s', async (name, text, code, said) => {
    expect(await told(['--strategy', shop.write(`${name}.ts`, text)])).toEqual({ said, status: 1, code });
  });

  test('no sample of that name', async () => {
    const { said, status, code } = await told(['--strategy', 'imbalance-takr']);
    expect(said).toMatch(/^There is no strategy imbalance-takr: .* Did you mean imbalance-taker\?$/);
    expect({ status, code }).toEqual({ status: 1, code: 'ERR_STRATEGY_NOT_FOUND' });
  });

  test.each([
    ['quantty=3', 'ERR_PARAM_UNKNOWN', 'There is no parameter quantty; did you mean quantity?'],
    ['quantity=0', 'ERR_PARAM_VALUE', 'Parameter quantity must be at least 1, not 0.'],
    ['quantity=many', 'ERR_PARAM_VALUE', 'Parameter quantity must be a number, not "many".'],
  ])('--param %s', async (param, code, said) => {
    const file = strategy('given', [...params, onAapl]);
    expect(await told(['--strategy', file, '--param', param])).toEqual({
      said: `given.ts:2:16: ${said}`,
      status: 2,
      code,
    });
    const [name, value] = param.split('=');
    const config = shop.write(
      'hotlap.yaml',
      `strategies:\n  - source: ./given.ts\n    params:\n      symbol: AAPL\n      ${name}: ${value}\n`,
    );
    const configured = await told(['--config', config]);
    expect(configured).toEqual({ said: `hotlap.yaml:5: ${said}`, status: 2, code });
  });
});

describe('one that is ended', () => {
  const async =
    'new Promise() is what async and await come down to, and it never settles in the hot loop: use streams or ctx.after; what must be there before the first event comes through load.';
  const rxjs = "import { defineStrategy, param } from 'hotlap'; import { pairwise } from 'rxjs';";

  test.each<[name: string, lines: string[], said: string, head?: string]>([
    ['async-setup', ['async setup(ctx) { await null; },'], `setup at async-setup.ts:4:18: ${async}`],
    ['awaits', [onAapl, 'async onBook(book, ctx) {', 'await null; },'], `event at awaits.ts:5:25: ${async}`],
    [
      'clock',
      [onAapl, 'onBook() {', '  const now = Date.now(); },'],
      "event at clock.ts:6:20: Date.now() is not the engine's time: use ctx.now.",
    ],
    [
      'dice',
      [onAapl, 'onBook() { if (Math.random() > 2) throw 1; },'],
      'event at dice.ts:5:21: Math.random() differs in every run: use ctx.random(), which is seeded.',
    ],
    [
      'later',
      [onAapl, 'onBook() { setTimeout(() => {}, 5); },'],
      'event at later.ts:5:12: setTimeout() never fires in the hot loop: use ctx.after(ms).',
    ],
    [
      'keeps',
      ["setup(ctx) { return ctx.instrument('AAPL')", '  .book$.pipe(pairwise()); },'],
      'setup at keeps.ts:5:10: book$.pipe(…) must begin with select(…), snapshot() or send(…): it hands on one object, which changes with every event.',
      rxjs,
    ],
    [
      'misreads',
      [...params, onAapl, 'onBook(book, ctx) { if (ctx.params.quantty > 5) throw 1; },'],
      'event at misreads.ts:6:36: There is no parameter quantty; did you mean quantity?',
    ],
    [
      'no-stream',
      ['setup() { return []; },'],
      'setup at no-stream.ts:2:16: setup returned what is no stream: return one stream, merge(…) of several, or nothing.',
    ],
  ])('%s', async (name, lines, said, head) => {
    expect(await told(['--strategy', strategy(name, lines, head)])).toEqual({
      said: `Strategy ${name} faulted in ${said}`,
      status: 1,
      code: undefined,
    });
  });

  test('a view that was kept, where views are checked', async () => {
    const file = strategy('kept', [onAapl, 'onBook(book) {', 'last ??= book;', 'last.bidPrice(0); },'], KEEPING);
    const { said, status } = await told(['--strategy', file, '--check-views']);
    expect(said).toBe(
      'Strategy kept faulted in event at kept.ts:7:6: A book view is read after its event is over: keep its snapshot(), or the numbers you need, never the view.',
    );
    expect(status).toBe(1);
  });

  test('a symbol that the feed does not have', async () => {
    const file = strategy('far', [...params, 'setup(ctx) {', 'ctx.instrument(ctx.params.symbol); }, onBook() {},']);
    const { said, status } = await told(['--strategy', file, '--param', 'symbol=AAPLE']);
    expect(said).toBe('Strategy far at far.ts:6:5: there is no symbol AAPLE in the feed; did you mean AAPL?');
    expect(status).toBe(1);
    const other = await told(['--strategy', file, '--param', 'symbol=ZZZZ']);
    expect(other.said).toBe('Strategy far at far.ts:6:5: there is no symbol ZZZZ among the 2 of the feed.');
  });
});
