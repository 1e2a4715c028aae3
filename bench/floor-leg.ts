import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DEFAULT_LOOP } from '../app/config/index.ts';
import { floorPath } from '../app/floor-path.ts';
import { launchState } from '../app/launch-state.ts';
import { type DemoNetwork, openDemoNetwork } from '../app/network/demo-network.ts';
import type { DemoOptions, FeedSettings, ReceiveBackend, SendBackend } from '../app/options.ts';
import { SimulatorProcess } from '../app/simulator-process.ts';
import { DEMO_SESSION } from '../app/simulator-sessions.ts';
import { marketSettings } from '../app/simulator-settings.ts';
import { playbackCpu, withPort } from '../app/trade-with-simulator.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import { demoOptions } from './demo-options.ts';
import type { Leg, LegPlan } from './leg.ts';

const LOGON_TIMEOUT_MS = 10_000;

/** What bench/floor/result.cc prints. */
interface FloorResult {
  packets: number;
  messages: number;
  events: number;
  orders: { sent: number; acknowledged: number; filled: number; cancelled: number; rejected: number };
  systemCalls: { feedReceive: number; fixReceive: number; fixSend: number };
  tickToOrder: { count: number; sum: number; max: number; buckets: number[] };
  stalls: { count: number };
  stallLostShare: number;
  /** Sequence number of the message that caused the order with ordinal index + 1. */
  causes: number[];
}

/** The floor against a simulator of its own, settings and core as the engine's. */
export async function floorLeg(plan: LegPlan): Promise<Leg> {
  const options = demoOptions(plan, DEFAULT_LOOP.idle);
  const network = openDemoNetwork(options);
  try {
    return await overNetwork(plan, options, network);
  } finally {
    network.close();
  }
}

async function overNetwork(plan: LegPlan, options: DemoOptions, network: DemoNetwork): Promise<Leg> {
  const { venue } = network;
  const feed = await withPort(network.feed);
  const simulator = await venue.start(() =>
    SimulatorProcess.start(plan.recording, {
      ...marketSettings({
        ...options,
        feed: { ...feed, interface: venue.interface },
        fixHost: venue.address,
        fixPort: venue.port,
        fixLwip: venue.lwip,
        transmit: venue.transmit,
      }),
      ...playbackCpu(),
    }),
  );
  try {
    const loggedOn = simulator.logon(LOGON_TIMEOUT_MS);
    const finished = runFloor(plan, feed, {
      ...sending(plan.pair.tx, network),
      'fix-host': venue.address,
      'fix-port': simulator.tcpPort,
    });
    await Promise.race([loggedOn, finished]);
    simulator.go();
    const result = await finished;
    const pairs = Float64Array.from(result.causes.flatMap((sequence, i) => [i + 1, sequence]));
    const wireToWire = await simulator.join(pairs);
    const { playback } = await simulator.report();
    return {
      subject: 'floor',
      pair: plan.pair,
      sent: playback.messages,
      received: result.messages,
      lost: playback.messages - result.messages,
      events: result.events,
      orders: result.orders.sent,
      tickToOrder: result.tickToOrder,
      wireToWire,
      systemCalls: result.systemCalls,
      bytesPerEvent: 0,
      collections: 0,
      stalls: { count: result.stalls.count, lostShare: result.stallLostShare },
      packets: playback.packets,
      latePackets: playback.latePackets,
    };
  } finally {
    await simulator.stop();
  }
}

type Flags = Readonly<Record<string, string | number>>;

/** Where its feed comes from, as the floor's command line has it. */
function receiving(rx: ReceiveBackend, feed: FeedSettings): Flags {
  switch (rx) {
    case 'kernel':
      return { rx, interface: feed.interface, 'receive-buffer': feed.receiveBufferBytes };
    case 'af_xdp':
      return { rx, interface: feed.interface, 'ring-frames': feed.afXdp.ringFrames };
    case 'shm':
      return { rx, file: feed.shm.file, 'ring-frames': feed.shm.ringFrames };
    case 'dpdk':
      return { rx, device: feed.dpdk.device, 'ring-frames': feed.dpdk.ringFrames };
  }
}

/** And by which way its orders leave. */
const sending = (tx: SendBackend, { send: { lwip } }: DemoNetwork): Flags => ({
  tx,
  ...(tx === 'lwip' && lwip.address !== undefined && { address: lwip.address }),
});

async function runFloor(plan: LegPlan, feed: FeedSettings, venue: Flags): Promise<FloorResult> {
  const { hotCore } = launchState();
  const flags = {
    group: feed.group,
    port: feed.port,
    ...receiving(plan.pair.rx, feed),
    ...venue,
    sender: DEMO_SESSION.senderCompId,
    target: DEMO_SESSION.targetCompId,
    symbol: plan.symbol,
    quantity: plan.quantity,
    every: plan.every,
    'expected-orders': DEFAULT_LOOP.expectedOrders,
    ...(hotCore !== null && { cpu: hotCore }),
  };
  const floor = spawn(
    floorPath(),
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  floor.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  floor.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = await once(floor, 'close');
  if (status === 0) return JSON.parse(stdout) as FloorResult;
  throw new HotlapError(
    'ERR_BENCH_LEG',
    `The floor ended with status ${status}: ${stderr.trim() || 'no word of why'}.`,
  );
}
