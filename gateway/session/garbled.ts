import { asciiText, PARSE } from 'fix-parser';

/** BeginString and BodyLength are within these first bytes. */
const HEAD_BYTES = 40;

/** What is said of bytes that are no message. Where a limit of ours made them none, the setting that raises it. */
export function garbledText(bytes: Uint8Array, start: number, end: number, parsed: number, maxBytes: number): string {
  if (parsed === PARSE.tooManyFields)
    return 'FIX: a message was ignored because it has too many fields: raise maxMessageFields';
  const length = statedBytes(bytes, start, end);
  return length > maxBytes
    ? `FIX: a message of ${length} bytes was ignored because it is longer than ${maxBytes}: raise maxMessageBytes`
    : 'FIX: garbled bytes ignored';
}

/** Bytes of the message as its BodyLength(9) states them; 0 where it states none. */
function statedBytes(bytes: Uint8Array, start: number, end: number): number {
  const head = /^8=FIX[^\x01]*\x019=(\d{1,9})\x01/.exec(asciiText(bytes, start, Math.min(end, start + HEAD_BYTES)));
  return head === null ? 0 : head[0].length + Number(head[1]) + 7;
}
