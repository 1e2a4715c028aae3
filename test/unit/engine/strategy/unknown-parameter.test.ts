import { expect, it } from 'vitest';
import { type Context, defineStrategy, param } from '../../../../engine/index.ts';
import { testEngine } from '../../../support/engine/test-engine.ts';

const setupWith = (setup: (ctx: Context) => void) => {
  const definition = defineStrategy({
    name: 'reader',
    params: { quantity: param.integer(5), note: param.string('') },
    setup: (ctx) => setup(ctx as never),
  });
  return testEngine([definition]).engine.stats().strategies[0]?.fault;
};

it('a parameter that the strategy does not declare is refused when it is read', () => {
  const fault = setupWith(({ params }) => void (params as { quantty?: number }).quantty);
  expect(fault?.message).toBe('There is no parameter quantty; did you mean quantity?');
  expect(fault?.stack).toContain('unknown-parameter.test.ts');
});

it('those that it declares are read, listed, spread and serialised as of any object', () => {
  const seen: unknown[] = [];
  expect(
    setupWith(({ params }) => {
      seen.push(params.quantity, Object.keys(params), { ...params }, JSON.stringify(params), String(params));
      seen.push('quantity' in params, Object.hasOwn(params, 'quantty'));
      expect(params).toEqual({ quantity: 5, note: '' });
    }),
  ).toBeNull();
  const both = { quantity: 5, note: '' };
  expect(seen).toEqual([5, ['quantity', 'note'], both, JSON.stringify(both), '[object Object]', true, false]);
});
