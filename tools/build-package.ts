/** `prepack`: JavaScript and declarations for the packed package into dist/, with the fix-parser workspace inside. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../native/paths.ts';

const dist = join(packageRoot, 'dist');
const fixParser = join(dist, 'gateway', 'fix-parser', 'index.js');

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: packageRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
if (compiled.status !== 0) process.exit(1);

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|d\.ts)$/.test(name)) continue;
  const file = join(dist, name);
  const before = readFileSync(file, 'utf8');
  const after = rewriteSpecifiers(before, file);
  if (after !== before) writeFileSync(file, after);
}

function rewriteSpecifiers(text: string, file: string): string {
  const path = relative(dirname(file), fixParser);
  const local = path.startsWith('.') ? path : `./${path}`;
  return (
    text
      // A workspace is not on the registry: its files travel along.
      .replace(/(from\s*|import\(\s*)(['"])fix-parser\2/g, `$1$2${local}$2`)
      // TypeScript rewrites .ts to .js in JavaScript only, not in declarations.
      .replace(/((?:from|import)\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2')
  );
}
