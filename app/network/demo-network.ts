/** What the two processes of a demo meet over: this host's loopback, shared memory, or a wire of their own between two namespaces. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { FeedTransmit } from '../../native/index.ts';
import type { PassedOver } from '../../report/run-result.ts';
import { DEFAULT_FEED } from '../config/index.ts';
import type { DemoOptions, FeedSettings, ReceiveBackend } from '../options.ts';
import { candidatesOf, exclusionOf, type LiveFeed, noneOpens, refusalOf } from '../transport/candidates.ts';
import { enterNamespace } from './namespace.ts';
import { feedRingFrames } from './ring-frames.ts';
import { makeShmWire } from './shm-wire.ts';
import { makeVethPair, type VethPair } from './veth-pair.ts';

type NetworkOptions = Pick<DemoOptions, 'feed' | 'pace' | 'messagesPerPacket' | 'onLog'>;

export interface DemoNetwork {
  /** As the engine's thread opens it, by what can be had over this network. */
  readonly feed: LiveFeed;
  readonly venue: {
    /** Where it listens, and by which interface its feed leaves. */
    readonly address: string;
    readonly interface: string;
    /** How its feed leaves; absent: through the kernel. */
    readonly transmit?: FeedTransmit;
    /** Starts what is to be the venue. */
    start<Result>(work: () => Result): Result;
  };
  /** Brings the calling thread back, and removes what was made. */
  close(): void;
}

/**
 * For the first receive transport of the list whose network can be made. The calling thread is the engine's side from
 * then on, with all that it starts. Throws a HotlapError that names every candidate where there is none.
 */
export function openDemoNetwork(options: NetworkOptions): DemoNetwork {
  const { feed } = options;
  const passedOver: PassedOver[] = [];
  const candidates = candidatesOf(feed);
  for (const [index, { backend, excluded }] of candidates.entries()) {
    if (excluded !== undefined) {
      passedOver.push(exclusionOf(backend, excluded));
      continue;
    }
    try {
      const later = candidates.slice(index + 1).map((each) => each.backend);
      switch (backend) {
        case 'af_xdp':
          return overVeth(options, later, passedOver);
        case 'shm':
          return overShm(options, passedOver);
        case 'kernel':
          return overLoopback(feed, passedOver);
      }
    } catch (error) {
      passedOver.push(refusalOf(backend, error));
    }
  }
  throw noneOpens(feed, passedOver);
}

const overLoopback = (feed: FeedSettings, passedOver: readonly PassedOver[]): DemoNetwork => ({
  feed: { ...feed, rx: ['kernel'], passedOver },
  venue: { address: '127.0.0.1', interface: feed.interface, start: (work) => work() },
  close: () => undefined,
});

function overShm(options: NetworkOptions, passedOver: readonly PassedOver[]): DemoNetwork {
  const { feed } = options;
  const ringFrames = Math.max(feed.shm.ringFrames, feedRingFrames(options));
  const { shm, transmit, close } = makeShmWire({ ...feed, shm: { ...feed.shm, ringFrames } });
  const loopback = overLoopback(feed, passedOver);
  return { feed: { ...loopback.feed, rx: ['shm'], shm }, venue: { ...loopback.venue, transmit }, close };
}

/** An XDP program in a driver needs an interface whose driver takes one, and on it nobody else's traffic: a veth of our own. */
function overVeth(
  options: NetworkOptions,
  later: readonly ReceiveBackend[],
  passedOver: readonly PassedOver[],
): DemoNetwork {
  const { feed, onLog } = options;
  const { engine, venue, close } = makeOwn();
  const leave = enterOr(close, engine.namespace.path);
  if (feed.interface !== DEFAULT_FEED.interface) {
    onLog?.('info', `The demo has a network of its own for af_xdp: it leaves the interface ${feed.interface} alone.`);
  }
  const ringFrames = Math.max(feed.afXdp.ringFrames, feedRingFrames(options));
  return {
    feed: {
      ...feed,
      // The kernel's sockets can have what comes over this wire, too.
      rx: ['af_xdp', ...later],
      unserved: { shm: "the demo's venue sends over its wire of af_xdp" },
      passedOver,
      interface: engine.address,
      afXdp: { ...feed.afXdp, ringFrames },
    },
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

/** The next of the list may serve: nothing of this one is left then. */
function enterOr(giveUp: () => void, path: string): () => void {
  try {
    return enterNamespace(path);
  } catch (error) {
    giveUp();
    throw error;
  }
}

function makeOwn(): VethPair {
  try {
    return makeVethPair();
  } catch (error) {
    if (!(error instanceof HotlapError) || error.code !== 'ERR_NETWORK_PERMISSION') throw error;
    throw new HotlapError(
      error.code,
      'a demo with af_xdp makes a network of its own, which only root may (in a container with CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF): run it with sudo, or choose shm or kernel, which need no rights.',
      { cause: error },
    );
  }
}
