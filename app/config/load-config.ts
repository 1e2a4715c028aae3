/** Reads a YAML configuration; every complaint names file, line and what to write instead. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { ConfigurationFile } from '../options.ts';
import { freezeDeep } from './freeze.ts';
import { type Config, configSchema } from './schema.ts';
import { clearTextSecrets, resolveSecrets } from './secrets.ts';
import { checkYaml, type FileKind, readTextFile } from './yaml-file.ts';

const CONFIGURATION: FileKind = {
  name: 'configuration',
  flag: '--config',
  tooLarge: '--config takes a YAML file, --recording a recording',
};

export interface LoadedConfig {
  readonly config: Config;
  /** Folder that relative paths in it start from. */
  readonly folder: string;
  /** Which file it was; null: the defaults. */
  readonly file: ConfigurationFile | null;
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
  file: null,
  where: () => 'the defaults',
  clearText: [],
});

export function loadConfig(file: string): LoadedConfig {
  const text = readTextFile(file, CONFIGURATION);
  const path = resolve(file);
  const hash = createHash('sha256').update(text).digest('hex');
  return {
    ...parsed(text, file),
    folder: dirname(path),
    file: { file: path, bytes: Buffer.byteLength(text), sha256: hash },
  };
}

/** @param file Named in messages; relative secrets start from its folder. */
export const parseConfig = (text: string, file: string): Config => parsed(text, file).config;

function parsed(text: string, file: string): Omit<LoadedConfig, 'folder' | 'file'> {
  const { value, raw, at } = checkYaml(text, file, CONFIGURATION.name, configSchema, (given, where) =>
    resolveSecrets(given, dirname(resolve(file)), (path) => `${where(path)}: ${path.join('.')}`),
  );
  const clearText = clearTextSecrets(raw).map(
    (path) => `${at(path)}: ${path.join('.')} lies here in clear text; give it as \${ENV:NAME} or \${FILE:path}.`,
  );
  return { config: freezeDeep(value), where: at, clearText };
}
