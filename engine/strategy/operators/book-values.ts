import type { ViewOperator } from '../borrowed-stream.ts';
import type { BookView } from '../views.ts';
import type { Scalar } from './scalar.ts';
import { select } from './select.ts';
import { checkedWindow } from './stateful-operator.ts';

/**
 * (bid shares - ask shares) / (bid shares + ask shares) of the best `levels` of a book, from -1 to 1; NaN while a side is
 * empty.
 */
export const imbalance = (levels = 1): ViewOperator<BookView, Scalar> => {
  checkedWindow('imbalance', levels);
  // Sums in place: a fraction in a closure's variable would be a heap number.
  const sums = new Float64Array(2);
  return select<BookView>((book, out) => {
    sums.fill(0);
    for (let level = 0; level < levels && level < book.bidLevels; level += 1)
      sums[0] = (sums[0] as number) + book.bidSize(level);
    for (let level = 0; level < levels && level < book.askLevels; level += 1)
      sums[1] = (sums[1] as number) + book.askSize(level);
    const bid = sums[0] as number;
    const ask = sums[1] as number;
    if (bid > 0 && ask > 0) out.set((bid - ask) / (bid + ask));
  });
};

/** The best prices weighed by the other side's shares: nearer to the side that has fewer. NaN while a side is empty. */
export const microprice = (): ViewOperator<BookView, Scalar> =>
  select<BookView>((book, out) => {
    const bidSize = book.bidSize(0);
    const askSize = book.askSize(0);
    out.set((book.bidPrice(0) * askSize + book.askPrice(0) * bidSize) / (bidSize + askSize));
  });

/** Best ask less best bid, in the price's unit; NaN while a side is empty. */
export const spread = (): ViewOperator<BookView, Scalar> =>
  select<BookView>((book, out) => out.set(book.askPrice(0) - book.bidPrice(0)));
