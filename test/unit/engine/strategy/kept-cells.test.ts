import { expect, test } from 'vitest';
import { KeptCells } from '../../../../engine/strategy/kept-cells.ts';

test('the next version goes on with a copy of the same numbers', () => {
  const old = new KeptCells();
  const numbers = old.take('spread', 'ema(20)', 2);
  numbers.set([1.5, 2.5]);
  const next = new KeptCells(old.numbers);
  const taken = next.take('spread', 'ema(20)', 2);
  expect([...taken]).toEqual([1.5, 2.5]);
  taken[0] = 9;
  expect(numbers[0], 'the old version trades on if the new one is refused').toBe(1.5);
});

test('what does not fit is refused, by its name and both shapes', () => {
  const old = new KeptCells();
  old.take('spread', 'ema(20)', 2);
  expect(() => new KeptCells(old.numbers).take('spread', 'ema(30)', 2)).toThrow(
    /'spread' was ema\(20\) and is ema\(30\)/,
  );
  expect(() => new KeptCells(old.numbers).take('spread', 'ema(20)', 3)).toThrow(/do not fit/);
});

test('a name belongs to one', () => {
  const cells = new KeptCells();
  cells.take('spread', 'ema(20)', 2);
  expect(() => cells.take('spread', 'ema(20)', 2)).toThrow(/Two keep their numbers as 'spread'/);
});

test('what nobody takes over is named', () => {
  const old = new KeptCells();
  old.take('spread', 'ema(20)', 2);
  old.take('mid', 'ema(5)', 2);
  const next = new KeptCells(old.numbers);
  next.take('mid', 'ema(5)', 2);
  expect(next.left).toEqual(['spread']);
});
