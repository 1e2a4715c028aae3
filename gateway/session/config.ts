import { HotlapError } from '../../engine/domain/errors.ts';
import { type BeginString, fixVersion } from './fix-version.ts';

/** One FIX session as a user describes it. */
export interface SessionConfig {
  role: 'initiator' | 'acceptor';
  beginString: BeginString;
  /** DefaultApplVerID(1137), of FIXT.1.1 only: 7 for FIX.5.0, 8 for FIX.5.0SP1, 9 for FIX.5.0SP2. */
  defaultApplVerId?: string;
  senderCompId: string;
  targetCompId: string;
  /** HeartBtInt(108): whole seconds in milliseconds, 0 for none. An acceptor takes the initiator's. */
  heartBtIntMs: number;
  /** Initiator: Logon with ResetSeqNumFlag(141)=Y. Acceptor: both numbers go back to 1 at every Logon. */
  resetOnLogon: boolean;
  logonTimeoutMs: number;
  logoutTimeoutMs: number;
  /** Username(553) and Password(554): sent by the initiator, demanded by the acceptor. Never logged. */
  username?: string;
  password?: string;
  /** Account(1) of every order. */
  account?: string;
  /** How far SendingTime(52) may be from our clock; absent: not checked. */
  sendingTimeAccuracyMs?: number;
  /** A longer message is garbled. */
  maxMessageBytes?: number;
  /** A message of more fields is garbled; 256 where absent. */
  maxMessageFields?: number;
  /** Where to read on behind garbled bytes; see FramerOptions of fix-parser. */
  resync?: 'bodyLength' | 'beginString';
  /** A ResendRequest without progress is repeated after this time, three times in all, then the session logs out. */
  resendTimeoutMs?: number;
}

/** Longer than any message of single-order trading; a receive buffer holds several. */
export const DEFAULT_MAX_MESSAGE_BYTES = 8_192;
/** From the session issues of other engines: 10 s, three times. */
export const DEFAULT_RESEND_TIMEOUT_MS = 10_000;
/** A day: no peer means a longer interval. */
const MAX_HEART_BT_INT_MS = 86_400_000;

export function checkConfig(config: SessionConfig): void {
  fixVersion(config.beginString, config.defaultApplVerId);
  for (const key of ['senderCompId', 'targetCompId'] as const) checkText(key, config[key]);
  for (const key of ['username', 'password', 'account'] as const)
    if (config[key] !== undefined) checkText(key, config[key]);
  const beat = config.heartBtIntMs;
  if (!Number.isInteger(beat / 1_000) || beat < 0 || beat > MAX_HEART_BT_INT_MS) {
    throw refused(`heartBtIntMs is ${beat}: give whole seconds in milliseconds, from 0 to ${MAX_HEART_BT_INT_MS}`);
  }
  for (const key of ['logonTimeoutMs', 'logoutTimeoutMs'] as const) {
    if (!(config[key] > 0)) throw refused(`${key} is ${config[key]}: give a positive number of milliseconds`);
  }
}

function checkText(key: string, value: string): void {
  if (!/^[\x20-\x7e]{1,64}$/.test(value)) {
    throw refused(`${key} must be 1 to 64 printable ASCII characters`);
  }
}

const refused = (sentence: string): HotlapError =>
  new HotlapError('ERR_FIX_SESSION_CONFIG', `FIX session: ${sentence}.`, { exitStatus: 2 });
