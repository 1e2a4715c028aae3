import { isAscii, isUtf8 } from 'node:buffer';

/** Text in the encodings that occur; any byte has a character in latin1. */
export function textOf(bytes: Buffer): string {
  return !isAscii(bytes) && isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}
