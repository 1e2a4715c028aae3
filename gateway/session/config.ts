import { HotlapError } from '../../engine/domain/errors.ts';
import type { BeginString } from './fix-version.ts';
import type { ScheduleConfig } from './schedule.ts';

/** One FIX session as a user describes it. Times are milliseconds, numbers whole, unless a line says otherwise. */
export interface SessionConfig {
  role: 'initiator' | 'acceptor';
  beginString: BeginString;
  /** DefaultApplVerID(1137), of FIXT.1.1 only: 7 for FIX.5.0, 8 for FIX.5.0SP1, 9 for FIX.5.0SP2. */
  defaultApplVerId?: string;
  senderCompId: string;
  targetCompId: string;
  /** Third parties the peer may name in OnBehalfOfCompID(115) and DeliverToCompID(128); absent: any. */
  onBehalfOfCompIds?: readonly string[];
  deliverToCompIds?: readonly string[];
  /** HeartBtInt(108): whole seconds in milliseconds, 0 for none. An acceptor takes the initiator's. */
  heartBtIntMs: number;
  /** Initiator: Logon with ResetSeqNumFlag(141)=Y. Acceptor: both numbers go back to 1 at every Logon. */
  resetOnLogon: boolean;
  /** Both numbers go back to 1 after a Logout that either side began. The venue must do the same. */
  resetOnLogout?: boolean;
  /** Both numbers go back to 1 whenever the connection ends, however it ends. The venue must do the same. */
  resetOnDisconnect?: boolean;
  logonTimeoutMs: number;
  logoutTimeoutMs: number;
  /** Username(553) and Password(554): sent by the initiator, demanded by the acceptor. Never logged. */
  username?: string;
  password?: string;
  /** NewPassword(925) of the initiator's Logon: asks the venue to change the password. Never logged. */
  newPassword?: string;
  /** Further fields of the initiator's Logon, in this order, behind the standard ones. */
  logonFields?: readonly (readonly [tag: number, text: string])[];
  /** The Logon field with which this venue is asked to cancel open orders when the connection is lost. */
  cancelOnDisconnect?: { readonly tag: number; readonly value: string };
  /** Account(1) of every order. */
  account?: string;
  /** Decimals of SendingTime(52) and TransactTime(60); absent: as the FIX version has them. */
  timestampPrecision?: 's' | 'ms' | 'us' | 'ns';
  /** How far SendingTime(52) may be from our clock; absent: not checked. */
  sendingTimeAccuracyMs?: number;
  /** NextExpectedMsgSeqNum(789) in the Logon: what the other side misses is sent again without being asked for. */
  nextExpectedMsgSeqNum?: boolean;
  /** LastMsgSeqNumProcessed(369) in every header. */
  lastMsgSeqNumProcessed?: boolean;
  /** A longer message is garbled, and a longer one of ours is gap-filled rather than sent again. */
  maxMessageBytes?: number;
  /** A message of more fields is garbled; 256 where absent. */
  maxMessageFields?: number;
  /** Length fields with the data fields behind them that the peer has beside those of FIX itself. */
  dataFields?: readonly (readonly [lengthTag: number, dataTag: number])[];
  /** Where to read on behind garbled bytes; see FramerOptions of fix-parser. */
  resync?: 'bodyLength' | 'beginString';
  /** A ResendRequest without progress is repeated after this time, three times in all, then the session logs out. */
  resendTimeoutMs?: number;
  /** Messages that one ResendRequest of ours asks for; 0, as when absent: all that are missing. */
  resendRequestChunk?: number;
  /** Messages that are sent again in one poll when the peer asks for them: so long does a cancel wait at most. */
  resendChunk?: number;
  /** When the session is open; absent: always. */
  schedule?: ScheduleConfig;
  /** Application messages that may leave in any stretch of `perMs`. */
  throttle?: {
    readonly messages: number;
    readonly perMs: number;
    /** Of `messages`, those that only cancels may use; absent: a tenth. */
    readonly reserve?: number;
  };
  /** Initiator: connects again when the connection is lost; absent: it does not. */
  reconnect?: {
    /** Before the first attempt; doubles with each that fails, up to `maxIntervalMs`. */
    readonly intervalMs: number;
    /** Absent: a minute, or intervalMs where that is longer. */
    readonly maxIntervalMs?: number;
    /** Attempts in a row that may fail; 0: without end. A session that was logged on for one HeartBtInt begins the count anew. */
    readonly maxAttempts: number;
  };
}

/** Longer than any message of single-order trading; a receive buffer holds several. */
export const DEFAULT_MAX_MESSAGE_BYTES = 8_192;
/** From the session issues of other engines: 10 s, three times. */
export const DEFAULT_RESEND_TIMEOUT_MS = 10_000;
/** Some tens of µs of work, a few KiB on their way: a cancel hardly waits. */
export const DEFAULT_RESEND_CHUNK = 16;
/** Longest wait between two attempts to connect. */
export const DEFAULT_MAX_RECONNECT_MS = 60_000;
/** Share of the throttle that is kept for cancels. */
export const DEFAULT_RESERVED_SHARE = 0.1;

/** An error of a session's configuration. @param sentence without its full stop */
export const refusedConfig = (sentence: string): HotlapError =>
  new HotlapError('ERR_FIX_SESSION_CONFIG', `FIX session: ${sentence}.`, { exitStatus: 2 });
