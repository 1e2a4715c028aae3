import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../app/config/index.ts';
import { fixCheck } from '../../../app/fix-check.ts';
import type { FixCheckResult } from '../../../report/fix-check-result.ts';
import { type ScriptedVenue, scriptedVenue, type Teller } from '../../support/scripted-venue.ts';
import { Certificates } from '../../support/tls/certificates.ts';
import { TlsAcceptor } from '../../support/tls/tls-acceptor.ts';

const SECRET = 'hush-hush-554';
let folder: string;
let certificates: Certificates;
beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => certificates.remove());

let venue: ScriptedVenue | undefined;
let acceptor: TlsAcceptor | undefined;
afterEach(async () => {
  await venue?.stop();
  await acceptor?.stop();
  venue = undefined;
  acceptor = undefined;
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
  folder = '';
});

async function check(port: number, settings: Record<string, unknown> = {}, seconds = 0): Promise<FixCheckResult> {
  if (!folder) folder = mkdtempSync(join(tmpdir(), 'hotlap-check-'));
  const basis = {
    name: 'test',
    host: '127.0.0.1',
    port,
    senderCompId: 'ME',
    targetCompId: 'THEM',
    resetOnLogon: true,
    logonTimeoutMs: 800,
    logoutTimeoutMs: 300,
    stateDir: join(folder, 'state'),
  };
  const config = parseConfig(JSON.stringify({ venues: [{ ...basis, ...settings }] }), 'check.yaml');
  const said: string[] = [];
  const steps: string[] = [];
  const result = await fixCheck({
    venue: config.venues[0]!,
    configFolder: certificates.folder,
    venueAt: () => 'check.yaml:1',
    seconds,
    onStep: (step) => steps.push(step.text),
    onLog: (_level, text) => said.push(text),
  });
  expect(JSON.stringify(result) + said.join() + steps.join()).not.toContain(SECRET);
  expect(result.steps.map((step) => step.text)).toEqual(steps);
  return result;
}

const stepsOf = (result: FixCheckResult, name: string): string[] =>
  result.steps.filter((step) => step.name === name).map(({ ok, text }) => `${ok} ${text}`);

const LOGON = '35=A|98=0|108=30|141=Y|';

/** A venue that does everything right, but for what the test changes. */
async function proper(change: (type: string, message: string, teller: Teller) => boolean): Promise<number> {
  venue = await scriptedVenue((type, message, teller) => {
    if (change(type, message, teller)) return;
    if (type === 'A') teller.says(LOGON);
    if (type === '1') teller.says(`35=0|112=${/\|112=([^|]*)/.exec(message)?.[1]}|`);
    if (type === '5') {
      teller.says('35=5|');
      teller.socket.end();
    }
  });
  return venue.port;
}

async function accepting(config: object = {}): Promise<number> {
  acceptor = await new TlsAcceptor('plain', { senderCompId: 'THEM', targetCompId: 'ME', ...config }).start();
  acceptor.isRealTime = true;
  return acceptor.port;
}

