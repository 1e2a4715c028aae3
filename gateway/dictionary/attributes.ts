import { type DictionarySource, didYouMean } from './dictionary-source.ts';
import type { XmlElement } from './xml-tree.ts';

/** An attribute that must be there, and not be empty. */
export function attribute(source: DictionarySource, element: XmlElement, name: string): string {
  const value = element.attributes[name];
  if (value === undefined) {
    const hint = didYouMean(name, Object.keys(element.attributes));
    throw source.error(element.offset, `<${element.name}> has no \`${name}\`.${hint} Add ${name}='…'.`);
  }
  if (value === '') throw source.error(element.offset, `\`${name}\` of <${element.name}> is empty: fill it in.`);
  return value;
}

/** A name as FIX forms them: it is printed where no other text would be trusted. */
export function nameOf(source: DictionarySource, element: XmlElement): string {
  const name = attribute(source, element, 'name');
  if (/^[A-Za-z]\w*$/.test(name)) return name;
  throw source.error(
    element.offset,
    `\`name\` of <${element.name}> is ${JSON.stringify(name)}: give a letter, then letters, digits and _.`,
  );
}

/** A whole number in decimal digits. */
export function integer(
  source: DictionarySource,
  element: XmlElement,
  name: string,
  min: number,
  max: number,
  value: string = attribute(source, element, name),
): number {
  const number = Number(value);
  if (!/^\d{1,10}$/.test(value) || number < min || number > max) {
    const range = `a whole number from ${min} to ${max}`;
    throw source.error(element.offset, `\`${name}\` of <${element.name}> is ${JSON.stringify(value)}: give ${range}.`);
  }
  return number;
}

/** `required`, which is Y or N. */
export function required(source: DictionarySource, element: XmlElement): 0 | 1 {
  const value = attribute(source, element, 'required');
  if (value === 'Y' || value === 'N') return value === 'Y' ? 1 : 0;
  throw source.error(element.offset, `\`required\` of <${element.name}> is ${JSON.stringify(value)}: give Y or N.`);
}

/** The children, which must all have one of these names. */
export function childrenNamed(
  source: DictionarySource,
  element: XmlElement,
  names: readonly string[],
): readonly XmlElement[] {
  for (const child of element.children) {
    if (names.includes(child.name)) continue;
    const expected = names.length === 0 ? 'nothing' : names.map((name) => `<${name}>`).join(', ');
    throw source.error(
      child.offset,
      `<${element.name}> holds <${child.name}>, where ${expected} may stand.${didYouMean(child.name, names)} Correct or remove it.`,
    );
  }
  return element.children;
}
