import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../app/config/index.ts';
import { bundleStrategy, compileStrategy } from '../../app/strategy-loader/index.ts';
import { packageRoot } from '../../native/paths.ts';
import { orderStatesPage } from '../../tools/order-states-page.ts';
import { parquetPage } from '../../tools/parquet-page.ts';
import { commandLinePage, configurationPage, configurationSchema } from '../../tools/reference-pages.ts';

const page = (name: string): string => readFileSync(join(packageRoot, 'docs', 'reference', name), 'utf8');

test('the reference pages say what the program does: `npm run reference` writes them', () => {
  expect(page('configuration.md')).toBe(configurationPage());
  expect(page('configuration.schema.json')).toBe(configurationSchema());
  expect(page('command-line.md')).toBe(commandLinePage());
  expect(page('order-states.md')).toBe(orderStatesPage());
  expect(page('parquet.md')).toBe(parquetPage());
});

test("the configuration page's example is one that is accepted", () => {
  const example = /```yaml\n(feeds:[\s\S]*?)```/.exec(page('configuration.md'))?.[1] as string;
  process.env.FIX_PASSWORD = 'secret';
  try {
    expect(parseConfig(example, 'engine.yaml').venues[0].password).toBe('secret');
  } finally {
    delete process.env.FIX_PASSWORD;
  }
});

test("the README's strategy loads", async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(packageRoot, 'README.md'), 'utf8'))?.[1] as string;
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-readme-'));
  writeFileSync(join(folder, 'lean.ts'), example);
  expect(compileStrategy(await bundleStrategy('./lean.ts', folder))().name).toBe('lean');
});
