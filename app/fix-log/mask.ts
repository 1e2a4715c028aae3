/** Passwords and tokens never reach a log, a terminal or a report: what may be one is masked rather than shown. */

/** Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404), RawData(96). */
const SECRET_TAGS: ReadonlySet<number> = new Set([554, 925, 1402, 1404, 96]);
const RAW_DATA = '96';

export const MASK = '***';

/** With a minus in front of the tag, too: a damaged log is no reason to show a password. */
export const isSecret = (tag: number): boolean => SECRET_TAGS.has(Math.abs(tag));

/** How text that is no message may write SOH: what logs write between fields, and escapes of several languages. */
const SEPARATOR = String.raw`\x01|\||\^A|<SOH>|\[SOH\]|\\[xu]?0{0,3}1|%01|=01|&#0*1;|\u2401|;`;
const EQUALS = String.raw`\s*(?:=|%3d|\\x3d|\\u003d)`;
/** A digit in front of a tag belongs to it, unless it ends an escape of SOH; zeros in front of a tag change nothing. */
const SECRET = new RegExp(
  String.raw`(?:(${SEPARATOR})|(?<!\d)|(?<=[xu]0{0,3}1|[^\w\s]0{1,3}1))0*(${[...SECRET_TAGS].join('|')})${EQUALS}`,
  'gi',
);

/**
 * A secret in text that was not taken apart goes on to the next field behind the separator that stands in front of it;
 * without one, and for raw data, which may hold anything, to the end of the text.
 */
export function maskText(text: string): string {
  let shown = '';
  let from = 0;
  for (let secret = nextSecret(text, 0); secret !== null; secret = nextSecret(text, from)) {
    const [{ length }, separator = '', tag] = secret;
    shown += `${text.slice(from, secret.index)}${separator}${tag}=${MASK}`;
    from = tag === RAW_DATA || separator === '' ? text.length : nextField(text, secret.index + length, separator);
  }
  return shown + text.slice(from);
}

/** Whether raw data may go on behind the line break: nobody knows where it ends. */
export function leavesRawDataOpen(text: string): boolean {
  for (let secret = nextSecret(text, 0); secret !== null; secret = nextSecret(text, secret.index + secret[0].length))
    if (secret[2] === RAW_DATA) return true;
  return false;
}

function nextSecret(text: string, from: number): RegExpExecArray | null {
  SECRET.lastIndex = from;
  return SECRET.exec(text);
}

/** Where the next separator with a tag behind it stands, or the end. */
function nextField(text: string, from: number, separator: string): number {
  for (let at = text.indexOf(separator, from); at >= 0; at = text.indexOf(separator, at + 1))
    if (FIELD.test(text.slice(at + separator.length, at + separator.length + MAX_FIELD_START_CHARS))) return at;
  return text.length;
}

const FIELD = new RegExp(`^[1-9]\\d{0,8}${EQUALS}`, 'i');
const MAX_FIELD_START_CHARS = 24;
