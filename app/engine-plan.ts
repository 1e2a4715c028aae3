/** What the main thread hands to the hot Worker: plain data and shared memory, complete before the Worker starts. */
import type { DictionaryData, ValidationOptions } from 'fix-parser';
import type { EngineShared } from '../engine/engine.ts';
import type { RecoveredState } from '../engine/journal/recovered.ts';
import type { StartPosition } from '../engine/orders/start-positions.ts';
import type { RecoverySettings } from '../engine/recovery/settings.ts';
import type { KillRuleSettings } from '../engine/risk/kill-rules.ts';
import type { RiskLimits } from '../engine/risk/limits.ts';
import type { ParamValue } from '../engine/strategy/params.ts';
import type { OrderDialect, SessionConfig } from '../gateway/index.ts';
import type { RecordedBytes, RecordingFormat } from '../native/index.ts';
import type { InstrumentSpecs } from './config/instrument-schema.ts';
import type { LoopSettings, SimulationSettings } from './options.ts';
import type { BundledStrategy, LoadedFile } from './strategy-loader/index.ts';
import type { LiveFeed } from './transport/candidates.ts';
import type { LiveSend } from './transport/send-candidates.ts';

export interface PlannedStrategy {
  readonly id: string;
  readonly bundle: BundledStrategy;
  /** As the user gave them: names and raw values, checked in the Worker against what the strategy declares. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** File and line of those that a configuration gives. */
  readonly paramsAt?: Readonly<Record<string, string>>;
  /** What its `load` returned, and what that has read. */
  readonly data: unknown;
  readonly files: readonly LoadedFile[];
  /** A view that is read after its event throws. */
  readonly checkViews?: boolean;
}

/** A strategy's text as it was kept with the run in which it took the place of another. */
export interface KeptVersion {
  readonly bundle: BundledStrategy;
  readonly data: unknown;
}

/** A new version on its way to the hot thread, which makes it ready beside the one that trades. */
export interface VersionPlan {
  /** Names text and data. */
  readonly version: string;
  /** Number of the strategy. */
  readonly strategy: number;
  readonly planned: PlannedStrategy;
  /** What V8 has made of the library. */
  readonly code: Uint8Array | undefined;
  readonly rehearsals: readonly RehearsalPlan[];
}

/** A recording on its way through a byte ring. */
export interface RecordingPlan {
  readonly ring: SharedArrayBuffer;
  readonly format: RecordingFormat;
  /** Merged with it by time. */
  readonly more?: readonly RecordedBytes[];
  readonly group?: string;
  readonly port?: number;
  /** Exchange time: before the one nothing is told, though books are built; behind the other the recording is over. */
  readonly fromNs?: number;
  readonly toNs?: number;
}

export interface RehearsalPlan extends RecordingPlan {
  /** Played of the recording. */
  readonly messages: number;
}

export interface ReplayPlan {
  readonly mode: 'replay';
  readonly recording: RecordingPlan;
  /** 0: as fast as it is polled. */
  readonly speed: number;
  /** Holds before the first message. */
  readonly paused: boolean;
  readonly simulation: SimulationSettings;
}

/** A durable store that the main thread has opened, for the thread that runs the session. */
export interface StorePlan {
  readonly ringFile: string;
  /** Int32Array(JOURNAL_CELLS). */
  readonly cells: SharedArrayBuffer;
}

/** The order journal, which the main thread has opened and recovered. */
export interface JournalPlan extends StorePlan {
  /** First characters of every ClOrdID(11) of this journal. */
  readonly clOrdIdPrefix: string;
  readonly recovered: RecoveredState;
}

export interface LivePlan {
  readonly mode: 'live';
  readonly feed: LiveFeed;
  /** With a ring, the connection is made over TLS on the main thread (app/tls). */
  readonly venue: { host: string; port: number; ring?: SharedArrayBuffer };
  /** By which way orders leave; absent: through the kernel. Not asked where the venue has a ring. */
  readonly send?: LiveSend;
  readonly session: SessionConfig;
  /** How the venue wants its orders. */
  readonly orders?: OrderDialect;
  /** Holds what the venue says against its dictionary. */
  readonly validation?: VenueValidation;
  /** Absent: numbers and messages live as long as the run. */
  readonly store?: StorePlan;
  /** Absent: orders are forgotten with the run. */
  readonly journal?: JournalPlan;
  /** Engine time minus CLOCK_MONOTONIC. */
  readonly monotonicOffsetNs: number;
  /** Stops by itself once the feed's session has ended. */
  readonly stopAtSessionEnd: boolean;
  /** What comes in is kept; absent: it is not. */
  readonly tape?: { readonly ringFile: string };
}

/** A live run that was, on what came into it. */
export interface TapePlan extends Pick<LivePlan, 'session' | 'orders' | 'validation' | 'stopAtSessionEnd'> {
  readonly mode: 'tape';
  /** Holds before the first turn. */
  readonly paused: boolean;
  /** The byte ring of its TapeFeeder. */
  readonly ring: SharedArrayBuffer;
  /** Engine time at which the feed was opened. */
  readonly openedNs: number;
  /** With which numbers the session began. */
  readonly numbers: { readonly nextOut: number; readonly nextIn: number };
  /** Where the run had an order journal: what it began with. */
  readonly journal?: { readonly nextOrdinal: number; readonly recovered: RecoveredState };
}

/** What FIX defines for a venue, and what of it is checked; the same dictionary twice below FIX 5.0. */
export interface VenueValidation {
  readonly session: DictionaryData;
  readonly application: DictionaryData;
  readonly options: ValidationOptions;
}

/** Everything both threads see while the loop runs. */
export interface PlanMemory extends EngineShared {
  /** Float64Array(CELLS_DOUBLES). */
  readonly cells: SharedArrayBuffer;
  /** Int32Array(2): nextSenderMsgSeqNum, nextTargetMsgSeqNum. */
  readonly sequences: SharedArrayBuffer;
}

export interface EnginePlan {
  /** CPU of the hot thread; null: not pinned. */
  readonly hotCore: number | null;
  /** Name of the venue. */
  readonly venue: string;
  readonly strategies: readonly PlannedStrategy[];
  readonly risk: RiskLimits;
  /** By symbol. */
  readonly instruments: InstrumentSpecs;
  readonly positions: readonly StartPosition[];
  readonly killRules: KillRuleSettings;
  readonly recovery: RecoverySettings;
  readonly loop: LoopSettings;
  readonly source: ReplayPlan | LivePlan | TapePlan;
  /** Each is played through a throw-away engine first, so that everything is compiled before the first order. */
  readonly rehearsals: readonly RehearsalPlan[];
  /** By name: what took the place of a strategy in a run that is run again. */
  readonly versions?: Readonly<Record<string, KeptVersion>>;
  readonly armed: boolean;
  /** CLOCK_REALTIME of engine time 0. */
  readonly day0Ms: number;
  /** First characters of every ClOrdID(11) of this start. */
  readonly clOrdIdPrefix: string;
  readonly memory: PlanMemory;
}
