import * as fc from 'fast-check';
import { checksum, FixMessage, FRAME, Framer, MessageWriter, PARSE, TemplateBuilder, VALUE } from 'fix-parser';
import { expect, it } from 'vitest';
import { bodyOf, readable, wire } from '../support/fix-wire.ts';

const value = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 40,
});
const MAX = Number.MAX_SAFE_INTEGER;

type Change =
  | { kind: 'uint'; slot: 0 | 1; value: number }
  | { kind: 'decimal'; value: number; decimals: number }
  | { kind: 'text'; value: string };
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('uint' as const),
    slot: fc.constantFrom(0 as const, 1 as const),
    value: fc.oneof(fc.nat(1_000), fc.integer({ min: 0, max: MAX })),
  }),
  fc.record({
    kind: fc.constant('decimal' as const),
    value: fc.oneof(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
    ),
    decimals: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({ kind: fc.constant('text' as const), value: fc.oneof(fc.constant(''), value) }),
);

it('a template patched in any order parses back to its values, with the checksum of a naive sum', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
      const builder = new TemplateBuilder('FIX.4.4', 'D').constant(49, 'US');
      const numbers = [builder.slot(34, 17), builder.slot(38, 17)];
      const text = builder.optional(58, 40);
      const price = builder.slot(44, 24);
      builder.constant(40, '2');
      const template = builder.build(new Uint8Array(builder.capacity), 0);
      const expected = { 34: 0, 38: 0, 44: 0, decimals: 0, 58: '' };
      const message = new FixMessage();
      const out = new Float64Array(1);
      for (const step of changes) {
        if (step.kind === 'uint') {
          template.setUint(numbers[step.slot], step.value);
          expected[step.slot === 0 ? 34 : 38] = step.value;
        } else if (step.kind === 'decimal') {
          template.setDecimal(price, step.value, step.decimals);
          expected[44] = step.value;
          expected.decimals = step.decimals;
        } else {
          template.setBytes(text, Buffer.from(step.value), 0, step.value.length);
          expected[58] = step.value;
        }
        const length = template.finish();
        bodyOf(template.bytes.subarray(0, length));
        expect(message.parse(template.bytes, 0, length)).toBe(PARSE.ok);
        expect(Number(message.text(34))).toBe(expected[34]);
        expect(Number(message.text(38))).toBe(expected[38]);
        expect(message.text(58)).toBe(expected[58]);
        expect(message.decimal(44, expected.decimals, out, 0)).toBe(VALUE.ok);
        expect(out[0] + 0).toBe(expected[44] + 0);
        expect(message.text(44)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }
    }),
    { numRuns: 200 },
  );
});

it('what a writer writes, a message reads', () => {
  const fields = fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 20_000 }).filter((tag) => ![8, 9, 10, 35].includes(tag) && !isDataLength(tag)),
      value,
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(fields, (list) => {
      const writer = new MessageWriter(new Uint8Array(4_096), 0, 4_096, 'FIX.4.4').start('B');
      for (const [tag, text] of list) writer.text(tag, text);
      const length = writer.finish();
      const message = new FixMessage();
      expect(message.parse(writer.bytes, writer.offset, writer.offset + length)).toBe(PARSE.ok);
      const read = Array.from({ length: message.count - 3 }, (_, i) => [
        message.tagAt(i + 3),
        readable(message.bytes, message.startAt(i + 3), message.endAt(i + 3)),
      ]);
      expect(read).toEqual(list);
      expect(checksum(writer.bytes, writer.offset, writer.offset + length - 7)).toBe(
        Number(readable(writer.bytes, writer.offset + length - 4, writer.offset + length - 1)),
      );
    }),
  );
});

it('garbage and mutations never throw; byte by byte gives what the whole gives', () => {
  const good = readable(wire('35=8|34=2|55=AAPL|95=3|96=a|b|44=1.5|'));
  const mutation = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  const piece = fc.oneof(
    fc.constant(Buffer.from(good.replaceAll('|', '\x01'))),
    mutation.map(({ at, byte, cut }) => {
      const bytes = Buffer.from(good.replaceAll('|', '\x01'));
      bytes[at] = byte;
      return cut ? bytes.subarray(0, at) : bytes;
    }),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(...['8=', '8=FIX', '\x01', '10=', '9=5\x01', '8=FIX.4.4\x019=3\x01'])
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom('bodyLength' as const, 'beginString' as const),
      (pieces, resync) => {
        const bytes = Buffer.concat(pieces);
        expect(read(bytes, bytes.length, resync)).toEqual(read(bytes, 1, resync));
      },
    ),
    { numRuns: 500 },
  );
});

it('after anything, good messages are read again within the limit of one message', () => {
  const good = wire('35=0|34=2|');
  const tail = Buffer.concat(Array.from({ length: 40 }, () => good));
  const start = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(good);
      bytes[at] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(start, fc.constantFrom('bodyLength' as const, 'beginString' as const), (garbage, resync) => {
      const messages = read(Buffer.concat([garbage, tail]), 1_000_000, resync);
      expect(messages.length).toBeGreaterThanOrEqual(40 - Math.ceil(256 / good.length) - 1);
      expect(messages.slice(1).every((text) => text === readable(good))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

/** Feeds bytes in steps. @returns the messages found */
function read(bytes: Uint8Array, step: number, resync: 'bodyLength' | 'beginString'): string[] {
  const framer = new Framer({ maxMessageBytes: 256, resync });
  const message = new FixMessage({ maxFields: 64 });
  const found: string[] = [];
  let at = 0;
  for (let end = Math.min(step, bytes.length); ; end = Math.min(end + step, bytes.length)) {
    for (;;) {
      const result = framer.next(bytes, at, end);
      if (result === FRAME.incomplete) break;
      const ok = result === FRAME.message && message.parse(bytes, framer.start, framer.end) === PARSE.ok;
      if (ok) found.push(readable(bytes, framer.start, framer.end));
      const next = ok ? framer.end : framer.resumeAt;
      expect(next).toBeGreaterThan(at);
      at = next;
    }
    if (end === bytes.length) return found;
  }
}

function isDataLength(tag: number): boolean {
  const lengths = [90, 93, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445, 618, 621, 1184, 1277, 1280, 1282];
  return [...lengths, 1397, 1401, 1403, 1468].includes(tag);
}
