/** What the two processes of a demo meet over: this host's loopback, a wire of frames, or a veth pair between two namespaces. */
import type { FeedTransmit, LwipOptions } from '../../native/index.ts';
import { DEFAULT_FEED, DEFAULT_FIX_PORT, WIRE_ENGINE_ADDRESS, WIRE_VENUE_ADDRESS } from '../config/index.ts';
import type { DemoOptions, FeedSettings, ReceiveBackend } from '../options.ts';
import { candidatesOf, type LiveFeed, noneOpens } from '../transport/candidates.ts';
import type { LiveSend } from '../transport/send-candidates.ts';
import { tryInTurn } from '../transport/try-in-turn.ts';
import { demoSending } from './demo-sending.ts';
import { type DemoWire, makeMemifWire, makeShmWire } from './demo-wire.ts';
import { enterNamespace } from './namespace.ts';
import { feedRingFrames } from './ring-frames.ts';
import { makeDemoVethPair } from './veth-pair.ts';

type NetworkOptions = Pick<DemoOptions, 'feed' | 'send' | 'pace' | 'messagesPerPacket' | 'onLog'>;

export interface DemoNetwork {
  /** As the engine's thread opens it, by what can be had over this network. */
  readonly feed: LiveFeed;
  /** How its orders leave. */
  readonly send: LiveSend;
  readonly venue: {
    /** Where its FIX side listens; port 0 takes one that is free. */
    readonly address: string;
    readonly port: number;
    /** TCP of that side; absent: the kernel's. */
    readonly lwip?: LwipOptions;
    /** Where its kernel listens. */
    readonly kernelAddress: string;
    /** By which interface its feed leaves. */
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
  const candidates = candidatesOf(feed);
  const chosen = tryInTurn(candidates, (backend) => {
    switch (backend) {
      case 'af_xdp': {
        const index = candidates.findIndex((each) => each.backend === backend);
        return overVeth(
          options,
          candidates.slice(index + 1).map((each) => each.backend),
        );
      }
      case 'shm':
        return overWire(options, makeShmWire(feed, feedRingFrames(options)));
      case 'dpdk':
        return overWire(options, makeMemifWire(feed, feedRingFrames(options)));
      case 'kernel':
        return overLoopback(options);
    }
  });
  const { passedOver } = chosen;
  if (!('opened' in chosen)) throw noneOpens(feed, passedOver);
  const { opened } = chosen;
  return { ...opened, feed: { ...opened.feed, passedOver } };
}

const LOOPBACK = { address: '127.0.0.1', port: 0, kernelAddress: '127.0.0.1' } as const;

function overLoopback(options: NetworkOptions): DemoNetwork {
  const { feed } = options;
  const { send } = demoSending(options, null);
  return {
    feed: { ...feed, rx: ['kernel'] },
    send,
    venue: { ...LOOPBACK, interface: feed.interface, start: (work) => work() },
    close: () => undefined,
  };
}

/** One wire for both: whoever's orders shall leave past the kernel finds the venue's FIX side there, and nowhere else. */
function overWire(options: NetworkOptions, { feed: ours, venue: transmit, close }: DemoWire): DemoNetwork {
  const feed: FeedSettings = { ...options.feed, ...ours };
  const { send, backend } = orGiveUp(close, () => demoSending(options, WIRE_ENGINE_ADDRESS));
  const venue = { interface: feed.interface, transmit, start: <Result>(work: () => Result) => work() };
  if (backend === 'kernel') return { feed, send, venue: { ...LOOPBACK, ...venue }, close };
  const [address = ''] = WIRE_VENUE_ADDRESS.split('/');
  const unserved = { kernel: `the demo's venue takes orders over its wire of ${transmit.kind}` };
  const fix = { address, port: DEFAULT_FIX_PORT, lwip: { link: transmit, address: WIRE_VENUE_ADDRESS } };
  return { feed, send: { ...send, unserved }, venue: { ...LOOPBACK, ...fix, ...venue }, close };
}

/** An XDP program in a driver needs an interface whose driver takes one, and on it nobody else's traffic: a veth of our own. */
function overVeth(options: NetworkOptions, later: readonly ReceiveBackend[]): DemoNetwork {
  const { feed, onLog } = options;
  const { engine, venue, stackAddress, close } = makeDemoVethPair();
  const { send } = orGiveUp(close, () => demoSending(options, stackAddress));
  const leave = orGiveUp(close, () => enterNamespace(engine.namespace.path));
  if (feed.interface !== DEFAULT_FEED.interface) {
    onLog?.('info', `The demo has a network of its own for af_xdp: it leaves the interface ${feed.interface} alone.`);
  }
  const ringFrames = Math.max(feed.afXdp.ringFrames, feedRingFrames(options));
  const elsewhere = "the demo's venue sends over its wire of af_xdp";
  return {
    feed: {
      ...feed,
      // The kernel's sockets can have what comes over this wire, too.
      rx: ['af_xdp', ...later],
      unserved: { shm: elsewhere, dpdk: elsewhere },
      // A device has a name; its address is what a stack may share.
      interface: engine.interface,
      afXdp: { ...feed.afXdp, ringFrames },
    },
    send,
    venue: {
      address: venue.address,
      port: 0,
      kernelAddress: venue.address,
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
function orGiveUp<Result>(giveUp: () => void, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    giveUp();
    throw error;
  }
}
