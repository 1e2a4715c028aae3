/** Messages of logs in every form that people have, with the names of their version. */
import { describe, expect, test } from 'vitest';
import { entriesOf, fieldText, messagesOf } from '../../support/fix-log.ts';
import { readable, sealed, wire } from '../../support/fix-wire.ts';

const LOGON = wire('35=A|34=1|49=ME|52=20261122-15:26:20.123|56=VENUE|98=0|108=30|');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const written = (separator: string): string => readable(LOGON).replaceAll('|', separator);
const body = async (log: Uint8Array | string): Promise<string[]> =>
  (await messagesOf(log))[0]?.fields.slice(7, -1).map(fieldText) ?? [];

describe('a message is found', () => {
  test.each([
    ['on the wire, without line breaks', text(LOGON) + text(LOGON)],
    ['with | between its fields', `${written('|')}\n${written('|')}\n`],
    ['with ^A', `${written('^A')}\r\n${written('^A')}\r\n`],
    ['with <SOH>', `${written('<SOH>')}\n${written('<SOH>')}`],
    ['with a picture of SOH', Buffer.from(`${written('\u2401')}\n${written('\u2401')}`).toString('latin1')],
    ['without the last separator', `${written('|').slice(0, -1)}\n${text(LOGON).slice(0, -1)}\n`],
    ['in JSON', `{"raw":"${written('\\u0001')}"}\n{"raw":"${written('\\u0001')}"}\n`],
    ['behind a time', `20261122-15:26:20.123000000 : ${text(LOGON)}\n20261122-15:26:20.123 : ${text(LOGON)}\n`],
  ])('%s', async (_, log) => {
    const messages = await messagesOf(log);
    expect(messages.map(({ name, garbled }) => ({ name, garbled }))).toEqual([
      { name: 'Logon', garbled: [] },
      { name: 'Logon', garbled: [] },
    ]);
    expect(messages[0]).toMatchObject({ line: 1, sender: 'ME', target: 'VENUE', msgSeqNum: 1, msgType: 'A' });
    expect(messages[0]?.fields.slice(7, -1).map(fieldText)).toEqual([
      'EncryptMethod(98)=0 (NONE)',
      'HeartBtInt(108)=30',
    ]);
  });

  test.each([
    ['QuickFIX', '20261122-15:26:20.123456789 : ', '2026-11-22 15:26:20.123456789', null],
    ['log4j', '2026-11-22 15:26:20,123 INFO [io] outgoing: ', '2026-11-22 15:26:20.123', 'sent'],
    ['Go', '2026/11/22 15:26:20.123 <-- received ', '2026-11-22 15:26:20.123', 'received'],
    ['ISO 8601', '2026-11-22T15:26:20.5Z >> ', '2026-11-22 15:26:20.5', 'sent'],
    ['time alone', '15:26:20 IN ', '15:26:20', 'received'],
    ["QuickFIX's screen", '<20261122-15:26:20, FIX.4.4:ME->VENUE, incoming>\n  (', '2026-11-22 15:26:20', 'received'],
    ['one that says both', 'sent to received-queue ', '2026-11-22 15:26:20.123', null],
  ])('time and direction of %s', async (_, prefix, time, direction) => {
    expect(await messagesOf(`${prefix}${text(LOGON)})\n`)).toMatchObject([{ time, direction }]);
  });

  test('among lines that hold none, which keep their place', async () => {
    const log = `Created session\n\n  \n8=FIX is how they begin\n${written('|')} tail\n<an event>\nlast`;
    const entries = await entriesOf(Buffer.from(log));
    expect(
      entries.map((entry) => (entry.kind === 'line' ? [entry.line, entry.text] : [entry.line, entry.name])),
    ).toEqual([
      [1, 'Created session'],
      [4, '8=FIX is how they begin'],
      [5, 'Logon'],
      [5, ' tail'],
      [6, '<an event>'],
      [7, 'last'],
    ]);
  });

  test('not inside a tag that ends with 8, nor inside a value', async () => {
    expect(await messagesOf('58=FIX.4.4|9=5|35=0|')).toEqual([]);
    expect(await messagesOf(wire('35=B|34=1|148=8=FIX.4.4|'))).toHaveLength(1);
  });
});

