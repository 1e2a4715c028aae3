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

/** DATA_FIELD_OF[length tag] is the tag of its data field, else 0. */
export const DATA_FIELD_OF: Int32Array = dataFieldTable([]);

/** The same with further pairs. Length fields from TAG_TABLE_SIZE on are passed over. */
export function dataFieldTable(pairs: Iterable<readonly [lengthTag: number, dataTag: number]>): Int32Array {
  const table = new Int32Array(TAG_TABLE_SIZE);
  for (const [length, data] of [...DATA_FIELDS, ...pairs]) if (length < TAG_TABLE_SIZE) table[length] = data;
  return table;
}
