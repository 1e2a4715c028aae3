/** What logs of the usual engines write in front of a message, or in the line above it: when, and which way it went. */

/** 20261122-15:26:20.123 (QuickFIX), 2026-11-22 15:26:20,123 (log4j), 2026/11/22 15:26:20.123 (Go), ISO 8601. */
const TIME = /(?:(\d{4})[-/]?(\d{2})[-/]?(\d{2})[-T ])?(\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)/;
const SENT = /(?:\b(?:outgoing|outbound|sent|sending|send|out|tx|toapp|toadmin)\b|>>|==>|→)/i;
const RECEIVED = /(?:\b(?:incoming|inbound|received|receiving|recv|rcvd|in|rx|fromapp|fromadmin)\b|<<|<==|←)/i;

/** The end of a long line says nothing about the message. */
const MAX_CHARS = 512;

/** `2026-11-22 15:26:20.123`, or '' without one. */
export function timeIn(prefix: string): string {
  const match = TIME.exec(prefix.slice(0, MAX_CHARS));
  if (match === null) return '';
  const [, year, month, day, time = ''] = match;
  return `${year === undefined ? '' : `${year}-${month}-${day} `}${time.replace(',', '.')}`;
}

export function directionIn(prefix: string): 'sent' | 'received' | null {
  const text = prefix.slice(0, MAX_CHARS);
  const isSent = SENT.test(text);
  if (isSent === RECEIVED.test(text)) return null;
  return isSent ? 'sent' : 'received';
}
