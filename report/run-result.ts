import type { KillReport } from '../engine/domain/kill-report.ts';
import type { RecoveryReport } from '../engine/domain/recovery-report.ts';
import type { TrackStatistics } from './run-statistics.ts';

/**
 * What `demo`, `run` and `replay` return and print with --json. Times in ns, prices as decimal strings.
 * Keys are a promise to scripts: add, never rename.
 */
export interface RunResult {
  recording: RecordingResult | null;
  /** What was received, from a recording or live. */
  feed: FeedCounts;
  transport: { rx: ReceiveTransport; tx: SendTransport };
  /** Events handed to strategies, and how many a second of the time the loop ran. */
  events: number;
  eventsPerSecond: number;
  /** From the loop's first turn to its last. */
  loopSeconds: number;
  orders: OrderCounts;
  /** Orders refused by risk, by named reason. */
  refusals: Record<string, number>;
  /** The kill switch: of each scope that was killed in this run, or is since an earlier one, the latest. */
  kills: KillReport[];
  fills: FillCounts;
  /** Of the venue's reports: those that changed nothing, or that nothing is known of. */
  reports: ReportCounts;
  positions: PositionResult[];
  /** By strategy and symbol: docs/reference/statistics.md. */
  statistics: TrackStatistics[];
  /** By number in the order log. */
  instruments: InstrumentResult[];
  /** Sequence number of the last feed message applied. */
  lastSequence: number;
  strategies: StrategyResult[];
  /** New versions that took the place of a strategy, in order. Absent where there were none. */
  swaps?: SwapResult[];
  /** sha256 of every outbound order message and inbound report, in order. */
  orderLogHash: string;
  /** Records that found the order log full: hash and orders.csv lack them. */
  orderLogLost: number;
  /** Refusals that refusals.csv lacks: more came than are kept. Absent without --out. */
  refusalsLost?: number;
  latency: LatencyResult;
  /** null where it was not measured. */
  memory: { bytesPerEvent: number | null; collections: number | null };
  host: HostResult;
  /** How the run ended, as one sentence for people; `ok` decides the exit status. */
  ended: { ok: boolean; reason: string };
  /** Seconds of wall time between start and stop. */
  elapsedSeconds: number;
  /** How what was open before was settled with the venue; absent without an order journal. */
  recovery?: RecoveryReport;
  /** Of `run`: where the session's numbers lie, and what was found there. */
  session?: SessionResult;
  /** Absent where no drop copy was compared. */
  dropCopy?: DropCopyResult;
  /** Turn from which on the run's folder lacks what came in: it cannot be run again from there. Absent where it is whole. */
  tapeCutAt?: number;
  /** Folder that --out named, absolute. */
  out?: string;
}

export interface SwapResult {
  strategy: string;
  /** sha256 of its text and of what it loaded. */
  version: string;
  /** Engine time. */
  timeNs: number;
  /** The version before had faulted. */
  isRevived: boolean;
  /** For how long at most the loop was held up, from when the version was made ready on; null where nobody looked. */
  longestTurnNs: number | null;
}

export interface SessionResult {
  stateDir: string;
  /** How the run before had ended: `host went down` means that numbers were left out. */
  recovered: 'nothing' | 'closed in order' | 'killed' | 'host went down';
  /** Where the next run goes on. */
  nextSenderMsgSeqNum: number;
  nextTargetMsgSeqNum: number;
  /** Orders of runs before this one of which the venue has not said what became of them: see `recovery`. */
  earlierOrdersInDoubt: number;
}

/** The venue's copies of its reports beside this side's orders. */
export interface DropCopyResult {
  session: 'logged on' | 'lost' | 'never logged on';
  copies: number;
  /** Of the copies: about orders of others, and of earlier runs. */
  foreign: number;
  earlier: number;
  /** Compared. */
  orders: number;
  /** Orders that differed longer than the grace time; and those that did so at the end. */
  differences: number;
  differing: number;
  /** The first alerts, as sentences; the log has them all. */
  told: string[];
}

export interface FeedCounts {
  packets: number;
  messages: number;
  /** Gaps found, and the messages lost in them. */
  gaps: number;
  lostMessages: number;
  duplicates: number;
  malformed: number;
  /** Packets put aside for a sequence number too far away; where the next one bore it out, they are in lostMessages. */
  aside: number;
  /** The recording breaks off inside a record; everything before it was used. */
  truncated: boolean;
  /** Something was lost or made no sense: from there on no book was to be trusted. */
  stale: boolean;
  /** Packets lost before the engine could receive them, for want of room. */
  drops: number;
  /** Passed over as somebody else's; and refused: parts of datagrams, too long, with a wrong checksum. */
  filtered: number;
  fragments: number;
  oversized: number;
  badChecksums: number;
  /** What the configuration's `faults` did to packets on purpose; absent without. */
  faults?: FaultResult;
}

