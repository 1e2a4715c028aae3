import { FixMessage, INVALID_INT, MSG_TYPE, msgTypeCode, msgTypeText, PARSE, TAG, VALUE } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { sealed, wire } from '../../support/fix-wire.ts';

function parsed(body: string): FixMessage {
  const message = new FixMessage();
  const bytes = wire(body);
  expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
  return message;
}

const codeOf = (bytes: Uint8Array): number => new FixMessage({ maxFields: 8 }).parse(bytes, 0, bytes.length);

describe('FixMessage', () => {
  it('indexes fields by tag, in order, with repeats', () => {
    const message = parsed('35=8|34=7|382=2|375=A|375=B|10000=long|58=a=b|');
    expect(message.msgType).toBe(MSG_TYPE.ExecutionReport);
    expect(message.count).toBe(9);
    expect(message.int(TAG.MsgSeqNum, 0)).toBe(7);
    expect(message.text(375)).toBe('A');
    const second = message.nextIndexOf(375, message.indexOf(375) + 1);
    expect(message.tagAt(second)).toBe(375);
    expect(String.fromCharCode(message.bytes[message.startAt(second)])).toBe('B');
    expect(message.nextIndexOf(375, second + 1)).toBe(-1);
    expect(message.repeatedTag).toBe(375);
    expect(message.text(10_000)).toBe('long');
    expect(message.text(TAG.Text)).toBe('a=b');
    expect(message.has(99)).toBe(false);
    expect(message.has(99_999)).toBe(false);
    expect(message.text(99)).toBe('');
  });

  it('forgets the message before', () => {
    const message = parsed('35=8|44=1|-3=x|58=|375=1|375=2|');
    expect(message.emptyTag).toBe(58);
    expect(message.invalidTag).toBe(-3);
    const next = wire('35=0|34=2|');
    expect(message.parse(next, 0, next.length)).toBe(PARSE.ok);
    expect(message.has(44)).toBe(false);
    expect([message.emptyTag, message.repeatedTag, message.invalidTag]).toEqual([0, 0, INVALID_INT]);
  });

  it('reads message types of up to four characters, and none of five', () => {
    expect(parsed('35=AE|34=1|').msgType).toBe(65 + 256 * 69);
    expect(parsed('35=ABCD|34=1|').msgType).toBe(msgTypeCode('ABCD'));
    expect(msgTypeText(msgTypeCode('ABCD'))).toBe('ABCD');
    expect(parsed('35=ABCDE|34=1|').msgType).toBe(0);
    expect(msgTypeCode('ABCDE')).toBe(0);
  });

  it('passes over SOH within data fields', () => {
    const message = parsed('35=A|95=5|96=a|b|c|98=0|');
    expect(message.text(TAG.RawData)).toBe('a\x01b\x01c');
    expect(message.int(TAG.EncryptMethod, -1)).toBe(0);
  });

  it('knows the data fields of all versions, and those that it is told of', () => {
    expect(parsed('35=A|1401=3|1402=a|b|98=0|').text(1_402)).toBe('a\x01b');
    const own = new FixMessage({ dataFields: new Map([[7_001, 7_002]]) });
    const bytes = wire('35=A|7001=3|7002=a|b|95=1|96=||98=0|');
    expect(own.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
    expect(own.text(7_002)).toBe('a\x01b');
    expect(own.text(96)).toBe('\x01');
  });

  it('has room for every field that fits its bytes', () => {
    const bytes = wire(`35=0|${'5=|'.repeat(74)}`);
    expect(new FixMessage({ maxMessageBytes: bytes.length }).parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
    expect(new FixMessage({ maxMessageBytes: bytes.length / 2 }).parse(bytes, 0, bytes.length)).toBe(
      PARSE.tooManyFields,
    );
  });

  it('reads other bytes with every call, and parts of them', () => {
    const message = new FixMessage();
    const whole = new Uint8Array(400).fill(7);
    for (let at = 0; at < 9; at++) {
      const frame = wire(`35=0|34=${at}|58=${'x'.repeat(at)}|`);
      whole.set(frame, at);
      expect(message.parse(whole, at, at + frame.length)).toBe(PARSE.ok);
      expect(message.int(TAG.MsgSeqNum, -1)).toBe(at);
      const part = whole.subarray(at);
      expect(message.parse(part, 0, frame.length)).toBe(PARSE.ok);
      expect(message.text(58)).toBe('x'.repeat(at));
    }
  });

  it('refuses what no framer would cut, and never looks outside', () => {
    const frame = wire('35=0|34=1|');
    const message = new FixMessage();
    for (let start = -3; start < frame.length + 3; start++) {
      for (let end = -3; end < frame.length + 9; end++) {
        if (start === 0 && end === frame.length) continue;
        expect(message.parse(frame, start, end)).not.toBe(PARSE.ok);
      }
    }
    expect(message.parse(new Uint8Array(0), 0, 0)).toBe(PARSE.malformed);
    expect(message.parse(Buffer.from('8=FIX.4.4'.repeat(5)), 0, 45)).toBe(PARSE.malformed);
  });

  it.each([
    ['a wrong checksum', Buffer.from('8=FIX.4.4|9=5|35=0|10=000|'.replaceAll('|', '\x01')), PARSE.checksum],
    ['a field without =', wire('35=0|34|'), PARSE.malformed],
    ['a field without tag', wire('35=0|=3|'), PARSE.malformed],
    ['a tag that is no number', wire('35=0|4a=3|'), PARSE.malformed],
    ['a tag of letters', wire('35=0|ab=3|'), PARSE.malformed],
    ['a minus alone', wire('35=0|-=3|'), PARSE.malformed],
    ['a minus within', wire('35=0|3-4=3|'), PARSE.malformed],
    ['a tag beyond all numbers', wire('35=0|99999999999999=3|'), PARSE.malformed],
    ['data longer than the message', wire('35=A|95=500|96=a|'), PARSE.malformed],
    ['data shorter than stated', wire('35=A|95=2|96=a|98=0|'), PARSE.malformed],
    ['MsgType not third', wire('34=1|35=0|'), PARSE.header],
    ['BodyLength not second', sealed('8=FIX.4.4|35=0|9=5|'), PARSE.header],
    ['too many fields', wire(`35=0|${'58=x|'.repeat(8)}`), PARSE.tooManyFields],
  ])('finds %s', (_what, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('reads integers', () => {
    const read = (value: string): number => parsed(`35=0|34=${value}|`).int(34, 5);
    expect(['0', '7', '-7', '007', '2147483647'].map(read)).toEqual([0, 7, -7, 7, 2_147_483_647]);
    for (const bad of ['+7', '7.0', ' 7', '-', '2147483648', '99999999999', 'x']) expect(read(bad)).toBe(INVALID_INT);
    expect(parsed('35=0|').int(34, 5)).toBe(5);
  });

  it('reads decimals as scaled integers, without a rounding surprise', () => {
    const out = new Float64Array(1);
    const read = (value: string, decimals = 4): [number, number] => [
      parsed(`35=8|44=${value}|`).decimal(44, decimals, out, 0),
      out[0],
    ];
    expect(read('320.14')).toEqual([VALUE.ok, 3_201_400]);
    expect(read('1.005', 3)).toEqual([VALUE.ok, 1_005]);
    expect(read('-0.0001')).toEqual([VALUE.ok, -1]);
    expect(read('-0')).toEqual([VALUE.ok, 0]);
    expect(read('00320.1400000')).toEqual([VALUE.ok, 3_201_400]);
    expect(read('.5')).toEqual([VALUE.ok, 5_000]);
    expect(read('5.')).toEqual([VALUE.ok, 50_000]);
    expect(read('214748.3648')).toEqual([VALUE.ok, 2_147_483_648]);
    expect(read('100', 0)).toEqual([VALUE.ok, 100]);
    expect(read('0.00005')).toEqual([VALUE.inexact, 1]);
    expect(read('-0.00005')).toEqual([VALUE.inexact, -1]);
    expect(read('0.000049999')).toEqual([VALUE.inexact, 0]);
    expect(read('9.99999')).toEqual([VALUE.inexact, 100_000]);
    for (const bad of ['+1', '1e5', '1.2.3', '-', '.', ' 1', '1,0', '9999999999999999', 'NaN', '1-']) {
      expect(read(bad)).toEqual([VALUE.invalid, Number.NaN]);
    }
    expect(parsed('35=8|').decimal(44, 4, out, 0)).toBe(VALUE.absent);
    expect(out[0]).toBeNaN();
  });

  it('reads timestamps', () => {
    const out = new Float64Array(1);
    const read = (value: string): number => {
      parsed(`35=0|52=${value}|`).timestamp(52, out, 0);
      return out[0];
    };
    expect(read('20200130-14:30:05')).toBe(Date.UTC(2020, 0, 30, 14, 30, 5));
    expect(read('20200229-23:59:59.999')).toBe(Date.UTC(2020, 1, 29, 23, 59, 59, 999));
    expect(read('20200130-14:30:05.1')).toBe(Date.UTC(2020, 0, 30, 14, 30, 5, 100));
    expect(read('20200130-14:30:05.123456789')).toBe(Date.UTC(2020, 0, 30, 14, 30, 5, 123));
    expect(read('19691231-23:59:60')).toBe(0);
    for (const bad of [
      '20200130',
      '20200130-24:00:00',
      '20201330-14:30:05',
      '20200130-14:60:05',
      '20200130 14:30:05',
      '20200130-14:30:05.',
      '20200130-14:30:05.x',
      'x',
    ]) {
      expect(read(bad)).toBeNaN();
    }
  });

  it('reads timestamps to the nanosecond, exactly', () => {
    const out = new Float64Array(2);
    const read = (text: string): number[] => {
      expect(parsed(`35=0|52=${text}|`).timestampNs(52, out, 0)).toBe(VALUE.ok);
      return [...out];
    };
    expect(read('19700101-00:00:00')).toEqual([0, 0]);
    expect(read('20261122-14:03:09.123456789')).toEqual([20_779, 50_589_123_456_789]);
    expect(read('20261122-23:59:59.9')).toEqual([20_779, 86_399_900_000_000]);
    expect(read('20240229-00:00:00.000000001')).toEqual([19_782, 1]);
    expect(parsed('35=0|52=20261122-1:03:09|').timestampNs(52, out, 0)).toBe(VALUE.invalid);
    expect([...out]).toEqual([Number.NaN, Number.NaN]);
    expect(parsed('35=0|34=1|').timestampNs(52, out, 0)).toBe(VALUE.absent);
  });

  it('reads characters, flags and bytes', () => {
    const message = parsed('35=8|54=1|43=Y|97=N|55=AAPL|58=ab|');
    expect(message.char(54)).toBe(49);
    expect(message.char(58)).toBe(0);
    expect(message.char(99)).toBe(0);
    expect([message.flag(43), message.flag(97), message.flag(99)]).toEqual([true, false, false]);
    const bytes = (text: string): Uint8Array => Buffer.from(text);
    expect(['AAPL', 'AAP', 'AAPM', 'AAPLE'].map((text) => message.equals(55, bytes(text)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(message.equals(99, bytes(''))).toBe(false);
  });
});
