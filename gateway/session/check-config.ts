import { refusedConfig as refused, type SessionConfig } from './config.ts';
import { fixVersion } from './fix-version.ts';
import { checkSchedule } from './schedule.ts';

/** A day: no peer means a longer interval. */
const DAY_MS = 86_400_000;
/** As many send times are remembered. */
const MAX_THROTTLE_MESSAGES = 1_000_000;
const MAX_TAG = 99_999_999;
/** What the session itself writes into a Logon. */
const OWN_LOGON_TAGS = new Set([8, 9, 10, 34, 35, 43, 49, 52, 56, 98, 108, 122, 141, 369, 553, 554, 789, 925, 1137]);

/** @throws HotlapError ERR_FIX_SESSION_CONFIG with a sentence that names the field, its unit and its range */
export function checkConfig(config: SessionConfig): void {
  if (config.defaultApplVerId !== undefined && typeof config.defaultApplVerId !== 'string')
    throw refused(`defaultApplVerId is the number ${config.defaultApplVerId}: give it as text`);
  fixVersion(config.beginString, config.defaultApplVerId);
  for (const key of ['senderCompId', 'targetCompId'] as const) checkText(key, config[key]);
  for (const key of ['username', 'password', 'newPassword', 'account'] as const)
    if (config[key] !== undefined) checkText(key, config[key]);
  for (const key of ['onBehalfOfCompIds', 'deliverToCompIds'] as const)
    for (const name of config[key] ?? []) checkText(key, name);
  checkWhole('maxMessageFields', config.maxMessageFields, 16, 65_536, 'fields');
  const beat = config.heartBtIntMs;
  if (!Number.isInteger(beat / 1_000) || beat < 0 || beat > DAY_MS) {
    throw refused(`heartBtIntMs is ${beat}: give whole seconds in milliseconds, from 0 to ${DAY_MS}`);
  }
  for (const key of ['logonTimeoutMs', 'logoutTimeoutMs', 'resendTimeoutMs', 'sendingTimeAccuracyMs'] as const) {
    const value = config[key];
    if (value !== undefined && !(value > 0 && value <= DAY_MS))
      throw refused(`${key} is ${value}: give a positive number of milliseconds, up to ${DAY_MS}`);
  }
  checkWhole('resendRequestChunk', config.resendRequestChunk, 0, 1_000_000, 'messages, 0 for all at once');
  checkWhole('resendChunk', config.resendChunk, 1, 1_024, 'messages');
  checkWhole('maxMessageBytes', config.maxMessageBytes, 256, 1 << 20, 'bytes');
  checkPrecision(config);
  checkLogonFields(config);
  checkInitiatorOnly(config);
  if (config.schedule !== undefined) checkSchedule(config.schedule);
  checkThrottle(config.throttle);
  checkReconnect(config.reconnect);
}

function checkPrecision({ timestampPrecision, beginString }: SessionConfig): void {
  if (timestampPrecision === undefined) return;
  if (!['s', 'ms', 'us', 'ns'].includes(timestampPrecision))
    throw refused(`timestampPrecision is ${timestampPrecision}: give s, ms, us or ns`);
  if (timestampPrecision !== 's' && (beginString === 'FIX.4.0' || beginString === 'FIX.4.1'))
    throw refused(`timestampPrecision is ${timestampPrecision}: ${beginString} has whole seconds, give s`);
}

function checkLogonFields({ logonFields = [], cancelOnDisconnect }: SessionConfig): void {
  const all: [key: string, tag: number, value: string][] = logonFields.map(([tag, value]) => [
    'logonFields',
    tag,
    value,
  ]);
  if (cancelOnDisconnect !== undefined)
    all.push(['cancelOnDisconnect', cancelOnDisconnect.tag, cancelOnDisconnect.value]);
  for (const [key, tag, value] of all) {
    if (!Number.isInteger(tag) || tag < 1 || tag > MAX_TAG)
      throw refused(`${key} has tag ${tag}: give a whole number from 1 to ${MAX_TAG}`);
    if (OWN_LOGON_TAGS.has(tag))
      throw refused(`${key} has tag ${tag}, which the session writes itself: use its own setting, or leave it out`);
    // The value may be a secret: it is not repeated.
    if (!/^[\x20-\x7e]{1,256}$/.test(value))
      throw refused(`${key} has a value for tag ${tag} that is not 1 to 256 printable ASCII characters`);
  }
  const length = all.reduce((bytes, [, tag, value]) => bytes + String(tag).length + value.length + 2, 0);
  if (length > 1_024) throw refused(`logonFields take ${length} bytes: a Logon has room for 1,024 of them`);
}

function checkInitiatorOnly(config: SessionConfig): void {
  if (config.role === 'initiator') return;
  for (const key of ['newPassword', 'logonFields', 'cancelOnDisconnect', 'reconnect'] as const) {
    if (config[key] !== undefined) throw refused(`${key} is for an initiator: an acceptor waits to be called`);
  }
}

function checkThrottle(throttle: SessionConfig['throttle']): void {
  if (throttle === undefined) return;
  checkWhole('throttle.messages', throttle.messages, 1, MAX_THROTTLE_MESSAGES, 'messages');
  checkWhole('throttle.perMs', throttle.perMs, 1, DAY_MS, 'milliseconds');
  checkWhole('throttle.reserve', throttle.reserve, 0, throttle.messages - 1, 'messages, fewer than throttle.messages');
}

function checkReconnect(reconnect: SessionConfig['reconnect']): void {
  if (reconnect === undefined) return;
  checkWhole('reconnect.intervalMs', reconnect.intervalMs, 1, DAY_MS, 'milliseconds');
  checkWhole('reconnect.maxIntervalMs', reconnect.maxIntervalMs, reconnect.intervalMs, DAY_MS, 'milliseconds');
  checkWhole('reconnect.maxAttempts', reconnect.maxAttempts, 0, 1_000_000, 'attempts, 0 for no end');
}

function checkWhole(key: string, value: number | undefined, low: number, high: number, unit: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return;
  throw refused(`${key} is ${value}: give a whole number from ${low} to ${high} (${unit})`);
}

function checkText(key: string, value: string): void {
  if (!/^[\x20-\x7e]{1,64}$/.test(value)) {
    throw refused(`${key} must be 1 to 64 printable ASCII characters`);
  }
}
