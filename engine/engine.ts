import type { MessagePort } from 'node:worker_threads';
import type { FeedReceiver, LatencyRecorder } from '../native/index.ts';
import type { KillReport } from './domain/kill-report.ts';
import type { RecoveryReport } from './domain/recovery-report.ts';
import type { Scope } from './domain/scope.ts';
import type { RecoveredState } from './journal/recovered.ts';
import type { SlowCalls } from './loop/call-watch.ts';
import type { IdleHost, IdleStrategy } from './loop/idler.ts';
import type { Playback, PlaybackReport } from './loop/playback.ts';
import type { TurnWatch } from './loop/turn-watch.ts';
import type { InstrumentSpec } from './market/instrument-registry.ts';
import type { InstrumentReport, PositionReport } from './orders/position-report.ts';
import type { StartPosition } from './orders/start-positions.ts';
import type { Journal } from './ports/journal.ts';
import type { Matching } from './ports/matching.ts';
import type { OrderEventSink, OrderGateway } from './ports/order-gateway.ts';
import type { LoopTape, TapedTurns } from './ports/tape.ts';
import type { RecoverySettings } from './recovery/settings.ts';
import type { KillRuleSettings } from './risk/kill-rules.ts';
import type { LimitGiven } from './risk/limit-command.ts';
import type { RiskLimits } from './risk/limits.ts';
import type { Handover } from './strategy/handover.ts';
import type { StrategyBundle } from './strategy/host.ts';
import type { ParamKind, ParamValue } from './strategy/params.ts';

export type { Scope };

export interface EngineStrategy {
  /** Unique in the engine: names the strategy in reports, positions and logs. */
  id: string;
  /** Default export of its bundle. */
  bundle: StrategyBundle;
  /** Values as `parseParams` gave them. */
  params: Readonly<Record<string, ParamValue>>;
  /** Names of those that somebody has set; the others are defaults. */
  chosen?: readonly string[];
  /** What its `load` returned. */
  data?: unknown;
  /** For development: a view that is read after its event throws. Every event then allocates. */
  checkViews?: boolean;
  /** What an earlier run has left. */
  former?: Handover | undefined;
}

/** What may take the place of a strategy while the engine runs. */
export type StrategyVersion = Pick<EngineStrategy, 'bundle' | 'data'>;

/** A new version has taken the place of a strategy. */
export interface SwapReport {
  strategy: string;
  version: string;
  timeNs: number;
  /** The one before had faulted. */
  isRevived: boolean;
  /** For how long at most the loop was held up, from when the version was made ready on; null where nobody looked. */
  longestTurnNs: number | null;
}

