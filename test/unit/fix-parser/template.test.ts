import { MessageWriter, TemplateBuilder, UtcTimestampText } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../support/fix-wire.ts';

const clockNs = new Float64Array(1);

function orderTemplate() {
  const builder = new TemplateBuilder('FIX.4.4', 'D').constant(49, 'US');
  const seq = builder.slot(34, 10);
  const time = builder.timestamp(52);
  const quantity = builder.slot(38, 17);
  const text = builder.optional(58, 120);
  const price = builder.slot(44, 22);
  const bytes = new Uint8Array(builder.capacity + 20).fill(88);
  const template = builder.build(bytes, 10);
  const body = (): string => {
    const length = template.finish();
    expect(bytes.subarray(0, 10)).toEqual(new Uint8Array(10).fill(88));
    return bodyOf(bytes.subarray(10, 10 + length));
  };
  return { template, seq, time, quantity, text, price, body };
}

describe('MessageTemplate', () => {
  it('starts with its first values', () => {
    expect(orderTemplate().body()).toBe('35=D|49=US|34=0|52=19700101-00:00:00.000|38=0|44=0|');
  });

  it('follows values that grow and shrink, with length and checksum right', () => {
    const { template, seq, quantity, price, body } = orderTemplate();
    for (const [n, q, p, text] of [
      [9, 100, 3_201_400, '320.14'],
      [10, 5, 3_201_401, '320.1401'],
      [2_147_483_647, 9_007_199_254_740_991, -10_000, '-1'],
      [1, 1, -1, '-0.0001'],
      [1, 1, 9_007_199_254_740_991, '900719925474.0991'],
      [99, 0, 0, '0'],
    ] as const) {
      template.setUint(seq, n);
      template.setUint(quantity, q);
      template.setDecimal(price, p, 4);
      expect(body()).toBe(`35=D|49=US|34=${n}|52=19700101-00:00:00.000|38=${q}|44=${text}|`);
    }
  });

  it('writes any scale', () => {
    const { template, price, body } = orderTemplate();
    for (const [value, decimals, text] of [
      [12, 0, '12'],
      [120, 2, '1.2'],
      [1, 9, '0.000000001'],
      [3_000_000_000, 9, '3'],
      [123_456_789_012, 9, '123.456789012'],
      [9_007_199_254_740_991, 15, '9.007199254740991'],
    ] as const) {
      template.setDecimal(price, value, decimals);
      expect(body()).toContain(`|44=${text}|`);
    }
  });

  it('shows and hides an optional field, across the widths of BodyLength', () => {
    const { template, text, body } = orderTemplate();
    const bytes = Buffer.from('x'.repeat(120));
    for (const length of [5, 60, 120, 0, 1, 120, 0]) {
      template.setBytes(text, bytes, 0, length);
      const field = length === 0 ? '' : `58=${'x'.repeat(length)}|`;
      expect(body()).toBe(`35=D|49=US|34=0|52=19700101-00:00:00.000|38=0|${field}44=0|`);
    }
    template.hide(text);
    expect(() => template.setBytes(text, Buffer.from('y'.repeat(121)), 0, 121)).toThrow('121 bytes do not fit slot 3');
    expect(body()).not.toContain('|58=');
  });

  it('patches names with numbers and characters', () => {
    const builder = new TemplateBuilder('FIX.4.4', 'F');
    const side = builder.slot(54, 1);
    const id = builder.slot(11, 20, 'none');
    const template = builder.build(new Uint8Array(builder.capacity), 0);
    const name = Buffer.from('AB-');
    template.setChar(side, 50);
    for (const number of [9, 10, 11, 7]) {
      template.setTagged(id, name, 65 + 66 + 45, number);
      expect(bodyOf(template.bytes.subarray(0, template.finish()))).toBe(`35=F|54=2|11=AB-${number}|`);
    }
    expect(() => template.setTagged(id, Buffer.from('x'.repeat(20)), 0, 1)).toThrow(/do not fit/);
  });

  it('refuses room that is too small, and values that would end the field', () => {
    const builder = new TemplateBuilder('FIX.4.4', 'D');
    builder.slot(34, 10);
    expect(() => builder.build(new Uint8Array(builder.capacity - 1), 0)).toThrow(RangeError);
    expect(() => builder.slot(34, 0)).toThrow(RangeError);
    expect(() => builder.slot(34, 2, '123')).toThrow(RangeError);
    expect(() => builder.constant(49, 'A\x01B')).toThrow(RangeError);
  });
});

