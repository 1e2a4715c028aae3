import assert from 'node:assert/strict';

const TIME = /^\d{8}-\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3}(?:\d{3})?)?)?$/;

/** What a message of a session says, verified by the book with nothing of the code under test. */
export interface SentMessage {
  type: string;
  seq: number;
  possDup: boolean;
  reset: boolean;
  newSeqNo: number;
  text: string;
}

/** @throws where a message that a session sent is not well formed, or not its own */
export function checkSent(bytes: Uint8Array, beginString: string, sender: string, target: string): SentMessage {
  const text = Buffer.from(bytes).toString('latin1');
  const fail = (why: string): never => assert.fail(`${why}: ${text.replaceAll('\x01', '|')}`);
  const head = `8=${beginString}\x019=`;
  if (!text.startsWith(head)) fail('BeginString and BodyLength are not first');
  const bodyStart = text.indexOf('\x01', head.length) + 1;
  const bodyEnd = text.length - 7;
  if (text.slice(head.length, bodyStart - 1) !== String(bodyEnd - bodyStart)) fail('BodyLength is wrong');
  let sum = 0;
  for (let i = 0; i < bodyEnd; i++) sum += bytes[i];
  if (text.slice(bodyEnd) !== `10=${String(sum & 255).padStart(3, '0')}\x01`) fail('CheckSum is wrong');
  if (!text.startsWith('35=', bodyStart)) fail('MsgType is not third');
  const header = new Map<string, string>();
  for (const field of text.slice(bodyStart, bodyEnd - 1).split('\x01')) {
    const equals = field.indexOf('=');
    const tag = field.slice(0, equals);
    if (!header.has(tag)) header.set(tag, field.slice(equals + 1));
  }
  const get = (tag: string): string => header.get(tag) ?? '';
  if (get('49') !== sender || get('56') !== target) fail('CompIDs are wrong');
  if (!TIME.test(get('52'))) fail('SendingTime is malformed');
  if (!/^[1-9]\d{0,9}$/.test(get('34'))) fail('MsgSeqNum is malformed');
  const possDup = get('43') === 'Y';
  if (possDup && !TIME.test(get('122'))) fail('PossDupFlag without OrigSendingTime');
  if (possDup && get('122') > get('52')) fail('OrigSendingTime is later than SendingTime');
  return {
    type: get('35'),
    seq: Number(get('34')),
    possDup,
    reset: get('141') === 'Y',
    newSeqNo: Number(get('36')),
    text,
  };
}
