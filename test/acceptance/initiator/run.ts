/**
 * Plays initiator definitions: `node test/acceptance/initiator/run.ts [FILE…]`, all of them without a file.
 * Prints each failure with its file and line, then `N passed, N failed`; exit status 1 where any failed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDefinition } from './definition.ts';
import { InitiatorProcess } from './initiator-process.ts';
import { play } from './play.ts';

export const DEFINITIONS: string = fileURLToPath(new URL('./definitions/', import.meta.url));
/** Most of their time is waiting for timers. */
const AT_ONCE = 8;

export function definitionFiles(): string[] {
  return readdirSync(DEFINITIONS)
    .filter((name) => name.endsWith('.def'))
    .sort()
    .map((name) => join(DEFINITIONS, name));
}

/** Plays files, several at once. @returns a promise for each, in order */
export function playFiles(files: readonly string[]): Promise<void>[] {
  let running = 0;
  const waiting: (() => void)[] = [];
  return files.map(async (file) => {
    if (running === AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await play(parseDefinition(file, readFileSync(file, 'utf8')));
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = process.argv.length > 2 ? process.argv.slice(2) : definitionFiles();
  const results = await Promise.allSettled(playFiles(files));
  await InitiatorProcess.endAll();
  const failures = results.filter((result) => result.status === 'rejected');
  for (const { reason } of failures) process.stderr.write(`FAILED ${(reason as Error).message}\n`);
  process.stdout.write(`${results.length - failures.length} passed, ${failures.length} failed\n`);
  process.exitCode = failures.length === 0 && files.length > 0 ? 0 : 1;
}
