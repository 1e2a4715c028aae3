import {
  Dictionary,
  type DictionaryData,
  FIELD_TYPE,
  type GroupDefinition,
  loadTable,
  msgTypeCode,
  TABLE_VERSIONS,
  type TableVersion,
} from 'fix-parser';
import { suggest } from '../../engine/domain/suggest.ts';
import type { DataFields } from './read-message.ts';

/** ApplVerID(1128) and DefaultApplVerID(1137). */
const APPLICATION_VERSIONS: Readonly<Record<string, TableVersion>> = {
  2: 'FIX.4.0',
  3: 'FIX.4.1',
  4: 'FIX.4.2',
  5: 'FIX.4.3',
  6: 'FIX.4.4',
  7: 'FIX.5.0',
  8: 'FIX.5.0SP1',
  9: 'FIX.5.0SP2',
};
const FIXT = 'FIXT.1.1';
/** A MsgType(35): one or two characters, or one of a venue's own, which begin with U. */
const MSG_TYPE_FORM = /^(?:[A-Za-z0-9]{1,2}|U[A-Za-z0-9]{1,4})$/;

/** What the fields and values of one message are called: session layer first, then application. */
export interface MessageNames {
  messageName(msgType: string): string;
  fieldName(tag: number): string;
  valueMeaning(tag: number, value: string): string;
  /** The group that this field counts, in header, body or trailer of the message. */
  group(msgType: string, tag: number): GroupDefinition | null;
}

/** Dictionaries of every version, the user's own in front of the generated ones, each made when a message needs it. */
export class NameBook {
  readonly #own: ReadonlyMap<string, DictionaryData>;
  readonly #dictionaries = new Map<string, Dictionary>();
  readonly #names = new Map<string, MessageNames>();
  readonly #pairs = new Map<string, DataFields>();
  /** Version for messages over FIXT.1.1 that do not say theirs: the user's dictionary if it is one of 5.0. */
  readonly #application: string;

  constructor(own: readonly DictionaryData[]) {
    this.#own = new Map(own.map((data) => [data.version, data]));
    this.#application = own.find(({ version }) => version.startsWith('FIX.5'))?.version ?? 'FIX.5.0SP2';
  }

  /** @param applVerId ApplVerID(1128) of the message, or DefaultApplVerID(1137) of its session, or '' */
  async names(beginString: string, applVerId: string): Promise<MessageNames> {
    const application = beginString === FIXT ? (APPLICATION_VERSIONS[applVerId] ?? this.#application) : beginString;
    const key = `${beginString} ${application}`;
    let names = this.#names.get(key);
    if (names === undefined) {
      names = namesOf([await this.#dictionary(beginString), await this.#dictionary(application)]);
      this.#names.set(key, names);
    }
    return names;
  }

  /** Data fields of whatever may come over a session of this version. */
  async dataFields(beginString: string): Promise<DataFields> {
    let pairs = this.#pairs.get(beginString);
    if (pairs === undefined) {
      const session = await this.#dictionary(beginString);
      const application = await this.#dictionary(beginString === FIXT ? this.#application : beginString);
      pairs = new Map([...session.dataFields, ...application.dataFields]);
      this.#pairs.set(beginString, pairs);
    }
    return pairs;
  }

  /** The first of these MsgTypes or names that neither FIX nor an own dictionary has, and a name near it; null for none. */
  async unknownType(types: readonly string[]): Promise<{ type: string; near: string | undefined } | null> {
    let unknown = types.filter((type) => !MSG_TYPE_FORM.test(type));
    const names = new Set<string>();
    const own = [...this.#own.values()];
    // The newest version has nearly all of them: the others are seldom read.
    for (const version of [null, ...TABLE_VERSIONS.toReversed()]) {
      const tables = version === null ? own : [await loadTable(version)];
      const messages = tables.flatMap((table) => table.messages);
      for (const [, name] of messages) names.add(name);
      const known = new Set(messages.flatMap(([code, name]) => [code.toLowerCase(), name.toLowerCase()]));
      unknown = unknown.filter((type) => !known.has(type.toLowerCase()));
      if (unknown.length === 0) return null;
    }
    const type = unknown[0] as string;
    return { type, near: suggest(type, names) };
  }

  async #dictionary(version: string): Promise<Dictionary> {
    // A version that does not exist is read by the names of the newest one.
    const known = this.#own.has(version) || TABLE_VERSIONS.includes(version as TableVersion);
    const name = known ? version : 'FIX.5.0SP2';
    let dictionary = this.#dictionaries.get(name);
    if (dictionary === undefined) {
      dictionary = new Dictionary(this.#own.get(name) ?? (await loadTable(name as TableVersion)));
      this.#dictionaries.set(name, dictionary);
    }
    return dictionary;
  }
}

function namesOf(dictionaries: readonly Dictionary[]): MessageNames {
  const [session, application] = dictionaries as [Dictionary, Dictionary];
  return {
    messageName: (type) => session.messageName(msgTypeCode(type)) || application.messageName(msgTypeCode(type)),
    fieldName: (tag) => session.fieldName(tag) || application.fieldName(tag),
    valueMeaning(tag, value) {
      const dictionary = session.fieldName(tag) === '' ? application : session;
      const meaning = dictionary.valueMeaning(tag, value);
      const type = dictionary.fieldType(tag);
      if (meaning !== '' || (type !== FIELD_TYPE.words && type !== FIELD_TYPE.chars)) return meaning;
      const meanings = value.split(' ').map((word) => dictionary.valueMeaning(tag, word));
      return meanings.every((each) => each !== '') ? meanings.join(' + ') : '';
    },
    group(type, tag) {
      const code = msgTypeCode(type);
      return (
        session.header.group(tag) ??
        session.group(code, tag) ??
        application.group(code, tag) ??
        session.trailer.group(tag)
      );
    },
  };
}
