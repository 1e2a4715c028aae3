import { describe, expect, it } from 'vitest';
import { param } from '../../../engine/index.ts';
import { parseParams } from '../../../engine/strategy/params.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';

const specs = {
  symbol: param.symbol('AAPL'),
  quantity: param.integer(100, { min: 1, max: 1_000, live: true }),
  enter: param.number(0.65, { min: 0, max: 1 }),
  limit: param.price('320.14', { min: '0.01' }),
  aggressive: param.boolean(false),
  note: param.string(''),
};

describe('parameters', () => {
  it('have defaults, and read text as the command line gives it', () => {
    expect(parseParams(specs, {})).toEqual({
      symbol: 'AAPL',
      quantity: 100,
      enter: 0.65,
      limit: 3_201_400,
      aggressive: false,
      note: '',
    });
    const given = { symbol: 'BRK.A', quantity: '250', enter: '.5', limit: '1.5', aggressive: 'true', note: '7' };
    expect(parseParams(specs, given)).toEqual({
      symbol: 'BRK.A',
      quantity: 250,
      enter: 0.5,
      limit: 15_000,
      aggressive: true,
      note: '7',
    });
  });

  it.each([
    [{ quantity: '0' }, 'Parameter quantity must be at least 1, not "0".'],
    [{ quantity: 1.5 }, 'Parameter quantity must be a whole number, not 1.5.'],
    [{ quantity: '' }, 'Parameter quantity must be a number, not "".'],
    [{ quantity: true }, 'Parameter quantity must be a number, not true.'],
    [{ enter: '1.01' }, 'Parameter enter must be at most 1, not "1.01".'],
    [{ enter: 'NaN' }, 'Parameter enter must be a number, not "NaN".'],
    [{ limit: '0.00' }, 'Parameter limit must be at least 0.01, not "0.00".'],
    [{ limit: '1.23456' }, 'Parameter limit must be a price like 320.14, not "1.23456".'],
    [{ aggressive: 'yes' }, 'Parameter aggressive must be true or false, not "yes".'],
    [{ symbol: 'A B' }, 'Parameter symbol must be a symbol of 1 to 16 printable characters, not "A B".'],
    [{ qty: 1 }, 'There is no parameter qty; the strategy has: symbol, quantity, enter, limit, aggressive, note.'],
    [
      { toString: 1 },
      'There is no parameter toString; the strategy has: symbol, quantity, enter, limit, aggressive, note.',
    ],
  ])('%j: %s', (given, sentence) => {
    expect(() => parseParams(specs, given as never)).toThrow(sentence);
  });

  it('a default out of its own bounds is refused as well', () => {
    expect(() => parseParams({ size: param.integer(0, { min: 1 }) }, {})).toThrow('The default of parameter size');
  });
});

it('a file without a strategy is refused with a sentence', () => {
  expect(() => strategyBundle(undefined as never)).toThrow('no default export made by defineStrategy');
  expect(() => strategyBundle({ name: 'a b' })).toThrow('A strategy needs a name');
});
