/** The drawing of the shared memory is made twice, for two languages: both files are read here and compared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as layout from '../../../native/layout.ts';
import { packageRoot } from '../../../native/paths.ts';

type Drawing = Map<string, number>;

/** Words that are macros or keywords in C++ carry an underscore there. */
const plain = (name: string): string => name.replace(/_$/, '').replaceAll('_', '').toLowerCase();

function cppDrawing(): Drawing {
  const text = readFileSync(join(packageRoot, 'native/src/core/ring/layout.h'), 'utf8');
  const drawing: Drawing = new Map();
  let group = '';
  for (const line of text.split('\n')) {
    const namespace = /^namespace (\w+) \{/.exec(line);
    if (namespace) group = `${plain(namespace[1]!)}.`;
    if (/^\}\s*\/\/ namespace/.test(line)) group = '';
    const constant = /^inline constexpr int (\w+) = (-?\d+);/.exec(line);
    if (constant) drawing.set(group + plain(constant[1]!), Number(constant[2]));
  }
  return drawing;
}

function tsDrawing(): Drawing {
  const drawing: Drawing = new Map();
  for (const [name, value] of Object.entries(layout)) {
    if (typeof value === 'number') drawing.set(plain(name), value);
    if (typeof value !== 'object') continue;
    for (const [field, number] of Object.entries(value)) drawing.set(`${plain(name)}.${plain(field)}`, number);
  }
  return drawing;
}

test('layout.h and layout.ts draw the same memory', () => {
  const sorted = (drawing: Drawing) => Object.fromEntries([...drawing].sort());
  expect(cppDrawing().size).toBeGreaterThan(100);
  expect(sorted(cppDrawing())).toEqual(sorted(tsDrawing()));
});

test('no two slots of one drawing overlap', () => {
  for (const drawing of [{ ...layout.TICK, ...layout.DETAIL }, layout.CELL, layout.STREAM, layout.HISTOGRAM]) {
    const slots = Object.values(drawing);
    expect(new Set(slots).size).toBe(slots.length);
  }
  expect(Math.max(...Object.values({ ...layout.TICK, ...layout.DETAIL }))).toBeLessThan(layout.RECORD_DOUBLES);
  expect(Math.max(...Object.values(layout.CELL))).toBeLessThan(layout.CELLS_DOUBLES);
});
