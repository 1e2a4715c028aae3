import { PARSE } from 'fix-parser';

/**
 * What is said of bytes that are no message. Where a limit of ours made them none, the setting that raises it.
 * @param tooLongBytes the length that the message stated, where that is more than `maxBytes`; else 0
 */
export function garbledText(parsed: number, tooLongBytes: number, maxBytes: number): string {
  if (parsed === PARSE.tooManyFields)
    return 'FIX: a message was ignored because it has too many fields: raise maxMessageFields';
  return tooLongBytes > 0
    ? `FIX: a message of ${tooLongBytes} bytes was ignored because it is longer than ${maxBytes}: raise maxMessageBytes`
    : 'FIX: garbled bytes ignored';
}
