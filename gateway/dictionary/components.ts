import type { MemberData } from '../fix-parser/dictionary-data.ts';

/** Far more than any message of FIX holds: components in components may multiply. */
const MAX_MEMBERS = 1 << 17;
/** FIX 5.0 SP2 nests six deep. */
const MAX_NESTING = 32;

type Components = Readonly<Record<string, readonly MemberData[]>>;

/** What the members of a message hold when every component is written out; each component is worked out once. */
export class ComponentSizes {
  readonly #components: Components;
  readonly #sizes = new Map<string, number>();
  readonly #open: string[] = [];

  constructor(components: Components) {
    this.#components = components;
  }

  /** What is wrong with these members, as a sentence, or nothing. */
  fault(members: readonly MemberData[]): string | undefined {
    this.#open.length = 0;
    try {
      if (this.#count(members) <= MAX_MEMBERS) return undefined;
      return `holds more than ${MAX_MEMBERS} fields when its components are written out: nest fewer`;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  #count(members: readonly MemberData[]): number {
    let sum = 0;
    for (const member of members) {
      if (typeof member[0] === 'string') sum += this.#countComponent(member[0]);
      else sum += 1 + (member.length === 3 ? this.#count(member[2]) : 0);
    }
    return sum;
  }

  #countComponent(name: string): number {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    const from = this.#open.indexOf(name);
    if (from >= 0) throw new Fault(`is a circle: ${[...this.#open.slice(from), name].join(' → ')}. Break it`);
    if (this.#open.length === MAX_NESTING) throw new Fault(`nests deeper than ${MAX_NESTING} components: nest fewer`);
    this.#open.push(name);
    const size = this.#count(this.#components[name] as readonly MemberData[]);
    this.#open.pop();
    this.#sizes.set(name, size);
    return size;
  }
}

class Fault extends Error {}