describe('a venue that is well', () => {
  it('is told from address to Logout, and gets no order', async () => {
    const result = await check(await accepting(), { username: 'me', password: SECRET });
    expect(result.verdict).toEqual({ code: 'ok', what: 'The venue does what a FIX session needs.', remedy: '' });
    expect(result.ok).toBe(true);
    expect(result.logon).toMatchObject({ heartBtIntSeconds: 30, msgSeqNum: 1, resetSeqNumFlag: true });
    expect(result.testRequest).toMatchObject({ sent: 5, answered: 5 });
    expect(result.testRequest.p50Us).toBeGreaterThan(0);
    expect(Math.abs(result.clockDifferenceMs as number)).toBeLessThan(100);
    expect(result.numbers).toMatchObject({ reset: true, sentFirst: 1, sentLast: 7, nextSender: 8, nextTarget: 8 });
    expect(stepsOf(result, 'Logout')).toEqual(['true answered']);
    expect(acceptor?.orders).toEqual([]);
  });

  it('goes on with the numbers that the last session left, and says which were used', async () => {
    const port = await accepting({ resetOnLogon: false });
    expect((await check(port, { resetOnLogon: false })).numbers).toMatchObject({ sentFirst: 1, sentLast: 7 });
    const second = await check(port, { resetOnLogon: false });
    expect(second.numbers).toMatchObject({ reset: false, sentFirst: 8, sentLast: 14, nextSender: 15, nextTarget: 15 });
    expect(stepsOf(second, 'numbers')[0]).toMatch(
      /MsgSeqNum\(34\) 8 to 14 were used; next are 15 out and 15 in, kept in \S+state/,
    );
    expect(second.ok).toBe(true);
  });

  it('is told with what it sends unasked, heartbeats included', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type !== 'A') return false;
      says('35=A|98=0|108=1|141=Y|');
      says('35=B|148=Trading halts at noon|33=1|58=see the bulletin|');
      setTimeout(() => says('35=0|'), 100);
      return true;
    });
    const result = await check(port, { heartBtIntMs: 1_000 }, 1);
    expect(result.verdict.code).toBe('ok');
    expect(result.heartbeats).toBe(1);
    expect(result.unasked).toContainEqual({ msgType: 'B', name: 'News', count: 1, text: 'see the bulletin' });
    expect(stepsOf(result, 'unasked')).toEqual(['null 1 × News(B): "see the bulletin"']);
  });

  it('whose clock is wrong is told so', async () => {
    const port = await accepting();
    if (acceptor !== undefined) acceptor.isRealTime = false;
    const result = await check(port);
    expect(stepsOf(result, 'clock')[0]).toMatch(
      /^false the venue's SendingTime\(52\) is \d+\.\d ms behind this clock: check/,
    );
  });

  it('is reached over TLS, and the connection is described', async () => {
    acceptor = await new TlsAcceptor(
      { key: certificates.read('server.key'), cert: certificates.read('server.pem') },
      { senderCompId: 'THEM', targetCompId: 'ME' },
    ).start();
    const result = await check(acceptor.port, { tls: { ca: ['ca.pem'] }, logonTimeoutMs: 5_000 });
    expect(result.verdict.code).toBe('ok');
    expect(result.connection.tls).toMatch(/^TLSv1\.3 with .*certificate of localhost/);
  });

  it('is asked to change nothing: neither its password, nor what a lost connection does', async () => {
    const port = await proper(() => false);
    const settings = { newPassword: SECRET, cancelOnDisconnect: { tag: 8013, value: 'Y' } };
    const result = await check(port, settings);
    expect(stepsOf(result, 'settings')[1]).toMatch(/left out of the Logon.*: newPassword, cancelOnDisconnect/);
    expect(venue?.heard[0]).not.toMatch(/\|925=|\|8013=/);
  });
});

