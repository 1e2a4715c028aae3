/** `prepack`: JavaScript and declarations for the packed package into dist/, with the fix-parser workspace inside, and the API reference. */
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../native/paths.ts';
import { compile, withJsExtensions } from './compile.ts';

const dist = join(packageRoot, 'dist');
const fixParser = join(dist, 'gateway', 'fix-parser', 'index.js');

const typedoc = spawnSync(
  process.execPath,
  [join(packageRoot, 'node_modules/typedoc/bin/typedoc'), '--logLevel', 'Warn'],
  {
    cwd: packageRoot,
    // npm prints the tarball's name on stdout.
    stdio: ['ignore', 2, 'inherit'],
  },
);
if (typedoc.status !== 0) process.exit(1);

compile(dist, ['-p', 'tsconfig.build.json'], (text, file) => {
  const path = relative(dirname(file), fixParser);
  const local = path.startsWith('.') ? path : `./${path}`;
  // A workspace is not on the registry: its files travel along.
  return withJsExtensions(text.replace(/(from\s*|import\(\s*)(['"])fix-parser\2/g, `$1$2${local}$2`));
});

// What a sample loads lies beside it.
const CURVE = join('strategies', 'volume-curve.csv');
copyFileSync(join(packageRoot, CURVE), join(dist, CURVE));
