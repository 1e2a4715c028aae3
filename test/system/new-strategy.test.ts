/** `hotlap new strategy`, in the repository; what a user does with it is test/system/tutorial.test.ts. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { demoRecording, testStrategy } from '../../app/testing/index.ts';
import { hotlap } from '../support/hotlap.ts';

const scratch = mkdtempSync(join(tmpdir(), 'hotlap-new-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function project(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'strategies'), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );

const make = (cwd: string, ...args: string[]) => hotlap(['new', 'strategy', ...args], { cwd });

test('an empty folder gets all that a strategy and its test need, and hears what comes next', async () => {
  const folder = join(scratch, 'My Desk');
  const { status, stdout } = await make(scratch, 'first', '--in', 'My Desk');
  expect(status).toBe(0);
  expect(stdout).toBe(
    [
      `Made in ${folder}:`,
      ...['package.json', 'tsconfig.json', 'strategies/first.ts', 'strategies/first.test.ts'].map(
        (file) => `  ${file}`,
      ),
      '',
      `Next, in ${folder}:`,
      '  npm install',
      `  npx hotlap replay ${demoRecording} --strategy ./strategies/first.ts`,
      '  node --test',
      '',
    ].join('\n'),
  );
  expect(JSON.parse(filesOf(folder)['package.json'] as string)).toMatchObject({ name: 'my-desk', type: 'module' });
});

test.each([
  ['commonjs', '{ "type": "commonjs" }', true],
  ['no type', '{}', true],
  ['module', '{ "type": "module" }', false],
])('in a project of %s nothing is written over, and the strategies are modules', async (name, packageJson, nested) => {
  const folder = project(name, { 'package.json': packageJson, 'tsconfig.json': '{}' });
  const { stdout } = await make(folder, 'first', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ kept: ['package.json', 'tsconfig.json'] });
  const before = filesOf(folder);
  expect(Object.keys(before).sort()).toEqual([
    'package.json',
    'strategies/first.test.ts',
    'strategies/first.ts',
    ...(nested ? ['strategies/package.json'] : []),
    'tsconfig.json',
  ]);
  expect(before).toMatchObject({ 'package.json': packageJson, 'tsconfig.json': '{}' });
  const again = await make(folder, 'first');
  expect(again).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/strategies\/first\.ts is there already, and nothing is written over/),
  });
  expect(filesOf(folder)).toEqual(before);
});

test.each([
  ['My First', /not `My First`. Would my-first do\?/],
  ['../first', /not `\.\.\/first`\. Would first do\?/],
  ['first.ts', /Would first-ts do\?/],
  ['imbalance-taker', /is one of the samples/],
  ['é', /a letter first, not `é`\./],
])('%s is no name', async (name, sentence) => {
  const folder = project('names');
  expect(await make(folder, name)).toMatchObject({ status: 2, stderr: expect.stringMatching(sentence) });
  expect(filesOf(folder)).toEqual({});
});

test('a folder that cannot be is a failure in a sentence', async () => {
  const { status, stderr } = await make(scratch, 'first', '--in', '/proc/nowhere');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^hotlap: \/proc\/nowhere\/package\.json cannot be written \(ENOENT\)/),
  });
});

test('the strategy, untouched, opens and closes a position on the bundled recording', async () => {
  const folder = project('trades');
  await make(folder, 'first');
  const run = await testStrategy(join(folder, 'strategies', 'first.ts'), demoRecording);
  const held: number[] = [0];
  for (const { side, quantity } of run.fills)
    held.push((held.at(-1) as number) + (side === 'buy' ? quantity : -quantity));
  expect(run.faults).toEqual([]);
  expect(held.some((quantity) => quantity > 0)).toBe(true);
  expect(held.indexOf(0, 1)).toBeGreaterThan(held.findIndex((quantity) => quantity > 0));
});