describe('a venue that sends more than a check wants', () => {
  const FILL = '35=8|37=1|17=e1|150=F|39=2|11=A1|55=AAPL|54=1|38=1|44=1|32=1|31=1|151=0|14=1|6=1|60=20260101-00:00:00|';
  const withReport = (logon: string): Promise<number> =>
    proper((type, _message, { says }) => {
      if (type !== 'A') return false;
      says(logon);
      says(FILL);
      return true;
    });

  it('such as a fill: it is left to the run, so that the venue sends it again', async () => {
    const port = await withReport('35=A|98=0|108=30|');
    const result = await check(port, { resetOnLogon: false });
    expect(result.verdict.code).toBe('ok');
    expect(result.numbers.nextTarget).toBe(2);
    expect(stepsOf(result, 'unasked')).toEqual([
      'null 1 × ExecutionReport(8)',
      'null application messages from MsgSeqNum(34) 2 on are not counted: the venue sends them again to `hotlap run`',
    ]);
  });

  it('such as a fill that nobody will send again, because the numbers are reset: that is not well', async () => {
    const { ok, verdict } = await check(await withReport(LOGON));
    expect(ok).toBe(false);
    expect(verdict.code).toBe('application-messages');
    expect(verdict.what).toMatch(/^The venue sent reports about orders \(1\), and no run will hear of them/);
  });

  it('and a number too high, whose gap it does not close', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type === 'A') says(LOGON);
      if (type === 'A') says('35=B|34=19|148=x|33=1|58=y|');
      return type === 'A';
    });
    const result = await check(port);
    expect(result.ok).toBe(false);
    expect(result.verdict.code).toBe('gap');
    // Logon and five Heartbeats are there.
    expect(stepsOf(result, 'gap')).toEqual(['false open from MsgSeqNum(34) 7 on']);
  });

  it('and closes the gap that it made: that is well', async () => {
    let next = 9;
    const port = await proper((type, message, { says }) => {
      if (type === 'A') says(LOGON);
      if (type === 'A') says(`35=0|34=${next++}|`);
      // Slowly: the check waits for it.
      if (type === '2') setTimeout(() => says('35=4|34=2|43=Y|122=20260101-00:00:00|123=Y|36=9|'), 200);
      if (type === '1') says(`35=0|34=${next++}|112=${/\|112=([^|]*)/.exec(message)?.[1]}|`);
      if (type === '5') says(`35=5|34=${next++}|`);
      return true;
    });
    const { verdict, numbers } = await check(port);
    expect(verdict.code).toBe('ok');
    expect(numbers.nextTarget).toBe(next);
  });

  it('and what the dictionary does not have: it is rejected as in a run', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type !== 'A') return false;
      says(LOGON);
      says('35=B|148=x|33=1|58=y|4321=z|');
      return true;
    });
    const result = await check(port, { validation: {} });
    expect(result.verdict.code).toBe('rejected-messages');
    expect(result.verdict.what).toContain('Invalid tag number (tag 4321 of 35=B)');
    expect(result.ok).toBe(false);
    expect((await check(port)).ok).toBe(true);
  });

  it('and a number too low, for which the session ends: that is not well', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type !== '1') return false;
      says('35=0|34=1|');
      return true;
    });
    const { verdict } = await check(port);
    expect(verdict.code).toBe('session-lost');
    expect(verdict.what).toContain('MsgSeqNum too low');
  });
});

describe('a venue that repeats the password', () => {
  const secret = { password: SECRET, newPassword: `${SECRET}-2027` };

  it('in its Logon, in types of messages and in texts: it is masked wherever it comes from', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type !== 'A') return false;
      says(`35=A|98=0|108=30|141=Y|1137=${SECRET}|`);
      says(`35=${SECRET}|58=${SECRET}-2027|`);
      return true;
    });
    const result = await check(port, secret);
    expect(result.logon?.defaultApplVerId).toBe('***');
    expect(result.unasked).toContainEqual({ msgType: '***', name: '', count: 1, text: '***' });
    expect(JSON.stringify(result)).not.toContain('2027');
  });

  it.each([250, 251, 255])('behind %i characters, where the text is cut', async (length) => {
    const port = await proper((_type, _message, { says, socket }) => {
      says(`35=5|58=${'x'.repeat(length)}${SECRET}|`);
      socket.end();
      return true;
    });
    const { verdict, steps } = await check(port, secret);
    expect(JSON.stringify([verdict, steps])).not.toContain('xh');
  });

  it('in bytes that are no FIX', async () => {
    const port = await proper((_type, _message, { socket }) => {
      socket.end(`login incorrect: ${SECRET}`);
      return true;
    });
    expect((await check(port, secret)).verdict.what).toContain('it said "login incorrect: ***"');
  });
});

