import { isBuiltin } from 'node:module';
import { sep } from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { packageRoot } from '../../native/paths.ts';
import { builtFile, builtFolder } from './trees.ts';

/** Packages that a strategy uses and hotlap brings along where the user has none. */
const BROUGHT = /^(rxjs|decimal\.js)(\/|$)/;

/** Marks a question of this plugin to esbuild, which asks every plugin again. */
export const RESOLVING = Symbol();

/**
 * How the imports of a strategy resolve: `hotlap` to the engine's public API of this very installation, rxjs to
 * one copy for the whole bundle (the user's, else hotlap's), and what the loop cannot offer to an error with its line.
 */
export function resolveImports(strategyFolder: string): Plugin {
  const engineFolder = builtFolder('engine') + sep;
  const ownFolder = packageRoot + sep;
  const isOurs = (file: string): boolean =>
    file.startsWith(engineFolder) ||
    (file.startsWith(ownFolder) && !file.includes(`${sep}node_modules${sep}`, ownFolder.length));

  return {
    name: 'hotlap-imports',
    setup(build) {
      const again = async (args: OnResolveArgs, resolveDir: string): Promise<OnResolveResult> =>
        build.resolve(args.path, { kind: args.kind, resolveDir, importer: args.importer, pluginData: RESOLVING });

      build.onResolve({ filter: /^hotlap(\/.*)?$/ }, (args) => {
        if (args.path === 'hotlap') return { path: builtFile('engine', 'index'), sideEffects: false };
        return { errors: [{ text: `a strategy cannot import ${args.path}: import what you need from 'hotlap'` }] };
      });

      build.onResolve({ filter: BROUGHT }, async (args) => {
        if (args.pluginData === RESOLVING) return undefined;
        // Also for the engine's own operators: two copies of RxJS in one bundle would not know each other's subscribers.
        const found = await again(args, strategyFolder);
        return found.errors === undefined || found.errors.length === 0 ? found : again(args, packageRoot);
      });

      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.pluginData === RESOLVING || !isBuiltin(args.path)) return undefined;
        // The engine's cold parts may import Node; none of it is reachable from a strategy, so it falls out of the bundle.
        if (isOurs(args.importer)) return { path: args.path, external: true, sideEffects: false };
        return { errors: [{ text: refusal(args.path) }] };
      });
    },
  };
}

function refusal(module: string): string {
  const name = module.replace(/^node:/, '');
  const instead: Record<string, string> = {
    timers: 'use `ctx.every` and `ctx.after`',
    'timers/promises': 'use `ctx.every` and `ctx.after`',
    crypto: 'use `ctx.random()`',
    perf_hooks: 'use `ctx.now`',
  };
  return `a strategy cannot import ${module}: it runs inside the hot loop, where nothing may wait${instead[name] === undefined ? '' : `; ${instead[name]}`}`;
}
