import assert from 'node:assert/strict';
import { Dictionary, type DictionaryData, MessageValidator } from 'fix-parser';
import { HotlapError } from '../../../engine/domain/errors.ts';
import { readDictionary } from '../../../gateway/dictionary/load-dictionary.ts';
import { TINY_XML } from '../../support/dictionary-xml.ts';
import type { Random } from './random.ts';

const PIECES = [
  ...[
    '<',
    '>',
    '/',
    '"',
    "'",
    '=',
    '&',
    '&amp;',
    '&#0;',
    '&#x10FFFF;',
    '&lt',
    ']]>',
    '<!--',
    '-->',
    '<![CDATA[',
    '<?x?>',
  ],
  ...[
    '<fix>',
    '</fix>',
    '<group>',
    '</group>',
    '<field/>',
    '<component/>',
    '<!DOCTYPE fix [<!ENTITY a "b">]>',
    '\u0000',
  ],
  ...["name=''", "number='0'", "number='-1'", "number='99999999999'", "number='1e3'", "required='X'", "enum=''"],
  ...['__proto__', 'constructor', 'toString', '\ufeff', '\u2028', '🙂'],
];

/** The reader of dictionaries: a damaged file is a dictionary or an error that names the place, nothing else. */
export class XmlTarget {
  readonly counts = { read: 0, refused: 0 };
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns 1 */
  run(): number {
    let text = TINY_XML;
    for (let left = 1 + this.#random.below(4); left > 0; left--) text = this.#damaged(text);
    let data: DictionaryData;
    try {
      data = readDictionary(text, 'damaged.xml');
    } catch (error) {
      this.counts.refused++;
      if (!(error instanceof HotlapError)) throw error;
      assert.equal(error.code, 'ERR_FIX_DICTIONARY');
      assert.match(error.message, /damaged\.xml(?::\d+:\d+)?/);
      return 1;
    }
    this.counts.read++;
    // What was read can be used.
    const dictionary = new Dictionary(data);
    assert(new MessageValidator(dictionary, dictionary) !== undefined);
    return 1;
  }

  #damaged(text: string): string {
    const random = this.#random;
    const at = random.below(text.length);
    switch (random.below(6)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + random.below(20));
      case 1:
        return text.slice(0, at) + random.of(PIECES) + text.slice(at);
      case 2:
        return text.slice(0, at);
      case 3: {
        const lines = text.split('\n');
        const from = random.below(lines.length);
        return lines.toSpliced(random.below(lines.length), 0, lines[from]).join('\n');
      }
      case 4: {
        const lines = text.split('\n');
        return lines.toSpliced(random.below(lines.length), 1).join('\n');
      }
      default: {
        // One attribute's value in the place of another's.
        const values = text.match(/'[^']*'/g) ?? ["''"];
        const [one, other] = [random.of(values), random.of(values)];
        const where = text.indexOf(one, at);
        return where < 0 ? text : text.slice(0, where) + other + text.slice(where + one.length);
      }
    }
  }
}
