import type { BuildOptions } from 'esbuild';

/** How esbuild makes a text for the loop. */
export const LOOP_OPTIONS = {
  bundle: true,
  write: false,
  outfile: 'strategy.js',
  // compileFunction gives it module, exports and require; no import() may be left, it would never resolve in the loop.
  format: 'cjs',
  platform: 'neutral',
  mainFields: ['es2015', 'module', 'main'],
  conditions: ['es2015', 'import', 'default'],
  target: 'es2023',
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;