export interface EngineOptions {
  feed: Pick<FeedReceiver, 'poll' | 'subscribe' | 'setInterest'> & Partial<Pick<FeedReceiver, 'queue'>>;
  /** The arrays that the receiver was given. */
  cells: Float64Array;
  record: Float64Array;
  depth: Float64Array;
  depthLevels: number;
  maxInstruments: number;
  /** CLOCK_REALTIME of engine time 0, in milliseconds since 1970. */
  day0Ms: number;
  /** Made with the sink that the engine gives: gateway and engine hold each other. */
  gateway: (sink: OrderEventSink) => OrderGateway;
  strategies: readonly EngineStrategy[];
  /** Versions that `swap` may name. Absent: there are none. */
  versionOf?: (version: string) => StrategyVersion | undefined;
  /** Looks at the loop's turns around a swap. */
  turnWatch?: TurnWatch;
  /** Name of the venue, as an order may give it. Default `venue`. */
  session?: string;
  /** Absent: DEFAULT_INSTRUMENT for every symbol (ITCH: priceScale 10,000, tick 0.01, lot 1). */
  instrumentSpec?: (symbol: string) => InstrumentSpec;
  /** What differs from the defaults of LIMITS. */
  /** What is held as the day begins; what the journal has recovered stands before it. */
  positions?: readonly StartPosition[];
  risk?: RiskLimits;
  /** What sets the kill switch by itself. Absent: NO_KILL_RULES; a faulted strategy is killed in any case. */
  killRules?: Partial<KillRuleSettings>;
  /** Takes everything that must survive the process. Absent: ClOrdID(11) numbers begin at 1, and nothing is kept. */
  journal?: Journal;
  /** What an earlier run has left. With it nothing new is sent until the venue has said what became of its open orders. */
  recovered?: RecoveredState;
  /** How the two are reconciled. Default: DEFAULT_RECOVERY. */
  recovery?: Partial<RecoverySettings>;
  /** Hears what became of each ControlMessage that has an id. */
  answer?: (answer: ControlAnswer) => void;
  /** Trading enabled from the start. Default false: `arm()` or the control message does it. */
  armed?: boolean;
  /** Replay: recorded time, orders filled by this model. */
  matching?: Matching;
  /**
   * Called once when engine time is first known (live: the first turn; replay: the first event, before anybody sees it):
   * the place to start the session, so that no session time passes between midnight and the first message.
   */
  onTimeKnown?: () => void;
  latency?: LatencyRecorder;
  /** Longest that a call of a strategy should take; longer ones are counted and named. Needs `latency`, which clocks them. 0: none is clocked. */
  handlerBudgetUs?: number;
  /** Shared memory, read by the main thread while the loop runs; each is made by the function named. Absent: the engine's own. */
  shared?: Partial<EngineShared>;
  /** Port whose messages (ControlMessage) are drained in the loop. */
  control?: MessagePort;
  /** Keeps what comes into the loop from outside. */
  tape?: LoopTape<ControlMessage>;
  /** What came into the loop of another run: turns and commands are taken from it. */
  played?: TapedTurns<ControlMessage>;
  /** Holds and releases what was recorded. Absent: the feed is live. */
  playback?: Playback;
  /** What a turn of 0 does. Default: spin. `host` is the addon's. */
  idle?: { strategy: IdleStrategy; host: IdleHost };
  /** Requests a stop once the feed has ended (source or session) and is idle. Default: true with `matching`, else false. */
  stopAtEnd?: boolean;
  /** Requests a stop when the order session goes down on its own. Default true. */
  stopOnSessionLoss?: boolean;
  /** Engine time that a stop may wait for cancels and logout. Default 5,000. */
  stopTimeoutMs?: number;
  seed?: number;
}

export interface EngineShared {
  /** createOrderTable(capacity) of orders/order-table.ts */
  orders: SharedArrayBuffer;
  /** createOrderTerms() of orders/order-terms-table.ts */
  terms: SharedArrayBuffer;
  /** createPositions(strategies, maxInstruments) of orders/positions.ts */
  positions: SharedArrayBuffer;
  /** createOrderLog(records) of orders/order-log.ts */
  orderLog: SharedArrayBuffer;
  /** createLogRing() of loop/log-ring.ts */
  log: SharedArrayBuffer;
  /** createHeartbeat() of loop/heartbeat.ts */
  heartbeat: SharedArrayBuffer;
  /** createLimits(strategies, maxInstruments) of risk/limits.ts: a LimitTable of it reads them at any time. */
  limits: SharedArrayBuffer;
  /** createRefusalLog(records) of orders/refusal-log.ts; without it refusals are counted, and not written down. */
  refusals?: SharedArrayBuffer;
}

/** What the loop is told to do. */
export type ControlCommand =
  | { kind: 'stop'; reason: string }
  | { kind: 'arm' }
  | { kind: 'disarm' }
  | { kind: 'param'; strategy: string; name: string; value: ParamValue }
  /** To a version that `versionOf` knows; the file is for people. The answer's data is what the one before has left. */
  | { kind: 'swap'; strategy: string; version: string; file: string }
  /** `firm` is all. Latched until `release`. */
  | { kind: 'kill'; scope: Scope; reason: string }
  | { kind: 'release'; scope: Scope }
  /** value null: no limit there; true and false are for flags; `default`: as the configuration says. */
  | { kind: 'limit'; scope: Scope; name: string; value: LimitGiven }
  /** Open orders: one by the number of its ClOrdID(11), those of a strategy, or all. */
  | { kind: 'cancel'; orders: { ordinal: number } | { strategy: string } | 'all' }
  /** How a replay plays. A step is of events told to a strategy, or of recorded time; a seek goes forward; speed 0 is as fast as it can. */
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'step'; events: number }
  | { kind: 'step'; ns: number }
  | { kind: 'seek'; timeNs: number }
  | { kind: 'speed'; speed: number }
  /** A difference that somebody outside the loop has found. */
  | { kind: 'alert'; what: string }
  /**
   * Questions: nothing changes, nothing is journalled; the answer's `data` is EngineStatus, ParameterReport[],
   * StrategyState[] of all or of one, and for how many ns at most the loop was held up around the latest swap.
   */
  | { kind: 'status' }
  | { kind: 'parameters' }
  | { kind: 'states'; strategy?: string }
  | { kind: 'turns' };

