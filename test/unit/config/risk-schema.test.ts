import { expect, it } from 'vitest';
import { parseConfig } from '../../../app/config/index.ts';
import { createLimits, LimitTable } from '../../../engine/risk/limits.ts';

const risk = (yaml: string) => parseConfig(`risk:\n${yaml}`, 'engine.yaml').risk;

it('takes limits of firm, session, strategies and symbols as the engine does', () => {
  const limits = risk(
    '  maxQuantity: 500\n  maxNotional: null\n  session: {ordersPerSecond: 7}\n  strategies:\n    a: {maxLoss: 10}\n  symbols:\n    GME: {restricted: true}\n',
  );
  const table = new LimitTable(createLimits(1, 2), ['a']);
  table.configure(limits);
  expect(table.get({ of: 'firm' }, 'maxQuantity')).toBe(500);
  expect(table.get({ of: 'firm' }, 'maxNotional')).toBe(null);
  expect(table.get({ of: 'firm' }, 'collar')).toBe(0.05);
  expect(table.get({ of: 'session' }, 'ordersPerSecond')).toBe(7);
  expect(table.get({ of: 'strategy', name: 'a' }, 'maxLoss')).toBe(10);
  expect(table.get({ of: 'strategy', name: 'a' }, 'ordersPerSecond')).toBe(500);
  expect(table.get({ of: 'symbol', name: 'GME' }, 'restricted')).toBe(1);
});

it('means the same by no configuration as the engine does', () => {
  const configured = new LimitTable(createLimits(1, 2), ['a']);
  const plain = new LimitTable(createLimits(1, 2), ['a']);
  configured.configure(parseConfig('{}', 'engine.yaml').risk);
  plain.configure({});
  expect(configured.entries()).toEqual(plain.entries());
});

it.each([
  ['  maxQuantiti: 5\n', /engine\.yaml:2: unknown key `maxQuantiti` in risk\. Did you mean `maxQuantity`\?/],
  [
    '  symbols:\n    GME: {restrictd: true}\n',
    /unknown key `restrictd` in risk\.symbols\.GME\. Did you mean `restricted`\?/,
  ],
  ['  symbols:\n    GME: {maxGross: 5}\n', /unknown key `maxGross` in risk\.symbols\.GME/],
  ['  symbols:\n    TOOLONGFORASYMBOL: {restricted: true}\n', /symbol/],
  ['  maxQuantity: -1\n', /maxQuantity/],
  ['  reduceOnly: 1\n', /reduceOnly/],
])('refuses %j with the place', (yaml, message) => {
  expect(() => risk(yaml)).toThrow(message);
});
