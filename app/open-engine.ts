/** Puts one engine together on the calling thread: receiver, gateway, strategies and, in a replay, the exchange that fills. */
import type { MessagePort } from 'node:worker_threads';
import { createEngine } from '../engine/create-engine.ts';
import type { ControlAnswer, Engine, EngineShared, EngineStrategy } from '../engine/engine.ts';
import { RingJournal } from '../engine/journal/ring-journal.ts';
import { DEFAULT_INSTRUMENT } from '../engine/market/instrument-registry.ts';
import type { EngineClock } from '../engine/ports/clock.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { OrderEventSink } from '../engine/ports/order-gateway.ts';
import {
  createMemoryPair,
  FixOrderGateway,
  MemoryStore,
  type SessionConfig,
  StoreFace,
  StreamFace,
  TapeStream,
  TapingStream,
} from '../gateway/index.ts';
import {
  CELL,
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  type LatencyRecorder,
  native,
  RECORD_DOUBLES,
  STREAM,
} from '../native/index.ts';
import type { ReceiveTransport, SendTransport } from '../report/run-result.ts';
import {
  constantDelays,
  type EngineFeed,
  Exchange,
  perShareFees,
  SIMULATOR_SESSION,
  shareFeed,
} from '../simulator/index.ts';
import type { EnginePlan, LivePlan, PlanMemory, RecordingPlan, TapePlan } from './engine-plan.ts';
import type { ReceiveBackend, SimulationSettings } from './options.ts';
import { openRing } from './order-journal.ts';
import { forgetfulJournal } from './rehearsal-journal.ts';
import { ringStoreOf } from './session-store.ts';
import { openTape, playTape } from './tape/loop-tape.ts';
import { openReceiver } from './transport/open-receiver.ts';
import { openVenueStream, streamBytes, validatorOf } from './venue-stream.ts';

export interface SystemCalls {
  readonly feedReceive: number;
  readonly fixReceive: number;
  readonly fixSend: number;
}

export interface OpenEngine {
  readonly engine: Engine;
  readonly feed: FeedReceiver;
  readonly cells: Float64Array;
  readonly latency: LatencyRecorder;
  receiveTransport(): ReceiveTransport;
  sendTransport(): SendTransport;
  /** System calls that the hot thread made on its sockets. */
  systemCalls(): SystemCalls;
  /** Turn from which on the tape lacks what came in; null where it is whole, or there is none. */
  tapeCutAt(): number | null;
  close(): void;
}

export interface OpenOptions {
  readonly plan: EnginePlan;
  readonly strategies: readonly EngineStrategy[];
  readonly memory: PlanMemory;
  readonly control?: MessagePort;
  readonly answer?: (answer: ControlAnswer) => void;
  /** The feed is open, and this is how it comes. */
  readonly onReceiving?: (candidate: ReceiveBackend, transport: ReceiveTransport) => void;
  /** The way to the venue is open, or has been opened anew, and this is which. */
  readonly onSending?: (transport: SendTransport) => void;
  readonly onSessionUp?: () => void;
  /** Of a rehearsal. */
  readonly journal?: Journal;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
}

interface Arrays {
  readonly cells: Float64Array;
  readonly record: Float64Array;
  readonly depth: Float64Array;
  readonly clock: EngineClock;
}

function arrays({ plan, memory }: OpenOptions): Arrays {
  const { depthLevels, maxInstruments } = plan.loop;
  const cells = new Float64Array(memory.cells, 0, CELLS_DOUBLES);
  return {
    cells,
    record: new Float64Array(RECORD_DOUBLES),
    depth: new Float64Array(maxInstruments * depthStride(depthLevels)),
    clock: { cells, day0Ms: plan.day0Ms },
  };
}

/**
 * Opens the engine on what is real: the feed by the transport that its list and policy lead to, a FIX session over TCP,
 * behind the same two faces as in a replay, so that what a rehearsal has compiled serves here.
 */
