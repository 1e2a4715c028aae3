import type { DictionaryData, MemberData, MessageData } from '../fix-parser/dictionary-data.ts';
import { attribute, childrenNamed, integer, nameOf } from './attributes.ts';
import { ComponentSizes } from './components.ts';
import { DictionarySource, didYouMean } from './dictionary-source.ts';
import { readFields } from './fields.ts';
import { type Names, readMembers } from './members.ts';
import { readXml, type XmlElement } from './xml-tree.ts';

const SECTIONS = ['header', 'messages', 'trailer', 'components', 'fields'];
/** BeginString, BodyLength, MsgType, in front of every message; CheckSum at its end. */
const FIRST_TAGS = [8, 9, 35];
const LAST_TAG = 10;

/**
 * A dictionary in QuickFIX's XML format, its own or one with custom fields and messages.
 *
 * @param fileName how messages name the text
 * @throws {HotlapError} ERR_FIX_DICTIONARY with file, line and column
 */
export function readDictionary(xml: string, fileName: string): DictionaryData {
  const source = new DictionarySource(fileName, xml);
  const root = readXml(source);
  const version = readVersion(source, root);
  const sections = readSections(source, root);
  const fields = readFields(source, section(source, root, sections, 'fields'));
  const definitions = readDefinitions(source, sections.get('components'));
  const names: Names = {
    tagOf: new Map(fields.map(([tag, name]) => [name, tag])),
    components: new Set(definitions.keys()),
  };
  const components = Object.fromEntries(
    [...definitions].map(([name, element]) => [name, membersOf(source, names, element, `The component ${name}`)]),
  );
  const sizes = new ComponentSizes(components);
  for (const [name, element] of definitions) {
    const fault = sizes.fault([[name, 1]]);
    if (fault !== undefined) throw source.error(element.offset, `The component ${name} ${fault}.`);
  }
  const envelope = (name: 'header' | 'trailer'): readonly MemberData[] => {
    const element = sections.get(name);
    return element === undefined ? [] : readMembers(source, names, element, `The ${name}`);
  };
  const data = {
    version,
    fields,
    header: envelope('header'),
    trailer: envelope('trailer'),
    components,
    messages: readMessages(source, names, section(source, root, sections, 'messages'), sizes),
  };
  checkEnvelope(source, root, sections, data);
  return data;
}

function readVersion(source: DictionarySource, root: XmlElement): string {
  if (root.name !== 'fix')
    throw source.error(
      root.offset,
      `The root is <${root.name}>, not <fix>: give a dictionary in QuickFIX's XML format.`,
    );
  const type = root.attributes.type ?? 'FIX';
  if (type !== 'FIX' && type !== 'FIXT')
    throw source.error(root.offset, `\`type\` of <fix> is ${JSON.stringify(type)}: give FIX or FIXT.`);
  const major = integer(source, root, 'major', 1, 9);
  const minor = integer(source, root, 'minor', 0, 9);
  const pack = integer(source, root, 'servicepack', 0, 99, root.attributes.servicepack ?? '0');
  return `${type}.${major}.${minor}${pack === 0 ? '' : `SP${pack}`}`;
}

function readSections(source: DictionarySource, root: XmlElement): Map<string, XmlElement> {
  const sections = new Map<string, XmlElement>();
  for (const element of childrenNamed(source, root, SECTIONS)) {
    if (sections.has(element.name))
      throw source.error(element.offset, `There is a second <${element.name}>: put both into one.`);
    sections.set(element.name, element);
  }
  return sections;
}

function section(
  source: DictionarySource,
  root: XmlElement,
  sections: ReadonlyMap<string, XmlElement>,
  name: string,
): XmlElement {
  const element = sections.get(name);
  if (element === undefined) throw source.error(root.offset, `<fix> has no <${name}>: add it.`);
  return element;
}

/** <components>: the element of each name. */
function readDefinitions(source: DictionarySource, element: XmlElement | undefined): Map<string, XmlElement> {
  const definitions = new Map<string, XmlElement>();
  if (element === undefined) return definitions;
  for (const child of childrenNamed(source, element, ['component'])) {
    const name = nameOf(source, child);
    if (definitions.has(name))
      throw source.error(child.offset, `The component ${name} is defined already: remove one.`);
    definitions.set(name, child);
  }
  return definitions;
}

/** An empty component would leave a group without the field that begins its entries. */
function membersOf(source: DictionarySource, names: Names, element: XmlElement, where: string): readonly MemberData[] {
  const members = readMembers(source, names, element, where);
  if (members.length === 0) throw source.error(element.offset, `${where} has no members: add them, or remove it.`);
  return members;
}

function readMessages(
  source: DictionarySource,
  names: Names,
  element: XmlElement,
  sizes: ComponentSizes,
): MessageData[] {
  const nameOfType = new Map<string, string>();
  const messageNames = new Set<string>();
  return childrenNamed(source, element, ['message']).map((child) => {
    const name = nameOf(source, child);
    const type = attribute(source, child, 'msgtype');
    if (!/^[!-~]{1,4}$/.test(type))
      throw source.error(
        child.offset,
        `MsgType of ${name} is ${JSON.stringify(type)}: give one to four printable ASCII characters.`,
      );
    const same = nameOfType.get(type);
    if (same !== undefined)
      throw source.error(child.offset, `MsgType ${type} is ${same} already: give ${name} another, or remove one.`);
    if (messageNames.has(name))
      throw source.error(child.offset, `The message ${name} is defined already: name MsgType ${type} differently.`);
    nameOfType.set(type, name);
    messageNames.add(name);
    const category = child.attributes.msgcat ?? 'app';
    if (category !== 'admin' && category !== 'app')
      throw source.error(
        child.offset,
        `\`msgcat\` of ${name} is ${JSON.stringify(category)}: give admin or app.${didYouMean(category, ['admin', 'app'])}`,
      );
    const members = readMembers(source, names, child, `The message ${name}`);
    const fault = sizes.messageFault(members);
    if (fault !== undefined) throw source.error(child.offset, `The message ${name} ${fault}.`);
    return [type, name, category, members];
  });
}

/** FIX 5.0 and later leave header and trailer to FIXT.1.1; every other version cannot do without. */
function checkEnvelope(
  source: DictionarySource,
  root: XmlElement,
  sections: ReadonlyMap<string, XmlElement>,
  { version, header, trailer }: Pick<DictionaryData, 'version' | 'header' | 'trailer'>,
): void {
  if (version.startsWith('FIX.5') && header.length === 0 && trailer.length === 0) return;
  if (FIRST_TAGS.some((tag, index) => header[index]?.[0] !== tag))
    throw source.error(
      (sections.get('header') ?? root).offset,
      `The header of ${version} does not begin with BeginString(8), BodyLength(9), MsgType(35): put them there.`,
    );
  if (trailer.at(-1)?.[0] !== LAST_TAG)
    throw source.error(
      (sections.get('trailer') ?? root).offset,
      `The trailer of ${version} does not end with CheckSum(10): put it there.`,
    );
}
