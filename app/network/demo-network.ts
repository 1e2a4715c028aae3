/** What the two processes of a demo meet over: this host's loopback, or a wire of their own between two namespaces. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { DEFAULT_FEED } from '../config/index.ts';
import type { DemoOptions, FeedSettings } from '../options.ts';
import { enterNamespace } from './namespace.ts';
import { feedRingFrames } from './ring-frames.ts';
import { makeVethPair } from './veth-pair.ts';

export interface DemoNetwork {
  /** As the engine's thread opens it. */
  readonly feed: FeedSettings;
  readonly venue: {
    /** Where it listens, and by which interface its feed leaves. */
    readonly address: string;
    readonly interface: string;
    /** Starts what is to be the venue. */
    start<Result>(work: () => Result): Result;
  };
  /** Brings the calling thread back, and removes what was made. */
  close(): void;
}

/**
 * The calling thread is the engine's side from then on, with all that it starts. Throws a HotlapError where a network of
 * our own is needed and cannot be made.
 */
export function openDemoNetwork(
  options: Pick<DemoOptions, 'feed' | 'pace' | 'messagesPerPacket' | 'onLog'>,
): DemoNetwork {
  const { feed } = options;
  return feed.bypass !== 'off' && feed.rx.includes('af_xdp') ? overVeth(options) : overLoopback(feed);
}

const overLoopback = (feed: FeedSettings): DemoNetwork => ({
  feed,
  venue: { address: '127.0.0.1', interface: feed.interface, start: (work) => work() },
  close: () => undefined,
});

/** An XDP program in the driver's place needs an interface whose driver takes one, and nobody else's traffic: a veth of our own. */
function overVeth({ feed, pace, messagesPerPacket, onLog }: Parameters<typeof openDemoNetwork>[0]): DemoNetwork {
  const { engine, venue, close } = makeOwn();
  const leave = enterNamespace(engine.namespace.path);
  if (feed.interface !== DEFAULT_FEED.interface) {
    onLog?.('info', `The demo has a network of its own for af_xdp: it leaves the interface ${feed.interface} alone.`);
  }
  const ringFrames = Math.max(feed.afXdp.ringFrames, feedRingFrames(pace, messagesPerPacket));
  return {
    feed: { ...feed, interface: engine.address, afXdp: { ...feed.afXdp, ringFrames } },
    venue: {
      address: venue.address,
      interface: venue.address,
      start: (work) => venue.namespace.inside(work),
    },
    close: () => {
      leave();
      close();
    },
  };
}

function makeOwn(): ReturnType<typeof makeVethPair> {
  try {
    return makeVethPair();
  } catch (error) {
    if (!(error instanceof HotlapError) || error.code !== 'ERR_NETWORK_PERMISSION') throw error;
    throw new HotlapError(
      error.code,
      '`hotlap demo` with af_xdp makes a network of its own, which only root may (in a container, with CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF): run it with sudo, or choose --rx shm or --rx kernel, which need no rights.',
      { cause: error },
    );
  }
}