export function openLive(options: OpenOptions, source: LivePlan): OpenEngine {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = new (native().LatencyRecorder)();
  const tape = source.tape && openTape(source.tape.ringFile, own.cells);
  const {
    receiver: feed,
    backend,
    transport: receiveTransport,
  } = openReceiver(
    source.feed,
    (from) =>
      new (native().FeedReceiver)({
        source: from,
        ...receiverOptions(plan, own),
        latency,
        sampleEvery: plan.loop.sampleEvery,
        monotonicOffsetNs: source.monotonicOffsetNs,
        ...(tape && { tape: tape.writer }),
      }),
  );
  tape?.opened();
  options.onReceiving?.(backend, receiveTransport());
  const { stream, transport } = openVenueStream(source, { latency, feed: { feed: source.feed, backend } });
  options.onSending?.(transport());
  const onSessionUp = (): void => {
    // What a connection is accelerated by is known once it stands.
    options.onSending?.(transport());
    options.onSessionUp?.();
  };
  const ring = source.journal && openRing(source.journal);
  const durable = source.store === undefined ? undefined : ringStoreOf(source.store);
  const store = new StoreFace(durable ?? new MemoryStore(new Int32Array(memory.sequences)));
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shareFeed(feed, plan.loop.maxInstruments).engine, latency),
    stopAtEnd: source.stopAtSessionEnd,
    ...(tape && { tape }),
    ...(source.journal &&
      ring && {
        journal: new RingJournal(ring, new Int32Array(source.journal.cells)),
        recovered: source.journal.recovered,
      }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(tape === undefined ? stream : new TapingStream(stream, tape.writer, own.cells)),
        clock: own.clock,
        sink: listened(sink, { onSessionUp }),
        session: source.session,
        orders: source.orders,
        validator: validatorOf(source.validation),
        clOrdIdPrefix: plan.clOrdIdPrefix,
        store,
        latency,
        feedCells: own.cells,
        ...(options.onLog && { onLog: options.onLog }),
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
    receiveTransport,
    sendTransport: transport,
    tapeCutAt: () => tape?.writer.cutAt || null,
    systemCalls: () => ({
      feedReceive: own.cells[CELL.receiveCalls],
      fixReceive: stream.cells[STREAM.receiveCalls],
      fixSend: stream.cells[STREAM.sendCalls],
    }),
    close: () => {
      tape?.writer.close();
      stream.close();
      durable?.close();
      ring?.close();
      feed.close();
    },
  };
}

/** Opens the engine on the tape of a live run: turns, packets, reports and commands are those of the run. */
export function openTaped(options: OpenOptions, source: TapePlan): OpenEngine {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = new (native().LatencyRecorder)();
  const tape = playTape(source.ring, own.cells);
  const feed = new (native().FeedReceiver)({
    source: { kind: 'tape', player: tape.player },
    ...receiverOptions(plan, own),
    latency,
    sampleEvery: plan.loop.sampleEvery,
  });
  own.cells[CELL.nowNs] = source.openedNs;
  const sequences = new Int32Array(memory.sequences);
  sequences.set([source.numbers.nextOut, source.numbers.nextIn]);
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shareFeed(feed, plan.loop.maxInstruments).engine, latency),
    stopAtEnd: source.stopAtSessionEnd,
    played: tape,
    ...(source.journal && {
      journal: forgetfulJournal(source.journal.nextOrdinal),
      recovered: source.journal.recovered,
    }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(new TapeStream(tape.player, tape.entry, own.cells, streamBytes(source.session))),
        clock: own.clock,
        sink: listened(sink, options),
        session: source.session,
        orders: source.orders,
        validator: validatorOf(source.validation),
        clOrdIdPrefix: plan.clOrdIdPrefix,
        store: new StoreFace(new MemoryStore(sequences)),
        latency,
        feedCells: own.cells,
        ...(options.onLog && { onLog: options.onLog }),
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
      backend: 'tape',
      accelerated: false,
      reason: 'what is sent goes nowhere: the answers are those of the run; no network is involved',
    }),
    tapeCutAt: () => null,
    systemCalls: () => ({ feedReceive: 0, fixReceive: 0, fixSend: 0 }),
    close: () => feed.close(),
  };
}

