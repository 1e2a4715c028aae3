import type { DictionaryData, FieldData, MemberData, MessageWriter } from 'fix-parser';
import type { Random } from '../fuzz/fix/random.ts';

/** A field as it was written: what reading it must give. */
export interface RandomField {
  tag: number;
  type: string;
  /** One character a byte. */
  text: string;
  /** Within a group, where a tag comes again. */
  inGroup: boolean;
  /** For numbers: the value, as an integer of 1/10^decimals. */
  scaled?: number;
  decimals?: number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 =|.,-+/&';
const MAX_DEPTH = 4;

/** Messages of a dictionary, at random: what is required, some of what is not, groups within groups, data with SOH. */
export class RandomMessages {
  readonly #data: DictionaryData;
  readonly #fields: ReadonlyMap<number, FieldData>;
  readonly #random: Random;

  constructor(data: DictionaryData, random: Random) {
    this.#data = data;
    this.#fields = new Map(data.fields.map((field) => [field[0], field]));
    this.#random = random;
  }

  /** Header behind MsgType(35), body and trailer before CheckSum(10), in the order of the dictionary. @param density of optional fields, of 16 */
  fields(members: readonly MemberData[], density: number): RandomField[] {
    const out: RandomField[] = [];
    const taken = new Set([8, 9, 35, 10]);
    this.#add(out, this.#data.header, density, 0, true, taken);
    this.#add(out, members, density, 0, true, taken);
    this.#add(out, this.#data.trailer, density, 0, true, taken);
    return out;
  }

  #add(
    out: RandomField[],
    members: readonly MemberData[],
    density: number,
    depth: number,
    required: boolean,
    taken: Set<number>,
  ): void {
    const random = this.#random;
    for (let i = 0; i < members.length; i++) {
      const [what, needed, inner] = members[i];
      const mandatory = required && needed === 1;
      const wanted = mandatory || random.below(16) < density >> depth;
      if (typeof what === 'string') {
        // Of an optional component that is there at all, everything required is there.
        if (wanted) this.#add(out, this.#data.components[what], density, depth, true, taken);
        continue;
      }
      if (taken.has(what)) continue;
      if (inner !== undefined) {
        taken.add(what);
        if (wanted && depth < MAX_DEPTH) this.#addGroup(out, what, inner, density, depth + 1);
        continue;
      }
      const next = members[i + 1]?.[0];
      if (typeof next === 'number' && this.#type(next) === 'DATA') {
        i++;
        taken.add(what).add(next);
        if (wanted) this.#addData(out, what, next, depth);
      } else if (this.#type(what) !== 'DATA' && wanted) {
        taken.add(what);
        out.push(this.#field(what, depth));
      }
    }
  }

  #addGroup(out: RandomField[], tag: number, members: readonly MemberData[], density: number, depth: number): void {
    // NoSides(552) enumerates how many there may be.
    const counts = this.#fields.get(tag)?.[3]?.map(([value]) => Number(value)) ?? [0, 1, 2, 3];
    const count = this.#random.of(counts);
    out.push({ tag, type: 'NUMINGROUP', text: String(count), inGroup: depth > 1, scaled: count, decimals: 0 });
    for (let i = 0; i < count; i++) {
      const before = out.length;
      // Every instance begins with the group's first field, required or not.
      const [delimiter, ...rest] = this.#flat(members);
      const taken = new Set<number>();
      this.#add(out, [[delimiter[0] as number, 1]], density, depth, true, taken);
      this.#add(out, rest, density, depth, true, taken);
      if (out.length === before) throw new Error(`an instance of group ${tag} is empty`);
    }
  }

