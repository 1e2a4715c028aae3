import { describe, expect, it } from 'vitest';
import { book, halt, marbles, take, trade } from '../../../app/testing/index.ts';

const quiet = book('AAPL', { bids: [['320.00', 100]], asks: [['320.01', 100]] });

describe('marbles', () => {
  it('are RxJS diagrams in which a frame is a millisecond', () => {
    const table = { a: quiet, b: [trade('AAPL', '320.01', 10), halt('AAPL')] };
    const { frames, endMs } = marbles(' a-b 100ms (aa) |', table);
    expect(frames.map(({ ms, events }) => [ms, events.map(({ kind }) => kind)])).toEqual([
      [0, ['book']],
      [2, ['trade', 'halt']],
      [103, ['book']],
      [103, ['book']],
    ]);
    expect(endMs).toBe(107);
  });

  it('without an end leave room for answers', () => {
    expect(marbles('-----a', { a: quiet }).endMs).toBe(15);
  });

  it.each([
    ['a-x', /cannot be used: its `x` is not in the table, which has a, b\.$/],
    ['a#', /has no error `#`/],
    ['a!', /cannot be used: .*unsubscription marker/],
  ])('%s is refused in a sentence', (diagram, sentence) => {
    expect(() => marbles(diagram, { a: quiet, b: quiet })).toThrow(
      expect.objectContaining({ code: 'ERR_TEST_MARBLES', message: expect.stringMatching(sentence) }),
    );
  });
});

describe('a market', () => {
  it.each([
    [
      () =>
        book('AAPL', {
          bids: [
            ['320.00', 1],
            ['320.01', 1],
          ],
        }),
      /bids of AAPL: 320\.01 stands behind 320\.00; write the best price first/,
    ],
    [
      () =>
        book('AAPL', {
          asks: [
            ['320.00', 1],
            ['320.00', 1],
          ],
        }),
      /asks of AAPL: 320\.00 stands behind 320\.00/,
    ],
    [() => book('AAPL', { asks: [['320.00001', 1]] }), /"320\.00001" is no price of AAPL/],
    [() => book('AAPL', { asks: [['320', 0.5]] }), /0\.5 is no number of shares of AAPL/],
    [() => take('TOOLONGNAME', 'bids', 1), /"TOOLONGNAME" is no symbol/],
  ])('that cannot be is refused in a sentence: %s', (make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'ERR_TEST_MARKET', message: expect.stringMatching(sentence) }),
    );
  });
});
