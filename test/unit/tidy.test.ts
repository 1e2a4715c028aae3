/** Holds the architecture's arrows and the house rules that a machine can hold. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: packageRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(packageRoot, file)));
const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');
const sources = files.filter((file) => file.endsWith('.ts'));

interface Rule {
  /** Folders (or single files) of ours that it may import. */
  areas: readonly string[];
  packages?: readonly string[];
  /** Whether it may import Node's own modules. */
  node?: boolean;
  /** Where what it wanted to import belongs. */
  advice: string;
}

const STREAMS = ['rxjs', 'decimal.js'];
const EVERYTHING_BELOW_CLI = ['engine', 'native', 'gateway', 'simulator', 'strategies', 'report'];

/** The longest matching folder counts. Everybody may import engine/domain. */
const RULES: Record<string, Rule> = {
  'engine/domain': {
    areas: [],
    advice: 'domain holds plain data and errors: what needs more belongs in engine/ports or above',
  },
  'engine/ports': {
    areas: ['native/layout.ts'],
    advice: 'a port is an interface: its implementation belongs in gateway, simulator or app',
  },
  'engine/strategy': {
    areas: [],
    packages: STREAMS,
    advice: 'it is bundled with every strategy: what needs the engine belongs in engine/loop behind StrategyHost',
  },
  engine: {
    areas: ['native'],
    packages: STREAMS,
    node: true,
    advice:
      'the engine sees the world through engine/ports: what needs a venue, a file or a process belongs in gateway or app',
  },
  native: { areas: [], node: true, advice: 'native knows nothing above it: lift the code into the caller' },
  'gateway/fix-parser': {
    areas: [],
    advice: 'fix-parser stands alone: what knows sessions belongs in gateway/session',
  },
  gateway: {
    areas: ['engine/ports', 'native', 'gateway/fix-parser'],
    packages: ['fix-parser'],
    node: true,
    advice:
      'the gateway speaks FIX for anybody: what knows strategies belongs in engine, what puts parts together in app',
  },
  'gateway/dictionary': {
    areas: ['gateway/fix-parser/dictionary-data.ts'],
    packages: ['saxes'],
    node: true,
    advice: 'it turns XML into DictionaryData: what uses a dictionary belongs in gateway/fix-parser or above',
  },
  simulator: {
    areas: ['engine/ports', 'native', 'gateway'],
    packages: ['fix-parser'],
    node: true,
    advice: 'the simulator is a market: what knows the engine belongs in app',
  },
  strategies: {
    areas: ['engine/index.ts'],
    packages: ['hotlap', ...STREAMS],
    advice: "a sample imports what a user could: only the public API of 'hotlap'",
  },
  report: {
    areas: ['engine/latency'],
    packages: ['hdr-histogram-js', 'pino', 'zod', 'yaml'],
    node: true,
    advice: 'a report reads results: what produces them belongs in app',
  },
  app: {
    areas: EVERYTHING_BELOW_CLI,
    packages: ['pino', 'zod', 'yaml', 'esbuild', 'fix-parser', 'hyparquet-writer', ...STREAMS],
    node: true,
    advice: 'app puts the parts together and knows nothing of flags: those belong in cli',
  },
  'app/scaffold': {
    areas: [...EVERYTHING_BELOW_CLI, 'app'],
    // In the text of what it writes.
    packages: ['hotlap', 'rxjs'],
    node: true,
    advice: "it writes a user's first files: what is more than that belongs in app",
  },
  cli: {
    areas: ['app', 'report', 'bench'],
    packages: ['commander', 'cli-progress', 'pino', 'zod', 'yaml'],
    node: true,
    advice: 'a command turns arguments into options: what it does belongs in app',
  },
  bench: {
    areas: ['app', 'report', 'engine/ports', 'gateway', 'native'],
    packages: ['fix-parser'],
    node: true,
    advice: 'a benchmark runs what users run: what it needs of the engine belongs in app',
  },
  'bench/strategy': {
    areas: ['app', 'report', 'bench', 'engine', 'native', 'simulator'],
    packages: ['rxjs'],
    node: true,
    advice: 'it has strategies of its own, and the loop over a market that costs nothing: a venue belongs in app',
  },
  'bench/risk': {
    areas: ['engine', 'native'],
    node: true,
    advice: 'it measures the checks by themselves: what needs a whole engine belongs in bench',
  },
};

const isWithin = (file: string, area: string): boolean => file === area || file.startsWith(`${area}/`);
const areaOf = (file: string): string | undefined =>
  Object.keys(RULES)
    .filter((area) => isWithin(file, area))
    .sort((a, b) => b.length - a.length)[0];

const IMPORT =
  /(?:^|[\n;])\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

