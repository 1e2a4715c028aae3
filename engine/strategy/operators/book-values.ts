import type { ViewOperator } from '../borrowed-stream.ts';
import type { BookView } from '../views.ts';
import { checkedWindow } from './checked-window.ts';
import { reading } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

class Imbalance extends Step<BookView> {
  private readonly levels: number;

  constructor(levels: number) {
    super(0);
    this.levels = levels;
  }

  override next(_numbers: Float64Array, _at: number, book: BookView): boolean {
    const { levels } = this;
    let bid = 0;
    for (let level = 0; level < levels && level < book.bidLevels; level += 1) bid += book.bidSize(level);
    let ask = 0;
    for (let level = 0; level < levels && level < book.askLevels; level += 1) ask += book.askSize(level);
    wire[0] = bid > 0 && ask > 0 ? (bid - ask) / (bid + ask) : Number.NaN;
    return true;
  }
}

class Microprice extends Step<BookView> {
  override next(_numbers: Float64Array, _at: number, book: BookView): boolean {
    const bidSize = book.bidSize(0);
    const askSize = book.askSize(0);
    wire[0] = (book.bidPrice(0) * askSize + book.askPrice(0) * bidSize) / (bidSize + askSize);
    return true;
  }
}

class Spread extends Step<BookView> {
  override next(_numbers: Float64Array, _at: number, book: BookView): boolean {
    wire[0] = book.askPrice(0) - book.bidPrice(0);
    return true;
  }
}

/**
 * (bid shares - ask shares) / (bid shares + ask shares) of the best `levels` of a book, from -1 to 1; NaN while a side is
 * empty.
 */
export const imbalance = (levels = 1): ViewOperator<BookView, Scalar> => {
  checkedWindow('imbalance', levels);
  return reading(sharedStep(`imbalance(${levels})`, () => new Imbalance(levels)));
};

/** The best prices weighed by the other side's shares: nearer to the side that has fewer. NaN while a side is empty. */
export const microprice = (): ViewOperator<BookView, Scalar> =>
  reading(sharedStep('microprice', () => new Microprice(0)));

/** Best ask less best bid, in the price's unit; NaN while a side is empty. */
export const spread = (): ViewOperator<BookView, Scalar> => reading(sharedStep('spread', () => new Spread(0)));
