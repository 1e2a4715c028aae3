/** What the commands hand to the app: complete, checked and frozen; `app/config` fills in the defaults. */
import type { FeedProtocol } from '../engine/domain/feed-protocol.ts';
import type { RecoverySettings } from '../engine/recovery/settings.ts';
import type { KillRuleSettings } from '../engine/risk/kill-rules.ts';
import type { RiskLimits } from '../engine/risk/limits.ts';
import type {
  AfXdpOptions,
  DpdkOptions,
  FaultOptions,
  FeedTransmit,
  GroupRule,
  LwipOptions,
  PacketPace,
  ShmOptions,
} from '../native/index.ts';
import type { ConvertFormat } from '../report/convert-result.ts';
import type { ExportTableName } from '../report/export-result.ts';
import type { Scenario } from '../simulator/index.ts';
import type { ControlSettings } from './config/control-schema.ts';
import type { InstrumentSettings, PositionSettings } from './config/instrument-schema.ts';
import type { VenueSettings } from './config/venue-schema.ts';
import type { Progress } from './progress.ts';

/** How fast a recording is played: at its own times divided by `factor`, at a message rate, or flat out under credit. */
export type Pace =
  | { readonly mode: 'recorded'; readonly factor: number }
  | { readonly mode: 'rate'; readonly messagesPerSecond: number }
  | { readonly mode: 'max' };

/** What a turn of zero work does: nothing, sched_yield, or pauses that grow into a sleep. */
export type Idle = 'spin' | 'yield' | 'backoff';

export type ParamValue = string | number | boolean;

export interface StrategySelection {
  /** A file path, a package name, or the name of a shipped sample. */
  readonly source: string;
  /** Folder that a relative `source` starts from. */
  readonly folder: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** File and line of those that a configuration gives. */
  readonly paramsAt?: Readonly<Record<string, string>>;
}

export interface LoopSettings {
  readonly idle: Idle;
  /** A turn longer than this is a stall of the strategy: the watchdog ends the run. */
  readonly stallMs: number;
  /** A call of a strategy that takes longer is counted and named; 0: none is clocked. */
  readonly handlerBudgetUs: number;
  /** For development: a view that is read after its event throws. */
  readonly checkViews: boolean;
  /** Price levels a side that strategies can read. */
  readonly depthLevels: number;
  readonly maxInstruments: number;
  /** Live orders the book's tables are sized for. */
  readonly expectedOrders: number;
  /** Stages are sampled one event in this many; 0 for never. */
  readonly sampleEvery: number;
}

/** How the simulated exchange answers. Times in ns of engine time. */
export interface SimulationSettings {
  /** From the engine's send to the match. */
  readonly orderDelayNs: number;
  /** From the match to the report's arrival. */
  readonly reportDelayNs: number;
  /** Per share, in the instrument's currency; a rebate is negative. */
  readonly takerFeePerShare: number;
  readonly makerFeePerShare: number;
  /** How it misbehaves; absent: it does not. */
  readonly scenario?: Scenario;
}

export interface FeedSettings {
  readonly protocol: FeedProtocol;
  /** A multicast group or a local unicast address. */
  readonly group: string;
  readonly port: number;
  /** The interface that joins the group: its IPv4 address or its name. */
  readonly interface: string;
  /** Of the kernel's socket. */
  readonly receiveBufferBytes: number;
  /** Receive transports in order of preference. */
  readonly rx: readonly ReceiveBackend[];
  /** `require`: only one that keeps the kernel's network stack out of the way; `off`: only the kernel. */
  readonly bypass: BypassPolicy;
  readonly afXdp: Readonly<AfXdpOptions>;
  /** `file` of a demo is made by itself. */
  readonly shm: Readonly<ShmOptions>;
  /** `device` of a demo is made by itself. */
  readonly dpdk: Readonly<DpdkOptions>;
  /** What is done to received packets on purpose; null: nothing. */
  readonly faults: Readonly<FaultOptions> | null;
}

export type ReceiveBackend = 'af_xdp' | 'shm' | 'dpdk' | 'kernel';
export type SendBackend = 'lwip' | 'kernel';
export type BypassPolicy = 'require' | 'prefer' | 'off';

/** By which way orders leave. */
export interface SendSettings {
  /** Send transports in order of preference. */
  readonly tx: readonly SendBackend[];
  /** `require`: only one that keeps the kernel's network stack out of the way; `off`: only the kernel. */
  readonly bypass: BypassPolicy;
  readonly lwip: LwipSettings;
}

