/** `hotlap fix show` as a user runs it. */
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { TINY_XML } from '../support/dictionary-xml.ts';
import { logFile } from '../support/fix-log.ts';
import { wire } from '../support/fix-wire.ts';
import { execute, hotlap } from '../support/hotlap.ts';

const LOGON = wire('35=A|34=1|49=ME|52=20261122-15:26:20.123|56=VENUE|98=0|108=30|554=hunter2|');
const ORDER = wire('35=D|34=2|49=ME|52=20261122-15:26:21|56=VENUE|11=A1|453=1|448=B|452=3|55=IBM|54=1|40=2|44=10.5|');
const REPORT = wire('35=8|34=5|49=VENUE|52=20261122-15:26:22|56=ME|37=1|150=0|58=\x1b[2Jgone|');
const LATER = wire('35=8|34=9|49=VENUE|52=20261122-15:26:23|56=ME|37=1|150=0|');
const line = (message: Uint8Array): string => `20261122-15:26:20.5 : ${Buffer.from(message).toString('latin1')}\n`;
const LOG = `${line(LOGON)}${line(ORDER)}Created session 925=hunter2\n${line(REPORT)}${line(LATER)}${line(LOGON).replace('108=30', '108=31')}`;

const show = (...args: string[]) => hotlap(['fix', 'show', ...args]);

test('messages by name, groups indented, secrets masked, what is garbled with its place, and what is missing', async () => {
  const file = logFile(LOG);
  expect(await show(file)).toEqual({
    status: 0,
    stderr: '',
    stdout: `2026-11-22 15:26:20.5  ME → VENUE  #1  Logon(A)  FIX.4.4
    SendingTime(52)=20261122-15:26:20.123
    EncryptMethod(98)=0 (NONE)
    HeartBtInt(108)=30
    Password(554)=***
2026-11-22 15:26:20.5  ME → VENUE  #2  NewOrderSingle(D)  FIX.4.4
    SendingTime(52)=20261122-15:26:21
    ClOrdID(11)=A1
    NoPartyIDs(453)=1
      1  PartyID(448)=B
         PartyRole(452)=3 (CLIENT_ID)
    Symbol(55)=IBM
    Side(54)=1 (BUY)
    OrdType(40)=2 (LIMIT)
    Price(44)=10.5
Created session 925=***
2026-11-22 15:26:20.5  VENUE → ME  #5  ExecutionReport(8)  FIX.4.4
    SendingTime(52)=20261122-15:26:22
    OrderID(37)=1
    ExecType(150)=0 (NEW)
    Text(58)=\\x1b[2Jgone
2026-11-22 15:26:20.5  VENUE → ME  #9  ExecutionReport(8)  FIX.4.4
    SendingTime(52)=20261122-15:26:23
    OrderID(37)=1
    ExecType(150)=0 (NEW)
2026-11-22 15:26:20.5  ME → VENUE  #1  Logon(A)  FIX.4.4
    BeginString(8)=FIX.4.4
    BodyLength(9)=74
    MsgType(35)=A (Logon)
    MsgSeqNum(34)=1
    SenderCompID(49)=ME
    SendingTime(52)=20261122-15:26:20.123
    TargetCompID(56)=VENUE
    EncryptMethod(98)=0 (NONE)
    HeartBtInt(108)=31
    Password(554)=***
    CheckSum(10)=176
    garbled: CheckSum(10) is 176, its bytes add up to 177 (${file}:6, byte 525)

Log        5 messages, 1 of them garbled, 1 other line.
By type    ExecutionReport 2 · Logon 1 · NewOrderSingle 1
Sessions   ME → VENUE  2 messages  MsgSeqNum 1 to 2    no gap
           VENUE → ME  2 messages  MsgSeqNum 5 to 9    1 gap: 6–8 (line 5)
`,
  });
});