describe('a venue that is not well', () => {
  it.each([
    [`MsgSeqNum too low, expecting 55 but received 1`, 'sequence-number', /does not take ResetSeqNumFlag/],
    ['Incorrect BeginString', 'wrong-version', /Set beginString to what the venue speaks/],
    ['unknown SenderCompID', 'logon-refused', /Check senderCompId \(ME\)/],
    [`wrong password ${SECRET}`, 'logon-refused', /Check username and password/],
    ['maintenance until Monday', 'logon-refused', /with these words/],
  ])('and refuses the Logon with "%s"', async (text, code, remedy) => {
    const port = await proper((_type, _message, { says, socket }) => {
      says(`35=5|58=${text}|`);
      socket.end();
      return true;
    });
    const { verdict, ok } = await check(port, { password: SECRET });
    expect(ok).toBe(false);
    expect(verdict.code).toBe(code);
    expect(verdict.what).toContain(text.replace(SECRET, '***'));
    expect(verdict.remedy).toMatch(remedy);
  });

  it('and answers in another version', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type === 'A') says(LOGON, 'FIX.4.2');
      return true;
    });
    const { verdict } = await check(port);
    expect(verdict).toMatchObject({ code: 'wrong-version', what: 'The venue answers in FIX.4.2, not in FIX.4.4.' });
  });

  it('and calls itself otherwise', async () => {
    const port = await proper((type, _message, { says }) => {
      if (type === 'A') says('35=A|49=THOSE|56=ME|98=0|108=30|141=Y|');
      return true;
    });
    expect((await check(port)).verdict.what).toMatch(/^The venue calls itself THOSE and us ME/);
  });

  it('and says nothing', async () => {
    const { verdict } = await check(await proper(() => true));
    expect(verdict.code).toBe('no-logon-answer');
    expect(verdict.what).toMatch(/took the connection and said nothing/);
  });

  it('and closes without a word', async () => {
    const port = await proper((_type, _message, { socket }) => {
      socket.end();
      return true;
    });
    const { verdict } = await check(port);
    expect(verdict.code).toBe('closed-silently');
    expect(verdict.remedy).toMatch(/senderCompId \(ME\), targetCompId \(THEM\)/);
  });

  it('and speaks something else', async () => {
    const port = await proper((_type, _message, { socket }) => {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return true;
    });
    const { verdict } = await check(port);
    expect(verdict).toMatchObject({ code: 'not-fix' });
    expect(verdict.what).toContain('it said "HTTP/1.1 400 Bad Request"');
  });

  it('and speaks TLS on this port', async () => {
    const key = certificates.read('server.key');
    acceptor = await new TlsAcceptor({ key, cert: certificates.read('server.pem') }).start();
    const { verdict } = await check(acceptor.port);
    expect(`${verdict.what} ${verdict.remedy}`).toMatch(/TLS.*`tls/);
  });

  it('and has a certificate of a stranger', async () => {
    const key = certificates.read('server.key');
    acceptor = await new TlsAcceptor({ key, cert: certificates.read('server.pem') }).start();
    const { verdict } = await check(acceptor.port, { tls: { ca: ['other-ca.pem'] }, logonTimeoutMs: 5_000 });
    expect(verdict.code).toBe('tls');
    expect(verdict.what).toMatch(/^TLS to test .*signed by a CA that is not trusted here/);
  });

  it('and does not answer a TestRequest', async () => {
    const { verdict } = await check(await proper((type) => type === '1'));
    expect(verdict).toMatchObject({
      code: 'no-test-request-answer',
      what: 'The venue answered 0 of 1 TestRequests(1).',
    });
  });

  it('and does not answer the Logout', async () => {
    const result = await check(await proper((type) => type === '5'));
    expect(result.verdict.code).toBe('no-logout-answer');
    expect(result.numbers).toMatchObject({ sentFirst: 1, sentLast: 7, nextSender: 8 });
  });

  it('and ends the session by itself', async () => {
    const port = await proper((type, _message, { says, socket }) => {
      if (type !== '1') return false;
      says('35=5|58=second session under these CompIDs|');
      socket.end();
      return true;
    });
    const { verdict } = await check(port);
    expect(verdict.code).toBe('session-lost');
    expect(verdict.what).toContain('second session under these CompIDs');
  });

  it('and is not there', async () => {
    const port = await proper(() => true);
    await venue?.stop();
    venue = undefined;
    const { verdict, numbers } = await check(port);
    expect(verdict).toMatchObject({ code: 'not-connected', remedy: expect.stringMatching(/Nobody listens there/) });
    expect(numbers).toMatchObject({ sentFirst: null, sentLast: null, reset: false });
  });

  it('and has a name that nobody knows', async () => {
    const { verdict } = await check(9, { host: 'venue.invalid' });
    expect(verdict.code).toBe('unknown-host');
  });
});
