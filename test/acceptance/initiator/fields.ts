import { sealed } from '../../support/fix-wire.ts';

/** Header tags that stand before the body, ascending, as other engines send them. */
const HEADER = [34, 43, 49, 50, 52, 56, 57, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 369, 1128];
const NOW_MS = 30_000;

export interface Ids {
  beginString: string;
  sender: string;
  target: string;
}

export type Field = readonly [tag: string, value: string];

export function fieldsOf(text: string): Field[] {
  const parts = text.split('|');
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  });
}

/** Puts CompIDs and SendingTime into `35=…|34=…|…` where they are absent; header fields ascend, the body stays as it is. */
export function withHeaderFields(text: string, ids: Ids): Field[] {
  const [type, ...rest] = fieldsOf(text);
  const isHeader = ([tag]: Field): boolean => HEADER.includes(Number(tag));
  const header = rest.filter(isHeader);
  const given = new Set(header.map(([tag]) => tag));
  const standard: Field[] = [
    ['49', ids.sender],
    ['52', '<time>'],
    ['56', ids.target],
  ];
  header.push(...standard.filter(([tag]) => !given.has(tag)));
  header.sort(([a], [b]) => Number(a) - Number(b));
  return [type, ...header, ...rest.filter((field) => !isHeader(field))];
}

/** What we send: framed, summed, its times filled in. A message that gives 8, 9 or 10 itself keeps them, wrong or not; 10=<wrong> never is right by chance. */
export function encode(text: string, ids: Ids, nowMs: number = Date.now()): Uint8Array {
  const fields = fieldsOf(filled(text, nowMs));
  const given = (tag: string): string | undefined => fields.find((field) => field[0] === tag)?.[1];
  const inner = fields.filter(([tag]) => !['8', '9', '10'].includes(tag)).map((field) => field.join('='));
  const plain = withHeaderFields(inner.join('|'), ids).map(([tag, value]) => `${tag}=${filled(value, nowMs)}`);
  const body = `${plain.filter((field) => !field.endsWith('=<absent>')).join('|')}|`;
  const head = `8=${given('8') ?? ids.beginString}|9=${given('9') ?? body.length}|`;
  const sum = given('10');
  const right = sealed(head + body);
  if (sum === undefined) return right;
  if (sum !== '<wrong>') return exactly(`${head}${body}10=${sum}|`);
  right[right.length - 2] = right[right.length - 2] === 48 ? 49 : 48;
  return right;
}

/** Bytes as they are written, | for SOH. */
export function exactly(text: string): Uint8Array {
  return Buffer.from(filled(text, Date.now()).replaceAll('|', '\x01'), 'latin1');
}

function filled(text: string, nowMs: number): string {
  return text
    .replace(/<time(?:([+-]\d+)s)?>/g, (_, seconds = '0') => utc(nowMs + Number(seconds) * 1_000))
    .replaceAll('<soh>', '\x01')
    .replace(/<(\d+) bytes>/g, (_, count) => 'x'.repeat(Number(count)));
}

const utc = (ms: number): string => new Date(ms).toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '');

/** Compares field by field, in order. @param sent SendingTime(52) of the messages received so far, by number @returns '' where all is as expected */
export function difference(
  expected: readonly Field[],
  actual: readonly Field[],
  sent: ReadonlyMap<string, string>,
): string {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const want = expected[i]?.join('=');
    const got = actual[i]?.join('=');
    if (want === undefined) return `unexpected ${got}`;
    if (got === undefined) return `missing ${want}`;
    if (expected[i][0] !== actual[i][0] || !isAs(expected[i][1], actual[i][1], sent)) return `${want}, not ${got}`;
  }
  return '';
}

/** @param pattern a value, or what definition.ts says of values */
export function isAs(pattern: string, value: string, sent: ReadonlyMap<string, string> = new Map()): boolean {
  if (pattern === '<time>') return isNow(value);
  const earlier = /^<sent (\d+)>$/.exec(pattern);
  if (earlier !== null) return sent.get(earlier[1]) === value;
  const parts = filled(pattern, Date.now()).split('<any>');
  if (parts.length === 1) return parts[0] === value;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(value);
}

/** A UTCTimestamp, whatever its precision, of the last seconds. */
function isNow(value: string): boolean {
  return Math.abs(timeMs(value) - Date.now()) < NOW_MS;
}

/** A UTCTimestamp as milliseconds since 1970; NaN where it is none. */
export function timeMs(value: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3}){0,2})?)$/.exec(value);
  if (parts === null) return Number.NaN;
  const [, year, month, day, time] = parts;
  return Date.parse(`${year}-${month}-${day}T${time.slice(0, 12)}Z`);
}
