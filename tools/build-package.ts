/** `prepack`: JavaScript and declarations for the packed package into dist/, with the fix-parser workspace inside. */
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../native/paths.ts';
import { compile, withJsExtensions } from './compile.ts';

const dist = join(packageRoot, 'dist');
const fixParser = join(dist, 'gateway', 'fix-parser', 'index.js');

compile(dist, ['-p', 'tsconfig.build.json'], (text, file) => {
  const path = relative(dirname(file), fixParser);
  const local = path.startsWith('.') ? path : `./${path}`;
  // A workspace is not on the registry: its files travel along.
  return withJsExtensions(text.replace(/(from\s*|import\(\s*)(['"])fix-parser\2/g, `$1$2${local}$2`));
});
