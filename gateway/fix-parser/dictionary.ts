import { asciiBytes } from './ascii.ts';
import type { DictionaryData } from './dictionary-data.ts';
import { FIELD_TYPE, fieldType } from './field-type.ts';
import { MemberReader } from './member-reader.ts';
import type { GroupDefinition, MemberSet } from './member-set.ts';
import { type MsgTypeCode, msgTypeCode } from './msg-types.ts';
import { isStandardHeaderTag, isStandardTrailerTag } from './standard-header.ts';
import { TagIndex } from './tag-index.ts';
import { ValueTable } from './value-table.ts';

/** Where in a message a field stands. */
export const SECTION = { body: 0, header: 1, trailer: 2 } as const;

/**
 * What a version of FIX defines, in the form in which it is looked up: per message, without allocating.
 * Made once, of a generated table or of a user's own file.
 */
export class Dictionary {
  readonly version: string;
  readonly header: MemberSet;
  readonly trailer: MemberSet;
  /** Tag of a length field → tag of the data field behind it, whose value may hold any byte. */
  readonly dataFields: ReadonlyMap<number, number>;
  readonly #tags: TagIndex;
  readonly #names: readonly string[];
  readonly #tagOfName = new Map<string, number>();
  readonly #types: Uint8Array;
  readonly #sections: Uint8Array;
  readonly #enumerated: Uint8Array;
  readonly #values: ValueTable;
  readonly #messages: readonly MemberSet[];
  readonly #codes: TagIndex;
  readonly #messageNames: readonly string[];
  readonly #admin: readonly boolean[];

  /** @throws RangeError where a member is no field of `data`, a component is not defined or contains itself */
  constructor(data: DictionaryData) {
    const fields = data.fields;
    this.version = data.version;
    this.#tags = new TagIndex(fields.map((field) => field[0]));
    this.#names = fields.map((field) => field[1]);
    for (const [tag, name] of fields) this.#tagOfName.set(name, tag);
    this.#types = Uint8Array.from(fields, (field) => fieldType(field[2], data.version));
    this.#enumerated = Uint8Array.from(fields, (field) => (field[3] !== undefined && field[3].length > 0 ? 1 : 0));
    this.#values = new ValueTable(fields);
    const reader = new MemberReader(data);
    this.header = reader.read(data.header);
    this.trailer = reader.read(data.trailer);
    this.#messages = data.messages.map((message) => reader.read(message[3]));
    this.#codes = new TagIndex(data.messages.map((message) => msgTypeCode(message[0])));
    this.#messageNames = data.messages.map((message) => message[1]);
    this.#admin = data.messages.map((message) => message[2] === 'admin');
    this.#sections = Uint8Array.from(fields, ([tag]) => this.#sectionOf(tag));
    this.dataFields = this.#pairDataFields();
  }

  get fieldCount(): number {
    return this.#names.length;
  }

  /** Place of a tag among the fields, or -1 where the version does not define it. */
  fieldIndex(tag: number): number {
    return this.#tags.indexOf(tag);
  }

  /** One of SECTION, of the field at this place. */
  sectionAt(field: number): number {
    return this.#sections[field];
  }

  /** One of FIELD_TYPE, of the field at this place. */
  typeAt(field: number): number {
    return this.#types[field];
  }

  /** True where the field enumerates its values and this is none of them. Not for fields of several words. */
  isOtherValue(field: number, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#enumerated[field] === 1 && this.#values.indexOf(field, bytes, start, end) < 0;
  }

  /** '' where the version does not define the tag. */
  fieldName(tag: number): string {
    const field = this.fieldIndex(tag);
    return field < 0 ? '' : this.#names[field];
  }

  /** One of FIELD_TYPE; text where the version does not define the tag. */
  fieldType(tag: number): number {
    const field = this.fieldIndex(tag);
    return field < 0 ? FIELD_TYPE.text : this.#types[field];
  }

  /** What an enumerated value means, '' where it is not listed; allocates. */
  valueMeaning(tag: number, value: string): string {
    const field = this.fieldIndex(tag);
    if (field < 0 || this.#enumerated[field] === 0 || /[^\x20-\x7e]/.test(value)) return '';
    const bytes = asciiBytes(value);
    const found = this.#values.indexOf(field, bytes, 0, bytes.length);
    return found < 0 ? '' : this.#values.meanings[found];
  }

  /** Tag of the field with this name, or 0. */
  tagOf(name: string): number {
    return this.#tagOfName.get(name) ?? 0;
  }

  /** The body of a message, or null where the version does not define the type. */
  message(code: MsgTypeCode): MemberSet | null {
    const place = this.#codes.indexOf(code);
    return place < 0 ? null : this.#messages[place];
  }

  hasMessage(code: MsgTypeCode): boolean {
    return this.#codes.indexOf(code) >= 0;
  }

  /** '' where the version does not define the type. */
  messageName(code: MsgTypeCode): string {
    const place = this.#codes.indexOf(code);
    return place < 0 ? '' : this.#messageNames[place];
  }

  /** True for a message of the session layer. */
  isAdmin(code: MsgTypeCode): boolean {
    const place = this.#codes.indexOf(code);
    return place >= 0 && this.#admin[place];
  }

  /** True for a field of the header of this or any version. */
  isHeaderTag(tag: number): boolean {
    return this.header.has(tag) || isStandardHeaderTag(tag);
  }

  isTrailerTag(tag: number): boolean {
    return this.trailer.has(tag) || isStandardTrailerTag(tag);
  }

  /** Tags that the body of a message must have, ascending; none where the version does not define the type. */
  requiredTags(code: MsgTypeCode): Int32Array {
    return this.message(code)?.requiredTags ?? NO_TAGS;
  }

  /** True where the tag may stand in the body of the message, outside of groups. */
  allows(code: MsgTypeCode, tag: number): boolean {
    return this.message(code)?.has(tag) ?? false;
  }

  /** The group of the body that this NumInGroup tag counts, or null. */
  group(code: MsgTypeCode, numInGroupTag: number): GroupDefinition | null {
    return this.message(code)?.group(numInGroupTag) ?? null;
  }

  #sectionOf(tag: number): number {
    if (this.isHeaderTag(tag)) return SECTION.header;
    return this.isTrailerTag(tag) ? SECTION.trailer : SECTION.body;
  }

  /** A field of type data follows its length, wherever it stands. */
  #pairDataFields(): Map<number, number> {
    const pairs = new Map<number, number>();
    const visited = new Set<MemberSet>();
    const visit = (set: MemberSet): void => {
      if (visited.has(set)) return;
      visited.add(set);
      for (const [position, tag] of set.tags.entries()) {
        if (this.fieldIndex(tag) < 0) throw new RangeError(`${this.version}: tag ${tag} is a member, but no field`);
        const before = position > 0 ? set.tags[position - 1] : 0;
        const type = this.fieldType(before);
        const isLength = before > 0 && (type === FIELD_TYPE.length || type === FIELD_TYPE.int);
        if (isLength && this.fieldType(tag) === FIELD_TYPE.data) pairs.set(before, tag);
        const group = set.groupAt(position);
        if (group !== null) visit(group);
      }
    };
    for (const set of [this.header, this.trailer, ...this.#messages]) visit(set);
    return pairs;
  }
}

const NO_TAGS = new Int32Array(0);
