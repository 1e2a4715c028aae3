/** Defaults of everything a configuration may leave out: each with its unit and its reason. */
import { join } from 'node:path';
import { packageRoot } from '../../native/paths.ts';
import { DEFAULT_DELAY_NS } from '../../simulator/delays/delays.ts';
import type { FeedSettings, LoopSettings, LwipSettings, Pace, SimulationSettings, TransportPair } from '../options.ts';

/** Recordings that one replay merges: each has a reader of its own, and the next packet is sought among all of them. */
export const MAX_MERGED = 64;

/** The synthetic recording that the package carries. */
export const DEMO_RECORDING = join(packageRoot, 'recordings', 'demo.pcap.zst');

/** Trades and closes, so that a first run shows orders, fills and a position. */
export const DEMO_STRATEGY = 'imbalance-taker';

export const DEFAULT_LOOP: LoopSettings = {
  idle: 'spin',
  // A hundred thousand times a usual turn: no garbage collection or host stall reaches it, a person still waits for it.
  stallMs: 1_000,
  // Two clock readings and two crossings a call: for those who look for it.
  handlerBudgetUs: 0,
  // A check would make an object of every view.
  checkViews: false,
  // What fits two pages per instrument, and more than any shipped sample reads.
  depthLevels: 10,
  maxInstruments: 1_024,
  // A busy day of one Nasdaq channel keeps one to two million live orders; 64 bytes each.
  expectedOrders: 1 << 20,
  // Six stamps cost some 150 ns: shared by 64 events it stays below 3 ns each.
  sampleEvery: 64,
};

export const DEFAULT_SIMULATION: SimulationSettings = {
  orderDelayNs: DEFAULT_DELAY_NS,
  reportDelayNs: DEFAULT_DELAY_NS,
  // Results show the strategy alone: what a venue charges depends on a contract that is not ours to guess.
  takerFeePerShare: 0,
  makerFeePerShare: 0,
};

export const DEFAULT_FEED: FeedSettings = {
  protocol: 'itch50',
  // From the range for use inside one organisation (RFC 2365).
  group: '239.192.7.1',
  port: 26_477,
  interface: '127.0.0.1',
  // Half a second and more of a million messages a second, 20 a packet: a stall of the host loses nothing.
  receiveBufferBytes: 64 << 20,
  rx: ['kernel'],
  bypass: 'prefer',
  // A sixth of a second of 100,000 packets a second, 32 MiB a queue.
  afXdp: {
    queues: 'all',
    mode: 'native',
    zeroCopy: 'prefer',
    delivery: 'softirq',
    ringFrames: 16_384,
    frameBytes: 2048,
  },
  shm: { file: '/dev/shm/hotlap-feed', ringFrames: 16_384 },
  // Cards have 4,096 descriptors and more; a device is nobody's to guess.
  dpdk: { device: '', memory: 'prefer', ringFrames: 4_096 },
  faults: null,
};

/** TCP in the loop over what the feed comes by: one card, one wire, one set of rings. */
export const DEFAULT_LWIP: LwipSettings = {
  over: 'feed',
  interface: DEFAULT_FEED.interface,
  afXdp: DEFAULT_FEED.afXdp,
  // A wire of its own, where it is not the feed's.
  shm: { ...DEFAULT_FEED.shm, file: '/dev/shm/hotlap-orders' },
  dpdk: DEFAULT_FEED.dpdk,
};

/** Of whoever listens on a wire on which nobody has an address by himself (shared memory, memif). */
export const WIRE_VENUE_ADDRESS = '10.77.0.1/24';
/** Of whoever calls there. */
export const WIRE_ENGINE_ADDRESS = '10.77.0.2/24';

/** The recording's own times: the bursts of a real feed, not an even rate. The demo recording is over in 22 seconds. */
export const DEFAULT_DEMO_PACE: Pace = { mode: 'recorded', factor: 1 };

/** V8 compiles the whole path within some thousand events; before that an order takes tens of µs. */
export const DEFAULT_WARM_UP_MESSAGES = 100_000;

export const DEFAULT_VENUE = {
  name: 'venue',
  beginString: 'FIX.4.4',
  // HeartBtInt(108) that most venues recommend.
  heartBtIntMs: 30_000,
  // A session goes on where it ended: a venue that lost nothing has nothing to forget, and resends what was missed.
  resetOnLogon: false,
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 2_000,
  tx: ['kernel'],
  bypass: 'prefer',
} as const;

/** How market data comes and orders leave, from nothing past the kernel to everything. */
export const BENCH_PAIRS: readonly TransportPair[] = [
  { rx: 'kernel', tx: 'kernel' },
  { rx: 'af_xdp', tx: 'kernel' },
  { rx: 'af_xdp', tx: 'lwip' },
  { rx: 'dpdk', tx: 'lwip' },
  { rx: 'shm', tx: 'lwip' },
];

export const DEFAULT_BENCH = {
  pairs: BENCH_PAIRS.slice(0, 1),
  rates: [100_000, 1_000_000],
  messagesPerPacket: 20,
  seconds: 10,
  rounds: 2,
} as const;

/** With 20 messages a packet, 10,000 messages/s are 500 packets/s: 20 s of them have the ten samples beyond p99.9. */
export const DEFAULT_TRANSPORT_BENCH = {
  rates: [10_000, 100_000, 1_000_000],
  messagesPerPacket: 20,
  seconds: 5,
  rounds: 4,
} as const;

export const DEFAULT_FIX_BENCH = { rounds: 5 } as const;

export const DEFAULT_STRATEGY_BENCH = { rounds: 3 } as const;

/** Port on which `hotlap simulator` takes the FIX connection. */
export const DEFAULT_FIX_PORT = 9_878;