test('--json is one document', async () => {
  const { status, stdout, stderr } = await show(logFile(LOG), '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).not.toContain('hunter2');
  const document = JSON.parse(stdout);
  expect(document.messages).toHaveLength(5);
  expect(document.messages[1]).toMatchObject({
    line: 2,
    time: '2026-11-22 15:26:20.5',
    direction: null,
    name: 'NewOrderSingle',
    msgSeqNum: 2,
    garbled: [],
  });
  expect(document.messages[1].fields.find(({ tag }: { tag: number }) => tag === 453)).toEqual({
    tag: 453,
    name: 'NoPartyIDs',
    value: '1',
    meaning: '',
    entries: [
      [
        { tag: 448, name: 'PartyID', value: 'B', meaning: '' },
        { tag: 452, name: 'PartyRole', value: '3', meaning: 'CLIENT_ID' },
      ],
    ],
  });
  expect(document.summary).toMatchObject({ messages: 5, garbled: 1, otherLines: 1 });
});

describe('what is shown can be narrowed', () => {
  test.each([
    [
      ['--type', '8'],
      ['#5', '#9'],
    ],
    [
      ['--type', 'D,logon'],
      ['#1', '#2', '#1'],
    ],
    [['--session', 'VENUE:ME', '--type', 'NewOrderSingle'], ['#2']],
    [['--session', 'ME:ELSEWHERE'], []],
  ])('%j', async (flags, numbers) => {
    const { status, stdout } = await show(logFile(LOG), '--brief', ...flags);
    expect(status).toBe(0);
    const [messages = ''] = stdout.split(/^Log /m);
    expect(messages.match(/#\d+/g) ?? []).toEqual(numbers);
  });
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('a log that %s made', async (_, compress) => {
  const { status, stdout } = await show(logFile(compress(Buffer.from(LOG, 'latin1'))), '--brief');
  expect(status).toBe(0);
  expect(stdout).toContain('5 messages');
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('a log of several files that %s made, one behind the other', async (_, compress) => {
  const whole = Buffer.concat([compress(Buffer.from(LOG, 'latin1')), compress(Buffer.from(line(ORDER), 'latin1'))]);
  const { status, stdout } = await show(logFile(whole), '--brief');
  expect(status).toBe(0);
  expect(stdout).toContain('6 messages');
});

test('a log that is no log behind its first frame of zstd is damaged', async () => {
  const shown = await show(logFile(Buffer.concat([zstdCompressSync(Buffer.from(LOG)), Buffer.from('garbage')])));
  expect(shown.status).toBe(1);
  expect(shown.stderr).toMatch(/is damaged inside its compression/);
});

test('a file that is no FIX log is not printed', async () => {
  const binary = Buffer.alloc(1 << 20);
  for (let i = 0; i < binary.length; i++) binary[i] = (i * i) >> 3;
  expect(await show(logFile(binary))).toMatchObject({ status: 1, stdout: '' });
  const long = logFile('text\n'.repeat(100_000));
  truncateSync(long, 80 << 20);
  appendFileSync(long, LOG);
  const shown = await show(long);
  expect(shown).toMatchObject({ status: 1, stdout: '' });
  expect(shown.stderr).toMatch(/holds no FIX message in its first 64 MiB\. Give a log/);
});

test('a log may begin with many other lines', async () => {
  const { status, stdout } = await show(logFile(`${'text\n'.repeat(2000)}last\n${LOG}`), '--brief');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(?:text\n){999}last\n2026-11-22/);
  expect(stdout).toContain('2,002 other lines');
});

test("a venue's dictionary names its own fields", async () => {
  const order = wire('35=D|34=2|49=ME|52=20261122-15:26:21|56=VENUE|54=1|20001=Y|555=1|600=X|670=1|671=ACC|');
  const { stdout } = await show(logFile(order), '--dictionary', logFile(TINY_XML, 'venue.xml'), '--brief');
  expect(stdout).toContain('VenueFlag(20001)=Y');
  expect(stdout).toContain('NoLegs(555)=1 [LegSymbol(600)=X NoLegAllocs(670)=1 [LegAllocAccount(671)=ACC]]');
});

test('a dictionary that is written for a start names everything', async () => {
  const { status, stdout, stderr } = await hotlap(['fix', 'dictionary', 'FIX.4.4']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const log = logFile(LOG);
  const shown = await show(log, '--dictionary', logFile(stdout, 'venue.xml'));
  expect(shown).toEqual(await show(log));
  const wrong = await hotlap(['fix', 'dictionary', 'FIX4.4']);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/takes FIX\.4\.0, .* not `FIX4\.4`\. Did you mean FIX\.4\.4\?/);
});

test('stdin, and a reader that has seen enough', async () => {
  const file = logFile(LOG.repeat(2000));
  const command = `${process.execPath} ${join(packageRoot, 'bin/hotlap.js')} fix show - --brief < ${file} | head -n 1`;
  const { status, stdout, stderr } = await execute(['bash', '-c', `set -o pipefail; ${command}`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^2026-11-22 15:26:20\.5 {2}ME → VENUE {2}#1 {2}Logon\(A\).*\n$/);
});

describe('what cannot be shown is said in a sentence', () => {
  test.each([
    ['/nowhere/session.log', 1, /^hotlap: The log \/nowhere\/session\.log does not exist: check the path\.\n$/],
    [packageRoot, 1, /is a folder: give a file in it\.\n$/],
    [join(packageRoot, 'package.json'), 1, /package\.json holds no FIX message\. Give a log with messages/],
  ])('%s', async (file, status, message) => {
    const shown = await show(file);
    expect(shown).toMatchObject({ status, stdout: '' });
    expect(shown.stderr).toMatch(message);
    expect(shown.stderr).not.toMatch(/\n {4}at /);
  });

  test('a cut archive', async () => {
    const archive = gzipSync(Buffer.from(LOG.repeat(1000), 'latin1'), { level: 1 });
    const shown = await show(logFile(archive.subarray(0, archive.length - 20)), '--json');
    expect(shown.status).toBe(1);
    expect(shown.stderr).toMatch(/is damaged inside its compression/);
    const document = JSON.parse(shown.stdout);
    expect(document.messages.length).toBeGreaterThan(100);
    expect(document.error).toMatchObject({ code: 'ERR_FIX_LOG_UNREADABLE' });
  });

  test('a wrong dictionary, with its line', async () => {
    const xml = logFile(TINY_XML.replace("type='CHAR'", "type='CHR'"), 'venue.xml');
    const shown = await show(logFile(LOG), '--dictionary', xml, '--json');
    expect(shown.status).toBe(2);
    expect(JSON.parse(shown.stdout).error).toMatchObject({
      code: 'ERR_FIX_DICTIONARY',
      message: `${xml}:31:5: Side(54) has the type "CHR", which FIX does not know. Did you mean \`CHAR\`? Use STRING for text of any form.`,
    });
  });

  test.each([
    [['--session', 'ME'], /--session takes two CompIDs/],
    [['--dictionary'], /argument missing.*Run `hotlap fix show --help`/],
    [['--type', ''], /--type takes MsgTypes or names/],
    [['--type', 'D,'], /--type takes MsgTypes or names/],
    [['--type', 'NewOrderSinle'], /no message of FIX is called `NewOrderSinle`\. Did you mean NewOrderSingle\?/],
    [['--type', 'D,%%%'], /no message of FIX is called `%%%`\. Give a name/],
  ])('%j', async (flags, message) => {
    const shown = await show(logFile(LOG), ...flags);
    expect(shown.status).toBe(2);
    expect(shown.stderr).toMatch(message);
  });
});

test('the reference names the command', () => {
  expect(readFileSync(join(packageRoot, 'docs/reference/command-line.md'), 'utf8')).toContain(
    '## `hotlap fix show <file>`',
  );
});
