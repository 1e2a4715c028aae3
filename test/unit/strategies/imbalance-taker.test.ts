import { describe, expect, it } from 'vitest';
import imbalanceTaker from '../../../strategies/imbalance-taker.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { type TestEngine, testEngine } from '../../support/engine/test-engine.ts';

/** The touch with so many shares on each side. */
const touch = (bidSize: number, askSize: number) => quote('AAPL', 3_200_000, bidSize, 3_200_100, askSize);

const run = ({ feed, settle }: TestEngine, ...events: ReturnType<typeof touch>[]): void => {
  feed.push(...events);
  settle();
};

const sent = ({ gateway }: TestEngine): string[] =>
  gateway.sent.map(({ side, price, quantity, terms }) => `${side} ${quantity}@${price} tif ${terms}`);

describe('imbalance-taker', () => {
  it('buys at the ask on the crossing of `enter`, once, and sells at the bid on the crossing of `leave`', () => {
    const made = testEngine([imbalanceTaker]);
    run(made, touch(100, 100), touch(170, 100), touch(180, 100));
    expect(sent(made)).toEqual([]);
    run(made, touch(200, 100), touch(300, 100), touch(100, 100), touch(300, 100));
    expect(sent(made)).toEqual(['1 100@3200100 tif 3']);
    made.gateway.fill(1, 100, 3_200_100, 100, 0);
    made.settle();
    run(made, touch(300, 100), touch(100, 100), touch(99, 100), touch(50, 100));
    expect(sent(made)).toEqual(['1 100@3200100 tif 3', '2 100@3200000 tif 3']);
    made.gateway.fill(2, 100, 3_200_000, 100, 0);
    made.settle();
    run(made, touch(200, 100));
    expect(sent(made).length).toBe(3);
    expect(made.engine.stats().positions[0]).toMatchObject({ quantity: 0, realizedPnl: '-1.00' });
  });

  it('sells what it has, though it bought only a part', () => {
    const made = testEngine([imbalanceTaker], { values: { quantity: 500 } });
    run(made, touch(100, 100), touch(300, 100));
    made.gateway.fill(1, 120, 3_200_100, 120, 380);
    made.gateway.reply({ clOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 120, leavesQuantity: 0 });
    made.settle();
    run(made, touch(300, 100), touch(50, 100));
    expect(sent(made).at(-1)).toBe('2 120@3200000 tif 3');
  });

  it('does nothing on half a book', () => {
    const made = testEngine([imbalanceTaker]);
    run(
      made,
      touch(100, 100),
      quote('AAPL', 3_200_000, 100, Number.NaN, 0),
      quote('AAPL', Number.NaN, 0, 3_200_100, 9),
    );
    expect(sent(made)).toEqual([]);
  });

  it('says in the log why the venue refused', () => {
    const made = testEngine([imbalanceTaker]);
    run(made, touch(100, 100), touch(300, 100));
    made.gateway.reply({ clOrdOrdinal: 1, execType: '8', ordStatus: '8', text: () => 'closed' });
    made.settle();
    expect(made.engine.stats().orders).toMatchObject({ rejected: 1, open: 0 });
    expect(made.engine.stats().strategies[0]).toMatchObject({ state: 'running' });
  });
});
