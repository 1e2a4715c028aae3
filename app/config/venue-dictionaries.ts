/** What FIX defines for a venue, and whether the fields that the configuration adds to its orders are among it. */
import { resolve } from 'node:path';
import {
  asciiBytes,
  Dictionary,
  type DictionaryData,
  FIELD_TYPE,
  loadTable,
  msgTypeCode,
  TAG,
  type TableVersion,
} from 'fix-parser';
import { HotlapError } from '../../engine/domain/errors.ts';
import { loadDictionary } from '../../gateway/dictionary/load-dictionary.ts';
import { ORDER_MSG_TYPE, type OrderMessage, OWN_TAGS } from '../../gateway/index.ts';
import type { VenueValidation } from '../engine-plan.ts';
import { ORDER_MESSAGES, type VenueSettings } from './venue-schema.ts';

/** First tag that FIX leaves to its users. */
const FIRST_USER_DEFINED_TAG = 5_000;
/** Tags that have a setting of their own. */
const SETTINGS: ReadonlyMap<number, string> = new Map([
  [TAG.Account, 'account'],
  [TAG.HandlInst, 'handlInst'],
  [TAG.ExecInst, 'execInst'],
  [TAG.Symbol, 'symbols'],
  [TAG.SecurityID, 'symbols'],
  [TAG.SecurityIDSource, 'symbols'],
  [TAG.SecurityExchange, 'symbols'],
]);
const NO_CONSTANTS: ReadonlySet<number> = new Set([FIELD_TYPE.numInGroup, FIELD_TYPE.length, FIELD_TYPE.data]);

export interface VenueDictionaries {
  readonly session: DictionaryData;
  readonly application: DictionaryData;
  /** Length fields with the data fields behind them, of the venue's own dictionaries; see SessionConfig. */
  readonly dataFields?: readonly (readonly [lengthTag: number, dataTag: number])[];
  /** Present where the venue's messages are to be checked. */
  readonly validation?: VenueValidation;
}

/**
 * Loads the version's tables, or the venue's own dictionary, and holds the order dialect against them.
 * @param at names file and line of a key of the venue
 */
export async function venueDictionaries(
  venue: VenueSettings,
  folder: string,
  at: (path: readonly PropertyKey[]) => string,
): Promise<VenueDictionaries> {
  const { beginString, defaultApplVerId, validation: options } = venue;
  const complain: Complain = (path, why) =>
    new HotlapError('ERR_CONFIG_VALUE', `${at(path)}: \`${path.join('.')}\` ${why}.`, { exitStatus: 2 });
  const own = (key: 'dictionary' | 'sessionDictionary', version: TableVersion): DictionaryData | undefined => {
    const file = venue[key];
    if (file === undefined) return undefined;
    const data = loadDictionary(resolve(folder, file));
    if (data.version === version) return data;
    throw complain([key], otherVersion(key, file, data.version, version));
  };
  const hasOwn = venue.dictionary !== undefined || venue.sessionDictionary !== undefined;
  const isFixt = beginString === 'FIXT.1.1';
  const version = isFixt ? defaultApplVerId! : beginString;
  const application = own('dictionary', version) ?? (await loadTable(version));
  const session = isFixt ? (own('sessionDictionary', 'FIXT.1.1') ?? (await loadTable('FIXT.1.1'))) : application;
  const [applicationNames, sessionNames] = [new Dictionary(application), new Dictionary(session)];
  checkOrders(venue, applicationNames, sessionNames, complain);
  return {
    session,
    application,
    ...(hasOwn && { dataFields: [...new Map([...sessionNames.dataFields, ...applicationNames.dataFields])] }),
    ...(options && { validation: { session, application, options } }),
  };
}

function otherVersion(key: string, file: string, found: string, wanted: string): string {
  const wrong = `is wrong: ${file} is a dictionary of ${found}, and the venue speaks ${wanted}`;
  return found === 'FIXT.1.1' && key === 'dictionary'
    ? `${wrong}; name it as \`sessionDictionary\``
    : `${wrong}; correct the version in its first element, or beginString and defaultApplVerId`;
}

type Complain = (path: readonly PropertyKey[], why: string) => HotlapError;

function checkOrders(
  { orders }: VenueSettings,
  application: Dictionary,
  session: Dictionary,
  complain: Complain,
): void {
  for (const message of ORDER_MESSAGES) {
    for (const [text, value] of Object.entries(orders.fields[message] ?? {})) {
      const tag = Number(text);
      const path = ['orders', 'fields', message, text];
      if (OWN_TAGS.has(tag)) throw complain(path, ownTag(tag, application));
      checkField(tag, value, message, application, session, (why) => complain(path, why));
    }
  }
  for (const [key, tag] of [
    ['account', TAG.Account],
    ['handlInst', TAG.HandlInst],
    ['execInst', TAG.ExecInst],
  ] as const) {
    const value = orders[key];
    if (value === undefined) continue;
    checkField(tag, value, 'NewOrderSingle', application, session, (why) => complain(['orders', key], why));
  }
  for (const [name, { idSource, securityExchange }] of Object.entries(orders.symbols)) {
    for (const [key, tag, value] of [
      ['idSource', TAG.SecurityIDSource, idSource],
      ['securityExchange', TAG.SecurityExchange, securityExchange],
    ] as const) {
      if (value === undefined) continue;
      const path = ['orders', 'symbols', name, key];
      checkField(tag, value, 'NewOrderSingle', application, session, (why) => complain(path, why));
    }
  }
}

function ownTag(tag: number, dictionary: Dictionary): string {
  const setting = SETTINGS.get(tag);
  const name = `${dictionary.fieldName(tag) || 'tag'}(${tag})`;
  return setting === undefined
    ? `is wrong: ${name} is written by the engine itself; leave it out`
    : `is wrong: ${name} has a setting of its own, \`orders.${setting}\``;
}

function checkField(
  tag: number,
  value: string,
  message: OrderMessage,
  dictionary: Dictionary,
  session: Dictionary,
  refused: (why: string) => HotlapError,
): void {
  const name = dictionary.fieldName(tag) || session.fieldName(tag);
  if (name === '') {
    // A venue's own tags need no dictionary: what it wants is what its manual says.
    if (tag >= FIRST_USER_DEFINED_TAG) return;
    throw refused(
      `is wrong: ${dictionary.version} has no tag ${tag}; correct it, or name the venue's own \`dictionary\` (tags from ${FIRST_USER_DEFINED_TAG} on are free)`,
    );
  }
  const isKnown = dictionary.allows(msgTypeCode(ORDER_MSG_TYPE[message]), tag) || session.header.has(tag);
  if (!isKnown && tag < FIRST_USER_DEFINED_TAG) {
    throw refused(
      `is wrong: ${name}(${tag}) is no field of ${message} in ${dictionary.version}; leave it out, or name the venue's own \`dictionary\``,
    );
  }
  if (NO_CONSTANTS.has(dictionary.fieldType(tag)))
    throw refused(`is wrong: ${name}(${tag}) counts or measures what follows it; only single fields can be added`);
  const bytes = asciiBytes(value);
  const field = dictionary.fieldIndex(tag);
  // A field of several words is checked where it has one.
  if (field >= 0 && !value.includes(' ') && dictionary.isOtherValue(field, bytes, 0, bytes.length))
    throw refused(`is wrong: \`${value}\` is no value of ${name}(${tag}) in ${dictionary.version}`);
}
