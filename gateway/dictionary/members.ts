import type { MemberData } from '../fix-parser/dictionary-data.ts';
import { attribute, childrenNamed, required } from './attributes.ts';
import { type DictionarySource, didYouMean } from './dictionary-source.ts';
import type { XmlElement } from './xml-tree.ts';

/** What members may be called. */
export interface Names {
  readonly tagOf: ReadonlyMap<string, number>;
  readonly components: ReadonlySet<string>;
}

const MEMBERS = ['field', 'component', 'group'];

/** The members of a message, component, group, header or trailer, each once. */
export function readMembers(
  source: DictionarySource,
  names: Names,
  parent: XmlElement,
  where: string,
): readonly MemberData[] {
  const seen = new Set<string | number>();
  return childrenNamed(source, parent, MEMBERS).map((element) => {
    const member = readMember(source, names, element, where);
    if (seen.has(member[0]))
      throw source.error(element.offset, `${where} names ${element.attributes.name} twice: remove one.`);
    seen.add(member[0]);
    return member;
  });
}

function readMember(source: DictionarySource, names: Names, element: XmlElement, where: string): MemberData {
  const name = attribute(source, element, 'name');
  const isRequired = required(source, element);
  if (element.name === 'component') {
    childrenNamed(source, element, []);
    if (names.components.has(name)) return [name, isRequired];
    throw undefinedName(source, element, where, 'component', names.components);
  }
  const tag = names.tagOf.get(name);
  if (tag === undefined) throw undefinedName(source, element, where, 'field', names.tagOf.keys());
  if (element.name === 'field') {
    childrenNamed(source, element, []);
    return [tag, isRequired];
  }
  const members = readMembers(source, names, element, `the group ${name} of ${where}`);
  if (members.length === 0) throw source.error(element.offset, `The group ${name} has no members: add what repeats.`);
  return [tag, isRequired, members];
}

function undefinedName(
  source: DictionarySource,
  element: XmlElement,
  where: string,
  kind: 'field' | 'component',
  candidates: Iterable<string>,
): Error {
  const name = element.attributes.name as string;
  return source.error(
    element.offset,
    `${where} names the ${kind} ${JSON.stringify(name)}, which <${kind}s> does not define.${didYouMean(name, candidates)} Correct the name, or define it in <${kind}s>.`,
  );
}
