import { TagIndex } from './tag-index.ts';

/**
 * The standard header and trailer of all versions together. A field of it stands in the header even where the
 * version of a session does not know it yet: it is an unknown tag there, not a field out of order.
 */
const HEADER = new TagIndex([
  8, 9, 35, 34, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369,
  370, 627, 1128, 1129,
]);
const TRAILER = new TagIndex([93, 89, 10]);

export const isStandardHeaderTag = (tag: number): boolean => HEADER.indexOf(tag) >= 0;
export const isStandardTrailerTag = (tag: number): boolean => TRAILER.indexOf(tag) >= 0;
