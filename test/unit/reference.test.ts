import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../app/config/index.ts';
import { packageRoot } from '../../native/paths.ts';
import { commandLinePage, configurationPage } from '../../tools/reference-pages.ts';

const page = (name: string): string => readFileSync(join(packageRoot, 'docs', 'reference', name), 'utf8');

test('the reference pages say what the program does: `npm run reference` writes them', () => {
  expect(page('configuration.md')).toBe(configurationPage());
  expect(page('command-line.md')).toBe(commandLinePage());
});

test("the configuration page's example is one that is accepted", () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page('configuration.md'))?.[1] as string;
  process.env.FIX_PASSWORD = 'secret';
  try {
    expect(parseConfig(example, 'engine.yaml').venues[0].password).toBe('secret');
  } finally {
    delete process.env.FIX_PASSWORD;
  }
});
