import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import { planStrategies } from '../../../app/plan-strategies.ts';
import { bundleStrategy, loadData } from '../../../app/strategy-loader/index.ts';
import { defineStrategy, param } from '../../../engine/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-load-'));
const write = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let count = 0;
/** A strategy whose `load` has this body. */
async function loaded(body: string, params: Record<string, string> = {}) {
  const file = write(
    `loads-${(count += 1)}.ts`,
    `import { defineStrategy, param } from 'hotlap';
export default defineStrategy({
  name: 'loads',
  params: { curve: param.string('curve.csv') },
  load: async ({ params, readText, readJson, readBytes }) => {
    ${body}
  },
});`,
  );
  const bundle = await bundleStrategy(file, folder);
  return { bundle, ...(await loadData({ bundle, params })) };
}

const CURVE = '0.5\n0.5\n';

test('what load returns is there before setup, a copy for each instance, and what it read is hashed', async () => {
  write('curve.csv', CURVE);
  write('weights.json', '{"AAPL": 2}');
  write('model.bin', new Uint8Array([1, 2, 3]));
  const { bundle, data, files } = await loaded(`
    const [text, weights, model] = await Promise.all([readText(params.curve), readJson('weights.json'), readBytes('model.bin')]);
    return { shares: Float64Array.from(text.trim().split('\\n'), Number), weights, first: model[0] };`);
  expect(data).toEqual({ shares: Float64Array.of(0.5, 0.5), weights: { AAPL: 2 }, first: 1 });
  expect(files.map(({ file }) => file).sort()).toEqual(
    ['curve.csv', 'model.bin', 'weights.json'].map((name) => join(folder, name)),
  );
  const sha256 = createHash('sha256').update(CURVE).digest('hex');
  expect(files.find(({ file }) => file.endsWith('curve.csv'))).toEqual({
    ...{ file: join(folder, 'curve.csv'), bytes: CURVE.length, sha256 },
  });
  const cast = planStrategies([{ id: 'loads', bundle, params: {}, data, files }]);
  const [first, second] = [cast()[0]?.data, cast()[0]?.data] as { shares: Float64Array }[];
  first!.shares[0] = 9;
  expect(second).toEqual(data);
});

test('a parameter may name the file', async () => {
  write('other.csv', '1\n');
  const { data } = await loaded('return readText(params.curve);', { curve: 'other.csv' });
  expect(data).toBe('1\n');
});

test.each([
  ["return readText('nothing.csv');", /load cannot read .*nothing\.csv: there is no such file\.$/],
  ["return readText('.');", /load cannot read .*: it is no file\.$/],
  ["return readJson('curve.csv');", /load cannot read curve\.csv as JSON: .*\.$/],
  ['return { now: () => 1 };', /what load returned cannot be handed to the loop \(.*\): return plain data/],
  ["throw new Error('no model');", /loads-\d+\.ts:6:11: load threw: no model\. The strategy was not started\.$/],
])('%s is told in a sentence', async (body, sentence) => {
  write('curve.csv', CURVE);
  const failure = await loaded(body).catch((error) => error);
  expect(failure).toMatchObject({ code: 'ERR_STRATEGY_DATA', message: expect.stringMatching(sentence) });
});

test('time is asked of nobody there either', async () => {
  await expect(loaded('return Date.now();')).rejects.toMatchObject({
    code: 'ERR_STRATEGY_AMBIENT',
    message: expect.stringMatching(/loads-\d+\.ts:6:\d+: Date\.now\(\) .*ctx\.now/),
  });
});

test('a strategy without load has no data, and is not run to find that out', async () => {
  const file = write('throws.ts', "throw new Error('evaluated');\nexport default 1;");
  const bundle = await bundleStrategy(file, folder);
  expect(await loadData({ bundle, params: {} })).toEqual({ data: undefined, files: [] });
});

test('ctx.data has the type that load returns', () => {
  defineStrategy({
    name: 'typed',
    params: { path: param.string('x') },
    load: async ({ params, readText }) => ({ lines: (await readText(params.path)).split('\n') }),
    setup(ctx) {
      expectTypeOf(ctx.data).toEqualTypeOf<{ lines: string[] }>();
    },
  });
  defineStrategy({
    name: 'none',
    setup(ctx) {
      expectTypeOf(ctx.data).toEqualTypeOf<undefined>();
    },
  });
});
