/**
 * Around `npm pack` in gateway/fix-parser: `prepack` compiles it into its dist/ and lets package.json point there,
 * `postpack` lets it point at the source again, which is what the workspace imports, and removes dist/.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../native/paths.ts';
import { compile, withJsExtensions } from './compile.ts';

const folder = join(packageRoot, 'gateway', 'fix-parser');
const dist = join(folder, 'dist');
const manifest = join(folder, 'package.json');
const SOURCE = './index.ts';
const COMPILED = { types: './dist/index.d.ts', default: './dist/index.js' };

function exportOf(entry: unknown): void {
  const description = JSON.parse(readFileSync(manifest, 'utf8'));
  description.exports['.'] = entry;
  writeFileSync(manifest, `${JSON.stringify(description, null, 2)}\n`);
}

if (process.argv[2] === 'prepack') {
  compile(dist, ['-p', 'gateway/fix-parser/tsconfig.json'], withJsExtensions);
  exportOf(COMPILED);
} else {
  exportOf(SOURCE);
  rmSync(dist, { recursive: true });
}
