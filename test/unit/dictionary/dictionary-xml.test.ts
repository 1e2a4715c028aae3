import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTable } from 'fix-parser';
import { expect, test } from 'vitest';
import { dictionaryXml } from '../../../gateway/dictionary/dictionary-xml.ts';
import { readDictionary } from '../../../gateway/dictionary/load-dictionary.ts';
import { packageRoot } from '../../../native/paths.ts';
import { TINY_XML } from '../../support/dictionary-xml.ts';

test('an element a line, as people write it', () => {
  const written = dictionaryXml(readDictionary(TINY_XML, 'tiny.xml'));
  expect(written).toBe(
    TINY_XML.replace("<!-- a venue's own -->\n", '').replace(/number='(\d+)' name/g, "number='$1' name"),
  );
});

test('the built-in dictionaries are read back as themselves', async () => {
  for (const version of ['FIX.4.0', 'FIX.4.4', 'FIXT.1.1'] as const) {
    const table = await loadTable(version);
    expect(readDictionary(dictionaryXml(table), `${version}.xml`)).toEqual(table);
  }
});

test("the reference's example is a dictionary", () => {
  const page = readFileSync(join(packageRoot, 'docs', 'reference', 'dictionaries.md'), 'utf8');
  const xml = /```xml\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(readDictionary(xml, 'venue.xml').fields.at(-1)).toEqual([
    20001,
    'VenueRoute',
    'CHAR',
    [
      ['A', 'AUCTION'],
      ['C', 'CONTINUOUS'],
    ],
  ]);
});
