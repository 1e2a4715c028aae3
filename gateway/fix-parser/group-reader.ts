import type { GroupDefinition } from './member-set.ts';
import type { FixMessage } from './message.ts';

/**
 * Walks the instances of a repeating group in place. One reader a group, made once; a nested group has its own:
 *
 *   parties.open(message);
 *   while (parties.next()) {
 *     message.textAt(parties.indexOf(448));
 *     subIds.openIn(parties);
 *     while (subIds.next()) message.textAt(subIds.indexOf(523));
 *   }
 *
 * Borrowed like the message: valid until the message is parsed again. What begins the first instance begins each.
 */
export class GroupReader {
  readonly group: GroupDefinition;
  #message: FixMessage | null = null;
  /** Fields of the present instance: [#start, #end). */
  #start = 0;
  #end = 0;
  /** Tag that begins an instance; 0 before the first. */
  #first = 0;

  constructor(group: GroupDefinition) {
    this.group = group;
  }

  /** Stands before the first instance. @returns how many the message states: 0 where it has none, INVALID_INT where that is no number */
  open(message: FixMessage): number {
    return this.#openAt(message, message.indexOf(this.group.numInGroupTag));
  }

  /** The same, within the present instance of the group around this one. */
  openIn(outer: GroupReader): number {
    const message = outer.#message;
    return message === null ? 0 : this.#openAt(message, outer.indexOf(this.group.numInGroupTag));
  }

  #openAt(message: FixMessage, numInGroup: number): number {
    this.#message = numInGroup < 0 ? null : message;
    this.#start = numInGroup + 1;
    this.#end = numInGroup + 1;
    this.#first = 0;
    return message.intAt(numInGroup, 0);
  }

  /** Goes to the next instance, whatever number the message states. @returns false behind the last */
  next(): boolean {
    const message = this.#message;
    const start = this.#end;
    if (message === null || start >= message.count || !this.group.has(message.tagAt(start))) return false;
    const first = this.#first === 0 ? message.tagAt(start) : this.#first;
    if (message.tagAt(start) !== first) return false;
    this.#first = first;
    this.#start = start;
    this.#end = endOfInstance(message, start, this.group, first);
    return true;
  }

  /** Index in the message of a field of the present instance, or -1. */
  indexOf(tag: number): number {
    const message = this.#message;
    if (message === null || !this.group.has(tag)) return -1;
    for (let at = this.#start; at < this.#end; at++) if (message.tagAt(at) === tag) return at;
    return -1;
  }
}

/** @param first tag that begins the next instance */
function endOfInstance(message: FixMessage, start: number, group: GroupDefinition, first: number): number {
  let at = start;
  do {
    const position = group.positionOf(message.tagAt(at));
    if (position < 0) break;
    const inner = group.groupAt(position);
    at++;
    if (inner === null) continue;
    while (at < message.count && inner.has(message.tagAt(at))) {
      at = endOfInstance(message, at, inner, message.tagAt(at));
    }
  } while (at < message.count && message.tagAt(at) !== first);
  return at;
}
