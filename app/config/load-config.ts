/** Reads a YAML configuration; every complaint names file, line and what to write instead. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';
import { freezeDeep } from './freeze.ts';
import { type Config, configSchema } from './schema.ts';
import { clearTextSecrets, resolveSecrets } from './secrets.ts';

/** A file that anybody could have written by hand; more is a wrong file. */
const MAX_CONFIG_BYTES = 1 << 20;

export interface LoadedConfig {
  readonly config: Config;
  /** Folder that relative paths in it start from. */
  readonly folder: string;
  /** File and line of a value, for what only shows once more is known than the file. */
  readonly where: Where;
  /** Secrets that lie in the file itself, a sentence each; without their values. */
  readonly clearText: readonly string[];
}

export type Where = (path: readonly PropertyKey[]) => string;

/** The configuration that no file gives: all defaults. */
export const emptyConfig = (): LoadedConfig => ({
  config: freezeDeep(configSchema.parse({})),
  folder: process.cwd(),
  where: () => 'the defaults',
  clearText: [],
});

export function loadConfig(file: string): LoadedConfig {
  return { ...parsed(readConfigFile(file), file), folder: dirname(resolve(file)) };
}

/** @param file Named in messages; relative secrets start from its folder. */
export const parseConfig = (text: string, file: string): Config => parsed(text, file).config;

function parsed(text: string, file: string): Omit<LoadedConfig, 'folder'> {
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
  const at = (path: readonly PropertyKey[], key?: string): string => `${file}:${lineOf(offsetOf(root, path, key))}`;
  const raw = valuesOf(document, file);
  const values = resolveSecrets(raw, dirname(resolve(file)), (path) => `${at(path)}: ${path.join('.')}`);
  const result = configSchema.safeParse(values);
  if (!result.success) throw complaint(result.error.issues[0] as z.core.$ZodIssue, at);
  const clearText = clearTextSecrets(raw).map(
    (path) => `${at(path)}: ${path.join('.')} lies here in clear text; give it as \${ENV:NAME} or \${FILE:path}.`,
  );
  return { config: freezeDeep(result.data), where: (path) => at(path), clearText };
}

/** An alias without its anchor, or a bomb of aliases, shows only when the values are made. */
function valuesOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw usage('ERR_CONFIG_SYNTAX', `${file}: this is not YAML: ${lowerFirst((error as Error).message)}.`);
  }
}

function readConfigFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw usage('ERR_CONFIG_FILE', `The configuration ${file} ${why}: check the path after --config.`);
  }
  if (bytes.length > MAX_CONFIG_BYTES) {
    throw usage(
      'ERR_CONFIG_FILE',
      `${file} is larger than 1 MiB: --config takes a YAML file, --recording a recording.`,
    );
  }
  return bytes.toString('utf8');
}

function complaint(issue: z.core.$ZodIssue, at: (path: readonly PropertyKey[], key?: string) => string): HotlapError {
  const name = issue.path.length === 0 ? 'the configuration' : formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] as string;
    const known = keysAt(issue.path);
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
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  for (const step of path) {
    schema = unwrap(schema);
    const definition = schema as { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown };
    schema = typeof step === 'number' ? definition.element : (definition.shape?.[String(step)] ?? definition.valueType);
  }
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

/** Takes `.default()`, `.prefault()` and `.optional()` off. */
function unwrap(schema: unknown): unknown {
  let inner = schema as { def?: { innerType?: unknown } } | undefined;
  while (inner?.def?.innerType !== undefined) inner = inner.def.innerType as typeof inner;
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
