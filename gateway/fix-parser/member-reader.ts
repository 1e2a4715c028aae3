import type { DictionaryData, MemberData } from './dictionary-data.ts';
import { GroupDefinition, MemberSet } from './member-set.ts';

/** More members in one message, or components within components, than any version has: a file that would fill the memory. */
const MAX_MEMBERS = 20_000;
/** The same over all messages of a dictionary: FIX 5.0 SP2 comes to 26,000. */
const MAX_MEMBERS_OF_ALL = 1 << 18;
const MAX_DEPTH = 32;

interface Flat {
  readonly tags: number[];
  readonly required: number[];
  readonly groups: (GroupDefinition | null)[];
  readonly seen: Set<number>;
}

/** Resolves components; groups that messages share are built once. */
export class MemberReader {
  readonly #data: DictionaryData;
  readonly #groups = new Map<MemberData, GroupDefinition | null>();
  #members = 0;
  #membersOfAll = 0;

  constructor(data: DictionaryData) {
    this.#data = data;
  }

  /** @throws RangeError where a component is not defined or contains itself, or where it all becomes too much */
  read(members: readonly MemberData[]): MemberSet {
    const { tags, required, groups } = this.#flatten(members);
    return new MemberSet(tags, required, groups);
  }

  #flatten(members: readonly MemberData[], depth = 0): Flat {
    const flat: Flat = { tags: [], required: [], groups: [], seen: new Set() };
    if (depth === 0) this.#members = 0;
    this.#add(flat, members, true, depth);
    return flat;
  }

  #add(flat: Flat, members: readonly MemberData[], required: boolean, depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError(`components or groups lie more than ${MAX_DEPTH} deep`);
    for (const member of members) {
      if (++this.#members > MAX_MEMBERS) throw new RangeError(`a message has more than ${MAX_MEMBERS} members`);
      if (++this.#membersOfAll > MAX_MEMBERS_OF_ALL)
        throw new RangeError(`the messages have more than ${MAX_MEMBERS_OF_ALL} members together`);
      const [what, isRequired, inner] = member;
      if (typeof what === 'string') {
        const component = Object.hasOwn(this.#data.components, what) ? this.#data.components[what] : undefined;
        if (component === undefined) throw new RangeError(`component ${what} is not defined`);
        this.#add(flat, component, required && isRequired === 1, depth + 1);
      } else if (!flat.seen.has(what)) {
        flat.seen.add(what);
        flat.tags.push(what);
        flat.groups.push(inner === undefined ? null : this.#group(member, what, inner, depth + 1));
        if (required && isRequired === 1) flat.required.push(what);
      }
    }
  }

  /** What a group requires, it requires of each instance, whether the group itself is required or not. */
  #group(
    member: MemberData,
    numInGroupTag: number,
    members: readonly MemberData[],
    depth: number,
  ): GroupDefinition | null {
    const known = this.#groups.get(member);
    if (known !== undefined) return known;
    const { tags, required, groups } = this.#flatten(members, depth);
    const group = tags.length === 0 ? null : new GroupDefinition(numInGroupTag, tags, required, groups);
    this.#groups.set(member, group);
    return group;
  }
}
