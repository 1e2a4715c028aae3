/** `hotlap new strategy`: a strategy with its test, and what a folder needs to run both. Nothing is ever written over. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { NewStrategyResult } from '../../report/new-strategy-text.ts';
import { DEMO_RECORDING } from '../config/index.ts';
import { STRATEGY_FOLDER } from '../list-strategies.ts';
import { makeFolder } from '../make-folder.ts';
import { shippedStrategies } from '../strategy-loader/index.ts';
import { version } from '../version.ts';
import { MODULES_TEXT, packageText, strategyText, TSCONFIG_TEXT, testText } from './templates.ts';

export interface NewStrategyOptions {
  readonly name: string;
  /** Of the project; made where it is missing. */
  readonly folder: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME = 50;

/** @throws HotlapError ERR_SCAFFOLD_NAME, ERR_SCAFFOLD_EXISTS, ERR_SCAFFOLD_FOLDER */
export function newStrategy({ name, folder: given }: NewStrategyOptions): NewStrategyResult {
  checkName(name);
  const folder = resolve(given);
  const strategy = `${STRATEGY_FOLDER}/${name}.ts`;
  const test = `${STRATEGY_FOLDER}/${name}.test.ts`;
  for (const file of [strategy, test]) refuseExisting(folder, file, name);
  const made: string[] = [];
  const kept: string[] = [];
  const make = (file: string, text: string): void => {
    if (existsSync(join(folder, file))) kept.push(file);
    else {
      write(folder, file, text);
      made.push(file);
    }
  };
  const hadPackage = existsSync(join(folder, 'package.json'));
  make('package.json', packageText(packageName(folder), version()));
  make('tsconfig.json', TSCONFIG_TEXT);
  // `npm init -y` makes a CommonJS project, in which Node takes no `import` from a .ts file.
  if (!isModule(folder)) make(`${STRATEGY_FOLDER}/package.json`, MODULES_TEXT);
  make(strategy, strategyText(name));
  make(test, testText(name));
  const recording = shortest(folder, DEMO_RECORDING);
  const next = [
    ...(hadPackage ? [] : ['npm install']),
    `npx hotlap replay ${recording} --strategy ./${strategy}`,
    'node --test',
  ];
  return { name, folder, made, kept, next };
}

function checkName(name: string): void {
  if (!NAME.test(name) || name.length > MAX_NAME) {
    const near = name
      .normalize('NFKD')
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '')
      .slice(0, MAX_NAME);
    const hint = NAME.test(near) && near !== name ? ` Would ${near} do?` : '';
    throw new HotlapError(
      'ERR_SCAFFOLD_NAME',
      `A strategy's name is up to ${MAX_NAME} small letters, digits and single dashes, a letter first, not \`${name}\`.${hint}`,
      { exitStatus: 2 },
    );
  }
  if (shippedStrategies().includes(name)) {
    throw new HotlapError(
      'ERR_SCAFFOLD_NAME',
      `${name} is one of the samples that come with hotlap: give yours another name, e.g. my-${name}.`,
      { exitStatus: 2 },
    );
  }
}

function refuseExisting(folder: string, file: string, name: string): void {
  if (!existsSync(join(folder, file))) return;
  throw new HotlapError(
    'ERR_SCAFFOLD_EXISTS',
    `${join(folder, file)} is there already, and nothing is written over: choose another name than ${name}, or move the file away.`,
    { exitStatus: 2 },
  );
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  try {
    makeFolder(dirname(path));
    // `wx`: whoever made the file in the meantime keeps it.
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new HotlapError(
      'ERR_SCAFFOLD_FOLDER',
      `${path} cannot be written (${code}): choose another folder with --in.`,
      { cause },
    );
  }
}

/** Whether Node takes a .ts file of the strategies' folder as a module. */
function isModule(folder: string): boolean {
  for (const file of [join(folder, STRATEGY_FOLDER, 'package.json'), join(folder, 'package.json')]) {
    if (!existsSync(file) || !statSync(file).isFile()) continue;
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module';
    } catch {
      return false;
    }
  }
  return false;
}

/** Of the folder, as npm takes it. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' || name === 'hotlap' ? 'my-strategies' : name;
}

/** `node_modules/hotlap/recordings/…` where it is installed in the folder or above. */
function shortest(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.length < file.length && !path.startsWith('../..') ? path : file;
}
