import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as api from '../../../engine/index.ts';

const page = readFileSync(new URL('../../../docs/reference/operators.md', import.meta.url), 'utf8');

it('every operator that a strategy can import has its row', () => {
  const operators = Object.entries(api).flatMap(([name, value]) =>
    typeof value === 'function' && /^[a-z]/.test(name) && name !== 'defineStrategy' ? [name] : [],
  );
  expect(operators.length).toBeGreaterThan(18);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const name of operators)
    expect(
      rows.some((row) => row.includes(`\`${name}(`)),
      name,
    ).toBe(true);
});
