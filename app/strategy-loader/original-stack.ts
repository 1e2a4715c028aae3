import { SourceMap } from 'node:module';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { packageRoot } from '../../native/paths.ts';
import type { BundledStrategy } from './bundle-strategy.ts';
import { bundleFilename, LIBRARY_FILENAME } from './compile-strategy.ts';

/**
 * A stack from a compiled strategy in terms of the user's files and lines, without the frames of hotlap and RxJS
 * around them (HOTLAP_DEBUG=1 keeps those). On the main thread: in the loop it would allocate and read. Source paths in
 * the map are relative to the folder that the process was started in.
 */
export function originalStack(stack: string, bundle: Pick<BundledStrategy, 'name' | 'map'>): string {
  const map = new SourceMap(JSON.parse(bundle.map));
  const lines = stack.split('\n').map((line) => originalLine(line, bundleFilename(bundle.name), map));
  const users = lines.filter((line) => !FRAME.test(line) || isUsers(line));
  // A fault without a frame of the user's own (a stack overflow in an operator) is better told whole.
  const keep = users.some((line) => FRAME.test(line)) && process.env.HOTLAP_DEBUG !== '1';
  return (keep ? users : lines).join('\n');
}

const FRAME = /^\s+at /;

/** Samples are read like a user's files. */
const OURS = ['engine', 'app', 'dist/engine', 'dist/app'].map((folder) => join(packageRoot, folder) + sep);

const isUsers = (frame: string): boolean =>
  !OURS.some((folder) => frame.includes(folder)) &&
  !frame.includes(LIBRARY_FILENAME) &&
  !frame.includes(`${sep}rxjs${sep}`) &&
  !frame.includes('(node:');

function originalLine(line: string, name: string, map: SourceMap): string {
  const start = line.indexOf(`${name}:`);
  if (start < 0) return line;
  const position = /^:(\d+):(\d+)/.exec(line.slice(start + name.length));
  if (position === null) return line;
  const entry = map.findEntry(Number(position[1]) - 1, Number(position[2]) - 1);
  if (!('originalSource' in entry)) return line;
  const file = isAbsolute(entry.originalSource) ? entry.originalSource : resolve(entry.originalSource);
  const rest = line.slice(start + name.length + position[0].length);
  return `${line.slice(0, start)}${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}${rest}`;
}

/** `file:line:column` of the innermost frame in the strategy's own file; undefined where the stack has none. */
export function originalPlace(
  stack: string,
  bundle: Pick<BundledStrategy, 'name' | 'map' | 'file'>,
): string | undefined {
  return originalStack(stack, bundle)
    .split('\n')
    .map((line) => {
      const start = line.indexOf(`${bundle.file}:`);
      return start < 0 ? undefined : /^\S*?:\d+:\d+/.exec(line.slice(start))?.[0];
    })
    .find((place) => place !== undefined);
}
