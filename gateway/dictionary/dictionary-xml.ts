import type { DictionaryData, MemberData } from '../fix-parser/dictionary-data.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** A dictionary in QuickFIX's XML format, an element a line: what `readDictionary` reads back as the same data. */
export function dictionaryXml(data: DictionaryData): string {
  const nameOf = new Map(data.fields.map(([tag, name]) => [tag, name]));
  const member = (each: MemberData): string[] => {
    const required = each[1] === 1 ? 'Y' : 'N';
    if (typeof each[0] === 'string') return element('component', { name: each[0], required });
    const attributes = { name: nameOf.get(each[0]) ?? '', required };
    return each.length === 3 ? element('group', attributes, each[2].flatMap(member)) : element('field', attributes);
  };
  const messages = data.messages.flatMap(([msgtype, name, msgcat, members]) =>
    element('message', { name, msgtype, msgcat }, members.flatMap(member)),
  );
  const components = Object.entries(data.components).flatMap(([name, members]) =>
    element('component', { name }, members.flatMap(member)),
  );
  const fields = data.fields.flatMap(([number, name, type, values = []]) =>
    element(
      'field',
      { number, name, type },
      values.flatMap(([value, description]) => element('value', { enum: value, description })),
    ),
  );
  const lines = element('fix', versionAttributes(data.version), [
    ...element('header', {}, data.header.flatMap(member)),
    ...element('messages', {}, messages),
    ...element('trailer', {}, data.trailer.flatMap(member)),
    ...element('components', {}, components),
    ...element('fields', {}, fields),
  ]);
  return `<?xml version='1.0' encoding='UTF-8'?>\n${lines.join('\n')}\n`;
}

/** `FIX.5.0SP2` → type, major, minor, servicepack. */
function versionAttributes(version: string): Attributes {
  const [, type = '', major = '', minor = '', servicepack = '0'] =
    /^(\w+)\.(\d)\.(\d)(?:SP(\d+))?$/.exec(version) ?? [];
  return { type, major, minor, servicepack };
}

function element(name: string, attributes: Attributes, children: readonly string[] = []): string[] {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}='${escaped(String(value))}'`);
  const start = `<${name}${text.join('')}`;
  if (children.length === 0) return [`${start}/>`];
  return [`${start}>`, ...children.map((line) => `  ${line}`), `</${name}>`];
}

const escaped = (text: string): string =>
  text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