/** Packets that came in + duplicated = packets that went on + lost + held. */
export interface FaultResult {
  lost: number;
  duplicated: number;
  reordered: number;
  delayed: number;
  corrupted: number;
  /** Held back when the run ended. */
  held: number;
}

export interface RecordingResult extends FeedCounts {
  file: string;
  /** Replayed with it, merged by time. */
  merged?: readonly string[];
  /** Of a capture: what was sent elsewhere and passed over; absent where a live playback played it. */
  otherGroups?: readonly { group: string; packets: number }[];
  /** Packets that a live playback sent too late; absent in a replay. */
  latePackets?: number;
  /** That a live playback took, first packet to last; absent in a replay. */
  playedSeconds?: number;
  /** Packets that a live playback could not send, or its device threw away; absent in a replay. */
  unsentPackets?: number;
}

/** Code of a transport that the policy rules out; every other says what opening it has failed with. */
export const EXCLUDED_BY_POLICY = 'ERR_TRANSPORT_POLICY';

/** A transport that was preferred to the one that is used. */
export interface PassedOver {
  backend: string;
  /** EXCLUDED_BY_POLICY, or e.g. `EPERM`. */
  code: string;
  reason: string;
}

export interface ReceiveTransport {
  backend: string;
  /** The candidates before it, in order of preference, and why each was not taken; absent in a replay. */
  passedOver?: PassedOver[];
  accelerated: boolean;
  zeroCopy: boolean;
  timestampSource: string;
  reason: string;
  receiveBufferBytes?: number;
}

export interface SendTransport {
  backend: string;
  /** As of the receive transport; absent where there is no list: in a replay, over TLS. */
  passedOver?: PassedOver[];
  accelerated: boolean;
  reason: string;
}

export interface OrderCounts {
  sent: number;
  acknowledged: number;
  filled: number;
  cancelled: number;
  rejected: number;
  refusedByRisk: number;
  inDoubt: number;
  /** Not confirmed as done or cancelled when the run ended: ask the venue. */
  open: number;
}

export interface ReportCounts {
  executions: number;
  duplicates: number;
  /** Of an order that is not ours. */
  unknown: number;
  late: number;
  /** Trade busts, corrections and other kinds that are not applied to positions. */
  unsupported: number;
  /** Fills of which only the sum was told; booked at the last price. */
  missed: number;
}

export interface FillCounts {
  count: number;
  quantity: number;
}

export interface PositionResult {
  strategy: string;
  symbol: string;
  quantity: number;
  averagePrice: string | null;
  realizedPnl: string;
}

export interface InstrumentResult {
  symbol: string;
  /** A price of the order log is an integer of 1/priceScale. */
  priceScale: number;
  multiplier: number;
  /** What one was worth at the end, as a price: the middle of the market, else the last trade; null where there was neither. */
  mark: string | null;
}

export interface StrategyResult {
  name: string;
  state: 'running' | 'stopped' | 'faulted';
  /** The strategy's own error, with the stack in its own files and lines. */
  fault?: string;
  /** Calls that took longer than `loop.handlerBudgetUs`, in wall time; absent where there were none. */
  slowCalls?: { count: number; longestUs: number; phase: string; budgetUs: number };
}

/** A percentile with fewer than ten samples beyond it is null; so is `max` when nothing was counted. */
export interface LatencySummary {
  count: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  p999: number | null;
  p9999: number | null;
  max: number | null;
}

export const STAGES = ['decode', 'book', 'strategy', 'risk', 'encode', 'send'] as const;
export type Stage = (typeof STAGES)[number];

export interface LatencyResult {
  tickToOrder: LatencySummary;
  /** null where no far end stamps. */
  wireToWire: LatencySummary | null;
  /** Orders caused by timers and by reports; null when there were none. */
  timerToOrder?: LatencySummary | null;
  reportToOrder?: LatencySummary | null;
  stages: Partial<Record<Stage, LatencySummary>>;
  /** Stages are sampled one event in this many. */
  sampleEvery?: number;
  /** Cost of one clock reading on this host, in ns. */
  clockCostNs?: number;
}

export interface HostResult {
  cpu: string;
  kernel: string;
  node: string;
  hotCore: number | null;
  pinned: boolean;
  /** Why it is not pinned; absent when it is. */
  unpinnedReason?: string;
  idle: string;
  /** Gaps over 1 µs that the idle loop saw between two of its own stamps. */
  stallsOver1us: { count: number; lostShare: number; p99: number | null; max: number | null };
}
