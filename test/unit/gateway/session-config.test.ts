import { describe, expect, it } from 'vitest';
import type { SessionConfig } from '../../../gateway/index.ts';
import { checkConfig } from '../../../gateway/session/check-config.ts';
import { CONFIG } from '../../support/fix-peer.ts';

const INITIATOR: SessionConfig = { ...CONFIG, role: 'initiator' };
const SCHEDULE = { timeZone: 'UTC', startTime: '09:00:00', endTime: '17:00:00' };

const refused = (change: Record<string, unknown>): string => {
  try {
    checkConfig({ ...INITIATOR, ...change } as SessionConfig);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_FIX_SESSION_CONFIG', exitStatus: 2 });
    return (error as Error).message;
  }
  return '';
};

it('takes everything at once', () => {
  checkConfig({
    ...INITIATOR,
    username: 'u',
    password: 'p',
    newPassword: 'n',
    logonFields: [
      [95, '2'],
      [96, 'ab'],
    ],
    cancelOnDisconnect: { tag: 9_407, value: 'Y' },
    timestampPrecision: 'us',
    sendingTimeAccuracyMs: 120_000,
    nextExpectedMsgSeqNum: true,
    lastMsgSeqNumProcessed: true,
    maxMessageBytes: 4_096,
    resendTimeoutMs: 5_000,
    resendRequestChunk: 0,
    resendChunk: 1,
    resetOnLogout: true,
    resetOnDisconnect: true,
    schedule: { ...SCHEDULE, startDay: 'sunday', endDay: 'friday' },
    throttle: { messages: 50, perMs: 1_000, reserve: 0 },
    reconnect: { intervalMs: 1_000, maxIntervalMs: 1_000, maxAttempts: 0 },
  });
});

describe('a sentence names the field, its unit and its range', () => {
  it.each([
    [{ heartBtIntMs: 1_500 }, 'heartBtIntMs is 1500: give whole seconds in milliseconds, from 0 to 86400000.'],
    [{ logonTimeoutMs: 0 }, 'logonTimeoutMs is 0: give a positive number of milliseconds, up to 86400000.'],
    [{ resendTimeoutMs: -1 }, 'resendTimeoutMs is -1: give a positive number of milliseconds'],
    [{ sendingTimeAccuracyMs: Number.NaN }, 'sendingTimeAccuracyMs is NaN'],
    [
      { resendRequestChunk: 1.5 },
      'resendRequestChunk is 1.5: give a whole number from 0 to 1000000 (messages, 0 for all at once).',
    ],
    [{ resendChunk: 0 }, 'resendChunk is 0: give a whole number from 1 to 1024 (messages).'],
    [{ maxMessageBytes: 100 }, 'maxMessageBytes is 100: give a whole number from 256 to 1048576 (bytes).'],
    [{ timestampPrecision: 'min' }, 'timestampPrecision is min: give s, ms, us or ns.'],
    [{ timestampPrecision: 'ms', beginString: 'FIX.4.1' }, 'FIX.4.1 has whole seconds, give s.'],
    [{ logonFields: [[0, 'x']] }, 'logonFields has tag 0: give a whole number from 1 to 99999999.'],
    [{ logonFields: [[554, 'x']] }, 'logonFields has tag 554, which the session writes itself'],
    [
      { logonFields: [[9_000, 'a\x01b']] },
      'logonFields has a value for tag 9000 that is not 1 to 256 printable ASCII characters.',
    ],
    [
      { logonFields: Array.from({ length: 5 }, (_, n) => [9_000 + n, 'x'.repeat(256)]) },
      'a Logon has room for 1,024 of them.',
    ],
    [{ cancelOnDisconnect: { tag: 35, value: 'Y' } }, 'cancelOnDisconnect has tag 35'],
    [{ newPassword: '' }, 'newPassword must be 1 to 64 printable ASCII characters.'],
    [
      { throttle: { messages: 0, perMs: 1 } },
      'throttle.messages is 0: give a whole number from 1 to 1000000 (messages).',
    ],
    [
      { throttle: { messages: 5, perMs: 0 } },
      'throttle.perMs is 0: give a whole number from 1 to 86400000 (milliseconds).',
    ],
    [{ throttle: { messages: 5, perMs: 1, reserve: 5 } }, 'throttle.reserve is 5: give a whole number from 0 to 4'],
    [{ reconnect: { intervalMs: 0, maxAttempts: 1 } }, 'reconnect.intervalMs is 0'],
    [
      { reconnect: { intervalMs: 10, maxIntervalMs: 9, maxAttempts: 1 } },
      'reconnect.maxIntervalMs is 9: give a whole number from 10',
    ],
    [
      { reconnect: { intervalMs: 10, maxAttempts: -1 } },
      'reconnect.maxAttempts is -1: give a whole number from 0 to 1000000 (attempts, 0 for no end).',
    ],
    [
      { schedule: { ...SCHEDULE, startTime: '9:00' } },
      'schedule.startTime is 9:00: give HH:MM:SS, from 00:00:00 to 23:59:59.',
    ],
    [{ schedule: { ...SCHEDULE, endTime: '24:00:00' } }, 'schedule.endTime is 24:00:00'],
    [
      { schedule: { ...SCHEDULE, startDay: 'Sunday', endDay: 'friday' } },
      'schedule.startDay is Sunday: give one of sunday, monday',
    ],
    [{ schedule: { ...SCHEDULE, endDay: 'friday' } }, 'schedule.startDay and schedule.endDay go together'],
    [
      { schedule: { ...SCHEDULE, timeZone: 'America/Gotham' } },
      'schedule.timeZone is America/Gotham: give an IANA name such as America/New_York or UTC.',
    ],
  ])('%j', (change, sentence) => {
    expect(refused(change)).toContain(sentence);
  });

  it.each(['newPassword', 'logonFields', 'cancelOnDisconnect', 'reconnect'])('%s is not for an acceptor', (key) => {
    const values: Record<string, unknown> = {
      newPassword: 'n',
      logonFields: [],
      cancelOnDisconnect: { tag: 9_407, value: 'Y' },
      reconnect: { intervalMs: 1, maxAttempts: 1 },
    };
    expect(refused({ role: 'acceptor', [key]: values[key] })).toContain(`${key} is for an initiator`);
  });

  it('and never repeats what may be a secret', () => {
    expect(refused({ logonFields: [[9_000, 'geheim\n']] })).not.toContain('geheim');
    expect(refused({ password: 'geheim\n' })).not.toContain('geheim');
  });
});

it('refuses a DefaultApplVerID that is a number, which would be no text of a Logon', () => {
  expect(refused({ beginString: 'FIXT.1.1', defaultApplVerId: 9 })).toContain('defaultApplVerId is the number 9');
});
