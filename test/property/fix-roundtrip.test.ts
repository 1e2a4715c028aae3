import {
  Dictionary,
  FixMessage,
  FRAME,
  Framer,
  GroupReader,
  loadTable,
  type MemberSet,
  MessageValidator,
  MessageWriter,
  PARSE,
  VALID,
  VALUE,
} from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/fix/random.ts';
import { type RandomField, RandomMessages, writeFields } from '../support/random-message.ts';

const REGION_BYTES = 60_000;
const PER_TYPE = 24;
const data = await loadTable('FIX.4.4');
const dictionary = new Dictionary(data);
const validator = new MessageValidator(dictionary, dictionary);
const random = new Random(440);
const messages = new RandomMessages(data, random);
const writer = new MessageWriter(new Uint8Array(REGION_BYTES), 0, REGION_BYTES, 'FIX.4.4');
const framer = new Framer({ maxMessageBytes: REGION_BYTES, resync: 'bodyLength' });
const message = new FixMessage({ maxMessageBytes: REGION_BYTES });
const out = new Float64Array(1);

/** @returns whether the bytes hold one whole message from their first to their last */
function reads(bytes: Uint8Array, start: number, end: number): boolean {
  if (framer.next(bytes, start, end) !== FRAME.message) return false;
  return framer.start === start && framer.end === end && message.parse(bytes, start, end) === PARSE.ok;
}

const textAt = (index: number): string =>
  Buffer.from(message.bytes.subarray(message.startAt(index), message.endAt(index))).toString('latin1');

function expectSame(fields: readonly RandomField[]): void {
  const read = Array.from({ length: message.count - 3 }, (_, i) => [message.tagAt(i + 3), textAt(i + 3)]);
  expect(read).toEqual(fields.map(({ tag, text }) => [tag, text]));
}

/** Each field outside of groups, read as what it is. */
function expectTyped(fields: readonly RandomField[]): void {
  const inGroups = new Set(fields.filter(({ inGroup }) => inGroup).map(({ tag }) => tag));
  for (const { tag, type, text, scaled, decimals } of fields) {
    if (inGroups.has(tag)) continue;
    const label = `${tag} ${type} ${text}`;
    expect(message.text(tag), label).toBe(text);
    if (scaled !== undefined && decimals === 0) expect(message.int(tag, -1), label).toBe(scaled + 0);
    if (scaled !== undefined && Math.abs(scaled) < 1e15) {
      expect(message.decimal(tag, decimals as number, out, 0), label).toBe(VALUE.ok);
      expect(out[0] + 0, label).toBe(scaled + 0);
    }
    if (type === 'BOOLEAN') expect(message.flag(tag), label).toBe(text === 'Y');
    if (text.length === 1) expect(message.char(tag), label).toBe(text.charCodeAt(0));
    if (type === 'UTCTIMESTAMP') {
      expect(message.timestamp(tag, out, 0), label).toBe(VALUE.ok);
      const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)-(.*)$/.exec(text) as RegExpExecArray;
      expect(out[0], label).toBe(Date.parse(`${year}-${month}-${day}T${time.slice(0, 12)}Z`));
    }
  }
}

/** Walks all groups of the message, and the groups within. @returns the indexes of their fields, as they are met */
function indexesInGroups(members: MemberSet, outer: GroupReader | null): number[] {
  return Array.from(members.tags).flatMap((_, position) => {
    const group = members.groupAt(position);
    if (group === null) return [];
    const reader = new GroupReader(group);
    const stated = outer === null ? reader.open(message) : reader.openIn(outer);
    const found: number[] = [];
    let instances = 0;
    for (; reader.next(); instances++) {
      for (const tag of group.tags) if (reader.indexOf(tag) >= 0) found.push(reader.indexOf(tag));
      found.push(...indexesInGroups(group, reader));
    }
    expect(instances, `instances of group ${group.numInGroupTag}`).toBe(stated);
    return found;
  });
}

/** Every field of a group is read once, as a member of its own instance, and nothing else is. */
function expectGroups(fields: readonly RandomField[]): void {
  const inGroups = fields.flatMap(({ inGroup }, i) => (inGroup ? [i + 3] : []));
  const body = dictionary.message(message.msgType) as MemberSet;
  const read = [dictionary.header, body].flatMap((members) => indexesInGroups(members, null));
  expect(read.sort((a, b) => a - b)).toEqual(inGroups);
}

describe('parse(encode(x)) = x', () => {
  it.each(data.messages.map(([type, name, , members]) => [type, name, members] as const))(
    '%s %s',
    (type, _, members) => {
      for (let i = 0; i < PER_TYPE; i++) {
        const fields = messages.fields(members, [0, 1, 4, 16][i % 4]);
        const length = writeFields(writer, type, fields);
        expect(length).toBeGreaterThan(0);
        const { bytes, offset } = writer;
        expect(reads(bytes, offset, offset + length)).toBe(true);
        expect(textAt(2)).toBe(type);
        expectSame(fields);
        expectTyped(fields);
        expectGroups(fields);
        const reason = validator.validate(message);
        expect([
          reason,
          reason === VALID ? 0 : validator.refTag,
          Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1'),
        ]).toEqual([VALID, 0, expect.anything()]);
      }
    },
  );
});

describe('one byte that changed on its way', () => {
  it('is seen, wherever it is', () => {
    for (const [type, , , members] of data.messages) {
      const fields = messages.fields(members, 2);
      const length = writeFields(writer, type, fields);
      const original = writer.bytes.slice(writer.offset, writer.offset + length);
      const step = Math.max(1, Math.floor(length / 200));
      for (let at = random.below(step); at < length; at += step) {
        const bytes = original.slice();
        bytes[at] ^= 1 + random.below(255);
        if (reads(bytes, 0, length)) throw new Error(`byte ${at} of ${Buffer.from(bytes).toString('latin1')}`);
      }
    }
  });

  it('and another that makes up for it in the CheckSum gives just that difference', () => {
    let compared = 0;
    for (const [type, , , members] of data.messages) {
      const fields = messages.fields(members, 3).filter(({ type }) => type !== 'DATA' && type !== 'LENGTH');
      const length = writeFields(writer, type, fields);
      const original = writer.bytes.slice(writer.offset, writer.offset + length);
      const texts = fields.map(({ text }, i) => [text, i] as const).filter(([text]) => /^[B-Y]/.test(text));
      if (texts.length < 2) continue;
      const [[one, first], [other, second]] = [texts[0], texts[texts.length - 1]];
      expect(reads(original, 0, length)).toBe(true);
      original[message.startAt(first + 3)]++;
      original[message.startAt(second + 3)]--;
      expect(reads(original, 0, length)).toBe(true);
      const changed = fields.map((field) => ({ ...field }));
      changed[first].text = String.fromCharCode(one.charCodeAt(0) + 1) + one.slice(1);
      changed[second].text = String.fromCharCode(other.charCodeAt(0) - 1) + other.slice(1);
      expectSame(changed);
      compared++;
    }
    expect(compared).toBeGreaterThan(60);
  });
});
