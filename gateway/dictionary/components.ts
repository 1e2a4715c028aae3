import type { MemberData } from '../fix-parser/dictionary-data.ts';

/** Far more than any message of FIX holds, and no more than the codec takes: components in components may multiply. */
const MAX_MEMBERS = 1 << 14;
/** The same over all messages; FIX 5.0 SP2 comes to 26,000. */
const MAX_MEMBERS_OF_ALL = 1 << 18;
/** Components and groups in each other; FIX 5.0 SP2 nests eight deep. */
const MAX_NESTING = 30;

type Components = Readonly<Record<string, readonly MemberData[]>>;

interface Size {
  readonly members: number;
  readonly depth: number;
}

/** What the members of a message hold when every component is written out; each component is worked out once. */
export class ComponentSizes {
  readonly #components: Components;
  readonly #sizes = new Map<string, Size>();
  readonly #open: string[] = [];
  #membersOfAll = 0;

  constructor(components: Components) {
    this.#components = components;
  }

  /** What is wrong with these members, in words that follow their name, or nothing. */
  fault(members: readonly MemberData[]): string | undefined {
    this.#open.length = 0;
    try {
      const size = this.#measure(members);
      if (size.depth > MAX_NESTING) return TOO_DEEP;
      if (size.members <= MAX_MEMBERS) return undefined;
      return `holds more than ${MAX_MEMBERS} fields when its components are written out: nest fewer`;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  /** The same for the members of one more message. */
  messageFault(members: readonly MemberData[]): string | undefined {
    const fault = this.fault(members);
    if (fault !== undefined) return fault;
    this.#membersOfAll += this.#measure(members).members;
    if (this.#membersOfAll <= MAX_MEMBERS_OF_ALL) return undefined;
    return `and those before it hold more than ${MAX_MEMBERS_OF_ALL} fields when their components are written out: nest fewer`;
  }

  #measure(members: readonly MemberData[]): Size {
    const sum = { members: members.length, depth: 0 };
    for (const member of members) {
      let inner: Size | undefined;
      if (typeof member[0] === 'string') inner = this.#measureComponent(member[0]);
      else if (member.length === 3) inner = this.#measure(member[2]);
      if (inner === undefined) continue;
      sum.members += inner.members;
      sum.depth = Math.max(sum.depth, inner.depth + 1);
    }
    return sum;
  }

  #measureComponent(name: string): Size {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    const from = this.#open.indexOf(name);
    if (from >= 0) throw new Fault(`is a circle: ${[...this.#open.slice(from), name].join(' → ')}. Break it`);
    if (this.#open.length === MAX_NESTING) throw new Fault(TOO_DEEP);
    this.#open.push(name);
    const size = this.#measure(this.#components[name] as readonly MemberData[]);
    this.#open.pop();
    this.#sizes.set(name, size);
    return size;
  }
}

const TOO_DEEP = `nests components and groups deeper than ${MAX_NESTING}: flatten them`;

class Fault extends Error {}
