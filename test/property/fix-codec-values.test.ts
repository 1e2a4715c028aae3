import { Decimal } from 'decimal.js';
import * as fc from 'fast-check';
import {
  DecimalText,
  Dictionary,
  FixMessage,
  GroupReader,
  type MemberSet,
  msgTypeCode,
  PARSE,
  parseDecimal,
  parseTimestamp,
  parseTimestampNs,
  StrictReader,
  UtcTimestampText,
  VALUE,
} from 'fix-parser';
import { expect, it } from 'vitest';
import { SMALL } from '../support/fix-small-dictionary.ts';
import { wire } from '../support/fix-wire.ts';

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
const out = new Float64Array(4);
const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength });

it('a decimal is what decimal.js reads, times ten to its places, or it says that it is not', () => {
  const text = fc.oneof(
    fc.tuple(fc.constantFrom('', '-'), digits(18), fc.constantFrom('', '.'), digits(18)).map((parts) => parts.join('')),
    fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(9))
      .map(([value, places]) => new Exact(value).div(10 ** places).toFixed()),
    fc.string({ unit: fc.constantFrom(...'0123456789.-+e '), maxLength: 12 }),
  );
  fc.assert(
    fc.property(text, fc.nat(9), (value, decimals) => {
      const bytes = Buffer.from(`x${value}x`);
      const status = parseDecimal(bytes, 1, bytes.length - 1, decimals, out, 0);
      if (!/^-?(\d+\.?\d*|\.\d+)$/.test(value)) {
        expect([status, out[0]]).toEqual([VALUE.invalid, Number.NaN]);
        return;
      }
      const exact = new Exact(value.replace(/\.$/, '')).mul(new Exact(10).pow(decimals));
      const rounded = exact.toDecimalPlaces(0);
      if (status === VALUE.invalid) {
        expect(rounded.abs().gt(1e14)).toBe(true);
        return;
      }
      expect(status).toBe(exact.eq(rounded) ? VALUE.ok : VALUE.inexact);
      expect(new Exact(out[0]).eq(rounded)).toBe(true);
      expect(Object.is(out[0], -0)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

it('what fifteen digits can say is never refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }), fc.nat(9), (value, decimals) => {
      const bytes = Buffer.from(new Exact(value).div(new Exact(10).pow(decimals)).toFixed());
      expect(parseDecimal(bytes, 0, bytes.length, decimals, out, 0)).toBe(VALUE.ok);
      expect(out[0] + 0).toBe(value + 0);
    }),
    { numRuns: 2_000 },
  );
});

it('a decimal that is written is the shortest text of its value', () => {
  const decimal = new DecimalText();
  const bytes = new Uint8Array(40);
  const value = fc.oneof(fc.integer({ min: -99_999, max: 99_999 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(value, fc.nat(9), (units, decimals) => {
      const length = decimal.measure(units, decimals);
      const sum = decimal.write(bytes, 0);
      const text = Buffer.from(bytes.subarray(0, length)).toString();
      expect(text).toBe(new Exact(units).div(new Exact(10).pow(decimals)).toFixed().replace(/^-0$/, '0'));
      expect(sum).toBe(bytes.subarray(0, length).reduce((total, byte) => total + byte, 0));
    }),
    { numRuns: 5_000 },
  );
});

it('a timestamp that is written in any precision is read back, cut off where its text ends', () => {
  const clockNs = new Float64Array(1);
  const originMs = Date.UTC(2026, 10, 22);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5e15, max: 5e15 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(['s', 1e9] as const, ['ms', 1e6] as const, ['us', 1e3] as const, ['ns', 1] as const),
      (instants, [precision, unitNs]) => {
        const time = new UtcTimestampText(clockNs, 0, originMs, precision);
        for (const ns of instants) {
          clockNs[0] = ns;
          time.update();
          expect(time.sum).toBe(time.bytes.reduce((total, byte) => total + byte, 0));
          const sinceEpochNs = (BigInt(originMs) * 1_000_000n + BigInt(ns)) as bigint;
          const shownNs = sinceEpochNs - (((sinceEpochNs % BigInt(unitNs)) + BigInt(unitNs)) % BigInt(unitNs));
          expect(parseTimestampNs(time.bytes, 0, time.bytes.length, out, 0)).toBe(VALUE.ok);
          expect(BigInt(out[0]) * 86_400_000_000_000n + BigInt(out[1])).toBe(shownNs);
          expect(parseTimestamp(time.bytes, 0, time.bytes.length, out, 2)).toBe(VALUE.ok);
          expect(BigInt(out[2])).toBe((shownNs - (shownNs % 1_000_000n)) / 1_000_000n);
        }
      },
    ),
    { numRuns: 500 },
  );
});

it('a strict reader reads what the any-order reader reads, or says that the order is another', () => {
  const order = [8, 9, 35, 34, 52, 95, 96, 11, 1, 44, 999, 1_000, 5_001, 99_999];
  const reader = new StrictReader(order);
  const any = new FixMessage();
  const value = fc.string({ unit: fc.constantFrom(...'AZ09=.- '), maxLength: 12 });
  const fields = fc.array(fc.tuple(fc.constantFrom(...order.slice(3).filter((tag) => tag !== 95)), value), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(fields, fc.boolean(), (list, isSorted) => {
      const rank = (tag: number): number => order.indexOf(tag);
      const sent = isSorted ? list.toSorted((a, b) => rank(a[0]) - rank(b[0])) : list;
      const bytes = wire(`35=D|${sent.map(([tag, text]) => `${tag}=${text}|`).join('')}`);
      expect(any.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
      const isOrdered = sent.every(([tag], i) => i === 0 || rank(sent[i - 1][0]) < rank(tag));
      expect(reader.parse(bytes, 0, bytes.length)).toBe(isOrdered ? PARSE.ok : PARSE.order);
      if (!isOrdered) return;
      for (const [place, tag] of order.entries()) {
        expect(reader.at(place) >= 0).toBe(any.has(tag));
        expect(reader.textAt(reader.at(place))).toBe(any.text(tag));
      }
    }),
    { numRuns: 1_000 },
  );
});

interface Instance {
  readonly id: string;
  readonly role: number | null;
  readonly inner: readonly string[];
}

it('a group reader gives back the instances that were written, nested ones too', () => {
  const dictionary = new Dictionary(SMALL);
  const group = (set: MemberSet | null, tag: number): GroupReader => {
    const found = set?.group(tag) ?? null;
    if (found === null) throw new Error(`no group ${tag}`);
    return new GroupReader(found);
  };
  const outer = group(dictionary.message(msgTypeCode('D')), 453);
  const inner = group(outer.group, 802);
  const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
  const instance: fc.Arbitrary<Instance> = fc.record({
    id: word,
    role: fc.option(fc.nat(99)),
    inner: fc.array(word, { maxLength: 3 }),
  });
  const message = new FixMessage();
  fc.assert(
    fc.property(fc.array(instance, { maxLength: 5 }), (instances) => {
      const body = instances.map(({ id, role, inner: ids }) => {
        const own = `448=${id}|${role === null ? '' : `452=${role}|`}`;
        return `${own}${ids.length === 0 ? '' : `802=${ids.length}|${ids.map((each) => `523=${each}|`).join('')}`}`;
      });
      const bytes = wire(`35=D|453=${instances.length}|${body.join('')}44=1|`);
      expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
      expect(outer.open(message)).toBe(instances.length);
      const read: Instance[] = [];
      while (outer.next()) {
        const ids: string[] = [];
        inner.openIn(outer);
        while (inner.next()) ids.push(message.textAt(inner.indexOf(523)));
        const role = outer.indexOf(452);
        read.push({
          id: message.textAt(outer.indexOf(448)),
          role: role < 0 ? null : message.intAt(role, 0),
          inner: ids,
        });
      }
      expect(read).toEqual(instances);
    }),
    { numRuns: 500 },
  );
});