describe('names', () => {
  test('groups in groups are folded', async () => {
    const order = wire(
      '35=D|34=2|49=ME|52=20261122-15:26:21|56=V|453=2|448=A|447=D|802=2|523=x|523=y|448=B|452=3|55=IBM|54=1|18=1 G|',
    );
    expect(await body(order)).toEqual([
      'NoPartyIDs(453)=2 [PartyID(448)=A PartyIDSource(447)=D (PROPRIETARY_CUSTOM_CODE) NoPartySubIDs(802)=2 [PartySubID(523)=x] [PartySubID(523)=y]] [PartyID(448)=B PartyRole(452)=3 (CLIENT_ID)]',
      'Symbol(55)=IBM',
      'Side(54)=1 (BUY)',
      'ExecInst(18)=1 G (NOT_HELD + ALL_OR_NONE)',
    ]);
  });

  test('a group of the header, as FIXT.1.1 has it', async () => {
    const log = wire('35=0|34=2|49=ME|52=20261122-15:26:21|56=V|627=1|628=HUB|630=7|', 'FIXT.1.1');
    expect(await body(log)).toEqual(['NoHops(627)=1 [HopCompID(628)=HUB HopRefID(630)=7]']);
  });

  test('each version its own', async () => {
    const report = '35=8|34=2|49=V|52=20261122-15:26:21|56=ME|20=0|';
    const [fix42, fix44] = await messagesOf(Buffer.concat([wire(report, 'FIX.4.2'), wire(report)]));
    expect(fix42?.fields.at(-2)).toMatchObject({ name: 'ExecTransType', meaning: 'NEW' });
    expect(fix44?.fields.at(-2)).toMatchObject({ name: '', meaning: '' });
  });
});

describe('a garbled message is shown with the reason', () => {
  test.each([
    ['a wrong checksum', text(LOGON).replace('108=30', '108=31'), ['CheckSum(10) is 009, its bytes add up to 010']],
    ['a wrong length', text(sealed('8=FIX.4.4|9=9|35=0|34=1|49=ME|')), ['BodyLength(9) is 9, its body has 16 bytes']],
    [
      'another order',
      text(sealed('8=FIX.4.4|35=0|9=5|34=1|')),
      ['BeginString(8), BodyLength(9) and MsgType(35) are not its first three fields'],
    ],
    ['a field that is none', text(wire('35=0|x4=1|49=ME|')), ['`x4=1` is no field']],
    ['its line ends', `${written('|').slice(0, 60)}\n${written('|')}\n`, ['it ends before its CheckSum(10)']],
    ['the next begins', text(LOGON).slice(0, 60) + text(LOGON), ['it ends before its CheckSum(10)']],
  ])('%s', async (_, log, garbled) => {
    const [message] = await messagesOf(log);
    expect(message?.garbled).toEqual(garbled);
  });

  test('and what follows it is read', async () => {
    const broken = text(LOGON).slice(0, 70);
    const entries = await messagesOf(`${broken}\n${text(LOGON)}\n${broken}`);
    expect(entries.map(({ line, garbled }) => [line, garbled.length > 0])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ]);
  });
});

test('data fields hold separators and line breaks', async () => {
  const data = wire('35=B|34=1|49=ME|52=20261122-15:26:21|56=V|354=11|355=a\n|8=FIX.4.|58=x|');
  const messages = await messagesOf(Buffer.concat([data, Buffer.from('\n'), LOGON]));
  expect(messages.map(({ line, garbled }) => [line, garbled])).toEqual([
    [1, []],
    [3, []],
  ]);
});

test('a stream that never ends a message stays within bounds', async () => {
  const endless = Buffer.concat([Buffer.from('8=FIX.4.4|9=5|35=0|58='), Buffer.alloc(3 << 20, 'x')]);
  const entries = await entriesOf(endless);
  expect(entries.map(({ kind }) => kind)).toEqual(['message', 'line']);
  const [message, line] = entries;
  expect(message).toMatchObject({ garbled: ['it ends before its CheckSum(10)'] });
  expect(line?.kind === 'line' && line.text.length).toBeLessThan(17_000);
});
