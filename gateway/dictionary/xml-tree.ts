import { SaxesParser } from 'saxes';
import type { DictionarySource } from './dictionary-source.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of its `<` in the text. */
  readonly offset: number;
}

/** fix, messages, message, and groups in groups: FIX 5.0 SP2 nests five deep. */
const MAX_DEPTH = 32;
/** Names and meanings; longer ones would only serve to fill memory. */
const MAX_TEXT_CHARS = 1024;
/** How much of a stray text an error shows. */
const SHOWN_CHARS = 40;

/**
 * The elements of an XML document. Comments and processing instructions are passed over; entities that a DOCTYPE
 * declares are not expanded but refused.
 */
export function readXml(source: DictionarySource): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const top = { name: '', children: [] as XmlElement[] };
  const open = [top];
  let offset = 0;
  let closing = '';
  parser.on('error', ({ message }) => {
    const what = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const where = what === 'unexpected close tag' ? ` while <${closing}> is open` : '';
    throw source.error(parser.position - 1, `This is no well-formed XML: ${what}${where}. Mend it here or before.`);
  });
  parser.on('opentagstart', ({ name }) => {
    // The name has been read, and one character behind it.
    offset = parser.position - name.length - 2;
    if (open.length > MAX_DEPTH) throw source.error(offset, `Elements nest deeper than ${MAX_DEPTH}: flatten them.`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const texts = [name, ...Object.keys(attributes), ...Object.values(attributes)];
    const long = texts.find((text) => text.length > MAX_TEXT_CHARS);
    if (long !== undefined)
      throw source.error(offset, `${shown(long)} is longer than ${MAX_TEXT_CHARS} characters: shorten it.`);
    const element = { name, attributes, children: [] as XmlElement[], offset };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    closing = open.pop()?.name ?? '';
  });
  const refuseText = (text: string): void => {
    const stray = text.trim();
    if (stray === '') return;
    const at = source.text.lastIndexOf(stray, parser.position);
    throw source.error(at, `Text has no place between elements: ${shown(stray)}. Make it a comment or mend the tag.`);
  };
  parser.on('text', refuseText);
  parser.on('cdata', refuseText);
  parser.write(source.text).close();
  return top.children[0] as XmlElement;
}

const shown = (text: string): string =>
  JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
