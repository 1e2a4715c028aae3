/** What a strategy asks of the world around the loop is refused where it asks, by a sentence that says what to use. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleStrategy, compileStrategy, originalPlace } from '../../../app/strategy-loader/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-ambient-'));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** What loading a strategy says. */
const loading = async (file: string): Promise<{ code: string; message: string }> => {
  try {
    compileStrategy(await bundleStrategy(file))();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it was loaded');
};

/** A strategy of many functions, one a line from line 4 on. */
const cases = async (name: string, lines: readonly string[]) => {
  const file = write(
    `${name}.ts`,
    `import * as rxjs from 'rxjs';\nimport Decimal from 'decimal.js';\nconst run = [\n${lines.map((line) => `() => { ${line} },`).join('\n')}\n];\nexport default { name: 'cases', params: { run, kept: [rxjs, Decimal] } };\n`,
  );
  const bundle = await bundleStrategy(file);
  const { run } = compileStrategy(bundle)().params as unknown as { run: (() => void)[] };
  return { file, bundle, run };
};

const REFUSED: readonly (readonly [string, string | RegExp])[] = [
  ['const t = Date.now();', "Date.now() is not the engine's time: use ctx.now."],
  ['const t = +new Date();', "new Date() is not the engine's time: use ctx.now."],
  ['const t = Date();', "Date() is not the engine's time: use ctx.now."],
  ["const t = new Date('2020-01-30').getTime();", /^new Date\(…\) of a text .*: use Date\.UTC\(…\)\.$/],
  ['const t = new Date(0).getHours();', /^getHours\(\) of a Date .*: use getUTCHours\(\)\.$/],
  ['const t = String(new Date(0));', /^toString\(\) of a Date .*: use toISOString\(\)\.$/],
  ['const t = performance.now();', "performance.now() is not the engine's time: use ctx.now."],
  ['const t = performance.timeOrigin;', "performance.timeOrigin is not the engine's time: use ctx.now."],
  ['const t = process.hrtime.bigint();', "process.hrtime is not the engine's time: use ctx.now."],
  ['const key = process.env.API_KEY;', /^process\.env .*ctx\.params/],
  ['setTimeout(() => {}, 5);', 'setTimeout() never fires in the hot loop: use ctx.after(ms).'],
  ['setInterval(() => {}, 5);', 'setInterval() never fires in the hot loop: use ctx.every(ms).'],
  ['globalThis.setTimeout(() => {}, 5);', 'setTimeout() never fires in the hot loop: use ctx.after(ms).'],
  ['setImmediate(() => {});', /^setImmediate\(\) never fires .*ctx\.after/],
  ['queueMicrotask(() => {});', /^queueMicrotask\(\) never runs .*asapScheduler/],
  ['const r = Math.random();', 'Math.random() differs in every run: use ctx.random(), which is seeded.'],
  ['const { random } = Math; random();', 'Math.random() differs in every run: use ctx.random(), which is seeded.'],
  ['const r = Decimal.random(5);', 'Math.random() differs in every run: use ctx.random(), which is seeded.'],
  ['const r = crypto.randomUUID();', 'crypto.randomUUID() differs in every run: use ctx.random(), which is seeded.'],
  ['const r = crypto.subtle.generateKey;r();', /^crypto\.subtle\.generateKey\(\) differs in every run/],
  ["new Intl.DateTimeFormat('en');", /^new Intl\.DateTimeFormat\(\) .*use ctx\.at\(time, zone\)/],
  ['Promise.resolve(1).then(() => {});', /^Promise\.resolve\(\) .*never settles in the hot loop/],
  ['const later = async () => 1; later();', /^new Promise\(\) is what async and await come down to/],
  ['async function* each() { yield 1; } each().next();', /^new Promise\(\) is what async and await come down to/],
  ["const name = 'x'; import(name);", /^Promise\.resolve\(\) .*never settles in the hot loop/],
  ['rxjs.firstValueFrom(rxjs.of(1));', /^new Promise\(\) .*never settles in the hot loop/],
  ['rxjs.interval(5).subscribe();', 'setInterval() never fires in the hot loop: use ctx.every(ms).'],
  ["fetch('http://x');", /^fetch\(\) cannot be used in the hot loop, where nothing may wait/],
  ["new WebSocket('ws://x');", /^new WebSocket\(\) cannot be used/],
  ["console.log('here');", 'console.log() does not reach the screen from the hot loop: use ctx.log.'],
  ['new WeakRef({});', /^new WeakRef\(\) shows when memory is collected/],
  ["const f = Function('return 1');", /^Function\(\) makes code out of text/],
  ["eval('1');", /^eval\(\) makes code out of text/],
  ['Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', /^Atomics\.wait\(\) cannot be used/],
  ['WebAssembly.compile(new Uint8Array());', /^WebAssembly\.compile\(\) gives a promise/],
];

const WORKS = [
  'if (Math.max(1, Math.floor(2.5)) !== 2) throw 1;',
  'if (new Date(Date.UTC(2020, 0, 30)).toISOString() !== "2020-01-30T00:00:00.000Z") throw 1;',
  'if (!(new Date(5) instanceof Date) || new Date(new Date(5)).getUTCDay() !== 4) throw 1;',
  'if (!(structuredClone([1]) instanceof Array) || !((() => 1) instanceof Function)) throw 1;',
  'if (typeof Date.now !== "function" || typeof performance.now !== "function" || !("now" in Date)) throw 1;',
  'if (globalThis.Math !== Math || globalThis.Date !== Date || globalThis.Array !== Array) throw 1;',
  'const fetch = 1; class Event {} const process = [fetch, Event]; if (process.length !== 2) throw 1;',
  'if (process.env.NODE_ENV !== "production") throw 1;',
  'const unused = async () => { await null; for await (const x of []) run.push(x); }; if (!unused) throw 1;',
  'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));',
  'Decimal.set({ precision: 30 }); if (new Decimal("0.1").plus("0.2").toString() !== "0.3") throw 1;',
];

describe('refused, with file, line and what to use instead', async () => {
  const { file, bundle, run } = await cases(
    'refused',
    REFUSED.map(([code]) => code),
  );
  test.each(REFUSED.map(([code, expected], index) => ({ code, expected, index })))('$code', ({ expected, index }) => {
    let told = { code: '', message: '', stack: '' };
    try {
      run[index]();
    } catch (error) {
      told = error as typeof told;
    }
    expect(told.code).toBe('ERR_STRATEGY_AMBIENT');
    if (expected instanceof RegExp) expect(told.message).toMatch(expected);
    else expect(told.message).toBe(expected);
    expect(originalPlace(told.stack, bundle)?.startsWith(`${file}:${index + 4}:`)).toBe(true);
  });
});

describe('what answers at once and the same in every run works', async () => {
  const { run } = await cases('works', WORKS);
  test.each(WORKS.map((code, index) => ({ code, index })))('$code', ({ index }) => run[index]());
});

test('while the file is loaded, with the place in it', async () => {
  const file = write('loaded.ts', 'const started = Date.now();\nexport default { name: String(started) };\n');
  expect(await loading(file)).toMatchObject({
    code: 'ERR_STRATEGY_AMBIENT',
    message: `${file}:1:22: Date.now() is not the engine's time: use ctx.now.`,
  });
});

test("in a package, with the package's own file and line", async () => {
  write('node_modules/clock/package.json', '{"name": "clock", "version": "1.0.0", "main": "index.js"}');
  const inner = write('node_modules/clock/index.js', "'use strict';\nexports.started = Date.now();\n");
  const file = write('packaged.ts', "import { started } from 'clock';\nexport default { name: String(started) };\n");
  expect((await loading(file)).message).toBe(
    `${file}:1:25, in ${inner}:2:24: Date.now() is not the engine's time: use ctx.now.`,
  );
});

test("an error in a stream while the file is loaded is told, and is the strategy's own", async () => {
  const file = write(
    'early.ts',
    "import { of } from 'rxjs';\nof(1).subscribe(() => {\n  throw new Error('own');\n});\n",
  );
  expect((await loading(file)).message).toBe(
    `${file}:3:9 threw while it was loaded: own. The strategy was not started.`,
  );
});
