import type { FixCheckStep, FixCheckVerdict } from './fix-check-result.ts';

const NAME_WIDTH = 13;

/** One step as a line: what went wrong is marked, what says nothing of right or wrong is not. */
export function fixCheckLine({ name, ok, text }: FixCheckStep): string {
  const mark = ok === null ? ' ' : ok ? '✓' : '✗';
  return `${mark} ${name.padEnd(NAME_WIDTH)}${text}\n`;
}

export function fixCheckVerdict({ code, what, remedy }: FixCheckVerdict): string {
  const mark = code === 'ok' ? '✓' : '✗';
  return `\n${mark} ${what}${remedy === '' ? '' : `\n  ${remedy}`}\n`;
}
