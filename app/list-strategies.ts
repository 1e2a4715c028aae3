/** `hotlap strategies`: which there are, and what parameters they have. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { given, termsOf } from '../engine/loop/live-parameters.ts';
import type { StrategiesResult, StrategyListing } from '../report/strategy-listing.ts';
import type { StrategySelection } from './options.ts';
import { bundleStrategy, compileStrategy, findStrategy, shippedStrategies } from './strategy-loader/index.ts';

/** Where `hotlap new strategy` puts them. */
export const STRATEGY_FOLDER = 'strategies';
const IS_STRATEGY = /^[^.][^.]*\.[mc]?[jt]s$/;

type Asked = Pick<StrategySelection, 'source' | 'folder'> & Pick<StrategyListing, 'from'>;

/** Shipped samples, those that lie in the folder's `strategies`, and those of a configuration; each file once. One that does not load says why. */
export async function listStrategies(
  folder: string,
  configured: readonly Pick<StrategySelection, 'source' | 'folder'>[],
): Promise<StrategiesResult> {
  const asked: Asked[] = [
    ...configured.map(({ source, folder }) => ({ source, folder, from: 'configuration' as const })),
    ...shippedStrategies().map((source) => ({ source, folder, from: 'sample' as const })),
    ...filesOf(folder).map((source) => ({ source, folder, from: 'folder' as const })),
  ];
  const strategies: StrategyListing[] = [];
  for (const each of asked) {
    const listing = await describeStrategy(each).catch((error: Error) => unloaded(each, error));
    if (!strategies.some(({ file }) => file === listing.file)) strategies.push(listing);
  }
  return { strategies };
}

/** @throws HotlapError where it cannot be loaded */
export async function describeStrategy({ source, folder, from }: Asked): Promise<StrategyListing> {
  const file = findStrategy(source, folder);
  const bundle = await bundleStrategy(source, folder);
  const { description = '', params } = compileStrategy(bundle)();
  const parameters = Object.entries(params).map(([name, declared]) => ({
    name,
    default: given(declared, declared.default),
    ...termsOf(declared),
  }));
  return { name: bundle.name, source, file, from, description, parameters };
}

function unloaded({ source, folder, from }: Asked, error: Error): StrategyListing {
  const file = resolve(folder, source);
  return { name: source, source, file, from, description: '', parameters: [], problem: error.message };
}

function filesOf(folder: string): string[] {
  const strategies = join(folder, STRATEGY_FOLDER);
  if (!existsSync(strategies)) return [];
  return readdirSync(strategies)
    .filter((name) => IS_STRATEGY.test(name))
    .sort()
    .map((name) => `./${STRATEGY_FOLDER}/${name}`);
}
