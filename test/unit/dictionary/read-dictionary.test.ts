import { chmodSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HotlapError } from '../../../engine/domain/errors.ts';
import { loadDictionary, readDictionary } from '../../../gateway/dictionary/load-dictionary.ts';
import { TINY_XML } from '../../support/dictionary-xml.ts';

/** The user that may do least. */
const NOBODY = 65_534;

/** The message for the small dictionary with `from` replaced by `to`. */
function fault(from: string, to: string): string {
  expect(TINY_XML).toContain(from);
  try {
    readDictionary(TINY_XML.replace(from, to), 'venue.xml');
  } catch (error) {
    expect(error).toBeInstanceOf(HotlapError);
    expect((error as HotlapError).code).toBe('ERR_FIX_DICTIONARY');
    return (error as HotlapError).message;
  }
  throw new Error('nothing was wrong');
}

test("a venue's own dictionary", () => {
  expect(readDictionary(TINY_XML, 'venue.xml')).toEqual({
    version: 'FIX.4.4',
    fields: [
      [
        54,
        'Side',
        'CHAR',
        [
          ['1', 'BUY'],
          ['2', 'SELL'],
        ],
      ],
      [8, 'BeginString', 'STRING'],
      [9, 'BodyLength', 'LENGTH'],
      [10, 'CheckSum', 'STRING'],
      [35, 'MsgType', 'STRING'],
      [555, 'NoLegs', 'NUMINGROUP'],
      [600, 'LegSymbol', 'STRING'],
      [670, 'NoLegAllocs', 'NUMINGROUP'],
      [671, 'LegAllocAccount', 'STRING'],
      [20001, 'VenueFlag', 'BOOLEAN'],
    ],
    header: [
      [8, 1],
      [9, 1],
      [35, 1],
    ],
    trailer: [[10, 1]],
    components: {
      Legs: [
        [
          555,
          0,
          [
            [600, 1],
            [670, 0, [[671, 0]]],
          ],
        ],
      ],
    },
    messages: [
      ['0', 'Heartbeat', 'admin', []],
      [
        'D',
        'NewOrderSingle',
        'app',
        [
          [54, 1],
          ['Legs', 0],
          [20001, 0],
        ],
      ],
    ],
  });
});

