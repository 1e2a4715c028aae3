/** Values of flags, checked: each parser throws one sentence that names the flag and what it takes. */
import { isIPv4 } from 'node:net';
import { suggest } from '../app/config/index.ts';
import type { ParamValue } from '../app/options.ts';
import { FEED_PROTOCOL_NAMES, type FeedProtocol } from '../engine/domain/feed-protocol.ts';
import { usageError } from './fail.ts';

export function integer(flag: string, min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+(e\d+)?$/i.test(text) || value < min || value > max) {
      const range =
        max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
      throw usageError(`${flag} takes ${range}, not \`${text}\`.`);
    }
    return value;
  };
}

export function positive(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
      throw usageError(`${flag} takes a number above 0, not \`${text}\`.`);
    return value;
  };
}

/** Messages a second, a comma between two, none of them twice. */
export function rates(text: string): number[] {
  const parse = integer('--rates', 1_000, 20_000_000);
  const list = text.split(',').map((rate) => parse(rate.trim()));
  if (new Set(list).size !== list.length) throw usageError(`--rates names a rate twice: ${text}.`);
  return list;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, s: 1, m: 60, h: 3_600 };

/** Bytes, or so many KiB, MiB or GiB: `512M`. */
export function bytes(flag: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const [, digits, unit = ''] = /^(\d+)([KMG])?$/.exec(text) ?? [];
    const value = Number(digits) * (UNITS[unit] as number);
    if (digits === undefined || value < min || value > max)
      throw usageError(
        `${flag} takes bytes, from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}, or so many K, M or G, e.g. 512M, not \`${text}\`.`,
      );
    return value;
  };
}

/** Seconds, minutes or hours: `90`, `15m`, `1h`. */
export function seconds(flag: string): (text: string) => number {
  return (text) => {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
    const value = Number(digits) * (UNITS[unit] as number);
    if (digits === undefined || value < 0.1 || value > 1e7)
      throw usageError(`${flag} takes seconds from 0.1, minutes or hours, e.g. 90, 15m or 1h, not \`${text}\`.`);
    return value;
  };
}

export function oneOf<T extends string>(flag: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    if ((known as readonly string[]).includes(text)) return text as T;
    const near = suggest(text, known);
    throw usageError(
      `${flag} takes ${known.join(', ')}, not \`${text}\`.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  };
}

/** `max`, or a factor on recorded time. */
export function speed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const factor = Number(text.replace(/x$/, ''));
  if (text.trim() === '' || !Number.isFinite(factor) || factor <= 0) {
    throw usageError(`--speed takes a factor above 0 or max, not \`${text}\`.`);
  }
  return factor;
}

export function date(text: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text))
    throw usageError(`--date takes a day as YYYY-MM-DD, not \`${text}\`.`);
  return text;
}

export function address(flag: string): (text: string) => string {
  return (text) => {
    if (!isIPv4(text)) throw usageError(`${flag} takes an IPv4 address, not \`${text}\`.`);
    return text;
  };
}

/** GROUP:PORT. */
export function groupAndPort(flag: string, text: string): { group: string; port: number } {
  const [group, port, ...rest] = text.split(':');
  if (
    group === undefined ||
    !isIPv4(group) ||
    rest.length > 0 ||
    !/^\d+$/.test(port ?? '') ||
    Number(port) < 1 ||
    Number(port) > 65_535
  ) {
    throw usageError(`${flag} takes an IPv4 address and a port, e.g. 239.192.7.1:26477, not \`${text}\`.`);
  }
  return { group, port: Number(port) };
}

/** PROTOCOL@GROUP:PORT. */
export function feed(text: string): { protocol: FeedProtocol; group: string; port: number } {
  const at = text.indexOf('@');
  if (at < 0) throw usageError(`--feed takes PROTOCOL@GROUP:PORT, e.g. itch50@239.192.7.1:26477, not \`${text}\`.`);
  const protocol = oneOf('--feed', FEED_PROTOCOL_NAMES)(text.slice(0, at));
  return { protocol, ...groupAndPort('--feed', text.slice(at + 1)) };
}

