import { TagIndex } from './tag-index.ts';
import { TAG_TABLE_SIZE } from './tags.ts';

/** Length field → the data field behind it, whose value may hold any byte: those of all versions of FIX. */
const DATA_FIELDS: readonly (readonly [number, number])[] = [
  [90, 91],
  [93, 89],
  [95, 96],
  [212, 213],
  [348, 349],
  [350, 351],
  [352, 353],
  [354, 355],
  [356, 357],
  [358, 359],
  [360, 361],
  [362, 363],
  [364, 365],
  [445, 446],
  [618, 619],
  [621, 622],
  [1184, 1185],
  [1277, 1278],
  [1280, 1281],
  [1282, 1283],
  [1397, 1398],
  [1401, 1402],
  [1403, 1404],
  [1468, 1469],
];

/** Which data field follows a length field. */
export class DataFieldPairs {
  /** near[length tag] is the tag of its data field, else 0: for tags below TAG_TABLE_SIZE. */
  readonly near: Int32Array = new Int32Array(TAG_TABLE_SIZE);
  readonly #far: TagIndex;
  readonly #farData: Int32Array;

  /** @param own pairs beside those of all versions of FIX, or instead of one of them */
  constructor(own: Iterable<readonly [lengthTag: number, dataTag: number]> = []) {
    const far = new Map<number, number>();
    for (const [length, data] of [...DATA_FIELDS, ...own]) {
      if (!isTag(length) || !isTag(data)) throw new RangeError(`${length} → ${data} are no tags of a data field`);
      if (length < TAG_TABLE_SIZE) this.near[length] = data;
      else far.set(length, data);
    }
    this.#far = new TagIndex([...far.keys()]);
    this.#farData = Int32Array.from(far.values());
  }

  /** Tag of the data field behind this one, else 0. */
  dataTagOf(tag: number): number {
    if (tag >>> 0 < TAG_TABLE_SIZE) return this.near[tag];
    const place = this.#far.indexOf(tag);
    return place < 0 ? 0 : this.#farData[place];
  }
}

const MAX_TAG = 999_999_999;
const isTag = (tag: number): boolean => Number.isInteger(tag) && tag > 0 && tag <= MAX_TAG;

/** Those of all versions of FIX. */
export const STANDARD_DATA_FIELDS: DataFieldPairs = new DataFieldPairs();