describe('UtcTimestampText', () => {
  it('follows the clock over milliseconds, seconds, days and back', () => {
    const time = new UtcTimestampText(clockNs, 0, Date.UTC(2020, 1, 28));
    const { template, time: slot, body } = orderTemplate();
    const days = 86_400e9;
    for (const ns of [
      0,
      1e6,
      1_999_999,
      999e6,
      1e9,
      59_999e6,
      60e9,
      3_600e9,
      days - 1,
      days,
      2 * days,
      400 * days + 1e6,
      -1,
      -days,
      34_200_123_456_789,
    ]) {
      clockNs[0] = ns;
      time.update();
      template.setTimestamp(slot, time);
      const expected = new Date(Date.UTC(2020, 1, 28) + Math.floor(ns / 1e6))
        .toISOString()
        .replaceAll('-', '')
        .replace('T', '-')
        .replace('Z', '');
      expect(body()).toContain(`|52=${expected}|`);
    }
  });

  it.each([
    ['s', 17],
    ['ms', 21],
    ['us', 24],
    ['ns', 27],
  ] as const)('shows %s, cut off', (precision, length) => {
    const time = new UtcTimestampText(clockNs, 0, Date.UTC(2026, 10, 22), precision);
    const builder = new TemplateBuilder('FIX.4.4', 'D');
    const slot = builder.timestamp(52, precision);
    const template = builder.build(new Uint8Array(builder.capacity), 0);
    for (const [ns, text] of [
      [0, '20261122-00:00:00.000000000'],
      [999, '20261122-00:00:00.000000999'],
      [1_000, '20261122-00:00:00.000001000'],
      [50_589_123_456_789, '20261122-14:03:09.123456789'],
      [50_589_123_456_790, '20261122-14:03:09.123456790'],
      [50_589_999_999_999, '20261122-14:03:09.999999999'],
      [86_400e9 - 1, '20261122-23:59:59.999999999'],
      [86_400e9, '20261123-00:00:00.000000000'],
      [-1, '20261121-23:59:59.999999999'],
    ] as const) {
      clockNs[0] = ns;
      time.update();
      template.setTimestamp(slot, time);
      expect(bodyOf(template.bytes.subarray(0, template.finish()))).toBe(`35=D|52=${text.slice(0, length)}|`);
      expect(Buffer.from(time.bytes).toString()).toBe(text.slice(0, length));
    }
  });

  it('serves slots that looked at different times', () => {
    const time = new UtcTimestampText(clockNs, 0, 0);
    const builder = new TemplateBuilder('FIX.4.4', 'D');
    const [a, b] = [builder.timestamp(52), builder.timestamp(60)];
    const template = builder.build(new Uint8Array(builder.capacity), 0);
    for (const [ns, slots] of [
      [1e9, [a, b]],
      [2e9, [a]],
      [2.5e9, [a, b]],
      [3e9, [b]],
      [3.001e9, [a]],
    ] as [number, number[]][]) {
      clockNs[0] = ns;
      time.update();
      for (const slot of slots) template.setTimestamp(slot, time);
    }
    expect(bodyOf(template.bytes.subarray(0, template.finish()))).toBe(
      '35=D|52=19700101-00:00:03.001|60=19700101-00:00:03.000|',
    );
  });
});

describe('MessageWriter', () => {
  const bytes = new Uint8Array(300);
  const writer = new MessageWriter(bytes, 50, 200, 'FIX.4.4');
  const written = (): string => {
    const length = writer.finish();
    return bodyOf(bytes.subarray(writer.offset, writer.offset + length));
  };

  it('writes every kind of field', () => {
    clockNs[0] = 0;
    const time = new UtcTimestampText(clockNs, 0, 0);
    time.update();
    writer.start('AE').text(58, 'hello').uint(34, 12).decimal(44, -15, 1).char(54, 49).timestamp(52, time);
    writer.bytesOf(55, Buffer.from('xAAPLx'), 1, 5).uint(10_000, 1);
    expect(written()).toBe('35=AE|58=hello|34=12|44=-1.5|54=1|52=19700101-00:00:00.000|55=AAPL|10000=1|');
  });

  it('replaces what FIX text cannot hold', () => {
    writer.start('B').text(58, 'a\x01b\nc\u00e9');
    expect(written()).toBe('35=B|58=a?b?c?|');
  });

  it('writes messages of any length', () => {
    for (const length of [9, 99, 999, 9_999, 99_999, 999_999]) {
      const long = new Uint8Array(length + 100);
      const large = new MessageWriter(long, 0, long.length, 'FIX.4.4');
      const size = large.start('B').text(58, 'x'.repeat(length)).finish();
      expect(bodyOf(long.subarray(large.offset, large.offset + size)).length).toBe(length + 9);
      const builder = new TemplateBuilder('FIX.4.4', 'B');
      const slot = builder.optional(58, length);
      const template = builder.build(new Uint8Array(builder.capacity), 0);
      template.setBytes(slot, Buffer.alloc(length, 'x'), 0, length);
      expect(bodyOf(template.bytes.subarray(0, template.finish())).length).toBe(length + 9);
    }
  });

  it('stays in its region, and says so when a message does not fit', () => {
    for (let length = 1; length < 300; length++) {
      bytes.fill(7);
      const size = writer.start('B').text(58, 'x'.repeat(length)).finish();
      expect(bytes.subarray(0, 50).every((byte) => byte === 7)).toBe(true);
      expect(bytes.subarray(250).every((byte) => byte === 7)).toBe(true);
      expect(size > 0).toBe(length < 169);
      if (size > 0)
        expect(bodyOf(bytes.subarray(writer.offset, writer.offset + size))).toBe(`35=B|58=${'x'.repeat(length)}|`);
    }
  });
});
