import type { EngineStrategy, ParameterReport } from '../engine.ts';
import { type ParamSpec, type ParamValue, parseParam } from '../strategy/params.ts';
import { type CommandOutcome, done, refused } from './commands.ts';
import type { StrategySet } from './strategy-set.ts';

/** Parameters as they are now. */
export class LiveParameters {
  private readonly strategies: readonly EngineStrategy[];
  private readonly running: StrategySet;
  private readonly values: Record<string, ParamValue>[];

  constructor(strategies: readonly EngineStrategy[], set: StrategySet) {
    this.strategies = strategies;
    this.running = set;
    this.values = strategies.map(({ params }) => ({ ...params }));
  }

  set(strategy: string, name: string, value: ParamValue): CommandOutcome {
    const index = this.strategies.findIndex(({ id }) => id === strategy);
    if (index < 0) return refused(unknownStrategy(strategy, this.strategies));
    const specs = this.strategies[index]!.bundle.params;
    const declared = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (declared?.live !== true) return refused(`${strategy} has no live parameter ${name}.`);
    const parsed = parseParam(name, declared, value);
    const old = given(declared, this.values[index]![name]!);
    this.running.setParam(index, name, parsed);
    this.values[index]![name] = parsed;
    return done(`${name} of ${strategy} was ${old} and is now ${given(declared, parsed)}.`);
  }

  report(): ParameterReport[] {
    return this.strategies.flatMap(({ id, bundle }, index) =>
      Object.entries(bundle.params).map(([name, declared]) => ({
        strategy: id,
        name,
        value: given(declared, this.values[index]![name]!),
        ...termsOf(declared),
      })),
    );
  }
}

/** What a parameter takes, as people write it. */
export const termsOf = ({ kind, live, min, max, description, priceScale = 1 }: ParamSpec) => ({
  kind,
  live,
  ...(min !== undefined && { min: min / priceScale }),
  ...(max !== undefined && { max: max / priceScale }),
  ...(description !== undefined && { description }),
});

/** A value as it would be given: a price as decimal text. */
export const given = ({ priceScale }: ParamSpec, value: ParamValue): ParamValue =>
  priceScale === undefined ? value : (Number(value) / priceScale).toFixed(Math.round(Math.log10(priceScale)));

export const unknownStrategy = (name: string, strategies: readonly EngineStrategy[]): string =>
  `There is no strategy ${name}: it runs ${strategies.map(({ id }) => id).join(', ') || 'none'}.`;
