import type { FeedReceiver } from '../../native/index.ts';

/** The part of a receiver that an exchange needs. */
export type ExchangeFeed = Pick<FeedReceiver, 'subscribe' | 'setInterest' | 'levels' | 'queue'>;
/** The part of a receiver that an engine needs. */
export type EngineFeed = Pick<FeedReceiver, 'poll' | 'subscribe' | 'setInterest' | 'queue'>;

/**
 * Two faces of one receiver, for an engine and an exchange on the same thread (replay): each sets its own interest
 * in an instrument, the receiver is given the union, and neither wipes out the other's.
 * @param subscribeAs the receiver's symbol for one that the engine asks for
 */
export function shareFeed(
  feed: FeedReceiver,
  maxInstruments: number,
  subscribeAs: (symbol: string) => string = (symbol) => symbol,
): { engine: EngineFeed; exchange: ExchangeFeed } {
  const engine = new Uint8Array(maxInstruments);
  const exchange = new Uint8Array(maxInstruments);
  return {
    engine: new Face(feed, engine, exchange, subscribeAs),
    exchange: new Face(feed, exchange, engine, (symbol) => symbol),
  };
}

/** A class, so that V8 calls the same functions for every receiver. */
class Face implements EngineFeed, ExchangeFeed {
  readonly #feed: FeedReceiver;
  readonly #own: Uint8Array;
  readonly #other: Uint8Array;
  readonly #subscribeAs: (symbol: string) => string;

  constructor(feed: FeedReceiver, own: Uint8Array, other: Uint8Array, subscribeAs: (symbol: string) => string) {
    this.#feed = feed;
    this.#own = own;
    this.#other = other;
    this.#subscribeAs = subscribeAs;
  }

  poll(): number {
    return this.#feed.poll();
  }

  subscribe(symbol: string, interest: number): number {
    const handle = this.#feed.subscribe(this.#subscribeAs(symbol), 0);
    if (handle < 0) return handle;
    this.#apply(handle, this.#own[handle] | interest);
    return handle;
  }

  setInterest(handle: number, interest: number): void {
    if (this.#own[handle] !== interest) this.#apply(handle, interest);
  }

  levels(handle: number, side: number, out: Float64Array): number {
    return this.#feed.levels(handle, side, out);
  }

  queue(handle: number, side: number, price: number, out: Float64Array): number {
    return this.#feed.queue(handle, side, price, out);
  }

  #apply(handle: number, interest: number): void {
    this.#own[handle] = interest;
    this.#feed.setInterest(handle, interest | this.#other[handle]);
  }
}
