/** Reads a YAML file by a schema; every complaint names file, line and what to write instead. */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';

/** A file that anybody could have written by hand; more is a wrong file. */
const MAX_BYTES = 1 << 20;

/** `file:line` of a path in the file, or of a key of the mapping there. */
export type Place = (path: readonly PropertyKey[], key?: string) => string;

export interface Checked<T> {
  readonly value: T;
  /** As the file has it. */
  readonly raw: unknown;
  readonly at: Place;
}

/** What kind of file it is, and how it was given: for messages. */
export interface FileKind {
  readonly name: string;
  readonly flag: string;
  /** What to give instead of a file that is far too large. */
  readonly tooLarge: string;
}

export function readTextFile(file: string, { name, flag, tooLarge }: FileKind): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw usage('ERR_CONFIG_FILE', `The ${name} ${file} ${why}: check the path after ${flag}.`);
  }
  if (bytes.length > MAX_BYTES) throw usage('ERR_CONFIG_FILE', `${file} is larger than 1 MiB: ${tooLarge}.`);
  return bytes.toString('utf8');
}

/** @param name of the kind of file @param prepare changes what the file says before it is checked */
export function checkYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  name: string,
  schema: Schema,
  prepare: (raw: unknown, at: Place) => unknown = (raw) => raw,
): Checked<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line);
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    throw usage(
      'ERR_CONFIG_SYNTAX',
      `${file}:${lineOf(syntax.pos[0])}: this is not YAML: ${lowerFirst(syntax.message)}.`,
    );
  }
  const root = document.contents as Node | null;
  const at: Place = (path, key) => `${file}:${lineOf(offsetOf(root, path, key))}`;
  const raw = valuesOf(document, file);
  const result = schema.safeParse(prepare(raw, at));
  if (!result.success) throw complaint(result.error.issues[0] as z.core.$ZodIssue, at, schema, name);
  return { value: result.data, raw, at };
}

/** An alias without its anchor, or a bomb of aliases, shows only when the values are made. */
function valuesOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw usage('ERR_CONFIG_SYNTAX', `${file}: this is not YAML: ${lowerFirst((error as Error).message)}.`);
  }
}

function complaint(issue: z.core.$ZodIssue, at: Place, schema: z.ZodType, kind: string): HotlapError {
  const name = issue.path.length === 0 ? `the ${kind}` : formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] as string;
    const known = keysAt(schema, issue.path);
    const near = suggest(key, known);
    const hint = near === undefined ? `Known keys are ${known.join(', ')}.` : `Did you mean \`${near}\`?`;
    const inside = issue.path.length === 0 ? '' : ` in ${name}`;
    return usage('ERR_CONFIG_UNKNOWN_KEY', `${at(issue.path, key)}: unknown key \`${key}\`${inside}. ${hint}`);
  }
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    const why = lowerFirst(issue.issues[0]?.message ?? 'is no key');
    return usage(
      'ERR_CONFIG_VALUE',
      `${at(issue.path.slice(0, -1), key)}: the key \`${key}\` of \`${formatPath(issue.path.slice(0, -1))}\` ${why}.`,
    );
  }
  const missing =
    issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message);
  const what = missing ? 'is missing' : lowerFirst(issue.message.replace(/^Invalid input: /, ''));
  return usage('ERR_CONFIG_VALUE', `${at(issue.path)}: \`${name}\` ${missing ? what : `is wrong: ${what}`}.`);
}

/** Keys that the schema knows at a path; array indexes step into the element. */
function keysAt(root: z.ZodType, path: readonly PropertyKey[]): string[] {
  let schema: unknown = root;
  for (const step of path) {
    schema = unwrap(schema);
    const definition = schema as { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown };
    schema = typeof step === 'number' ? definition.element : (definition.shape?.[String(step)] ?? definition.valueType);
  }
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

/** Takes `.default()`, `.prefault()`, `.optional()` and `.transform()` off. */
function unwrap(schema: unknown): unknown {
  let inner = schema as { def?: { innerType?: unknown; in?: unknown } } | undefined;
  for (let next: unknown = inner; next !== undefined; next = inner?.def?.innerType ?? inner?.def?.in)
    inner = next as typeof inner;
  return inner;
}

/** Where in the text a path, or a key of the mapping at it, begins; the nearest parent where it is absent. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], key?: string): number | undefined {
  let node: Node | null = root;
  let offset = node?.range?.[0];
  for (const step of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair: Pair | undefined = (node as YAMLMap).items.find((item) => String(item.key) === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text && '.'}${String(step)}`),
    '',
  );

/** A name such as FIXT.1.1 keeps its capitals. */
const lowerFirst = (text: string): string =>
  text.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');

const usage = (code: string, sentence: string): HotlapError => new HotlapError(code, sentence, { exitStatus: 2 });
