import { SourceMap } from 'node:module';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { packageRoot } from '../../native/paths.ts';
import type { BundledStrategy } from './bundle-strategy.ts';
import { bundleFilename, LIBRARY_FILENAME } from './frame-names.ts';

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
  const found = placeIn(line, name, map);
  return found === undefined ? line : `${line.slice(0, found.start)}${found.place}${line.slice(found.end)}`;
}

/** Where a frame was in the user's files, and the part of the line that says so. */
function placeIn(
  line: string,
  name: string,
  map: SourceMap,
): { place: string; start: number; end: number } | undefined {
  const start = line.indexOf(`${name}:`);
  if (start < 0) return undefined;
  const position = /^:(\d+):(\d+)/.exec(line.slice(start + name.length));
  if (position === null) return undefined;
  const entry = map.findEntry(Number(position[1]) - 1, Number(position[2]) - 1);
  if (!('originalSource' in entry)) return undefined;
  const file = isAbsolute(entry.originalSource) ? entry.originalSource : resolve(entry.originalSource);
  const place = `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return { place, start, end: start + name.length + position[0].length };
}

const PACKAGES = `${sep}node_modules${sep}`;

/**
 * `file:line:column` of the innermost frame in the user's files; undefined where the stack has none. What a package
 * threw is told by the user's line that called it, and the package's own.
 */
export function originalPlace(stack: string, bundle: Pick<BundledStrategy, 'name' | 'map'>): string | undefined {
  const map = new SourceMap(JSON.parse(bundle.map));
  const name = bundleFilename(bundle.name);
  const places = stack.split('\n').flatMap((line) => placeIn(line, name, map)?.place ?? []);
  const [innermost] = places;
  const own = places.find((place) => !place.includes(PACKAGES));
  return innermost === own || own === undefined ? innermost : `${own}, in ${innermost}`;
}