function importsOf(file: string): string[] {
  return [...read(file).matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

function complaint(file: string, specifier: string): string | undefined {
  const area = areaOf(file);
  if (area === undefined) return undefined;
  const rule = RULES[area] as Rule;
  const wrong = (what: string): string =>
    `${file} imports ${specifier}: ${area} may not import ${what}; ${rule.advice}.`;
  if (isBuiltin(specifier)) return rule.node === true ? undefined : wrong('Node modules');
  if (!specifier.startsWith('.')) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    return (rule.packages ?? []).includes(name) ? undefined : wrong(`the package ${name}`);
  }
  const target = normalize(join(dirname(file), specifier));
  if (!existsSync(join(packageRoot, target))) return `${file} imports ${specifier}, which does not exist.`;
  const targetArea = areaOf(target);
  const allowed = [...rule.areas, 'engine/domain', area];
  const ok = allowed.some((each) => isWithin(target, each));
  return ok ? undefined : wrong(targetArea ?? target);
}

test('imports follow the arrows of ARCHITECTURE.md', () => {
  const complaints = sources
    .flatMap((file) => importsOf(file).map((specifier) => complaint(file, specifier)))
    .filter(Boolean);
  expect(complaints).toEqual([]);
});

test('the arrows are held: a forbidden import is named with where it belongs', () => {
  expect(complaint('gateway/session/x.ts', '../../engine/index.ts')).toMatch(
    /gateway may not import engine.*belongs in engine/s,
  );
  expect(complaint('engine/domain/x.ts', 'node:fs')).toMatch(/engine\/domain may not import Node modules/);
  expect(complaint('engine/ports/x.ts', '../../native/layout.ts')).toBeUndefined();
  expect(complaint('engine/ports/x.ts', '../../native/index.ts')).toMatch(/engine\/ports may not import native/);
  expect(complaint('strategies/x.ts', '../engine/strategy/context.ts')).toMatch(/only the public API/);
  expect(complaint('app/x.ts', '../cli/main.ts')).toMatch(/app may not import cli|cli/);
});

/** A codec or a table may honestly be long; beyond this a file has more than one reason to be opened. */
const MAX_LINES = 400;
/** Tests are lists: they may be longer. */
const MAX_TEST_LINES = 600;

/** Nobody reads them from top to bottom. */
const GENERATED = /^gateway\/fix-parser\/tables\/fix\w+\.ts$/;

test(`no source file is longer than ${MAX_LINES} lines, no test than ${MAX_TEST_LINES}`, () => {
  const long = files
    .filter((file) => /\.(ts|js|cc|h)$/.test(file) && !GENERATED.test(file))
    .map((file) => ({ file, lines: read(file).split('\n').length }))
    .filter(({ file, lines }) => lines > (file.startsWith('test/') ? MAX_TEST_LINES : MAX_LINES))
    .map(({ file, lines }) => `${file} has ${lines} lines: split it by reason to open it`);
  expect(long).toEqual([]);
});

test('no link of a document leads nowhere', () => {
  const link = /\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g;
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => [...read(file).matchAll(link)].map(([, target]) => ({ file, target: target as string })))
    .filter(({ file, target }) => !existsSync(join(packageRoot, dirname(file), target)))
    .map(({ file, target }) => `${file} links to ${target}, which does not exist`);
  expect(broken).toEqual([]);
});

test('no test is focused, nothing is left to do', () => {
  const focused = /\b(?:test|it|describe)(?:\.\w+)*\.only\b/;
  const unfinished = /\b(?:TODO|FIXME|XXX)\b/;
  const found = files
    .filter((file) => /\.(ts|js|cc|h)$/.test(file) && !file.endsWith('tidy.test.ts'))
    .filter((file) => focused.test(read(file)) || unfinished.test(read(file)));
  expect(found).toEqual([]);
});

test('every error code has a row in docs/reference/errors.md, and every row a code', () => {
  const code = /\bERR_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g;
  // lwIP has names of that form for its own (err.h); what a user is told stands in quotes.
  const ofLwip = /(?<=")ERR_[A-Z0-9]+(?:_[A-Z0-9]+)*(?=")/g;
  const codeIn = (file: string): RegExp => (file.startsWith('native/src/lwip/') ? ofLwip : code);
  const used = new Set(
    files
      .filter((file) => /\.(ts|js|cc|h)$/.test(file) && !file.startsWith('test/') && !file.startsWith('node_modules/'))
      .flatMap((file) => [...read(file).matchAll(codeIn(file))].map((match) => match[0])),
  );
  const documented = new Set(
    [...read('docs/reference/errors.md').matchAll(/^\| `(ERR_[A-Z0-9_]+)`/gm)].map((match) => match[1]),
  );
  expect([...used].filter((each) => !documented.has(each)).map((each) => `${each}: add a row`)).toEqual([]);
  expect([...documented].filter((each) => !used.has(each as string)).map((each) => `${each}: nothing uses it`)).toEqual(
    [],
  );
});