/** Our side of the session with the simulated exchange. */
export const DEMO_SESSION: SessionConfig = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: SIMULATOR_SESSION.targetCompId,
  targetCompId: SIMULATOR_SESSION.senderCompId,
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 2_000,
};

/** The same where the exchange misbehaves: the session goes on where it ended, and notices soon that nobody is there. */
export const REHEARSAL_SESSION: SessionConfig = {
  ...DEMO_SESSION,
  heartBtIntMs: 2_000,
  resetOnLogon: false,
  reconnect: { intervalMs: 50, maxIntervalMs: 1_000, maxAttempts: 20 },
};

/** Opens the engine on a recording: the same decoder, books, strategies, risk and FIX encoder; the exchange sits on the same thread. */
export function openReplay(
  options: OpenOptions,
  recording: RecordingPlan,
  speed: number,
  simulation: SimulationSettings,
  subscribeAs: (symbol: string) => string = (symbol) => symbol,
): OpenEngine {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = new (native().LatencyRecorder)();
  const feed = new (native().FeedReceiver)({
    source: { kind: 'recording', speed, ...recording },
    ...receiverOptions(plan, own),
    latency,
    sampleEvery: plan.loop.sampleEvery,
  });
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
    fees: perShareFees(
      simulation.takerFeePerShare * DEFAULT_INSTRUMENT.priceScale,
      simulation.makerFeePerShare * DEFAULT_INSTRUMENT.priceScale,
    ),
    session: SIMULATOR_SESSION,
    scenario: simulation.scenario,
  });
  exchange.start();
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shared.engine, latency),
    matching: exchange,
    stopAtEnd: true,
    ...(options.journal && { journal: options.journal }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(pair.a),
        clock: own.clock,
        sink: listened(sink, options),
        session: simulation.scenario === undefined ? DEMO_SESSION : REHEARSAL_SESSION,
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

const receiverOptions = (plan: EnginePlan, own: Arrays) => ({
  cells: own.cells,
  record: own.record,
  depth: own.depth,
  depthLevels: plan.loop.depthLevels,
  maxInstruments: plan.loop.maxInstruments,
  expectedOrders: plan.loop.expectedOrders,
});

const engineOptions = (
  { plan, strategies, memory, control, answer }: OpenOptions,
  own: Arrays,
  feed: EngineFeed,
  latency: LatencyRecorder,
) => ({
  feed,
  cells: own.cells,
  record: own.record,
  depth: own.depth,
  depthLevels: plan.loop.depthLevels,
  maxInstruments: plan.loop.maxInstruments,
  day0Ms: plan.day0Ms,
  strategies,
  risk: plan.risk,
  instrumentSpec: (symbol: string) => plan.instruments[symbol] ?? DEFAULT_INSTRUMENT,
  positions: plan.positions,
  killRules: plan.killRules,
  recovery: plan.recovery,
  armed: plan.armed,
  latency,
  shared: memory satisfies EngineShared,
  idle: { strategy: plan.loop.idle, host: native().host },
  ...(control && { control }),
  ...(answer && { answer }),
});

/** The engine's sink with an ear for the session's beginning; its loss is in the engine's `stats()`. */
function listened(sink: OrderEventSink, { onSessionUp }: Pick<OpenOptions, 'onSessionUp'>): OrderEventSink {
  return {
    onExecution: (report) => sink.onExecution(report),
    onSessionUp: () => {
      sink.onSessionUp();
      onSessionUp?.();
    },
    onInDoubt: (ordinal, reason) => sink.onInDoubt(ordinal, reason),
    onMassCancel: (ordinal, accepted, reason) => sink.onMassCancel(ordinal, accepted, reason),
    onMassStatus: (ordinal, orders) => sink.onMassStatus(ordinal, orders),
    onSessionDown: (reason, final) => sink.onSessionDown(reason, final),
  };
}
