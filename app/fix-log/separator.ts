/** How logs write the SOH between two fields: as it is, or as something that can be read. */
const WRITTEN = ['\x01', '|', '^A', '<SOH>', '[SOH]', '\\x01', '\\u0001', '\u2401', ';'].map((text) =>
  Buffer.from(text),
);
const LONGEST = Math.max(...WRITTEN.map(({ length }) => length));
const MAX_BEGIN_STRING_BYTES = 16;
const SOH = 1;

export interface Beginning {
  readonly beginString: string;
  readonly separator: Buffer;
  /** Whether the bytes are those of the wire. */
  readonly isSoh: boolean;
  /** Where the second field begins. */
  readonly next: number;
}

/** Reads `8=FIX…` and what separates it from the next field. */
export function readBeginning(bytes: Buffer, at: number, isAll: boolean): Beginning | 'more' | 'none' {
  let end = at + 2;
  while (end < bytes.length && end - at < MAX_BEGIN_STRING_BYTES && isNameByte(bytes[end])) end++;
  if (end + LONGEST > bytes.length && !isAll) return 'more';
  const separator = WRITTEN.find((each) => bytes.subarray(end, end + each.length).equals(each));
  if (separator === undefined) return 'none';
  return {
    beginString: bytes.toString('latin1', at + 2, end),
    separator,
    isSoh: separator[0] === SOH,
    next: end + separator.length,
  };
}

/** Letters, digits, the point of `FIX.4.4`. */
const isNameByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 46;
