/** Payloads that are told apart, also where they have hardly any bytes. */
import { mold } from '../mold-packets.ts';

/** A recording waits for the first packet that frames as MoldUDP64; to all others it is one like any. */
export const OPENING: Buffer = mold({ sequence: 1, count: 0 });
/** What a test sends last. */
export const LAST: Buffer = Buffer.from('the last packet of this test');

/** `length` bytes that follow from `number`. */
export function payload(number: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  if (length >= 4) bytes.writeUInt32BE(number);
  return bytes;
}

export const numbered = (count: number, length: number, first = 0): Buffer[] =>
  Array.from({ length: count }, (_, index) => payload(first + index, length));

export const numberOf = (packet: Buffer): number => packet.readUInt32BE();

export const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number));