  /** Components in the place where they stand: the first field may be in one. */
  #flat(members: readonly MemberData[]): MemberData[] {
    return members.flatMap((member) =>
      typeof member[0] === 'string' && member === members[0] ? this.#flat(this.#data.components[member[0]]) : [member],
    );
  }

  #addData(out: RandomField[], lengthTag: number, dataTag: number, depth: number): void {
    const random = this.#random;
    const length = 1 + random.below(40);
    let text = '';
    while (text.length < length) {
      const what = random.below(12);
      text +=
        what === 0 ? '\x01' : what === 1 ? '\x0110=' : what === 2 ? '\x0134=' : String.fromCharCode(random.below(256));
    }
    const inGroup = depth > 0;
    out.push({ tag: lengthTag, type: 'LENGTH', text: String(text.length), inGroup, scaled: text.length, decimals: 0 });
    out.push({ tag: dataTag, type: 'DATA', text, inGroup });
  }

  #type(tag: number): string {
    return this.#fields.get(tag)?.[2] ?? '';
  }

  #field(tag: number, depth: number): RandomField {
    const [, , type, values] = this.#fields.get(tag) as FieldData;
    const random = this.#random;
    const inGroup = depth > 0;
    if (values !== undefined) {
      const words = type === 'MULTIPLEVALUESTRING' ? 1 + random.below(3) : 1;
      const text = Array.from({ length: words }, () => random.of(values)[0]).join(' ');
      return { tag, type, text, inGroup };
    }
    const decimals = DECIMALS[type];
    if (decimals !== undefined) {
      const places = random.below(decimals + 1);
      const digits = random.below(random.of([10, 1_000, 2_147_483_647]));
      const scaled = decimals > 0 && random.oneIn(4) ? -digits : digits;
      return { tag, type, text: decimalText(scaled, places), inGroup, scaled, decimals: places };
    }
    return { tag, type, text: this.#text(type), inGroup };
  }

  #text(type: string): string {
    const random = this.#random;
    const two = (least: number, most: number): string =>
      String(least + random.below(most - least + 1)).padStart(2, '0');
    const date = (): string => `${1970 + random.below(100)}${two(1, 12)}${two(1, 28)}`;
    const time = (): string =>
      `${two(0, 23)}:${two(0, 59)}:${two(0, 59)}${random.of(['', '.000', '.123', '.123456', '.123456789'])}`;
    switch (type) {
      case 'BOOLEAN':
        return random.of(['Y', 'N']);
      case 'CHAR':
        return LETTERS[random.below(LETTERS.length)];
      case 'UTCTIMESTAMP':
        return `${date()}-${time()}`;
      case 'UTCTIMEONLY':
        return time();
      case 'UTCDATEONLY':
      case 'UTCDATE':
      case 'LOCALMKTDATE':
        return date();
      case 'MONTHYEAR':
        return random.of([date().slice(0, 6), date(), `${date().slice(0, 6)}w${1 + random.below(5)}`]);
      case 'DAYOFMONTH':
        return String(1 + random.below(31));
      default:
        return Array.from({ length: 1 + random.below(24) }, () => LETTERS[random.below(LETTERS.length)]).join('');
    }
  }
}

/** Places behind the point that a type may have. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...{ INT: 0, SEQNUM: 0, LENGTH: 0, TAGNUM: 0, NUMINGROUP: 0 },
  ...{ FLOAT: 9, QTY: 4, PRICE: 8, PRICEOFFSET: 8, AMT: 4, PERCENTAGE: 6 },
};

/** scaled / 10^decimals in its shortest form. */
function decimalText(scaled: number, decimals: number): string {
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0');
  const places = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - decimals);
  return `${scaled < 0 ? '-' : ''}${whole}${decimals === 0 || places === '' ? '' : `.${places}`}`;
}

/** Writes them as an application would: numbers as numbers, data as bytes. @returns the message's length */
export function writeFields(writer: MessageWriter, msgType: string, fields: readonly RandomField[]): number {
  writer.start(msgType);
  for (const { tag, type, text, scaled, decimals } of fields) {
    if (scaled !== undefined && decimals === 0 && scaled >= 0) writer.uint(tag, scaled);
    else if (scaled !== undefined) writer.decimal(tag, scaled, decimals as number);
    else if (type === 'DATA') writer.bytesOf(tag, Buffer.from(text, 'latin1'), 0, text.length);
    else if (text.length === 1) writer.char(tag, text.charCodeAt(0));
    else writer.text(tag, text);
  }
  return writer.finish();
}
