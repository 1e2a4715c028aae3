import { describe, expect, test } from 'vitest';
import { parseConfig, sessionConfigOf } from '../../../app/config/index.ts';
import type { HotlapError } from '../../../engine/domain/errors.ts';

const VENUE = 'venues:\n  - host: fix.example.com\n    port: 9878\n    senderCompId: ME\n    targetCompId: THEM\n';
const venueOf = (lines: string) => parseConfig(`${VENUE}${lines}`, 'engine.yaml').venues[0]!;

const failure = (lines: string): string => {
  try {
    venueOf(lines);
  } catch (error) {
    expect((error as HotlapError).exitStatus).toBe(2);
    return (error as HotlapError).message;
  }
  throw new Error('it was accepted');
};

const EVERYTHING = `    beginString: FIXT.1.1
    defaultApplVerId: FIX.5.0SP2
    resetOnLogon: false
    resetOnLogout: true
    nextExpectedMsgSeqNum: true
    lastMsgSeqNumProcessed: true
    username: me
    password: \${ENV:HOTLAP_TEST_PASSWORD}
    logonFields: { 9100: "1", 1409: "0" }
    cancelOnDisconnect: { tag: 8013, value: Y }
    timestampPrecision: us
    sendingTimeAccuracyMs: 120000
    maxMessageBytes: 4096
    maxMessageFields: 512
    onBehalfOfCompIds: [JCD]
    deliverToCompIds: [DESK]
    resendRequestChunk: 500
    resendChunk: 32
    schedule: { timeZone: America/New_York, startTime: "20:00:00", endTime: "17:00:00", startDay: sunday, endDay: friday }
    throttle: { messages: 50, perMs: 1000, reserve: 5 }
    reconnect: { intervalMs: 1000, maxAttempts: 0 }
    tls: { ca: [ca.pem], certificate: me.pem, key: me.key, passphrase: "\${ENV:HOTLAP_TEST_PASSPHRASE}", minVersion: TLSv1.3 }
    orders:
      account: ACC-1
      handlInst: "1"
      execInst: G
      fields:
        NewOrderSingle: { 9001: Y, 1133: G }
      symbols:
        AAPL: { symbol: AAPL.O, securityId: US0378331005, idSource: "4", securityExchange: XNAS }
`;

