import { TagIndex } from './tag-index.ts';

/** The fields of a header, a trailer, a message or a group's instance: components resolved, groups nested. */
export class MemberSet {
  /** In the order of the specification. */
  readonly tags: Int32Array;
  /** Ascending. */
  readonly requiredTags: Int32Array;
  readonly #index: TagIndex;
  readonly #groups: readonly (GroupDefinition | null)[];

  constructor(tags: readonly number[], required: readonly number[], groups: readonly (GroupDefinition | null)[]) {
    this.tags = Int32Array.from(tags);
    this.requiredTags = Int32Array.from(required).sort();
    this.#index = new TagIndex(tags);
    this.#groups = groups;
  }

  /** Place of the tag in `tags`, or -1. */
  positionOf(tag: number): number {
    return this.#index.indexOf(tag);
  }

  has(tag: number): boolean {
    return this.#index.indexOf(tag) >= 0;
  }

  /** The group whose NumInGroup field stands at this position, or null. */
  groupAt(position: number): GroupDefinition | null {
    return this.#groups[position];
  }

  /** The group that this NumInGroup tag counts, or null. */
  group(numInGroupTag: number): GroupDefinition | null {
    const position = this.#index.indexOf(numInGroupTag);
    return position < 0 ? null : this.#groups[position];
  }
}

/**
 * A repeating group. Each instance begins with `delimiterTag`. While a validator walks it, it notes which of its
 * fields the present instance has.
 */
export class GroupDefinition extends MemberSet {
  readonly numInGroupTag: number;
  readonly delimiterTag: number;
  /** #seen[position] === #instance: the present instance has the field. */
  readonly #seen: Int32Array;
  #instance = 0;

  constructor(
    numInGroupTag: number,
    tags: readonly number[],
    required: readonly number[],
    groups: readonly (GroupDefinition | null)[],
  ) {
    super(tags, required, groups);
    this.numInGroupTag = numInGroupTag;
    this.delimiterTag = tags[0];
    this.#seen = new Int32Array(tags.length);
  }

  beginInstance(): void {
    if (++this.#instance > 2_000_000_000) {
      this.#seen.fill(0);
      this.#instance = 1;
    }
  }

  see(position: number): void {
    this.#seen[position] = this.#instance;
  }

  hasSeen(position: number): boolean {
    return this.#seen[position] === this.#instance;
  }

  /** First required tag that the present instance lacks, or 0. */
  missingTag(): number {
    const required = this.requiredTags;
    for (let i = 0; i < required.length; i++) if (!this.hasSeen(this.positionOf(required[i]))) return required[i];
    return 0;
  }
}
