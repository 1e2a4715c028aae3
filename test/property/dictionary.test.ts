import fc from 'fast-check';
import { Dictionary, type DictionaryData, type FieldData, type MemberData } from 'fix-parser';
import { expect, test } from 'vitest';
import { HotlapError } from '../../engine/domain/errors.ts';
import { dictionaryXml } from '../../gateway/dictionary/dictionary-xml.ts';
import { FIELD_TYPES } from '../../gateway/dictionary/field-types.ts';
import { readDictionary } from '../../gateway/dictionary/load-dictionary.ts';
import { TINY_XML } from '../support/dictionary-xml.ts';

const ENVELOPE: FieldData[] = [
  [8, 'BeginString', 'STRING'],
  [9, 'BodyLength', 'LENGTH'],
  [35, 'MsgType', 'STRING'],
  [10, 'CheckSum', 'STRING'],
];

/** Whatever may stand in an attribute, markup and other scripts included. */
const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text));

/** A name as FIX forms them. */
const name = fc.stringMatching(/^[A-Za-z]\w{0,11}$/);

/** What stands in messages: ASCII from this character on. */
const ascii = (first: string) =>
  fc.string({
    unit: fc.integer({ min: first.charCodeAt(0), max: 126 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 4,
  });

const field = fc.tuple(
  fc.integer({ min: 100, max: 99_999_999 }),
  name,
  fc.constantFrom(...FIELD_TYPES),
  fc.uniqueArray(fc.tuple(ascii(' '), word), { selector: ([value]) => value, maxLength: 4 }),
);

const uniqueMembers = (member: fc.Arbitrary<MemberData>, minLength: number): fc.Arbitrary<MemberData[]> =>
  fc.uniqueArray(member, { selector: ([what]) => what, minLength, maxLength: 4 });

/** Members over these tags, and over components that are defined already: so there is no circle. */
function members(
  tags: readonly number[],
  components: readonly string[],
  minLength: number,
): fc.Arbitrary<MemberData[]> {
  const required = fc.constantFrom<0 | 1>(0, 1);
  const { list } = fc.letrec<{ member: MemberData; list: MemberData[] }>((tie) => ({
    member: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.tuple(fc.constantFrom(...tags), required) as fc.Arbitrary<MemberData>,
      ...(components.length === 0
        ? []
        : [fc.tuple(fc.constantFrom(...components), required) as fc.Arbitrary<MemberData>]),
      fc.tuple(fc.constantFrom(...tags), required, tie('list')) as fc.Arbitrary<MemberData>,
    ),
    list: uniqueMembers(tie('member'), 1),
  }));
  return minLength === 1 ? list : fc.oneof(fc.constant<MemberData[]>([]), list);
}

const dictionary: fc.Arbitrary<DictionaryData> = fc
  .tuple(
    fc.constantFrom('FIX.4.0', 'FIX.4.4', 'FIX.5.0SP2', 'FIXT.1.1'),
    fc.uniqueArray(field, { comparator: (a, b) => a[0] === b[0] || a[1] === b[1], minLength: 1, maxLength: 20 }),
    fc.uniqueArray(name, { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(ascii('!'), name, fc.constantFrom('admin' as const, 'app' as const)), {
      comparator: (a, b) => a[0] === b[0] || a[1] === b[1],
      maxLength: 5,
    }),
  )
  .chain(([version, defined, componentNames, messages]) => {
    const fields = defined
      .filter(([, name]) => ENVELOPE.every(([, taken]) => name !== taken))
      .map(
        ([tag, name, type, values]): FieldData => (values.length === 0 ? [tag, name, type] : [tag, name, type, values]),
      );
    const tags = [...ENVELOPE, ...fields].map(([tag]) => tag);
    return fc.record({
      version: fc.constant(version),
      fields: fc.constant([...ENVELOPE, ...fields]),
      header: fc.constant<MemberData[]>([
        [8, 1],
        [9, 1],
        [35, 1],
      ]),
      trailer: fc.constant<MemberData[]>([[10, 1]]),
      components: fc
        .tuple(...componentNames.map((_, index) => members(tags, componentNames.slice(0, index), 1)))
        .map((lists) => Object.fromEntries(componentNames.map((name, index) => [name, lists[index] as MemberData[]]))),
      messages: fc
        .tuple(...messages.map(() => members(tags, componentNames, 0)))
        .map((lists) =>
          messages.map(
            ([type, name, category], index) => [type, name, category, lists[index] as MemberData[]] as const,
          ),
        ),
    });
  });

test('a dictionary written as XML and read again is itself', () => {
  fc.assert(
    fc.property(dictionary, (data) => {
      const read = readDictionary(dictionaryXml(data), 'generated.xml');
      expect(read).toEqual(data);
      expect(new Dictionary(read).version).toBe(data.version);
    }),
    { numRuns: 300 },
  );
});

/** One place of the text cut out, doubled, moved or overwritten. */
const mutation = fc.record({
  at: fc.nat(TINY_XML.length),
  length: fc.nat(60),
  with: fc.oneof(
    fc.constantFrom(
      '',
      '<',
      '>',
      '/>',
      "'",
      '&',
      '&#0;',
      '&a;',
      '<!--',
      '<![CDATA[',
      '\0',
      '\uD800',
      '-1',
      '__proto__',
      'constructor',
    ),
    fc.nat(TINY_XML.length - 40).map((from) => TINY_XML.slice(from, from + 40)),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
});

test('a damaged dictionary can be used, or is refused with file, line and column', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      let xml = TINY_XML;
      for (const { at, length, with: text } of mutations) xml = xml.slice(0, at) + text + xml.slice(at + length);
      try {
        new Dictionary(readDictionary(xml, 'damaged.xml'));
      } catch (error) {
        expect(error).toBeInstanceOf(HotlapError);
        const { code, message } = error as HotlapError;
        expect(code).toBe('ERR_FIX_DICTIONARY');
        expect(message).toMatch(/^damaged\.xml:[1-9]\d*:[1-9]\d*: .+[.?]$/s);
      }
    }),
    { numRuns: 5000 },
  );
});
