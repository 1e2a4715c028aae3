import { printable } from './format.ts';

/** What `hotlap new strategy --json` prints. Keys are a promise to scripts: add, never rename. */
export interface NewStrategyResult {
  name: string;
  /** Absolute. */
  folder: string;
  /** Relative to the folder. */
  made: string[];
  /** Was there and stayed as it is. */
  kept: string[];
  /** Commands to go on with, in the folder. */
  next: string[];
}

export function newStrategyText({ folder, made, kept, next }: NewStrategyResult): string {
  const lines = [
    `Made in ${folder}:`,
    ...made.map((file) => `  ${file}`),
    ...(kept.length === 0 ? [] : [`Left as it was: ${kept.join(', ')}.`]),
    '',
    `Next, ${folder === process.cwd() ? 'here' : `in ${folder}`}:`,
    ...next.map((command) => `  ${command}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
