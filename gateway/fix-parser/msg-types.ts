/** MsgType(35) as one number: up to four ASCII characters, the first in the lowest byte. 0 is no type. */
export type MsgTypeCode = number;

/** Longer types than this, which no version of FIX has, are no type. */
const MAX_CHARACTERS = 4;

export function msgTypeCode(text: string): MsgTypeCode {
  if (text.length > MAX_CHARACTERS) return 0;
  let code = 0;
  for (let i = 0; i < text.length; i++) code |= (text.charCodeAt(i) & 0x7f) << (8 * i);
  return code;
}

/** The code of the type in bytes[start, start + length). */
export function msgTypeAt(bytes: Uint8Array, start: number, length: number): MsgTypeCode {
  if (length > MAX_CHARACTERS) return 0;
  let code = 0;
  for (let i = 0; i < length; i++) {
    if (bytes[start + i] > 0x7f) return 0;
    code |= bytes[start + i] << (8 * i);
  }
  return code;
}

export const MSG_TYPE = {
  Heartbeat: msgTypeCode('0'),
  TestRequest: msgTypeCode('1'),
  ResendRequest: msgTypeCode('2'),
  Reject: msgTypeCode('3'),
  SequenceReset: msgTypeCode('4'),
  Logout: msgTypeCode('5'),
  ExecutionReport: msgTypeCode('8'),
  OrderCancelReject: msgTypeCode('9'),
  Logon: msgTypeCode('A'),
  NewOrderSingle: msgTypeCode('D'),
  OrderCancelRequest: msgTypeCode('F'),
  OrderCancelReplaceRequest: msgTypeCode('G'),
  OrderStatusRequest: msgTypeCode('H'),
  BusinessMessageReject: msgTypeCode('j'),
  OrderMassCancelRequest: msgTypeCode('q'),
  OrderMassCancelReport: msgTypeCode('r'),
  OrderMassStatusRequest: msgTypeCode('AF'),
} as const;

/** Every MsgType of FIX 4.4, session and application. */
const FIX44_TYPES =
  '0 1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N P Q R S T V W X Y Z a b c d e f g h i j k l m n o p q r s t u v w x y z ' +
  'AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AP AQ AR AS AT AU AV AW AX AY AZ BA BB BC BD BE BF BG BH';

const known = new Uint8Array(65_536);
for (const type of FIX44_TYPES.split(' ')) known[msgTypeCode(type)] = 1;

/** True for a MsgType that FIX 4.4 defines; user-defined types (U…) count as defined. */
export function isKnownMsgType(code: MsgTypeCode): boolean {
  return (code & 0xff) === 85 /* U */ || (code >= 0 && code < 65_536 && known[code] === 1);
}

/** The text of a code, for messages to people and RefMsgType(372). */
export function msgTypeText(code: MsgTypeCode): string {
  let text = '';
  for (let rest = code; rest > 0; rest >>= 8) text += String.fromCharCode(rest & 0xff);
  return text;
}
