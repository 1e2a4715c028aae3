/** What a thread asks of the kernel between two looks at files that are not there, as strace sees it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program brackets what is watched with `existsSync(MARK.begin)` and `existsSync(MARK.end)`. */
export const MARK = { begin: '/hotlap-begin', end: '/hotlap-end' } as const;

/**
 * Runs `node program folder` under strace.
 * @returns the marking thread's calls between the marks; where strace cannot watch, why not
 */
export function callsBetweenMarks(program: string, folder: string): { calls: string[] } | { reason: string } {
  const trace = join(folder, 'trace');
  const traced = spawnSync('strace', ['-f', '-o', trace, process.execPath, program, folder], { timeout: 170_000 });
  if (traced.error !== undefined) return { reason: 'strace is not installed (apt-get install strace)' };
  if (traced.status !== 0 && /ptrace/.test(String(traced.stderr))) {
    return { reason: 'this machine does not allow ptrace' };
  }
  if (traced.status !== 0) throw new Error(`${program} ended with status ${traced.status}:\n${traced.stderr}`);
  const lines = readFileSync(trace, 'latin1').split('\n');
  const begin = lines.findIndex((line) => line.includes(MARK.begin));
  const end = lines.findIndex((line) => line.includes(MARK.end));
  if (begin <= 0 || end <= begin) throw new Error(`${program} has not set both marks`);
  const [thread] = (lines[begin] as string).split(' ');
  return { calls: lines.slice(begin + 1, end).filter((line) => line.startsWith(`${thread} `)) };
}
