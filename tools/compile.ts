import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../native/paths.ts';

/** Runs tsc into an empty `dist`, then `rewrite` over every .js and .d.ts. Ends the process where tsc finds an error. */
export function compile(
  dist: string,
  tscArguments: readonly string[],
  rewrite: (text: string, file: string) => string,
): void {
  rmSync(dist, { recursive: true, force: true });
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [tsc, ...tscArguments], {
    cwd: packageRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (compiled.status !== 0) process.exit(1);
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const file = join(dist, name);
    const before = readFileSync(file, 'utf8');
    const after = rewrite(before, file);
    if (after !== before) writeFileSync(file, after);
  }
}

/** TypeScript rewrites .ts to .js in JavaScript only, not in declarations. */
export function withJsExtensions(text: string): string {
  return text.replace(/((?:from|import)\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}
