import { isUtf8 } from 'node:buffer';

/** Text in the encodings that occur; any byte has a character in latin1. */
export function textOf(bytes: Buffer, start = 0, end = bytes.length): string {
  for (let i = start; i < end; i++) {
    if (bytes[i] < 128) continue;
    return isUtf8(bytes.subarray(start, end))
      ? bytes.toString('utf8', start, end)
      : bytes.toString('latin1', start, end);
  }
  return bytes.toString('latin1', start, end);
}
