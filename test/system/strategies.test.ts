/** `hotlap strategies`: what there is to run, and what it takes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shippedStrategies } from '../../app/strategy-loader/index.ts';
import type { StrategiesResult } from '../../report/strategy-listing.ts';
import { hotlap } from '../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-strategies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const strategies = (...args: string[]) => hotlap(['strategies', ...args], { cwd: folder });

const MINE = `
import { defineStrategy, param } from 'hotlap';
export default defineStrategy({
  name: 'mine',
  description: 'Waits.',
  params: {
    limit: param.price('320.14', { min: '1', max: '400.5', live: true, description: 'Not above.' }),
    on: param.boolean(true),
  },
});
`;

mkdirSync(join(folder, 'strategies'));
writeFileSync(join(folder, 'strategies', 'mine.ts'), MINE);
writeFileSync(join(folder, 'strategies', 'mine.test.ts'), 'throw new Error("a test is no strategy")');
writeFileSync(join(folder, 'strategies', 'broken.ts'), "import 'node:fs';\n");
writeFileSync(join(folder, 'other.ts'), MINE);
writeFileSync(join(folder, 'engine.yaml'), 'strategies: [{ source: ./other.ts }, { source: latency-probe }]\n');

test('every shipped sample has a description, and one for each parameter', async () => {
  const { stdout } = await strategies('--json');
  const listed = (JSON.parse(stdout) as StrategiesResult).strategies.filter(({ from }) => from === 'sample');
  expect(listed.map(({ name }) => name)).toEqual(shippedStrategies());
  const undescribed = listed.flatMap(({ name, description, parameters }) => [
    ...(description === '' ? [name] : []),
    ...parameters.filter((parameter) => !parameter.description).map((parameter) => `${name} ${parameter.name}`),
  ]);
  expect(undescribed).toEqual([]);
});

test('those of the folder and of a configuration are listed as well, each file once; one that is broken says why', async () => {
  const { stdout, status } = await strategies('--config', 'engine.yaml', '--json');
  const listed = (JSON.parse(stdout) as StrategiesResult).strategies;
  expect(status).toBe(0);
  expect(listed.map(({ from, source }) => `${from} ${source}`)).toEqual([
    'configuration ./other.ts',
    'configuration latency-probe',
    ...shippedStrategies()
      .filter((name) => name !== 'latency-probe')
      .map((name) => `sample ${name}`),
    'folder ./strategies/broken.ts',
    'folder ./strategies/mine.ts',
  ]);
  expect(listed.at(-2)).toMatchObject({
    problem: expect.stringMatching(/^strategies\/broken\.ts:1:\d+: a strategy cannot import node:fs/),
  });
});

test('one of them, as data and for people', async () => {
  const { stdout } = await strategies('./strategies/mine.ts', '--json');
  expect(JSON.parse(stdout).strategies).toEqual([
    {
      name: 'mine',
      source: './strategies/mine.ts',
      file: join(folder, 'strategies', 'mine.ts'),
      from: 'argument',
      description: 'Waits.',
      parameters: [
        {
          name: 'limit',
          kind: 'price',
          default: '320.1400',
          live: true,
          min: 1,
          max: 400.5,
          description: 'Not above.',
        },
        { name: 'on', kind: 'boolean', default: true, live: false },
      ],
    },
  ]);
  expect((await strategies('./strategies/mine.ts')).stdout).toBe(`./strategies/mine.ts
  Waits.
  parameter  kind      default  range
  limit      price    320.1400  1 to 400.5  live   Not above.
  on         boolean      true              fixed
`);
});

test('one that is not there, or broken, is a failure in a sentence', async () => {
  expect(await strategies('imbalance-takr')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/Did you mean imbalance-taker\?/),
  });
  expect(await strategies('./strategies/broken.ts')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/broken\.ts:1:/),
  });
});
