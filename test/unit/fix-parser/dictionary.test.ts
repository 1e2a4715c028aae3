import { Dictionary, type DictionaryData, FIELD_TYPE, type MemberData, msgTypeCode } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { SMALL } from '../../support/fix-small-dictionary.ts';

const dictionary = new Dictionary(SMALL);
const ORDER = msgTypeCode('D');

describe('Dictionary', () => {
  it('names fields, values and messages', () => {
    expect(dictionary.version).toBe('FIX.4.4');
    expect(dictionary.fieldName(44)).toBe('Price');
    expect(dictionary.fieldName(4_444)).toBe('');
    expect(dictionary.tagOf('Price')).toBe(44);
    expect(dictionary.tagOf('toString')).toBe(0);
    expect(dictionary.fieldType(44)).toBe(FIELD_TYPE.float);
    expect(dictionary.fieldType(4_444)).toBe(FIELD_TYPE.text);
    expect(dictionary.valueMeaning(40, '2')).toBe('LIMIT');
    expect(dictionary.valueMeaning(452, '12')).toBe('TRADER');
    expect(dictionary.valueMeaning(452, '2')).toBe('');
    expect(dictionary.valueMeaning(44, '2')).toBe('');
    expect(dictionary.valueMeaning(40, '\u00e9')).toBe('');
    expect(dictionary.messageName(ORDER)).toBe('NewOrderSingle');
    expect(dictionary.messageName(msgTypeCode('AE'))).toBe('');
  });

  it('knows messages of session and application, and the sections of a message', () => {
    expect(dictionary.hasMessage(ORDER)).toBe(true);
    expect(dictionary.hasMessage(0)).toBe(false);
    expect(dictionary.isAdmin(msgTypeCode('0'))).toBe(true);
    expect(dictionary.isAdmin(ORDER)).toBe(false);
    expect(dictionary.isHeaderTag(34)).toBe(true);
    expect(dictionary.isHeaderTag(44)).toBe(false);
    expect(dictionary.isTrailerTag(89)).toBe(true);
  });

  it('resolves components into messages, and keeps groups apart', () => {
    expect([...(dictionary.message(ORDER)?.tags ?? [])]).toEqual([
      11, 453, 55, 200, 205, 18, 38, 40, 44, 64, 273, 1401, 1402, 7001,
    ]);
    expect([...dictionary.requiredTags(ORDER)]).toEqual([11, 40, 55]);
    expect(dictionary.allows(ORDER, 448)).toBe(false);
    expect(dictionary.allows(ORDER, 453)).toBe(true);
    const parties = dictionary.group(ORDER, 453);
    expect(parties?.delimiterTag).toBe(448);
    expect([...(parties?.tags ?? [])]).toEqual([448, 452, 802]);
    expect([...(parties?.requiredTags ?? [])]).toEqual([448]);
    expect(parties?.group(802)?.delimiterTag).toBe(523);
    expect(dictionary.group(ORDER, 44)).toBeNull();
    expect([...dictionary.requiredTags(msgTypeCode('Z'))]).toEqual([]);
  });

  it('learns from order and type which field is the length of which data', () => {
    expect([...dictionary.dataFields]).toEqual([
      [93, 89],
      [1401, 1402],
    ]);
  });

  it('reads CHAR of FIX 4.0 and 4.1 as text', () => {
    expect(new Dictionary({ ...SMALL, version: 'FIX.4.1' }).fieldType(40)).toBe(FIELD_TYPE.text);
    expect(dictionary.fieldType(40)).toBe(FIELD_TYPE.char);
  });

  const withMembers = (
    members: readonly MemberData[],
    components: DictionaryData['components'] = {},
  ): DictionaryData => ({ ...SMALL, components, messages: [['X', 'X', 'app', members]] });

  it('refuses what would have no end, and members that are not defined', () => {
    expect(() => new Dictionary(withMembers([['A', 1]]))).toThrow(/component A is not defined/);
    expect(() => new Dictionary(withMembers([['toString', 1]]))).toThrow(/component toString is not defined/);
    expect(() => new Dictionary(withMembers([['A', 1]], { A: [['B', 1]], B: [['A', 0]] }))).toThrow(/32 deep/);
    const wide: Record<string, MemberData[]> = { L0: [[55, 0]] };
    for (let i = 1; i < 30; i++) wide[`L${i}`] = Array.from({ length: 10 }, (): MemberData => [`L${i - 1}`, 0]);
    expect(() => new Dictionary(withMembers([['L29', 0]], wide))).toThrow(/more than 20000 members/);
    const message = Array.from({ length: 18_000 }, (): MemberData => ['S', 0]);
    const many = Array.from({ length: 20 }, (_, i) => [`M${i}`, `M${i}`, 'app', message] as const);
    expect(() => new Dictionary({ ...SMALL, components: { S: [[55, 0]] }, messages: many })).toThrow(
      /a message has more than 20000 members/,
    );
    const half = many.map(([type, name, category]) => [type, name, category, message.slice(0, 8_000)] as const);
    expect(() => new Dictionary({ ...SMALL, components: { S: [[55, 0]] }, messages: half })).toThrow(
      /the messages have more than 262144 members together/,
    );
    expect(() => new Dictionary(withMembers([[4_444, 0]]))).toThrow(/tag 4444 is a member, but no field/);
  });

  it('passes over a group without members and a member that comes twice', () => {
    const odd = new Dictionary(
      withMembers([
        [453, 0, []],
        [55, 1],
        [55, 0],
      ]),
    );
    expect(odd.group(msgTypeCode('X'), 453)).toBeNull();
    expect([...(odd.message(msgTypeCode('X'))?.tags ?? [])]).toEqual([453, 55]);
  });
});
