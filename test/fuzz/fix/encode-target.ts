import assert from 'node:assert/strict';
import { FixMessage, MessageWriter, PARSE, TemplateBuilder, VALUE } from 'fix-parser';
import type { Random } from './random.ts';

const ARENA_BYTES = 4_096;
const CANARY = 0xa5;
const UINTS = [0, 1, 9, 10, 99, 100, 65_535, 2_147_483_647, 2_147_483_648, 4_294_967_296, Number.MAX_SAFE_INTEGER];
const DECIMALS = [0, 1, -1, 5, 10_000, -10_000, 3_201_400, 999_999_999_999_999, -999_999_999_999_999];
const FREE_TAGS = [1, 11, 15, 37, 44, 55, 58, 99, 100, 999, 1_000, 5_000, 99_999];

interface Written {
  tag: number;
  text: string;
}

/** MessageWriter and templates in a region of their own: what they write is read again, and nothing around it changes. */
export class EncodeTarget {
  readonly counts = { written: 0, tooLong: 0 };
  readonly #random: Random;
  readonly #arena = new Uint8Array(ARENA_BYTES);
  readonly #message = new FixMessage();
  readonly #out = new Float64Array(1);

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns the number of messages written */
  run(): number {
    return this.#random.oneIn(2) ? this.#write() : this.#patch();
  }

  #write(): number {
    const random = this.#random;
    const arena = this.#arena.fill(CANARY);
    const offset = random.below(1_000);
    const size = 48 + random.below(random.oneIn(2) ? 60 : 1_000);
    const writer = new MessageWriter(arena, offset, size, 'FIX.4.4').start('D');
    const fields: Written[] = [];
    for (let left = random.below(12); left > 0; left--) {
      const tag = random.of(FREE_TAGS);
      const what = random.below(4);
      if (what === 0) {
        const value = random.of(UINTS);
        writer.uint(tag, value);
        fields.push({ tag, text: String(value) });
      } else if (what === 1) {
        const value = random.of(DECIMALS);
        const decimals = random.below(10);
        writer.decimal(tag, value, decimals);
        fields.push({ tag, text: plainDecimal(value, decimals) });
      } else if (what === 2) {
        const code = 33 + random.below(90);
        writer.char(tag, code);
        fields.push({ tag, text: String.fromCharCode(code) });
      } else {
        const text = 'abcdefghij'.repeat(8).slice(0, 1 + random.below(79));
        writer.text(tag, text);
        fields.push({ tag, text });
      }
    }
    const length = writer.finish();
    this.#isUntouched(offset, offset + size);
    if (length === 0) {
      this.counts.tooLong++;
      // BodyLength is given room for five digits, whatever it is.
      const needed = fields.reduce((bytes, { tag, text }) => bytes + String(tag).length + text.length + 2, 0);
      assert(needed + '8=FIX.4.4|9=12345|35=D|10=123|'.length > size, `${needed} bytes do not fit ${size}`);
      return 1;
    }
    this.#reads(writer.offset, length, fields);
    return 1;
  }

  /** A template whose slots are set again and again: after each `finish` it is a message with their last values. */
  #patch(): number {
    const random = this.#random;
    const builder = new TemplateBuilder('FIX.4.4', 'D');
    const fields: Written[] = [];
    const slots: [slot: number, kind: number, maxBytes: number, field: number][] = [];
    for (let left = 1 + random.below(8); left > 0; left--) {
      const tag = random.of(FREE_TAGS);
      const kind = random.below(4);
      const field = fields.length;
      if (kind === 0) {
        builder.constant(tag, 'constant');
        fields.push({ tag, text: 'constant' });
      } else if (kind === 1) {
        slots.push([builder.slot(tag, 16), kind, 16, field]);
        fields.push({ tag, text: '0' });
      } else if (kind === 2) {
        slots.push([builder.slot(tag, 26), kind, 26, field]);
        fields.push({ tag, text: '0' });
      } else {
        const maxBytes = 1 + random.below(40);
        slots.push([builder.optional(tag, maxBytes), kind, maxBytes, field]);
        fields.push({ tag, text: '' });
      }
    }
    const arena = this.#arena.fill(CANARY);
    const offset = random.below(1_000);
    const template = builder.build(arena, offset);
    const rounds = 1 + random.below(4);
    for (let round = 0; round < rounds; round++) {
      for (const [slot, kind, maxBytes, field] of slots) {
        if (random.oneIn(3)) continue;
        if (kind === 1) {
          const value = random.of(UINTS);
          template.setUint(slot, value);
          fields[field].text = String(value);
        } else if (kind === 2) {
          const value = random.of(DECIMALS);
          const decimals = random.below(10);
          template.setDecimal(slot, value, decimals);
          fields[field].text = plainDecimal(value, decimals);
        } else {
          const text = 'klmnopqrst'.repeat(5).slice(0, Math.min(maxBytes, random.below(50)));
          template.setBytes(slot, Buffer.from(text), 0, text.length);
          fields[field].text = text;
        }
      }
      const length = template.finish();
      this.#isUntouched(offset, offset + builder.capacity);
      this.#reads(
        offset,
        length,
        fields.filter(({ text }) => text !== ''),
      );
    }
    return rounds;
  }

  #isUntouched(from: number, to: number): void {
    const arena = this.#arena;
    for (let i = 0; i < from; i++) assert.equal(arena[i], CANARY, `byte ${i - from} before the region was written`);
    for (let i = to; i < ARENA_BYTES; i++)
      assert.equal(arena[i], CANARY, `byte ${i - to} behind the region was written`);
  }

  #reads(offset: number, length: number, fields: readonly Written[]): void {
    this.counts.written++;
    const message = this.#message;
    assert.equal(message.parse(this.#arena, offset, offset + length), PARSE.ok);
    assert.equal(message.count, fields.length + 3);
    fields.forEach(({ tag, text }, i) => {
      assert.equal(message.tagAt(i + 3), tag);
      const value = Buffer.from(message.bytes.subarray(message.startAt(i + 3), message.endAt(i + 3)));
      assert.equal(value.toString('latin1'), text);
    });
    const price = fields.find(({ tag, text }) => tag === 44 && /^-?\d{1,10}(?:\.\d{1,4})?$/.test(text));
    if (price === undefined || price !== fields.find(({ tag }) => tag === 44)) return;
    assert.equal(message.decimal(44, 4, this.#out, 0), VALUE.ok);
    assert.equal(this.#out[0] + 0, Math.round(Number(price.text) * 1e4) + 0);
  }
}

/** value / 10^decimals as people write it, by text alone. */
function plainDecimal(value: number, decimals: number): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const places = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${whole}${places === '' ? '' : `.${places}`}`;
}
