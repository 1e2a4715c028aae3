/**
 * `node tools/pack-fix-parser.ts OUTFOLDER`: fix-parser as a package of its own. It is put together in
 * OUTFOLDER/package and packed there; the repository stays as it is, and its own manifest is private, so that nobody
 * publishes the source by accident. Prints the tarball's path.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../native/paths.ts';
import { compile, withJsExtensions } from './compile.ts';

const COMPILED = { types: './dist/index.d.ts', default: './dist/index.js' };
const source = join(packageRoot, 'gateway', 'fix-parser');
const manifestIn = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** The source's manifest, pointing at what was compiled; where its code lives is what the root says. */
function stagedManifest(): object {
  const { private: _, exports, ...described } = manifestIn(source);
  const { repository, bugs, homepage } = manifestIn(packageRoot);
  const { url } = typeof repository === 'string' ? { url: repository } : ((repository ?? {}) as { url?: string });
  return {
    ...described,
    ...(url === undefined ? {} : { repository: { type: 'git', url, directory: 'gateway/fix-parser' } }),
    ...(bugs === undefined ? {} : { bugs }),
    ...(homepage === undefined ? {} : { homepage }),
    exports: { ...(exports as object), '.': COMPILED },
    files: ['dist'],
  };
}

const [outFolder, ...more] = process.argv.slice(2);
if (outFolder === undefined || more.length > 0) fail('Name one folder: node tools/pack-fix-parser.ts OUTFOLDER');
const out = resolve(outFolder);
const staged = join(out, 'package');
if (existsSync(staged)) fail(`${staged} exists already: remove it, or name another folder.`);
mkdirSync(staged, { recursive: true });
const dist = join(staged, 'dist');
compile(dist, ['-p', 'gateway/fix-parser/tsconfig.json', '--outDir', dist], withJsExtensions);
for (const name of ['README.md', 'LICENSE']) copyFileSync(join(source, name), join(staged, name));
writeFileSync(join(staged, 'package.json'), `${JSON.stringify(stagedManifest(), null, 2)}\n`);
const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], {
  cwd: staged,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (packed.status !== 0) fail(`npm pack ended with status ${packed.status}.`);
process.stdout.write(`${join(out, packed.stdout.trim())}\n`);
