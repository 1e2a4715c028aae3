/** Tags of the standard header, of all FIX versions together. */
const HEADER_TAGS = [
  8, 9, 34, 35, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369,
  370, 627, 628, 629, 630, 1128, 1129, 1156,
];

const isHeader = new Uint8Array(2_048);
for (const tag of HEADER_TAGS) isHeader[tag] = 1;

/** True for a tag of the standard header of any FIX version. */
export function isHeaderTag(tag: number): boolean {
  return tag > 0 && tag < isHeader.length && isHeader[tag] === 1;
}
