/** Numbers and names for people. Every figure carries its unit; a missing one is a dash, never a zero. */
import { relative } from 'node:path';

export const NONE = '–';

/** A file as a person in this folder names it: relative unless it lies elsewhere. */
export function shortPath(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
}

/** One line, whatever a text from outside holds: a terminal is told nothing by it. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
  });

/** 1234567 → `1,234,567`. */
export const integer = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Nanoseconds with three significant digits: `470 ns`, `1.24 µs`, `18.0 ms`. */
export function duration(ns: number | null): string {
  if (ns === null || Number.isNaN(ns)) return NONE;
  if (Math.round(ns) < 1_000) return `${Math.round(ns)} ns`;
  for (const [unit, size] of [
    ['µs', 1e3],
    ['ms', 1e6],
  ] as const) {
    // Rounded first: 999.96 µs is 1.00 ms.
    if (Number((ns / size).toPrecision(3)) < 1_000) return `${digits(ns / size)} ${unit}`;
  }
  return `${digits(ns / 1e9)} s`;
}

const digits = (value: number): string => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);

/** A share of 1 in percent: `0.40 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;

export const seconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} s`;

/** `1 packet`, `2 packets`. */
export const plural = (count: number, noun: string): string => `${integer(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Nanoseconds since midnight as `07:59:30.516505496`. */
export function timeOfDay(ns: number): string {
  const whole = Math.floor(ns / 1e9);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = String(ns - whole * 1e9).padStart(9, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${fraction}`;
}
