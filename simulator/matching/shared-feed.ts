import type { FeedReceiver } from '../../native/index.ts';

/** The part of a receiver that an exchange needs. */
export type ExchangeFeed = Pick<FeedReceiver, 'subscribe' | 'setInterest' | 'levels' | 'queue'>;
/** The part of a receiver that an engine needs. */
export type EngineFeed = Pick<FeedReceiver, 'poll' | 'subscribe' | 'setInterest'>;

/**
 * Two faces of one receiver, for an engine and an exchange on the same thread (replay): each sets its own interest
 * in an instrument, the receiver is given the union, and neither wipes out the other's.
 */
export function shareFeed(feed: FeedReceiver, maxInstruments: number): { engine: EngineFeed; exchange: ExchangeFeed } {
  const wanted = [new Uint8Array(maxInstruments), new Uint8Array(maxInstruments)];
  const apply = (handle: number): void => feed.setInterest(handle, wanted[0][handle] | wanted[1][handle]);
  const face = (own: Uint8Array) => ({
    subscribe(symbol: string, interest: number): number {
      const handle = feed.subscribe(symbol, 0);
      if (handle < 0) return handle;
      own[handle] |= interest;
      apply(handle);
      return handle;
    },
    setInterest(handle: number, interest: number): void {
      if (own[handle] === interest) return;
      own[handle] = interest;
      apply(handle);
    },
  });
  return {
    engine: { ...face(wanted[0]), poll: () => feed.poll() },
    exchange: {
      ...face(wanted[1]),
      levels: (handle, side, out) => feed.levels(handle, side, out),
      queue: (handle, side, price, out) => feed.queue(handle, side, price, out),
    },
  };
}