/** HOST:PORT; port 0 lets the system choose. */
export function hostAndPort(flag: string): (text: string) => { host: string; port: number } {
  return (text) => {
    const at = text.lastIndexOf(':');
    const port = text.slice(at + 1);
    if (at < 1 || !/^\d+$/.test(port) || Number(port) > 65_535) {
      throw usageError(`${flag} takes HOST:PORT, e.g. 127.0.0.1:9878, not \`${text}\`.`);
    }
    return { host: text.slice(0, at), port: Number(port) };
  };
}

/** NAME=VALUE; numbers and booleans are recognised, everything else is text. */
export function param(text: string, what = '--param takes'): { name: string; value: ParamValue } {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 1 || !/^[A-Za-z_$][\w$]*$/.test(name))
    throw usageError(`${what} NAME=VALUE, e.g. quantity=200, not \`${text}\`.`);
  const raw = text.slice(at + 1);
  if (raw === 'true' || raw === 'false') return { name, value: raw === 'true' };
  const value = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(raw) ? Number(raw) : raw;
  // JSON would make null of it: no limit at all.
  if (typeof value === 'number' && !Number.isFinite(value))
    throw usageError(`${name} cannot be \`${raw}\`: no number is as large.`);
  return { name, value };
}

/** An interface by its IPv4 address or its name, which the kernel keeps below 16 bytes (IFNAMSIZ). */
export function networkInterface(flag: string): (text: string) => string {
  return (text) => {
    if (!isIPv4(text) && !/^[^\s/:]{1,15}$/.test(text))
      throw usageError(`${flag} takes an interface by name or IPv4 address, e.g. eth1 or 10.0.0.2, not \`${text}\`.`);
    return text;
  };
}

/** A list of transports in order of preference. */
export function transports<T extends string>(flag: string, known: readonly T[]): (text: string) => T[] {
  return (text) => {
    const list = text.split(',').map((name) => oneOf(flag, known)(name.trim()));
    if (new Set(list).size !== list.length) throw usageError(`${flag} names a transport twice: ${text}.`);
    return list;
  };
}

/** HH:MM:SS with up to nine decimals. @returns ns since midnight */
export function timeOfDay(flag: string): (text: string) => number {
  return (text) => {
    const [, hours, minutes, seconds, fraction = ''] = /^(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
    if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
      throw usageError(`${flag} takes a time of day as HH:MM:SS, e.g. 09:30:00.5, not \`${text}\`.`);
    const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return whole * 1e9 + Number(fraction.padEnd(9, '0'));
  };
}

/** Names with a comma between two, none of them twice. @param known all that there are; absent: any */
export function names(flag: string): (text: string) => string[];
export function names<T extends string>(flag: string, known: readonly T[]): (text: string) => T[];
export function names(flag: string, known?: readonly string[]): (text: string) => string[] {
  return (text) => {
    const list = text.split(',').map((name) => name.trim());
    if (list.includes('')) throw usageError(`${flag} takes names with a comma between two, not \`${text}\`.`);
    if (new Set(list).size !== list.length) throw usageError(`${flag} names one twice: ${text}.`);
    return known === undefined ? list : list.map(oneOf(flag, known));
  };
}

const NS_OF_UNIT: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const MAX_INTERVAL_NS = 24 * 3600e9;

/** A number with its unit, from 1 µs to a day. @returns ns */
export function interval(flag: string): (text: string) => number {
  return (text) => {
    const [, digits, unit] = /^(\d{1,9})(us|ms|s|m|h)$/.exec(text) ?? [];
    const ns = Number(digits) * (NS_OF_UNIT[unit ?? ''] ?? Number.NaN);
    if (!(ns > 0 && ns <= MAX_INTERVAL_NS))
      throw usageError(`${flag} takes a time with its unit (us, ms, s, m, h), e.g. 100ms, not \`${text}\`.`);
    return ns;
  };
}
