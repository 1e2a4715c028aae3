import { createEngine } from '../engine/create-engine.ts';
import { Playback } from '../engine/loop/playback.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore, StoreFace, StreamFace } from '../gateway/index.ts';
import { native } from '../native/index.ts';
import { constantDelays, Exchange, perShareFees, SIMULATOR_SESSION, shareFeed } from '../simulator/index.ts';
import type { ReplayPlan } from './engine-plan.ts';
import {
  arrays,
  engineOptions,
  listened,
  type OpenEngine,
  type OpenOptions,
  playedReceiverOptions,
} from './open-engine.ts';
import { DEMO_SESSION, REHEARSAL_SESSION, SIMULATOR_ORDERS } from './simulator-sessions.ts';
import { atOnce, type Steps } from './steps.ts';
import { streamBytes } from './venue-stream.ts';

type ReplaySource = Omit<ReplayPlan, 'mode'>;

/** Opens the engine on a recording: the same decoder, books, strategies, risk and FIX encoder; the exchange sits on the same thread. */
export const openReplay = (options: OpenOptions, source: ReplaySource): OpenEngine =>
  atOnce(openReplayInSteps(options, source));

/** The same with a pause where each large part has been made, for a thread that has a loop to turn meanwhile. */
export function* openReplayInSteps(
  options: OpenOptions,
  { recording, speed, paused, simulation }: ReplaySource,
  subscribeAs: (symbol: string) => string = (symbol) => symbol,
): Steps<OpenEngine> {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = options.latency ?? new (native().LatencyRecorder)();
  const feed = new (native().FeedReceiver)({
    source: { kind: 'recording', speed, ...recording },
    ...playedReceiverOptions(plan, own),
    latency,
    sampleEvery: plan.loop.sampleEvery,
  });
  yield;
  const shared = shareFeed(feed, plan.loop.maxInstruments, subscribeAs);
  const pair = createMemoryPair({ bytes: streamBytes(DEMO_SESSION), latency });
  const exchange = new Exchange({
    stream: pair.b,
    feed: shared.exchange,
    feedCells: own.cells,
    record: own.record,
    depth: own.depth,
    depthLevels: plan.loop.depthLevels,
    clock: own.clock,
    delays: constantDelays(simulation.orderDelayNs, simulation.reportDelayNs),
    fees: perShareFees(simulation.takerFeePerShare, simulation.makerFeePerShare),
    session: SIMULATOR_SESSION,
    scenario: simulation.scenario,
  });
  exchange.start();
  yield;
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shared.engine, latency),
    matching: exchange,
    playback: new Playback({
      cells: own.cells,
      heartbeat: new Int32Array(memory.heartbeat),
      speed,
      paused,
      pace: (factor) => feed.pace(factor),
    }),
    stopAtEnd: true,
    ...(options.journal && { journal: options.journal }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(pair.a),
        clock: own.clock,
        sink: listened(sink, options),
        session: simulation.scenario === undefined ? DEMO_SESSION : REHEARSAL_SESSION,
        orders: SIMULATOR_ORDERS,
        clOrdIdPrefix: plan.clOrdIdPrefix,
        store: new StoreFace(new MemoryStore(new Int32Array(memory.sequences))),
        latency,
        feedCells: own.cells,
      });
      return gateway;
    },
    onTimeKnown: () => gateway?.start(),
  });
  return {
    engine,
    feed,
    cells: own.cells,
    latency,
    receiveTransport: () => feed.transport(),
    sendTransport: () => ({
      backend: 'memory',
      accelerated: false,
      reason: 'a replay sends to the exchange model on the same thread; no network is involved',
    }),
    tapeCutAt: () => null,
    systemCalls: () => ({ feedReceive: 0, fixReceive: 0, fixSend: 0 }),
    close: () => feed.close(),
  };
}
