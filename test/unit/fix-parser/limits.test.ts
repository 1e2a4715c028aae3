/** Numbers, tags and dates beyond what FIX can say: refused, never written or read wrongly, and never slow. */
import {
  DecimalText,
  Dictionary,
  FixMessage,
  loadTable,
  MessageValidator,
  MessageWriter,
  PARSE,
  parseDecimal,
  REJECT_REASON,
  StrictReader,
  TemplateBuilder,
  UtcTimestampText,
  VALUE,
} from 'fix-parser';
import { describe, expect, it, test } from 'vitest';
import { bodyOf, wire } from '../../support/fix-wire.ts';

const parsed = (body: string, message = new FixMessage({ maxMessageBytes: 1 << 20 })): FixMessage => {
  const bytes = wire(body);
  expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
  return message;
};

describe('a number that a slot cannot carry', () => {
  const builder = new TemplateBuilder('FIX.4.4', 'D');
  const quantity = builder.slot(38, 17);
  const price = builder.slot(44, 22);
  const symbol = builder.slot(55, 4);
  const bytes = new Uint8Array(300).fill(88);
  const template = builder.build(bytes, 100);
  const body = (): string => bodyOf(bytes.slice(100, 100 + template.finish()));
  const wrong = [-5, -1, Number.NaN, 1.5, 0.1, 2 ** 32 + 0.5, 2 ** 53, 1e20, 1e308, Number.POSITIVE_INFINITY];

  it.each(wrong)('%d is refused, and the message stays as it was', (value) => {
    template.setUint(quantity, 7);
    template.setDecimal(price, 15, 1);
    template.setBytes(symbol, Buffer.from('IBM'), 0, 3);
    const before = body();
    expect(() => template.setUint(quantity, value)).toThrow(RangeError);
    expect(() => template.setTagged(quantity, Buffer.from('A'), 65, value)).toThrow(RangeError);
    expect(body()).toBe(before);
    expect(bytes.subarray(0, 100)).toEqual(new Uint8Array(100).fill(88));
    const writer = new MessageWriter(new Uint8Array(200), 0, 200, 'FIX.4.4').start('0');
    expect(() => writer.uint(38, value)).toThrow(RangeError);
    expect(() => writer.uint(value, 1)).toThrow(RangeError);
  });

  it.each<readonly [number, number]>([
    ...wrong.filter((value) => value > 0 || Number.isNaN(value)).map((value) => [value, 4] as const),
    [-1.5, 4],
    [-(2 ** 53), 4],
    [Number.NEGATIVE_INFINITY, 0],
    [5, 16],
    [5, -1],
    [5, 1.5],
    [5, Number.NaN],
  ])('%d with %d decimals is refused, each time', (value, decimals) => {
    const decimal = new DecimalText();
    expect(() => decimal.measure(value, decimals)).toThrow(RangeError);
    expect(() => decimal.measure(value, decimals)).toThrow(RangeError);
    const before = body();
    expect(() => template.setDecimal(price, value, decimals)).toThrow(RangeError);
    expect(body()).toBe(before);
  });

  it('the greatest are written', () => {
    template.setUint(quantity, Number.MAX_SAFE_INTEGER);
    template.setDecimal(price, -Number.MAX_SAFE_INTEGER, 15);
    expect(body()).toContain('|38=9007199254740991|44=-9.007199254740991|');
    for (const value of [0, 9, 2 ** 31 - 1, 2 ** 31, 999_999_999, 1e9, 2 ** 32 - 1, 2 ** 32, 9_999_999_999, 1e10]) {
      template.setUint(quantity, value);
      expect(body()).toContain(`|38=${value}|`);
    }
  });

  it('text that is too long is refused, not cut', () => {
    template.setBytes(symbol, Buffer.from('IBM'), 0, 3);
    expect(() => template.setBytes(symbol, Buffer.from('GOOGL'), 0, 5)).toThrow('5 bytes do not fit slot 2');
    expect(body()).toContain('|55=IBM|');
  });
});

test.each([
  ['1', 23],
  ['0.1', 30],
  ['1234567890123', 40],
])('%s at %d decimals is no value', (text, decimals) => {
  const out = new Float64Array(1);
  expect(parseDecimal(Buffer.from(text), 0, text.length, decimals, out, 0)).toBe(VALUE.invalid);
  expect(out[0]).toBeNaN();
});

test('a slot set from two clocks shows the last', () => {
  const builder = new TemplateBuilder('FIX.4.4', '0');
  const slot = builder.timestamp(52);
  const bytes = new Uint8Array(builder.capacity);
  const template = builder.build(bytes, 0);
  const days = [Date.UTC(2026, 0, 5), Date.UTC(2030, 5, 6)];
  const clocks = days.map((day) => new UtcTimestampText(new Float64Array(1), 0, day));
  for (const [i, date] of [
    [0, '20260105'],
    [1, '20300606'],
    [0, '20260105'],
  ] as const) {
    clocks[i].update();
    template.setTimestamp(slot, clocks[i]);
    expect(bodyOf(bytes.slice(0, template.finish()))).toContain(`|52=${date}-00:00:00.000|`);
  }
});

