/** Field separator: start of heading, 0x01. */
export const SOH = 1;
export const EQUALS = 61;
export const ZERO = 48;
export const NINE = 57;
export const MINUS = 45;
export const POINT = 46;
/** 'Y' of a Boolean field. */
export const YES = 89;

/** Bytes of an ASCII text; cold. @throws RangeError where a character is no ASCII or would end the field (SOH). */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === SOH || code > 126) throw new RangeError(`character ${i} of a FIX value is not ASCII text`);
    bytes[i] = code;
  }
  return bytes;
}

/** Text of a range of bytes, one character a byte; allocates. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** True where bytes[start, end) are exactly these. */
export function isRange(bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  if (end - start !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

/** Copies text into bytes at `at`, replacing what FIX text may not hold; stops after `limit` characters. @returns the end */
export function writeText(bytes: Uint8Array, at: number, text: string, limit: number): number {
  const length = Math.min(text.length, limit);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    bytes[at + i] = code < 32 || code > 126 ? 63 : code;
  }
  return at + length;
}