describe('a venue', () => {
  test('takes every setting of the session, and its Logon fields by tag', () => {
    process.env.HOTLAP_TEST_PASSWORD = 'pass-554';
    process.env.HOTLAP_TEST_PASSPHRASE = 'phrase';
    const venue = venueOf(EVERYTHING);
    expect(venue.tls).toMatchObject({ passphrase: 'phrase', minVersion: 'TLSv1.3', spin: false });
    expect(venue.orders.fields.NewOrderSingle).toEqual({ '1133': 'G', '9001': 'Y' });
    expect(venue.orders.symbols.AAPL).toMatchObject({ symbol: 'AAPL.O', idSource: '4' });
    const session = sessionConfigOf(venue);
    expect(session).toMatchObject({
      role: 'initiator',
      beginString: 'FIXT.1.1',
      defaultApplVerId: '9',
      password: 'pass-554',
      logonFields: [
        [1409, '0'],
        [9100, '1'],
      ],
      cancelOnDisconnect: { tag: 8013, value: 'Y' },
      timestampPrecision: 'us',
      maxMessageFields: 512,
      onBehalfOfCompIds: ['JCD'],
      deliverToCompIds: ['DESK'],
      resendRequestChunk: 500,
      schedule: { startDay: 'sunday', endTime: '17:00:00' },
      throttle: { messages: 50, perMs: 1_000, reserve: 5 },
      reconnect: { intervalMs: 1_000, maxAttempts: 0 },
    });
    // What is not the session's does not travel to the hot thread.
    for (const key of ['tls', 'orders', 'host', 'dictionary']) expect(session).not.toHaveProperty(key);
  });

  test.each([
    ['    beginString: FIX.4.9\n', /engine\.yaml:6: `venues\[0\]\.beginString` is wrong: .*"FIX\.4\.2"/],
    [
      '    beginString: FIXT.1.1\n',
      /engine\.yaml:\d: `venues\[0\]\.defaultApplVerId` is wrong: FIXT\.1\.1 needs one of FIX\.5\.0, FIX\.5\.0SP1, /,
    ],
    ['    defaultApplVerId: FIX.5.0SP2\n', /engine\.yaml:6: `venues\[0\]\.defaultApplVerId` is wrong: .*FIXT\.1\.1/],
    ['    heartBtIntMs: 1500\n', /engine\.yaml:6: `venues\[0\]\.heartBtIntMs` is wrong/],
    ['    tls: { ca: ca.pem }\n', /engine\.yaml:6: `venues\[0\]\.tls\.ca` is wrong: expected array/],
    [
      '    tls: { rejectUnauthorized: false }\n',
      /engine\.yaml:6: unknown key `rejectUnauthorized` in venues\[0\]\.tls/,
    ],
    ['    tls: { fingerprint256: abc }\n', /engine\.yaml:6: .*SHA-256 in hexadecimal/],
    [
      '    schedule:\n      timeZone: Mars/Olympus\n      startTime: "08:00:00"\n      endTime: "17:00:00"\n',
      /engine\.yaml:7: `venues\[0\]\.schedule\.timeZone` is wrong: .*IANA name/,
    ],
    ['    schedule: { timeZone: UTC, startTime: 8am, endTime: "17:00:00" }\n', /engine\.yaml:6: .*must be HH:MM:SS/],
    [
      '    throttle: { messages: 5, perMs: 1000, reserve: 5 }\n',
      /engine\.yaml:6: `venues\[0\]\.throttle\.reserve` is wrong/,
    ],
    ['    logonFields: { Text: x }\n', /engine\.yaml:6: the key `Text` of `venues\[0\]\.logonFields` must be a tag/],
    [
      '    logonFields: { 554: x }\n',
      /engine\.yaml:6: `venues\[0\]\.logonFields` is wrong: .*which the session writes itself/,
    ],
    [
      '    logonFields: { 9100: 1 }\n',
      /engine\.yaml:6: `venues\[0\]\.logonFields\.9100` is wrong: must be text: put it in quotes/,
    ],
    [
      '    orders:\n      fields:\n        NewOrder: { 9001: Y }\n',
      /engine\.yaml:8: unknown key `NewOrder` in venues\[0\]\.orders\.fields\. Did you mean|Known keys are NewOrderSingle/,
    ],
    [
      '    orders:\n      symbols:\n        AAPL: { securityId: US0378331005 }\n',
      /engine\.yaml:8: `venues\[0\]\.orders\.symbols\.AAPL` is wrong: needs `idSource` as well/,
    ],
  ])('that is wrong is refused with line and key: %j', (lines, message) => {
    expect(failure(lines)).toMatch(message);
  });

  test('never repeats a secret that is wrong', () => {
    process.env.HOTLAP_TEST_SECRET = 'geheim-\u0007';
    for (const lines of [
      `    password: \${ENV:HOTLAP_TEST_SECRET}\n`,
      `    newPassword: \${ENV:HOTLAP_TEST_SECRET}\n`,
      `    logonFields: { 9101: "\${ENV:HOTLAP_TEST_SECRET}" }\n`,
    ])
      expect(failure(lines)).not.toContain('geheim');
  });
});

test('a drop copy has CompIDs of its own', () => {
  const copy = (target: string) => `    dropCopy: { port: 9879, senderCompId: ME, targetCompId: ${target} }\n`;
  expect(venueOf(copy('THEM-DC')).dropCopy).toMatchObject({ senderCompId: 'ME' });
  expect(failure(copy('THEM'))).toMatch(/^engine\.yaml:6: .*the drop copy is a session of its own/);
});
