import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bundleStrategy,
  compileStrategy,
  originalStack,
  shippedStrategies,
} from '../../../app/strategy-loader/index.ts';
import { HotlapError } from '../../../engine/domain/errors.ts';
import { packageRoot } from '../../../native/paths.ts';

let folder: string;

/** A user's project: outside ours, CommonJS as `npm init -y` makes it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-strategy-'));
  write('package.json', '{"name": "mine", "version": "1.0.0"}');
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function failure(source: string): Promise<HotlapError> {
  try {
    compileStrategy(await bundleStrategy(source, folder))();
  } catch (error) {
    if (error instanceof HotlapError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const load = async (source: string) => compileStrategy(await bundleStrategy(source, folder))();

const STREAMS = `
import { defineStrategy, param, select } from 'hotlap';
import { map } from 'rxjs';
interface Level { size: number }
export default defineStrategy({
  name: 'streams',
  params: { symbol: param.symbol('AAPL') },
  setup(ctx) {
    return ctx.instrument(ctx.params.symbol).book$.pipe(select((book, out) => out.set(book.bidSize(0))), map((size) => size));
  },
});
`;

describe('a strategy loads', () => {
  test('from TypeScript in a CommonJS project that has neither hotlap nor rxjs', async () => {
    write('streams.ts', STREAMS);
    const bundle = await bundleStrategy('streams.ts', folder);
    expect(compileStrategy(bundle)()).toMatchObject({
      name: 'streams',
      params: { symbol: { kind: 'symbol', default: 'AAPL' } },
    });
    expect(bundle.file).toBe(join(folder, 'streams.ts'));
    expect(bundle.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('with one RxJS, the one that the user installed', async () => {
    write('own/strategy.ts', STREAMS);
    cpSync(join(packageRoot, 'node_modules/rxjs'), join(folder, 'own/node_modules/rxjs'), { recursive: true });
    cpSync(join(packageRoot, 'node_modules/tslib'), join(folder, 'own/node_modules/tslib'), { recursive: true });
    const { text, library } = await bundleStrategy('own/strategy.ts', folder);
    const copies = library.match(/^\/\/ .*\/internal\/Subscriber\.[jt]s$/gm);
    expect(copies).toHaveLength(1);
    expect(copies?.[0]).toContain('own/node_modules/rxjs');
    // The user's own text has none, and neither loads anything later.
    expect(text).not.toContain('internal/Subscriber');
    expect(text + library).not.toMatch(/\brequire\(/);
  });

  test.each([
    ['plain.cjs', `const { defineStrategy } = require('hotlap');\nmodule.exports = defineStrategy({ name: 'plain' });`],
    ['plain.js', `const { defineStrategy } = require('hotlap');\nexports.default = defineStrategy({ name: 'plain' });`],
    ['plain.mjs', `import { defineStrategy } from 'hotlap';\nexport default defineStrategy({ name: 'plain' });`],
    [
      'plain.mts',
      `import { defineStrategy } from 'hotlap';\nconst it: object = { name: 'plain' };\nexport default defineStrategy(it as never);`,
    ],
  ])('from %s', async (name, text) => {
    write(name, text);
    expect((await load(name)).name).toBe('plain');
  });

  test('from a package, TypeScript below node_modules included', async () => {
    write('node_modules/@me/alpha/package.json', '{"name": "@me/alpha", "version": "1.0.0", "main": "alpha.ts"}');
    write('node_modules/@me/alpha/alpha.ts', STREAMS.replace("'streams'", "'alpha'"));
    expect((await load('@me/alpha')).name).toBe('alpha');
  });

  test.each(shippedStrategies())('by the name of the sample %s', async (name) => {
    expect((await load(name)).name).toBe(name);
  });
});

test('two instances of a strategy share the classes of hotlap, RxJS and decimal.js, and no state', async () => {
  write(
    'twice.mts',
    `import Decimal from 'decimal.js';
import { asapScheduler, config, Subscriber } from 'rxjs';
import { defineStrategy, Scalar } from 'hotlap';
let evaluated = 0;
evaluated += 1;
const left = [config.onUnhandledError, asapScheduler.actions.length];
config.onUnhandledError = () => {};
try {
  asapScheduler.schedule(() => {});
} catch {}
class Own {}
export default defineStrategy({ name: 'twice', params: { shared: [Decimal, Subscriber, Scalar], Own, evaluated, left } });
`,
  );
  const instantiate = compileStrategy(await bundleStrategy('./twice.mts', folder));
  // biome-ignore lint/suspicious/noExplicitAny: parameters are not looked at before parseParams
  const [first, second]: any[] = [instantiate().params, instantiate().params];
  expect(new first.shared[0]('0.1').plus('0.2').toString()).toBe('0.3');
  expect(first.shared.map((each: unknown, index: number) => each === second.shared[index])).toEqual([true, true, true]);
  expect(second.Own).not.toBe(first.Own);
  expect(second.evaluated).toBe(1);
  expect(second.left).toEqual([null, 0]);
});

describe('a strategy is refused in one sentence', () => {
  test.each<[string, string, string, RegExp]>([
    ['syntax', 'export default {\n  name: ,\n};', 'ERR_STRATEGY_COMPILE', /strategy\.ts:2:9: Unexpected ","/],
    [
      'node: import',
      "import { readFileSync } from 'node:fs';\nexport default { name: String(readFileSync) };",
      'ERR_STRATEGY_COMPILE',
      /strategy\.ts:1:\d+: a strategy cannot import node:fs/,
    ],
    [
      'timers',
      "import { setTimeout } from 'timers';\nexport default { name: 'a', setTimeout };",
      'ERR_STRATEGY_COMPILE',
      /cannot import timers.*use `ctx\.every` and `ctx\.after`/,
    ],
    [
      'unknown package',
      "import x from 'nowhere';\nexport default { name: x };",
      'ERR_STRATEGY_COMPILE',
      /strategy\.ts:1:\d+: Could not resolve "nowhere"/,
    ],
    [
      'inner path of hotlap',
      "import { x } from 'hotlap/engine/loop';\nexport default { name: x };",
      'ERR_STRATEGY_COMPILE',
      /a strategy cannot import hotlap\/engine\/loop/,
    ],
    [
      'unknown name of hotlap',
      "import { nothing } from 'hotlap';\nexport default { name: nothing() };",
      'ERR_STRATEGY_COMPILE',
      /No matching export .* "nothing"/,
    ],
    ['no default export', 'export const name = 1;', 'ERR_STRATEGY_INVALID', /strategy\.ts:1:1: .*default export/],
    ['no name', 'export default {};', 'ERR_STRATEGY_INVALID', /needs a name/],
    [
      'throws while loading',
      "throw new Error('too early');",
      'ERR_STRATEGY_LOAD',
      /strategy\.ts:1:7 threw while it was loaded: too early/,
    ],
    ['lazy import', "export default { name: 'a', setup: () => import('./later') };", 'ERR_STRATEGY_COMPILE', /later/],
  ])('%s', async (name, text, code, message) => {
    write(`${name.replace(/\W/g, '-')}/strategy.ts`, text);
    const error = await failure(`./${name.replace(/\W/g, '-')}/strategy.ts`);
    if (/:\d+:\d+: /.test(error.message)) expect(error.message.startsWith('/')).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  test('a file or sample that is not there, with the nearest name', async () => {
    write('mine.ts', STREAMS);
    expect((await failure('./mime.ts')).message).toMatch(/no strategy file .*mime\.ts.*did you mean mine\.ts\?/);
    expect((await failure('imbalance-takr')).message).toMatch(/Did you mean imbalance-taker\?/);
    expect((await failure('imbalance-takr')).code).toBe('ERR_STRATEGY_NOT_FOUND');
  });
});

test("a stack names the user's file and line", async () => {
  const file = write(
    'throws.ts',
    `import { defineStrategy } from 'hotlap';
interface Unused { a: number }
const explode = (): never => {
  throw new Error('boom');
};
export default defineStrategy({
  name: 'throws',
  setup() {
    explode();
  },
});
`,
  );
  const bundle = await bundleStrategy(file);
  const thrown = `Error: boom\n${stackOf(bundle.text, 'throw new Error("boom")', bundle.name)}`;
  expect(originalStack(thrown, bundle)).toBe(`Error: boom\n    at explode (${file}:4:9)`);
  expect(originalStack('    at elsewhere (file:///x.ts:1:2)', bundle)).toBe('    at elsewhere (file:///x.ts:1:2)');
});

/** The frame that V8 would print for the place where `code` is in the bundle's text. */
function stackOf(text: string, code: string, name: string): string {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.includes(code));
  return `    at explode (hotlap-strategy:${name}:${line + 1}:${(lines[line] as string).indexOf('new Error') + 1})`;
}
