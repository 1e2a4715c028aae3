import { Dictionary, FixMessage, GroupReader, INVALID_INT, msgTypeCode, PARSE, StrictReader, VALUE } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { SMALL } from '../../support/fix-small-dictionary.ts';
import { sealed, wire } from '../../support/fix-wire.ts';

const parties = new GroupReader(must(new Dictionary(SMALL).group(msgTypeCode('D'), 453)));
const subIds = new GroupReader(must(parties.group.group(802)));

function must<T>(value: T | null): T {
  if (value === null) throw new Error('no such group');
  return value;
}

/** The parties of a message as `id/role[subId:type …]`. */
function partiesOf(body: string): [number, string[]] {
  const message = new FixMessage();
  const bytes = wire(body);
  expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
  const found: string[] = [];
  const stated = parties.open(message);
  while (parties.next()) {
    const inner: string[] = [];
    subIds.openIn(parties);
    while (subIds.next())
      inner.push(`${message.textAt(subIds.indexOf(523))}:${message.intAt(subIds.indexOf(803), -1)}`);
    found.push(
      `${message.textAt(parties.indexOf(448))}/${message.intAt(parties.indexOf(452), -1)}[${inner.join(' ')}]`,
    );
  }
  return [stated, found];
}

describe('GroupReader', () => {
  it('walks groups within groups', () => {
    expect(partiesOf('35=D|453=2|448=a|452=1|802=2|523=x|803=4|523=y|448=b|55=F|')).toEqual([
      2,
      ['a/1[x:4 y:-1]', 'b/-1[]'],
    ]);
    expect(partiesOf('35=D|453=3|448=a|802=1|523=x|448=b|802=1|523=y|803=1|448=c|')).toEqual([
      3,
      ['a/-1[x:-1]', 'b/-1[y:1]', 'c/-1[]'],
    ]);
  });

  it('finds none where the message has none', () => {
    expect(partiesOf('35=D|55=F|')).toEqual([0, []]);
    expect(partiesOf('35=D|453=0|55=F|')).toEqual([0, []]);
    expect(partiesOf('35=D|453=1|')).toEqual([1, []]);
    expect(partiesOf('35=D|453=x|448=a|')).toEqual([INVALID_INT, ['a/-1[]']]);
  });

  it('takes what begins the first instance for the beginning of each', () => {
    expect(partiesOf('35=D|453=2|452=1|448=a|452=2|448=b|')).toEqual([2, ['a/1[]', 'b/2[]']]);
  });

  it('is closed before it is opened, and finds only fields of its own', () => {
    const reader = new GroupReader(parties.group);
    expect(reader.next()).toBe(false);
    expect(reader.indexOf(448)).toBe(-1);
    expect(new GroupReader(subIds.group).openIn(reader)).toBe(0);
    const message = new FixMessage();
    const bytes = wire('35=D|453=1|448=a|802=1|523=x|55=F|');
    message.parse(bytes, 0, bytes.length);
    reader.open(message);
    expect(reader.next()).toBe(true);
    expect(reader.indexOf(523)).toBe(-1);
    expect(reader.indexOf(55)).toBe(-1);
    expect(reader.next()).toBe(false);
  });
});

describe('StrictReader', () => {
  const order = [8, 9, 35, 34, 95, 96, 44, 10_000, 60];
  const reader = new StrictReader(order);
  const parse = (bytes: Uint8Array): number => reader.parse(bytes, 0, bytes.length);
  const out = new Float64Array(2);

  it('reads fields by their place, those left out too', () => {
    expect(parse(wire('35=D|34=7|95=3|96=a|b|44=320.14|10000=x|60=20261122-00:00:01|'))).toBe(PARSE.ok);
    expect(reader.intAt(reader.at(3), 0)).toBe(7);
    expect(reader.textAt(reader.at(5))).toBe('a\x01b');
    expect(reader.decimalAt(reader.at(6), 4, out, 0)).toBe(VALUE.ok);
    expect(out[0]).toBe(3_201_400);
    expect(reader.textAt(reader.at(7))).toBe('x');
    expect(reader.timestampAt(reader.at(8), out, 0)).toBe(VALUE.ok);
    expect(out[0]).toBe(Date.UTC(2026, 10, 22, 0, 0, 1));
    expect(reader.timestampNsAt(reader.at(8), out, 0)).toBe(VALUE.ok);
    expect([...out]).toEqual([20_779, 1e9]);
    expect(parse(wire('35=D|60=|'))).toBe(PARSE.ok);
    expect([3, 4, 5, 6, 7].map((place) => reader.at(place))).toEqual([-1, -1, -1, -1, -1]);
    expect(reader.intAt(reader.at(3), -5)).toBe(-5);
    expect(reader.charAt(reader.at(3))).toBe(0);
    expect(reader.timestampNsAt(reader.at(3), out, 0)).toBe(VALUE.absent);
    expect(reader.textAt(reader.at(8))).toBe('');
    expect(reader.equalsAt(reader.at(2), Buffer.from('D'))).toBe(true);
    expect(reader.equalsAt(reader.at(3), Buffer.from(''))).toBe(false);
  });

  it.each([
    ['another order', wire('35=D|44=1|34=2|'), PARSE.order],
    ['a field twice', wire('35=D|44=1|44=2|'), PARSE.order],
    ['a field of no place', wire('35=D|34=1|38=2|'), PARSE.order],
    ['a tag that begins like one', wire('35=D|10001=2|'), PARSE.order],
    ['a field without =', wire('35=D|34|'), PARSE.order],
    ['no BodyLength', sealed('8=FIX.4.4|35=D|'), PARSE.header],
    ['a wrong checksum', Buffer.from('8=FIX.4.4\x019=5\x0135=D\x0110=000\x01'), PARSE.checksum],
    ['data longer than the message', wire('35=D|95=300|96=a|'), PARSE.malformed],
    ['data shorter than stated', wire('35=D|95=2|96=a|'), PARSE.malformed],
    ['nothing', new Uint8Array(0), PARSE.malformed],
  ])('refuses %s', (_what, bytes, expected) => {
    expect(parse(bytes)).toBe(expected);
  });

  it('refuses what no framer would cut', () => {
    const frame = wire('35=D|34=1|10000=x|');
    for (let start = -3; start < frame.length + 3; start++) {
      for (let end = -3; end < frame.length + 9; end++) {
        if (start === 0 && end === frame.length) continue;
        expect(reader.parse(frame, start, end)).not.toBe(PARSE.ok);
      }
    }
  });

  it('refuses an order that cannot be', () => {
    expect(() => new StrictReader([8, 35, 9])).toThrow(RangeError);
    expect(() => new StrictReader([8, 9, 35, -1])).toThrow(RangeError);
  });
});
