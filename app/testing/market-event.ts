/** What happens in a market, said by a test: each a few messages of the feed. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { parsePrice } from '../../engine/strategy/params.ts';

/** Prices of TotalView-ITCH have four decimals. */
export const FEED_PRICE_SCALE = 10_000;

/** A price level: decimal text and shares. */
export type Level = readonly [price: string, size: number];

/** Best first; a side that is left out is empty. */
export interface BookSides {
  readonly bids?: readonly Level[];
  readonly asks?: readonly Level[];
}

interface PricedLevel {
  /** In 1/{@link FEED_PRICE_SCALE}. */
  readonly price: number;
  readonly size: number;
}

/** One thing that happens in a market: see {@link book}, {@link trade}, {@link take}, {@link halt}, {@link resume}. */
export type MarketEvent = { readonly symbol: string } & (
  | { readonly kind: 'book'; readonly bids: readonly PricedLevel[]; readonly asks: readonly PricedLevel[] }
  | { readonly kind: 'trade'; readonly price: number; readonly size: number }
  | { readonly kind: 'take'; readonly from: 'bids' | 'asks'; readonly size: number }
  | { readonly kind: 'halt' }
  | { readonly kind: 'resume' }
);

/** The whole book of a symbol from here on. Each level that differs from the one before is one message of the feed. */
export const book = (symbol: string, { bids = [], asks = [] }: BookSides): MarketEvent => ({
  kind: 'book',
  symbol: checkedSymbol(symbol),
  bids: levels(symbol, 'bids', bids),
  asks: levels(symbol, 'asks', asks),
});

/** A trade that the book does not show: two hidden orders met. */
export const trade = (symbol: string, price: string, size: number): MarketEvent => ({
  kind: 'trade',
  symbol: checkedSymbol(symbol),
  price: checkedPrice(symbol, price),
  size: checkedSize(symbol, size),
});

/** Somebody takes so many shares from the best of one side: one execution a level. */
export const take = (symbol: string, from: 'bids' | 'asks', size: number): MarketEvent => ({
  kind: 'take',
  symbol: checkedSymbol(symbol),
  from,
  size: checkedSize(symbol, size),
});

/** Trading in a symbol stops. */
export const halt = (symbol: string): MarketEvent => ({ kind: 'halt', symbol: checkedSymbol(symbol) });

/** Trading in a symbol goes on. */
export const resume = (symbol: string): MarketEvent => ({ kind: 'resume', symbol: checkedSymbol(symbol) });

const refuse = (sentence: string): never => {
  throw new HotlapError('ERR_TEST_MARKET', sentence, { exitStatus: 2 });
};

function levels(symbol: string, side: 'bids' | 'asks', given: readonly Level[]): PricedLevel[] {
  const priced = given.map(([price, size]) => ({
    price: checkedPrice(symbol, price),
    size: checkedSize(symbol, size),
  }));
  const better = side === 'bids' ? 1 : -1;
  const wrong = priced.findIndex(({ price }, index) => index > 0 && better * (priced[index - 1]!.price - price) <= 0);
  if (wrong > 0)
    refuse(
      `${side} of ${symbol}: ${given[wrong]?.[0]} stands behind ${given[wrong - 1]?.[0]}; write the best price first, each once.`,
    );
  return priced;
}

function checkedSymbol(symbol: string): string {
  return /^[\x21-\x7e]{1,8}$/.test(symbol)
    ? symbol
    : refuse(`${JSON.stringify(symbol)} is no symbol of the feed: it takes 1 to 8 characters without blanks.`);
}

function checkedPrice(symbol: string, text: string): number {
  const price = parsePrice(String(text), FEED_PRICE_SCALE);
  return price > 0 && price < 2 ** 31
    ? price
    : refuse(
        `${JSON.stringify(text)} is no price of ${symbol}: write it as text above zero with up to four decimals, '320.14'.`,
      );
}

function checkedSize(symbol: string, size: number): number {
  return Number.isSafeInteger(size) && size > 0 && size < 2 ** 31
    ? size
    : refuse(`${size} is no number of shares of ${symbol}: write a whole number above zero.`);
}