describe('what is wrong is said with its place and what to do', () => {
  test.each([
    [
      'an unknown field',
      "<field name='VenueFlag'",
      "<field name='VenueFlg'",
      'venue.xml:14:7: The message NewOrderSingle names the field "VenueFlg", which <fields> does not define. Did you mean `VenueFlag`? Correct the name, or define it in <fields>.',
    ],
    [
      'an unknown component',
      "<component name='Legs' r",
      "<component name='Leg' r",
      'venue.xml:13:7: The message NewOrderSingle names the component "Leg", which <components> does not define. Did you mean `Legs`? Correct the name, or define it in <components>.',
    ],
    [
      'a member twice',
      "<field name='VenueFlag'",
      "<field name='Side'",
      'venue.xml:14:7: The message NewOrderSingle names Side twice: remove one.',
    ],
    [
      'a tag twice',
      "number='600'",
      "number='54'",
      'venue.xml:40:5: Tag 54 is Side already: give LegSymbol another, or remove one.',
    ],
    [
      'a name twice',
      "name='LegSymbol' type",
      "name='Side' type",
      'venue.xml:40:5: Side is tag 54 already: name tag 600 differently.',
    ],
    ['a value twice', "enum='2'", "enum='1'", 'venue.xml:33:7: Side(54) enumerates "1" twice: remove one.'],
    ['an attribute missing', "msgtype='D' ", '', "venue.xml:11:5: <message> has no `msgtype`. Add msgtype='…'."],
    [
      'an attribute misspelt',
      "msgtype='D'",
      "msgType='D'",
      "venue.xml:11:5: <message> has no `msgtype`. Did you mean `msgType`? Add msgtype='…'.",
    ],
    ['an empty name', "name='Legs' r", "name='' r", 'venue.xml:13:7: `name` of <component> is empty: fill it in.'],
    [
      'a bad tag',
      "number='600'",
      "number='6OO'",
      'venue.xml:40:5: `number` of <field> is "6OO": give a whole number from 1 to 99999999.',
    ],
    [
      'tag 0',
      "number='600'",
      "number='0'",
      'venue.xml:40:5: `number` of <field> is "0": give a whole number from 1 to 99999999.',
    ],
    [
      'neither Y nor N',
      "'Side' required='Y'",
      "'Side' required='yes'",
      'venue.xml:12:7: `required` of <field> is "yes": give Y or N.',
    ],
    [
      'a type that is none',
      "type='CHAR'",
      "type='CHR'",
      'venue.xml:31:5: Side(54) has the type "CHR", which FIX does not know. Did you mean `CHAR`? Use STRING for text of any form.',
    ],
    [
      'a type of message twice',
      "msgtype='D'",
      "msgtype='0'",
      'venue.xml:11:5: MsgType 0 is Heartbeat already: give NewOrderSingle another, or remove one.',
    ],
    [
      'a message twice',
      "name='NewOrderSingle'",
      "name='Heartbeat'",
      'venue.xml:11:5: The message Heartbeat is defined already: name MsgType D differently.',
    ],
    [
      'a category',
      "msgcat='app'",
      "msgcat='ap'",
      'venue.xml:11:5: `msgcat` of NewOrderSingle is "ap": give admin or app. Did you mean `app`?',
    ],
    [
      'a type of message that no message can have',
      "msgtype='D'",
      "msgtype='D NEW'",
      'venue.xml:11:5: MsgType of NewOrderSingle is "D NEW": give one to four printable ASCII characters.',
    ],
    [
      'a value that no field can have',
      "enum='2'",
      "enum='zwölf'",
      'venue.xml:33:7: Side(54) enumerates "zwölf": give printable ASCII characters.',
    ],
    [
      'an unknown element',
      "<field name='VenueFlag' required='N'/>",
      "<feild name='VenueFlag' required='N'/>",
      'venue.xml:14:7: <message> holds <feild>, where <field>, <component>, <group> may stand. Did you mean `field`? Correct or remove it.',
    ],
    [
      'a second section',
      '<trailer>',
      '<trailer/><trailer>',
      'venue.xml:17:13: There is a second <trailer>: put both into one.',
    ],
    [
      'a circle',
      "<field name='LegAllocAccount' required='N'/>",
      "<field name='LegAllocAccount' required='N'/><component name='Legs' required='N'/>",
      'venue.xml:21:5: The component Legs is a circle: Legs → Legs. Break it.',
    ],
    [
      'an empty group',
      "<field name='LegAllocAccount' required='N'/>",
      '',
      'venue.xml:24:9: The group NoLegAllocs has no members: add what repeats.',
    ],
    [
      'a header out of order',
      "<field name='BodyLength' required='Y'/>",
      '',
      'venue.xml:4:3: The header of FIX.4.4 does not begin with BeginString(8), BodyLength(9), MsgType(35): put them there.',
    ],
    [
      'a trailer without CheckSum',
      "<field name='CheckSum' required='Y'/>",
      '',
      'venue.xml:17:3: The trailer of FIX.4.4 does not end with CheckSum(10): put it there.',
    ],
    [
      'text',
      '<trailer>',
      '<trailer>oops',
      'venue.xml:17:12: Text has no place between elements: "oops". Make it a comment or mend the tag.',
    ],
    [
      'another root',
      TINY_XML,
      '<html/>',
      "venue.xml:1:1: The root is <html>, not <fix>: give a dictionary in QuickFIX's XML format.",
    ],
    ['no version', "major='4' ", '', "venue.xml:3:1: <fix> has no `major`. Did you mean `minor`? Add major='…'."],
    ['no fields', TINY_XML, "<fix major='4' minor='4'/>", 'venue.xml:1:1: <fix> has no <fields>: add it.'],
    [
      'no XML',
      TINY_XML,
      'hello',
      'venue.xml:1:6: This is no well-formed XML: text data outside of root node. Mend it here or before.',
    ],
    [
      'nothing',
      TINY_XML,
      '',
      'venue.xml:1:1: This is no well-formed XML: document must contain a root element. Mend it here or before.',
    ],
    [
      'a tag left open',
      '</trailer>',
      '',
      'venue.xml:45:6: This is no well-formed XML: unexpected close tag while <trailer> is open. Mend it here or before.',
    ],
  ])('%s', (_, from, to, message) => {
    expect(fault(from, to)).toBe(message);
  });

  test('an entity of its own is not expanded', () => {
    const bomb = `<!DOCTYPE fix [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY b "&a;&a;&a;">]>`;
    expect(fault(TINY_XML, `${bomb}<fix type='&b;'/>`)).toMatch(/undefined entity/);
  });

  test('components that multiply without end', () => {
    const names = Array.from({ length: 13 }, (_, i) => `C${i}`);
    const doubling = names.map((name, i) => {
      const next = `<component name='${names[i + 1] ?? 'Legs'}' required='N'/>`;
      return `<component name='${name}'>${next}<group name='NoLegs' required='N'>${next}</group></component>`;
    });
    expect(fault('</components>', `${doubling.join('')}</components>`)).toMatch(/holds more than 16384 fields/);
  });

  test('messages that name large components over and over', () => {
    const members = Array.from({ length: 16 }, (_, i) => `<component name='W${i}' required='N'/>`).join('');
    const group = "<group name='NoLegs' required='N'><field name='LegSymbol' required='N'/></group>";
    const wide = Array.from({ length: 16 }, (_, i) => {
      const inner = i === 0 ? group : `<component name='W${i - 1}' required='N'/>`.concat(i < 12 ? group : '');
      return `<component name='W${i}'>${inner}</component>`;
    });
    const messages = Array.from({ length: 3000 }, (_, i) => {
      return `<message name='M${i}' msgtype='a${i}' msgcat='app'>${members}</message>`;
    });
    const xml = TINY_XML.replace('</components>', `${wide.join('')}</components>`);
    expect(() => readDictionary(xml.replace('</messages>', `${messages.join('')}</messages>`), 'venue.xml')).toThrow(
      /The message M\d+ and those before it hold more than 262144 fields when their components are written out: nest fewer\.$/,
    );
  });

  test.each([
    ["name='VenueFlag' type", "name='Evil\u009b31mX' type", /`name` of <field> is "Evil\ufffd31mX": give a letter/],
    ["name='VenueFlag' type", "name='Two words' type", /`name` of <field> is "Two words": give a letter, then letters/],
    ["name='NewOrderSingle'", "name='D&#10;x'", /`name` of <message> is "D\\nx": give a letter/],
    ["component name='Legs'>", "component name='-Legs'>", /`name` of <component> is "-Legs": give a letter/],
    ["description='SELL'", "description='SELL\u202e'", /`description` of "2" of Side\(54\) holds a character that/],
  ])('%j as %j', (from, to, message) => {
    expect(fault(from, to)).toMatch(message);
  });

  test('components and elements that nest without end', () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => {
      const next = i === 49_999 ? 'Legs' : `C${i + 1}`;
      return `<component name='C${i}'><component name='${next}' required='N'/></component>`;
    });
    expect(fault('</components>', `${chain.join('')}</components>`)).toMatch(
      /nests components and groups deeper than 30/,
    );
    expect(fault('<trailer>', '<trailer>'.repeat(50_000))).toMatch(/nest deeper than 32/);
  });

  test('an endless name', () => {
    expect(fault("name='Side' r", `name='${'S'.repeat(5000)}' r`)).toMatch(
      /"SSS[^ ]+…" is longer than 1024 characters/,
    );
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-dictionary-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('is read', () => {
    expect(loadDictionary(file('tiny.xml', TINY_XML)).messages).toHaveLength(2);
  });

  test('with a byte order mark and Windows line ends is read, and counted right', () => {
    const windows = TINY_XML.replaceAll('\n', '\r\n');
    expect(loadDictionary(file('windows.xml', `\uFEFF${windows}`)).messages).toHaveLength(2);
    expect(() => loadDictionary(file('wrong.xml', `\uFEFF${windows.replace("'600'", "'x'")}`))).toThrow(/xml:40:5: /);
  });

  test.each([
    ['is missing', () => join(folder, 'none.xml'), /does not exist: check the path/],
    ['is a folder', () => folder, /is a folder/],
    [
      'is too large',
      () => {
        const path = file('large.xml', '');
        truncateSync(path, 17 << 20);
        return path;
      },
      /has 17825792 bytes, more than 16777216/,
    ],
  ])('that %s', (_, path, message) => {
    expect(() => loadDictionary(path())).toThrow(
      expect.objectContaining({ code: 'ERR_FIX_DICTIONARY', message: expect.stringMatching(message) }),
    );
  });

  test('that may not be read', () => {
    const path = file('secret.xml', TINY_XML);
    chmodSync(path, 0);
    chmodSync(folder, 0o755);
    // Root reads everything.
    const uid = process.geteuid?.() as number;
    if (uid === 0) process.seteuid?.(NOBODY);
    try {
      expect(() => loadDictionary(path)).toThrow(/check its permissions/);
    } finally {
      if (uid === 0) process.seteuid?.(uid);
    }
  });
});

test('values that are only examples are not enumerated', () => {
  const open = TINY_XML.replace("type='CHAR'", "type='CHAR' allowOtherValues='Y'");
  expect(readDictionary(open, 'venue.xml').fields[0]).toEqual([54, 'Side', 'CHAR']);
});
