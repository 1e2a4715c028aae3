import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { LOOP_OPTIONS } from './loop-options.ts';
import { RESOLVING, resolveImports } from './resolve-imports.ts';
import { builtFile } from './trees.ts';

/** What every instance of a strategy shares, by the name it is imported under. */
const SHARED = /^(hotlap|rxjs|decimal\.js)(\/|$)/;
const NAMESPACE = 'hotlap-shared';

/**
 * Leaves hotlap, RxJS and decimal.js out of the user's text: `import { map } from 'rxjs'` becomes a constant that
 * asks the library once, so that an unknown name is still refused with its line and a use costs no property access.
 * @param shared is given the modules that the user's text imports
 */
export function shareLibrary(strategyFolder: string, shared: Set<string>): Plugin {
  return {
    name: 'hotlap-library',
    setup(build) {
      const passed = Symbol();
      build.onResolve({ filter: SHARED }, async (args) => {
        if (args.pluginData === passed || args.pluginData === RESOLVING) return undefined;
        const { kind, importer, resolveDir } = args;
        const found = await build.resolve(args.path, { kind, importer, resolveDir, pluginData: passed });
        if (found.errors.length > 0) return { errors: found.errors };
        return { path: args.path, namespace: NAMESPACE, sideEffects: false, pluginData: found.path };
      });
      // The shipped samples import the same file by its path.
      build.onResolve({ filter: /\/engine\/index\.[jt]s$/ }, (args) => {
        const file = builtFile('engine', 'index');
        if (resolve(args.resolveDir, args.path) !== file) return undefined;
        return { path: 'hotlap', namespace: NAMESPACE, sideEffects: false, pluginData: file };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path, pluginData }) => {
        shared.add(path);
        return { contents: await standIn(path, pluginData, strategyFolder), loader: 'js' };
      });
    },
  };
}

/** `library` is an argument of the text's function. Marked pure, so that only what is used stays. */
async function standIn(module: string, file: string, strategyFolder: string): Promise<string> {
  const { metafile } = await build({
    ...LOOP_OPTIONS,
    format: 'esm',
    metafile: true,
    entryPoints: [file],
    plugins: [resolveImports(strategyFolder)],
  });
  const { entryPoint = '', exports } = metafile.outputs['strategy.js'];
  const from = JSON.stringify(module);
  if (metafile.inputs[entryPoint].format === 'cjs') {
    return `const all = library(${from}); module.exports = all.__esModule ? all : all.default;`;
  }
  return exports
    .map((name) => {
      const asked = `/* @__PURE__ */ library(${from}, ${JSON.stringify(name)})`;
      return name === 'default' ? `export default ${asked};` : `export const ${name} = ${asked};`;
    })
    .join('\n');
}
