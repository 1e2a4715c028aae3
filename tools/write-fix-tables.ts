/**
 * Writes gateway/fix-parser/tables/fix*.ts: `node tools/write-fix-tables.ts FOLDER`.
 *
 * FOLDER holds FIX40.xml … FIX50SP2.xml and FIXT11.xml in QuickFIX's XML format: `apt-get source quickfix` unpacks them
 * under spec/ (one deb-src line of Debian is needed). Taken are the facts of the specifications only: tags, names, types,
 * values, and what messages, components and groups hold.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDictionary } from '../gateway/dictionary/load-dictionary.ts';
import { packageRoot } from '../native/paths.ts';
import { corrected } from './fix-corrections.ts';
import { tableText } from './fix-table-text.ts';

const NAMES = ['FIX40', 'FIX41', 'FIX42', 'FIX43', 'FIX44', 'FIX50', 'FIX50SP1', 'FIX50SP2', 'FIXT11'];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node tools/write-fix-tables.ts FOLDER (with FIX40.xml … FIXT11.xml of QuickFIX)\n');
  process.exit(2);
}
for (const name of NAMES) {
  const text = tableText(corrected(loadDictionary(join(folder, `${name}.xml`))));
  writeFileSync(join(packageRoot, 'gateway', 'fix-parser', 'tables', `${name.toLowerCase()}.ts`), text);
}
