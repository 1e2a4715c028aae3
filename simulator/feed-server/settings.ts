import type { SessionConfig } from '../../gateway/index.ts';
import type {
  FeedSummary,
  FeedTransmit,
  LwipOptions,
  PlaybackOptions,
  PlaybackStats,
  RecordingFormat,
} from '../../native/index.ts';
import type { Scenario } from '../behaviours/scenario.ts';
import type { ExchangeStats } from '../exchange.ts';
import type { StatePlan } from '../state/state-keeper.ts';

/** A recording on its way into memory, as app/recording opens it. */
export interface OpenRecording {
  ring: SharedArrayBuffer;
  format: RecordingFormat;
  /** Fills the ring until the recording ends; rejects with a HotlapError where it is damaged. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/** What a market plays and where; plain data, so that it crosses to the Worker. */
export interface MarketSettings {
  pace: PlaybackOptions['pace'];
  messagesPerPacket?: number;
  feed: { group: string; port: number; interface: string; transmit?: FeedTransmit };
  /** In the recording: only this group and port. */
  source?: { group: string; port: number };
  fixHost: string;
  /** 0 lets the system choose. */
  fixPort: number;
  /** TCP of the FIX side past the kernel, at `fixHost`; absent: the kernel's. */
  fixLwip?: LwipOptions;
  session: SessionConfig;
  /** A second session with a copy of every report, on a port of its own (0 lets the system choose); host absent: `fixHost`. */
  dropCopy?: { host?: string; port: number; session: SessionConfig };
  /** What survives this process, opened by a StateKeeper. */
  state?: StatePlan;
  /** In addition to what the network takes; 0 for an exchange that matches an order as it arrives. */
  orderDelayNs: number;
  reportDelayNs: number;
  /** In the currency; a rebate is negative. */
  takerFeePerShare: number;
  makerFeePerShare: number;
  /** How it misbehaves; absent: it does not. */
  scenario?: Scenario;
  creditFile?: string;
  creditPackets?: number;
  /** CPU of the playback thread. */
  cpu?: number;
  maxInstruments: number;
  expectedOrders: number;
}

/** The acceptor's side of the session that `hotlap demo` and `hotlap run` take by default. */
export const SIMULATOR_SESSION: SessionConfig = {
  role: 'acceptor',
  beginString: 'FIX.4.4',
  senderCompId: 'SIMULATOR',
  targetCompId: 'HOTLAP',
  heartBtIntMs: 30_000,
  // The initiator's choice: one that resumes a session must find its numbers again.
  resetOnLogon: false,
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 1_000,
};

/** The acceptor's side of the drop copy. */
export const SIMULATOR_DROP_COPY_SESSION: SessionConfig = {
  ...SIMULATOR_SESSION,
  senderCompId: 'SIMULATOR-DC',
  targetCompId: 'HOTLAP-DC',
};

export const MARKET_DEFAULTS: Omit<MarketSettings, 'feed' | 'fixHost' | 'fixPort'> = {
  pace: { mode: 'recorded', factor: 1 },
  session: SIMULATOR_SESSION,
  orderDelayNs: 0,
  reportDelayNs: 0,
  takerFeePerShare: 0,
  makerFeePerShare: 0,
  // Orders name symbols by and by; a receiver's tables are small per instrument.
  maxInstruments: 1_024,
  expectedOrders: 1 << 20,
};

export interface MarketReport {
  playback: PlaybackStats;
  exchange: ExchangeStats;
  feed: Pick<
    FeedSummary,
    'packets' | 'messages' | 'gaps' | 'lostMessages' | 'duplicates' | 'malformed' | 'unknownOrders'
  >;
  /** Requests that arrived with an ordinal. */
  arrivals: number;
}

/** To the Worker. */
export type MarketCommand =
  | { type: 'go' }
  | { type: 'join'; id: number; pairs: Float64Array }
  | { type: 'report'; id: number }
  | { type: 'stop' };

/** From the Worker. */
export type MarketMessage =
  /** dropCopyPort: 0 without a drop copy. */
  | { type: 'ready'; tcpPort: number; dropCopyPort: number }
  | { type: 'logon' }
  | { type: 'logout'; reason: string }
  | { type: 'ended'; report: MarketReport }
  | { type: 'stopped'; report: MarketReport }
  | { type: 'joined'; id: number; latencies: Float64Array }
  | { type: 'reported'; id: number; report: MarketReport }
  | { type: 'failed'; code: string; sentence: string }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; text: string };
