import { type DictionaryData, INVALID_INT, type MemberData, VALID, type ValidationOptions } from 'fix-parser';

export type Field = readonly [tag: number, value: string];

/** A fault: what counts first, second and third when there are several. */
interface Fault {
  rank: number;
  order: number;
  reason: number;
  tag: number;
}

const HEADER_OF_ALL = [
  8, 9, 35, 34, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369,
  370, 627, 1128, 1129,
];
const TRAILER_OF_ALL = [10, 89, 93];

const FORMS: Readonly<Record<string, RegExp>> = {
  INT: /^-?\d+$/,
  NUMINGROUP: /^-?\d+$/,
  QTY: /^-?(\d+\.?\d*|\.\d+)$/,
  CHAR: /^.$/,
  BOOLEAN: /^[YN]$/,
  LOCALMKTDATE: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  UTCTIMESTAMP: /^(?!0000)\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?$/,
  UTCTIMEONLY: /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?$/,
  MONTHYEAR: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]|w[1-5])?$/,
  DAYOFMONTH: /^0*([1-9]|[12]\d|3[01])$/,
  MULTIPLECHARVALUE: /^.( .)*$/,
};

/** A validator as one would write it without a thought of speed: lists, regular expressions, all faults and then the first. */
export class NaiveValidator {
  readonly #session: DictionaryData;
  readonly #application: DictionaryData;
  readonly #options: Required<ValidationOptions>;
  #faults: Fault[] = [];

  constructor(session: DictionaryData, application: DictionaryData, options: Required<ValidationOptions>) {
    this.#session = session;
    this.#application = application;
    this.#options = options;
  }

  /** @param fields without CheckSum(10) @returns SessionRejectReason and tag */
  validate(fields: readonly Field[]): [number, number] {
    this.#faults = [];
    const msgType = fields[2][1];
    const own = this.#session.messages.find((message) => message[0] === msgType);
    const dictionary = own === undefined ? this.#application : this.#session;
    const message = own ?? dictionary.messages.find((each) => each[0] === msgType);
    const body = message === undefined ? [] : members(dictionary, message[3]);
    const header = members(this.#session, this.#session.header);
    const trailer = members(this.#session, this.#session.trailer);
    const seen: number[][] = [[], [], []];
    let section = 0;
    for (let at = 0; at < fields.length; ) {
      const tag = fields[at][0];
      const kind =
        has(header, tag) || HEADER_OF_ALL.includes(tag) ? 0 : has(trailer, tag) || TRAILER_OF_ALL.includes(tag) ? 2 : 1;
      const early = kind === 0 ? section !== 0 : kind === 1 && section === 2;
      if (early && this.#options.fieldsInOrder) return [14, tag];
      if (!early) section = kind;
      const rank = [1, 3, 2][kind];
      const order = kind === 0 && at < 3 ? at - 3 : tag;
      const source = kind === 1 ? dictionary : this.#session;
      const set = [header, body, trailer][kind];
      const fault = (reason: number): unknown => this.#faults.push({ rank, order, reason, tag });
      const mustKnow = tag <= 0 || (tag < 5_000 ? this.#options.knownFields : this.#options.userDefinedFields);
      const field = source.fields.find((each) => each[0] === tag);
      if (seen[kind].includes(tag) && (field !== undefined || !mustKnow)) fault(13);
      seen[kind].push(tag);
      this.#value(source, fields[at], rank, order, at === 2);
      if (mustKnow && field === undefined) fault(0);
      else if (mustKnow && kind === 1 && !has(set, tag)) fault(2);
      const group = set.find((member) => member[0] === tag && member[2] !== undefined);
      at = group === undefined ? at + 1 : this.#group(source, fields, at, group[2] as MemberData[], rank, order);
    }
    if (message === undefined) return [11, INVALID_INT];
    for (const [set, tags] of [
      [header, seen[0]],
      [trailer, seen[2]],
      [body, seen[1]],
    ] as const) {
      const missing = set.filter(([tag, required]) => required === 1 && tag !== 10 && !tags.includes(tag as number));
      if (missing.length > 0) return [1, Math.min(...missing.map((member) => member[0] as number))];
    }
    const first = this.#faults.sort((a, b) => a.rank - b.rank || a.order - b.order)[0];
    return first === undefined ? [VALID, INVALID_INT] : [first.reason, first.tag];
  }

  #value(dictionary: DictionaryData, [tag, value]: Field, rank: number, order: number, isMsgType = false): void {
    const fault = (reason: number): unknown => this.#faults.push({ rank, order, reason, tag });
    if (value === '') {
      if (this.#options.valuesPresent) fault(4);
      return;
    }
    const field = dictionary.fields.find((each) => each[0] === tag);
    if (field === undefined) return;
    const [, , type, meanings = []] = field;
    if (FORMS[type]?.test(value) === false) {
      fault(6);
      return;
    }
    const words = type.startsWith('MULTIPLE') ? value.split(' ') : [value];
    const isListed = words.every((word) => meanings.some(([each]) => each === word));
    if (meanings.length > 0 && !isListed && !isMsgType) fault(5);
  }

  #group(
    dictionary: DictionaryData,
    fields: readonly Field[],
    numInGroup: number,
    raw: readonly MemberData[],
    rank: number,
    order: number,
  ): number {
    const set = members(dictionary, raw);
    const place = (tag: number): number => set.findIndex((member) => member[0] === tag);
    const missing = (instance: number[]): void => {
      const absent = set.filter(([tag, required]) => required === 1 && !instance.includes(tag as number));
      if (absent.length === 0) return;
      this.#faults.push({ rank: 0, order, reason: 1, tag: Math.min(...absent.map((member) => member[0] as number)) });
    };
    const instances: number[][] = [];
    let at = numInGroup + 1;
    while (at < fields.length && place(fields[at][0]) >= 0) {
      const tag = fields[at][0];
      let instance = instances.at(-1) ?? [];
      const begins = instances.length === 0 || place(tag) === 0 || instance.includes(tag);
      if (begins) {
        if (instances.length > 0) missing(instance);
        instance = [];
        instances.push(instance);
      }
      const isOut = begins ? place(tag) !== 0 : place(tag) < place(instance.at(-1) as number);
      if (isOut && this.#options.fieldsInOrder) this.#faults.push({ rank: 4, order, reason: 15, tag });
      instance.push(tag);
      this.#value(dictionary, fields[at], 4, order);
      const inner = set[place(tag)][2];
      at = inner === undefined ? at + 1 : this.#group(dictionary, fields, at, inner, 4, order);
    }
    if (instances.length > 0) missing(instances.at(-1) as number[]);
    const [tag, stated] = fields[numInGroup];
    if (!/^-?\d+$/.test(stated) || Number(stated) !== instances.length) {
      this.#faults.push({ rank, order, reason: 16, tag });
    }
    return at;
  }
}

const has = (set: readonly MemberData[], tag: number): boolean => set.some((member) => member[0] === tag);

/** Members with components resolved; the first of a tag counts. */
function members(dictionary: DictionaryData, raw: readonly MemberData[], required = true): MemberData[] {
  const found = raw.flatMap((member): MemberData[] => {
    const [what, isRequired, inner] = member;
    const counts = required && isRequired === 1;
    if (typeof what === 'string') return members(dictionary, dictionary.components[what], counts);
    // A group without members is a field like any other.
    const isGroup = inner !== undefined && members(dictionary, inner).length > 0;
    return [isGroup ? [what, counts ? 1 : 0, inner] : [what, counts ? 1 : 0]];
  });
  return found.filter((member, i) => found.findIndex((each) => each[0] === member[0]) === i);
}