/** A command, who gave it, and the number that its answer carries; without one nobody waits for the answer. */
export type ControlMessage = ControlCommand & { readonly who?: string; readonly id?: number };

export interface ControlAnswer {
  readonly id: number;
  readonly ok: boolean;
  /** What was done, or why not: one sentence. */
  readonly sentence: string;
  /** What a question asked for. */
  readonly data?: unknown;
}

/** What only the loop knows of itself. */
export interface EngineStatus {
  armed: boolean;
  /** What earlier runs left open is not reconciled with the venue yet: nothing new leaves. */
  recovering: boolean;
  /** The order session is logged on, and takes new orders. */
  sessionReady: boolean;
  /** Without the orders that differed; null without a journal. */
  recovery: Omit<RecoveryReport, 'orders'> | null;
  /** Why the engine stops; empty while it does not. */
  stopping: string;
  orders: EngineStats['orders'];
  refusals: Record<string, number>;
  strategies: { id: string; name: string; state: 'running' | 'stopped' | 'faulted' }[];
  /** As EngineStats has them. */
  kills: KillReport[];
  /** Null where the feed is live. */
  playback: PlaybackReport | null;
}

/** What a strategy would leave to its next version, or why it cannot say. */
export interface StrategyState {
  id: string;
  handover?: Handover;
  failure?: string;
}

/** A declared parameter and what it is now; a price is decimal text, as it is given. */
export interface ParameterReport {
  strategy: string;
  name: string;
  kind: ParamKind;
  value: ParamValue;
  /** Somebody has set it; else it is the default. */
  chosen: boolean;
  /** Whether it may be changed while the strategy runs. */
  live: boolean;
  min?: number;
  max?: number;
  description?: string;
}

export interface StrategyFault {
  /** `setup`, `event`, `order`, `timer`, … */
  phase: string;
  message: string;
  stack: string;
}

export interface EngineStats {
  turns: number;
  events: number;
  gaps: number;
  orders: {
    sent: number;
    acknowledged: number;
    filled: number;
    cancelled: number;
    rejected: number;
    refusedByRisk: number;
    inDoubt: number;
    /** The venue says it has never had them. */
    neverReached: number;
    open: number;
  };
  requests: { cancels: number; replaces: number; cancelRejects: number; replaceRejects: number };
  reports: {
    executions: number;
    duplicates: number;
    unknown: number;
    late: number;
    unsupported: number;
    missed: number;
  };
  /** Refusals by name. */
  refusals: Record<string, number>;
  positions: PositionReport[];
  /** By handle: the numbers in the order log. */
  instruments: InstrumentReport[];
  /** Symbols that strategies have asked for: by id who did first, and the stack of where. */
  asked: { symbol: string; strategy: string; stack: string }[];
  /** Sequence number of the last feed message applied. */
  lastSequence: number;
  strategies: {
    id: string;
    name: string;
    state: 'running' | 'stopped' | 'faulted';
    fault: StrategyFault | null;
    /** Calls over their budget; null where there were none, or no budget. */
    slow: SlowCalls | null;
  }[];
  swaps: SwapReport[];
  /** Of each scope that was killed in this run or is since an earlier one. */
  kills: KillReport[];
  /** How what was open before was settled with the venue; null without a journal. */
  recovery: RecoveryReport | null;
  logDropped: number;
  /** Turns in which the feed was not polled because the order log had no room. */
  feedPauses: number;
  /** Records that the order log had no room for. */
  orderLogLost: number;
  stopReason: string;
  /** Why the order session went down before anybody asked it to; null when it did not. */
  sessionLost: string | null;
}

export interface Engine {
  /** One turn: feed, gateway, timers, control. Bounded. @returns what was handled; 0 is idle. */
  turn(): number;
  /** Turns until a stop has run its course, or at once when `shouldStop` says so (then stops in order). */
  run(shouldStop?: () => boolean): void;
  /** Begins an orderly stop: cancel open orders, wait for the answers, log out. */
  requestStop(reason: string): void;
  /** True once an orderly stop is over. */
  readonly stopped: boolean;
  arm(): void;
  disarm(): void;
  /** Cold: allocates. */
  stats(): EngineStats;
  /** What each strategy leaves to its next run. Cold. */
  states(): StrategyState[];
  /** Ends the strategies' streams, so that their memory goes where the engine stays. It does not turn any more. */
  retire(): void;
}
