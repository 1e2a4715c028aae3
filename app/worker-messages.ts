/** What the hot Worker tells the main thread; what it is told is ControlMessage of engine/engine.ts. */
import type { MessagePort } from 'node:worker_threads';
import type { ControlAnswer, EngineStats } from '../engine/engine.ts';
import type { FeedSummary } from '../native/index.ts';
import type { LatencyResult, ReceiveTransport, SendTransport } from '../report/run-result.ts';
import type { EnginePlan } from './engine-plan.ts';
import type { FailureMessage } from './failure.ts';
import type { SystemCalls } from './open-engine.ts';
import type { ReceiveBackend } from './options.ts';

export interface HotWorkerData {
  readonly plan: EnginePlan;
  /** By which new versions of strategies come: see app/swap. */
  readonly versions?: MessagePort;
}

export interface WorkerReport {
  readonly stats: EngineStats;
  readonly feed: FeedSummary;
  readonly drops: number;
  /** Turn from which on the tape lacks what came in; null where it is whole, or there is none. */
  readonly tapeCutAt: number | null;
  readonly receive: ReceiveTransport;
  readonly send: SendTransport;
  readonly latency: LatencyResult;
  readonly tickToOrderBuckets: Float64Array;
  /** Sum of all, for a mean over several runs. */
  readonly tickToOrderSumNs: number;
  readonly systemCalls: SystemCalls;
  readonly stalls: { count: number; lostShare: number; p99: number | null; max: number | null };
  readonly memory: { bytesPerEvent: number | null; collections: number | null };
  /** Nanoseconds of wall time from the first event to the end of the loop. */
  readonly loopNs: number;
}

export type WorkerMessage =
  | { kind: 'pinned'; hotCore: number | null; unpinnedReason?: string; threadId: number }
  /** What V8 has to know it knows; what comes is real. */
  | { kind: 'rehearsed' }
  /** By which transport the feed comes, once it is open. */
  | { kind: 'receiving'; candidate: ReceiveBackend; transport: ReceiveTransport }
  /** By which transport orders leave: as it was opened, and again as each connection has turned out. */
  | { kind: 'sending'; transport: SendTransport }
  | { kind: 'sessionUp' }
  | { kind: 'answer'; answer: ControlAnswer }
  | { kind: 'stopped'; report: WorkerReport }
  | ({ kind: 'failed' } & FailureMessage);
