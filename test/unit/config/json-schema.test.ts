import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../app/config/index.ts';
import { packageRoot } from '../../../native/paths.ts';

const file = join(packageRoot, 'docs/reference/configuration.schema.json');
const holds = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(file, 'utf8')));

/** Every YAML example of the documents that is about the configuration: those of other files have other keys. */
const examples = ['README.md', ...globSync('docs/**/*.md', { cwd: packageRoot })].flatMap((page) =>
  [...readFileSync(join(packageRoot, page), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map(([, text], index) => ({ name: `${page}, example ${index + 1}`, value: parse(text as string) }))
    .filter(({ value }) => value !== null && Object.keys(value).every((key) => key in configSchema.shape)),
);

/** What stands for a secret, or for anything else, is no address and no number; the program looks behind it. */
const resolved = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/\$\{(?:ENV|FILE):[^}]+\}/g, 'secret'));
const accepts = (value: unknown): boolean => configSchema.safeParse(resolved(value)).success;

describe("the configuration's JSON Schema", () => {
  it.each(examples)('and the program agree about $name', ({ value }) => {
    expect({ value, holds: holds(value) }).toEqual({ value, holds: accepts(value) });
    const unknown = { ...value, riks: {} };
    expect([holds(unknown), accepts(unknown)]).toEqual([false, false]);
  });

  it('holds most of the examples: the others are parts', () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(examples.filter(({ value }) => holds(value)).length).toBeGreaterThan(examples.length / 2);
  });

  it.each([
    { loop: { idle: 'spinn' } },
    { loop: { stallMs: 5 } },
    { risk: { maxQuantity: 'many' } },
    { strategies: [{ params: {} }] },
    { strategies: [{ source: 'a', params: { deep: { er: 1 } } }] },
    { feeds: [{}, {}] },
  ])('refuses what the program refuses: %j', (value) => {
    expect([holds(value), accepts(value)]).toEqual([false, false]);
  });

  it('lets a reference stand where text has a form', () => {
    const price = (maxPrice: string) => ({ instruments: { AAPL: { tickSize: maxPrice } } });
    expect([holds(price('0.01')), holds(price('a cent')), holds(price(`\${ENV:TICK}`))]).toEqual([true, false, true]);
  });
});