describe('tags beyond the table', () => {
  it('are found, and told where they are repeated', () => {
    const message = parsed('35=D|20001=a|99999999=b|16384=c|20001=d|');
    expect(message.text(20_001)).toBe('a');
    expect(message.text(99_999_999)).toBe('b');
    expect(message.text(16_384)).toBe('c');
    expect(message.has(20_002)).toBe(false);
    expect(message.repeatedTag).toBe(20_001);
    parsed('35=D|20002=x|', message);
    expect(message.has(20_001)).toBe(false);
    expect(message.text(20_002)).toBe('x');
    expect(message.repeatedTag).toBe(0);
  });

  const dataFields = [
    [20_001, 20_002],
    [9_001, 9_002],
    [9_003, 20_003],
  ] as const;

  it.each(dataFields)('data behind %d and in %d holds any byte', (length, data) => {
    const body = `35=D|${length}=3|${data}=a|b|58=x|`;
    const message = parsed(body, new FixMessage({ dataFields }));
    expect(message.text(data)).toBe('a\x01b');
    const bytes = wire(body);
    const reader = new StrictReader([8, 9, 35, length, data, 58], { dataFields });
    expect(reader.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
    expect(reader.textAt(reader.at(4))).toBe('a\x01b');
    expect(new FixMessage().parse(bytes, 0, bytes.length)).toBe(PARSE.malformed);
  });

  it('pairs that are no tags are refused', () => {
    expect(() => new FixMessage({ dataFields: [[0, 5]] })).toThrow(RangeError);
    expect(() => new FixMessage({ dataFields: [[5, 1.5]] })).toThrow(RangeError);
  });

  it('cost the same however many a message has', async () => {
    const dictionary = new Dictionary(await loadTable('FIX.4.4'));
    const validator = new MessageValidator(dictionary, dictionary, { userDefinedFields: false });
    for (const step of [1, 1 << 12]) {
      const tags = Array.from({ length: 20_000 }, (_, i) => `${20_000 + i * step}=x|`);
      const message = parsed(`35=0|34=1|49=V|52=20260101-00:00:00|56=M|${tags.join('')}`);
      const startMs = performance.now();
      validator.validate(message);
      // 20,000 walks over half the message took seconds.
      expect(performance.now() - startMs).toBeLessThan(500);
    }
    const twice = parsed('35=0|34=1|49=V|52=20260101-00:00:00|56=M|20001=x|20002=x|20001=x|');
    expect(validator.validate(twice)).toBe(REJECT_REASON.tagAppearsMoreThanOnce);
    expect(validator.refTag).toBe(20_001);
  });
});

test.each([0, -1])('tag %d is invalid for every validator', async (tag) => {
  const dictionary = new Dictionary(await loadTable('FIX.4.4'));
  const validator = new MessageValidator(dictionary, dictionary, { knownFields: false, userDefinedFields: false });
  const message = parsed(`35=0|34=1|49=V|52=20260101-00:00:00|56=M|${tag}=x|`);
  expect(validator.validate(message)).toBe(REJECT_REASON.invalidTagNumber);
  expect(validator.refTag).toBe(tag);
});

describe('a day that no calendar has', () => {
  const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const out = new Float64Array(2);

  it.each([2000, 1900, 2023, 2024])('of %d is no timestamp, and no date', async (year) => {
    const dictionary = new Dictionary(await loadTable('FIX.4.4'));
    const validator = new MessageValidator(dictionary, dictionary);
    for (const [index, days] of DAYS.entries()) {
      const last = days + (index === 1 && new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 1 : 0);
      for (const day of [last, last + 1]) {
        const date = `${year}${String(index + 1).padStart(2, '0')}${String(day).padStart(2, '0')}`;
        const isValid = day === last;
        const message = parsed(`35=0|34=1|49=V|52=${date}-00:00:00|56=M|`);
        expect(message.timestamp(52, out, 0), date).toBe(isValid ? VALUE.ok : VALUE.invalid);
        expect(message.timestampNs(52, out, 0), date).toBe(isValid ? VALUE.ok : VALUE.invalid);
        if (!isValid) expect(validator.validate(message)).toBe(REJECT_REASON.incorrectDataFormat);
        const dated = parsed(
          `35=D|34=1|49=V|52=20260101-00:00:00|56=M|11=1|55=X|54=1|60=20260101-00:00:00|38=1|40=1|75=${date}|`,
        );
        const verdict = validator.validate(dated) === REJECT_REASON.incorrectDataFormat && validator.refTag === 75;
        expect(verdict, date).toBe(!isValid);
      }
    }
  });
});
