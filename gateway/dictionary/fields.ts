import type { FieldData } from '../fix-parser/dictionary-data.ts';
import { attribute, childrenNamed, integer, nameOf } from './attributes.ts';
import { type DictionarySource, didYouMean } from './dictionary-source.ts';
import { FIELD_TYPES } from './field-types.ts';
import type { XmlElement } from './xml-tree.ts';

/** As much as the codec takes. */
const MAX_TAG = 99_999_999;

/** Control characters, invisible ones, and those that turn the direction of the text. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** <fields>: every tag and every name once. */
export function readFields(source: DictionarySource, section: XmlElement): FieldData[] {
  const names = new Map<number, string>();
  const tagOf = new Map<string, number>();
  return childrenNamed(source, section, ['field']).map((element) => {
    const field = readField(source, element);
    const [tag, name] = field;
    const sameTag = names.get(tag);
    if (sameTag !== undefined)
      throw source.error(element.offset, `Tag ${tag} is ${sameTag} already: give ${name} another, or remove one.`);
    const sameName = tagOf.get(name);
    if (sameName !== undefined)
      throw source.error(element.offset, `${name} is tag ${sameName} already: name tag ${tag} differently.`);
    names.set(tag, name);
    tagOf.set(name, tag);
    return field;
  });
}

function readField(source: DictionarySource, element: XmlElement): FieldData {
  const tag = integer(source, element, 'number', 1, MAX_TAG);
  const name = nameOf(source, element);
  const type = attribute(source, element, 'type').toUpperCase();
  if (!FIELD_TYPES.has(type))
    throw source.error(
      element.offset,
      `${name}(${tag}) has the type ${JSON.stringify(type)}, which FIX does not know.${didYouMean(type, FIELD_TYPES)} Use STRING for text of any form.`,
    );
  const values = readValues(source, element, `${name}(${tag})`);
  // QuickFIX/J: the values are examples, so nothing is enumerated.
  const isOpen = /^(?:Y|true)$/i.test(element.attributes.allowOtherValues ?? '');
  return values.length === 0 || isOpen ? [tag, name, type] : [tag, name, type, values];
}

function readValues(source: DictionarySource, element: XmlElement, field: string): (readonly [string, string])[] {
  const seen = new Set<string>();
  return childrenNamed(source, element, ['value']).map((child) => {
    const value = attribute(source, child, 'enum');
    if (!/^[ -~]+$/.test(value))
      throw source.error(
        child.offset,
        `${field} enumerates ${JSON.stringify(value)}: give printable ASCII characters.`,
      );
    if (seen.has(value))
      throw source.error(child.offset, `${field} enumerates ${JSON.stringify(value)} twice: remove one.`);
    seen.add(value);
    const meaning = child.attributes.description ?? '';
    if (UNPRINTABLE.test(meaning))
      throw source.error(
        child.offset,
        `\`description\` of ${JSON.stringify(value)} of ${field} holds a character that cannot be printed: remove it.`,
      );
    return [value, meaning];
  });
}
