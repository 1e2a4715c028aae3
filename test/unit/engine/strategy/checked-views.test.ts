import { describe, expect, it } from 'vitest';
import { type BookView, defineStrategy, snapshot } from '../../../../engine/index.ts';
import type { StrategyDefinition } from '../../../../engine/strategy/define-strategy.ts';
import { quote } from '../../../support/engine/fake-feed.ts';
import { testEngine } from '../../../support/engine/test-engine.ts';

type Plain = StrategyDefinition<Record<never, never>>;

const faultOf = (definition: Plain, checkViews: boolean) => {
  const { engine, feed, settle } = testEngine([definition], { checkViews });
  feed.push(quote('AAPL', 100, 5, 200, 6), quote('AAPL', 101, 5, 200, 6), { kind: 14 }, { kind: 14 });
  settle();
  return engine.stats().strategies[0]?.fault;
};

/** Keeps what it is handed, and reads it at the next event. */
const keepers: [string, () => Plain][] = [
  [
    'book',
    () => {
      let kept: BookView | undefined;
      const onBook = (book: BookView): void => {
        if (kept !== undefined && kept.bidPrice(0) === book.bidPrice(0)) return;
        kept = book;
      };
      return { name: 'keeps', setup: (ctx) => void ctx.instrument('AAPL'), onBook };
    },
  ],
  [
    'tick',
    () => {
      const kept: { price: number }[] = [];
      return {
        name: 'keeps',
        setup: (ctx) =>
          void ctx.instrument('AAPL').tick$.subscribe((tick) => {
            kept.push(tick);
            kept.at(-2)?.price;
          }),
      };
    },
  ],
  [
    'feed',
    () => {
      const kept: { sequence: number }[] = [];
      return {
        name: 'keeps',
        onFeed(feed) {
          kept.push(feed);
          kept.at(-2)?.sequence;
        },
      };
    },
  ],
];

describe('with checks, a view that is read after its event throws where it is read', () => {
  it.each(keepers)('%s', (name, keeper) => {
    const fault = faultOf(keeper(), true);
    expect(fault?.message).toBe(
      `A ${name} view is read after its event is over: keep its snapshot(), or the numbers you need, never the view.`,
    );
    expect(fault?.stack).toContain('checked-views.test.ts');
  });

  it.each(keepers)('without, nothing is checked: %s', (_name, keeper) => {
    expect(faultOf(keeper(), false)).toBeNull();
  });

  it('what is read in time, a snapshot that is kept, and the book of an instrument at any time are fine', () => {
    const seen: unknown[] = [];
    const definition = defineStrategy({
      name: 'careful',
      setup(ctx) {
        const stock = ctx.instrument('AAPL');
        const kept: { bids: readonly { price: number }[] }[] = [];
        stock.book$.pipe(snapshot()).subscribe((book) => {
          kept.push(book);
          seen.push(kept[0]?.bids[0]?.price, stock.book.bidPrice(0));
        });
      },
      onTick: (tick) => void seen.push(tick.bid, tick.snapshot().ask),
    });
    expect(faultOf(definition, true)).toBeNull();
    expect(seen).toEqual([100, 200, 100, 100, 101, 200, 100, 101]);
  });
});
