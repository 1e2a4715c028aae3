import { suggest } from '../domain/suggest.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { RiskLimits } from './limits.ts';

/** Limits of a symbol that no strategy has asked for, which may be a slip: a sentence each. Cold. */
export const untradedSymbols = (
  { symbols = {} }: RiskLimits = {},
  { all }: Pick<InstrumentRegistry, 'all'>,
): string[] => {
  const traded = all.map(({ symbol }) => symbol);
  return Object.keys(symbols).flatMap((name) => {
    if (traded.includes(name)) return [];
    const near = suggest(name, traded);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    return [`risk.symbols.${name}: no strategy has asked for an instrument ${name}.${hint}`];
  });
};
