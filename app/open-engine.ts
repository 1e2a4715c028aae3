/** Puts one engine together on the calling thread: what a live one, one on a tape and a replay have in common. */
import type { MessagePort } from 'node:worker_threads';
import type { ControlAnswer, Engine, EngineShared, EngineStrategy, StrategyVersion } from '../engine/engine.ts';
import type { TurnWatch } from '../engine/loop/turn-watch.ts';
import { DEFAULT_INSTRUMENT } from '../engine/market/instrument-registry.ts';
import type { EngineClock } from '../engine/ports/clock.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { OrderEventSink } from '../engine/ports/order-gateway.ts';
import {
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  type LatencyRecorder,
  native,
  RECORD_DOUBLES,
} from '../native/index.ts';
import type { ReceiveTransport, SendTransport } from '../report/run-result.ts';
import type { EngineFeed } from '../simulator/index.ts';
import type { EnginePlan, PlanMemory } from './engine-plan.ts';
import type { ReceiveBackend } from './options.ts';

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
  readonly latency?: LatencyRecorder;
  /** Versions that may take the place of a strategy. */
  readonly versionOf?: (version: string) => StrategyVersion | undefined;
  readonly turnWatch?: TurnWatch;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface Arrays {
  readonly cells: Float64Array;
  readonly record: Float64Array;
  readonly depth: Float64Array;
  readonly clock: EngineClock;
}

export function arrays({ plan, memory }: OpenOptions): Arrays {
  const { depthLevels, maxInstruments } = plan.loop;
  const cells = new Float64Array(memory.cells, 0, CELLS_DOUBLES);
  return {
    cells,
    record: new Float64Array(RECORD_DOUBLES),
    depth: new Float64Array(maxInstruments * depthStride(depthLevels)),
    clock: { cells, day0Ms: plan.day0Ms },
  };
}

/** Of what is played: nobody waits while its books grow, and its memory is what they need. */
const PLAYED_ORDERS = 1 << 16;

export const playedReceiverOptions = (plan: EnginePlan, own: Arrays) => ({
  ...receiverOptions(plan, own),
  expectedOrders: Math.min(PLAYED_ORDERS, plan.loop.expectedOrders),
});

export const receiverOptions = (plan: EnginePlan, own: Arrays) => ({
  cells: own.cells,
  record: own.record,
  depth: own.depth,
  depthLevels: plan.loop.depthLevels,
  maxInstruments: plan.loop.maxInstruments,
  expectedOrders: plan.loop.expectedOrders,
});

export const engineOptions = (
  { plan, strategies, memory, control, answer, versionOf, turnWatch }: OpenOptions,
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
  session: plan.venue,
  risk: plan.risk,
  instrumentSpec: (symbol: string) => plan.instruments[symbol] ?? DEFAULT_INSTRUMENT,
  positions: plan.positions,
  killRules: plan.killRules,
  recovery: plan.recovery,
  armed: plan.armed,
  latency,
  handlerBudgetUs: plan.loop.handlerBudgetUs,
  shared: memory satisfies EngineShared,
  idle: { strategy: plan.loop.idle, host: native().host },
  ...(control && { control }),
  ...(answer && { answer }),
  ...(versionOf && { versionOf }),
  ...(turnWatch && { turnWatch }),
});

/** The engine's sink with an ear for the session's beginning; its loss is in the engine's `stats()`. */
export function listened(sink: OrderEventSink, { onSessionUp }: Pick<OpenOptions, 'onSessionUp'>): OrderEventSink {
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