/** TCP in the loop's own thread, over a packet device. */
export interface LwipSettings {
  /** `feed`: over the device that the feed was opened on. */
  readonly over: 'feed' | 'af_xdp' | 'shm' | 'dpdk';
  /** Of `af_xdp`: name or IPv4 address. */
  readonly interface: string;
  /** `10.0.0.2/24`, an address of its own; absent: the interface's, shared with the kernel. */
  readonly address?: string;
  readonly gateway?: string;
  readonly afXdp: Readonly<AfXdpOptions>;
  readonly shm: Readonly<ShmOptions>;
  readonly dpdk: Readonly<DpdkOptions>;
}

export type { VenueSettings };

export interface ConfigurationFile {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Common to demo, run and replay. */
export interface EngineOptions {
  readonly strategies: readonly StrategySelection[];
  readonly risk: RiskLimits;
  /** What sets the kill switch by itself; absent: nothing but a faulted strategy. */
  readonly killSwitch?: KillRuleSettings;
  /** What the feed does not say of a symbol. */
  readonly instruments?: InstrumentSettings;
  /** What is held as the day begins. */
  readonly positions?: PositionSettings;
  /** How what was open before is settled with the venue; absent: by DEFAULT_RECOVERY. */
  readonly recovery?: RecoverySettings;
  readonly loop: LoopSettings;
  /** Ends the run after so many seconds of wall time; null: when the source ends. */
  readonly seconds: number | null;
  /** Messages that a throw-away engine works through first, so that the code is compiled; 0: none. */
  readonly warmUpMessages: number;
  /** Folder that keeps the run: docs/reference/run-folder.md; null: none. */
  readonly out: string | null;
  /** Date of an undated feed's midnight as YYYY-MM-DD; null: the packets' own date, or today's. */
  readonly date: string | null;
  /** What the command was given, for the run's folder. */
  readonly commandLine?: readonly string[];
  /** The configuration's file and hash; absent or null: none was named. */
  readonly configuration?: ConfigurationFile | null;
  /** File and line of a key of the configuration. */
  readonly configAt?: (path: readonly PropertyKey[]) => string;
  /** Called on the main thread, at most some ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** One line of the log, already a sentence. */
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Asks for an orderly stop. */
  readonly signal?: AbortSignal;
}

export interface DemoOptions extends EngineOptions {
  readonly recording: string;
  readonly pace: Pace;
  /** Re-frames into packets of so many messages; null: as recorded. */
  readonly messagesPerPacket: number | null;
  readonly simulation: SimulationSettings;
  /** The simulator serves a drop copy, which is compared with the engine's orders. */
  readonly dropCopy?: boolean;
  /** Where the simulator sends the feed; port 0 takes one that is free. */
  readonly feed: FeedSettings;
  /** How orders leave; absent: through the kernel. Addresses of the wire are the demo's own. */
  readonly send?: Pick<SendSettings, 'tx' | 'bypass'>;
  /** With a socket `hotlap ctl` can reach it. */
  readonly control?: ControlSettings;
}

export interface RunOptions extends EngineOptions {
  readonly feed: FeedSettings;
  readonly venue: VenueSettings;
  /** Folder that files named by the venue's settings start from. */
  readonly configFolder: string;
  /** File and line of a key of the venue. */
  readonly venueAt: (path: readonly PropertyKey[]) => string;
  /** `run` starts disarmed without it. */
  readonly enableTrading: boolean;
  readonly control: ControlSettings;
}

export interface ReplayOptions extends EngineOptions {
  readonly recording: string;
  /** Merged with it by time. */
  readonly more: readonly string[];
  /** A factor on recorded time, or `max`. The orders are the same at any speed. */
  readonly speed: number | 'max';
  readonly simulation: SimulationSettings;
  /** In the recording: only this group and port; null: the first that frames as MoldUDP64. */
  readonly source: { readonly group: string; readonly port: number } | null;
  readonly window: ReplayWindow;
  /** Holds before the first message. */
  readonly paused: boolean;
  /** File of its control socket; null: one of its own. */
  readonly control: string | null;
}

export interface ConvertOptions {
  readonly input: string;
  readonly output: string;
  readonly format: ConvertFormat;
  readonly compress: 'none' | 'gzip' | 'zstd';
  readonly window: ReplayWindow;
  /** Only what was sent there; null: everything, or the first feed where messages are taken out. */
  readonly group: { readonly group: string; readonly port: number } | null;
  /** Where packets are sent to that were none. */
  readonly defaultGroup: { readonly group: string; readonly port: number };
  readonly symbols: readonly string[];
  /** Of the feed's midnight; null: as the packets say. */
  readonly date: string | null;
  readonly force: boolean;
  readonly onLog?: (sentence: string) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Part of a recording, in ns since the feed's midnight; absent: from its beginning, to its end. */
export interface ReplayWindow {
  readonly fromNs?: number;
  readonly toNs?: number;
}

export interface SimulatorOptions {
  readonly recording: string;
  readonly pace: Pace;
  readonly messagesPerPacket: number | null;
  readonly feed: FeedSettings;
  /** How the feed leaves; null: through the kernel. */
  readonly transmit: FeedTransmit | null;
  /** How its FIX side is reached; null: through the kernel. */
  readonly fixLwip: LwipOptions | null;
  readonly fixHost: string;
  /** 0 lets the system choose. */
  readonly fixPort: number;
  /** SenderCompID(49) and TargetCompID(56) as the exchange sends them. */
  readonly compIds: { readonly senderCompId: string; readonly targetCompId: string };
  /** Where the drop copy's session is taken; port 0 lets the system choose; null: there is none. */
  readonly dropCopy: { readonly port: number; readonly senderCompId: string; readonly targetCompId: string } | null;
  /** Folder in which orders and sessions survive the process; null: nothing does. */
  readonly state: string | null;
  /** What becomes of orders that rested when the simulator went down. */
  readonly restingOrders: 'keep' | 'cancel';
  /** When the feed begins. */
  readonly begin: 'logon' | 'at-once';
  /** Plays again, with a new session, whenever the recording has ended and the client has gone. */
  readonly loop: boolean;
  readonly simulation: SimulationSettings;
  readonly seconds: number | null;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly signal?: AbortSignal;
}

/** Of `simulator --play`. */
export interface PlayOptions {
  readonly recording: string;
  readonly pace: PacketPace;
  /** By which the groups leave. */
  readonly interface: string;
  /** How packets leave; null: through the kernel. */
  readonly transmit: FeedTransmit | null;
  /** None: every multicast group as recorded. */
  readonly groups: readonly GroupRule[];
  readonly seconds: number | null;
  readonly signal?: AbortSignal;
}

export interface RecordOptions {
  /** Of each its group, and how it is received. */
  readonly feeds: readonly FeedSettings[];
  readonly files: {
    /** Ends in .pcapng, .pcapng.gz or .pcapng.zst. */
    readonly path: string;
    readonly force: boolean;
    readonly rotateBytes: number | null;
    readonly rotateSeconds: number | null;
    readonly keep: number | null;
  };
  /** Of what waits for the disk. */
  readonly ringBytes: number;
  /** What the receiving thread does when nothing comes: asks on, or sleeps a little. */
  readonly idle: 'spin' | 'backoff';
  readonly seconds: number | null;
  readonly maxPackets: number | null;
  readonly onProgress?: (progress: Progress) => void;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly signal?: AbortSignal;
}

export interface InspectOptions {
  readonly file: string;
  /** Price levels a side in the result. */
  readonly depth: number;
  /** Stops after so many messages; null: at the end. */
  readonly messages: number | null;
  readonly source: { readonly group: string; readonly port: number } | null;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Of `export`. */
export interface ExportOptions {
  /** A recording, or the folder of a run. */
  readonly source: string;
  readonly out: string;
  readonly tables: readonly ExportTableName[];
  /** Of ticks and books; empty: all. */
  readonly symbols: readonly string[];
  /** Of books. */
  readonly everyNs: number;
  readonly depth: number;
  /** YYYY-MM-DD of the feed's midnight; null: what the source says. */
  readonly date: string | null;
  readonly window: ReplayWindow;
  readonly feed: { readonly group: string; readonly port: number } | null;
  /** Writes over what is there. */
  readonly force: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** How market data comes and orders leave. */
export interface TransportPair {
  readonly rx: ReceiveBackend;
  readonly tx: SendBackend;
}

export interface BenchOptions {
  /** Measured beside each other, in turn. */
  readonly pairs: readonly TransportPair[];
  readonly rates: readonly number[];
  readonly messagesPerPacket: number;
  readonly recording: string | null;
  /** The same job in C++ and nothing else, or the engine without limits and journal. */
  readonly against: 'floor' | 'bare';
  /** Seconds of each subject at each rate. */
  readonly seconds: number;
  /** A B A B …: how many pairs. */
  readonly rounds: number;
  readonly idle: Idle;
  readonly onProgress?: (progress: Progress) => void;
}

export interface TransportBenchOptions {
  /** Messages a second. */
  readonly rates: readonly number[];
  readonly messagesPerPacket: number;
  /** Seconds of each leg, its warm-up aside. */
  readonly seconds: number;
  /** A B C A B C …: how many turns each transport has. */
  readonly rounds: number;
  /** Packets a second without loss, and the count of system calls under strace. */
  readonly extras: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

export interface StrategyBenchOptions {
  /** null: both. */
  readonly only: 'operators' | 'path' | null;
  /** A B C A B C …: how many turns each subject has. */
  readonly rounds: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface FixBenchOptions {
  /** null: both. */
  readonly only: 'codec' | 'round-trip' | null;
  /** A B C A B C …: how many turns each subject has. */
  readonly rounds: number;
  readonly onProgress?: (progress: Progress) => void;
}
