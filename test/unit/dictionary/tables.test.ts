/** What must hold of every generated table, whatever it was generated from. */
import { isKnownMsgType, loadTable, type MemberData, msgTypeCode, TABLE_VERSIONS, TAG } from 'fix-parser';
import { describe, expect, test } from 'vitest';
import { ComponentSizes } from '../../../gateway/dictionary/components.ts';
import { FIELD_TYPES } from '../../../gateway/dictionary/field-types.ts';

const tables = await Promise.all(TABLE_VERSIONS.map(loadTable));
const duplicates = <T>(list: readonly T[]): T[] => list.filter((each, index) => list.indexOf(each) !== index);

/** Every list of members of the table: of messages, of components, of groups in them. */
function* memberLists(members: readonly MemberData[]): Generator<readonly MemberData[]> {
  yield members;
  for (const member of members) if (member.length === 3) yield* memberLists(member[2]);
}

test('there is a table for each version, and it says so', () => {
  expect(tables.map(({ version }) => version)).toEqual([
    ...['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIX.4.4', 'FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2', 'FIXT.1.1'],
  ]);
});

describe.each(tables)('$version', ({ version, fields, header, trailer, components, messages }) => {
  const lists = [header, trailer, ...Object.values(components), ...messages.map(([, , , members]) => members)];
  const all = lists.flatMap((members) => [...memberLists(members)]);
  const typeOf = new Map(fields.map(([tag, , type]) => [tag, type]));

  test('names every tag, field, type of message, message and value once', () => {
    expect(duplicates(fields.map(([tag]) => tag))).toEqual([]);
    expect(duplicates(fields.map(([, name]) => name))).toEqual([]);
    expect(duplicates(messages.map(([type]) => type))).toEqual([]);
    expect(duplicates(messages.map(([, name]) => name))).toEqual([]);
    for (const members of all) expect(duplicates(members.map(([member]) => member))).toEqual([]);
    for (const [, , , values = []] of fields) expect(duplicates(values.map(([value]) => value))).toEqual([]);
  });

  test('defines whatever is a member, with a type that FIX has', () => {
    for (const [member] of all.flat()) {
      if (typeof member === 'string') expect(components).toHaveProperty(member);
      else expect(typeOf.has(member), `${member} is defined`).toBe(true);
    }
    for (const type of typeOf.values()) expect(FIELD_TYPES).toContain(type);
  });

  test('counts the entries of groups, and nothing else, in NUMINGROUP (INT before FIX 4.3)', () => {
    const counters = new Set(all.flat().flatMap((member) => (member.length === 3 ? [member[0]] : [])));
    const types = new Set([...counters].map((tag) => typeOf.get(tag)));
    expect([...types]).toEqual([/4\.[0-2]/.test(version) ? 'INT' : 'NUMINGROUP']);
    const typed = fields.filter(([, , type]) => type === 'NUMINGROUP').map(([tag]) => tag);
    expect(typed.filter((tag) => !counters.has(tag))).toEqual([]);
  });

  test('has no circle of components and no group or component without members', () => {
    const sizes = new ComponentSizes(components);
    for (const members of lists) expect(sizes.fault(members)).toBeUndefined();
    for (const name of Object.keys(components)) expect(sizes.fault([[name, 1]])).toBeUndefined();
    const nested = all.flat().flatMap((member) => (member.length === 3 ? [member[2]] : []));
    expect([...nested, ...Object.values(components)].filter((members) => members.length === 0)).toEqual([]);
  });

  test('has the envelope that every message needs, unless FIXT.1.1 brings it', () => {
    const tags = [...header.slice(0, 3), ...trailer.slice(-1)].map(([tag]) => tag);
    expect(tags).toEqual(version.startsWith('FIX.5') ? [] : [8, 9, 35, 10]);
  });

  test('enumerates values that their types allow', () => {
    for (const [tag, name, type, values = []] of fields) {
      for (const [value] of values) {
        const field = `${name}(${tag}) ${type} ${JSON.stringify(value)}`;
        expect(value, field).toMatch(/^[!-~]+$/);
        // char is one character since FIX 4.2; before, text was char as well.
        if (type === 'CHAR' && !/4\.[01]/.test(version)) expect(value, field).toMatch(/^.$/);
        if (type === 'INT' || type === 'NUMINGROUP') expect(value, field).toMatch(/^-?\d+$/);
        if (type === 'BOOLEAN') expect(value, field).toMatch(/^[YN]$/);
      }
    }
  });
});

test('the tags of the hot path have the names and numbers of the tables', () => {
  const known = new Set(tables.flatMap(({ fields }) => fields.map(([tag, name]) => `${name} ${tag}`)));
  const hot = Object.entries(TAG).map(([name, tag]) => `${name} ${tag}`);
  expect(hot.filter((each) => !known.has(each))).toEqual([]);
});

test('the hot path knows every type of message of FIX 4.4', () => {
  const fix44 = tables.find(({ version }) => version === 'FIX.4.4');
  expect(fix44?.messages.filter(([type]) => !isKnownMsgType(msgTypeCode(type)))).toEqual([]);
});
