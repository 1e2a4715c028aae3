import type { EngineStrategy, ParameterReport } from '../engine.ts';
import { type ParamSpec, type ParamSpecs, type ParamValue, parseParam, parseParams } from '../strategy/params.ts';
import { type CommandOutcome, done, refused } from './commands.ts';
import type { StrategySet } from './strategy-set.ts';

export interface CarriedParameters {
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly chosen: readonly string[];
  /** What was set and cannot be any more. */
  readonly dropped: readonly string[];
}

/** Parameters as they are now. */
export class LiveParameters {
  private readonly strategies: readonly EngineStrategy[];
  private readonly running: StrategySet;
  private readonly values: Record<string, ParamValue>[];
  /** Those that somebody has set, here or at the start: the others are defaults. */
  private readonly chosen: Set<string>[];

  constructor(strategies: readonly EngineStrategy[], set: StrategySet) {
    this.strategies = strategies;
    this.running = set;
    this.values = strategies.map(({ params }) => ({ ...params }));
    this.chosen = strategies.map(({ chosen = [] }) => new Set(chosen));
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
    this.chosen[index]!.add(name);
    return done(`${name} of ${strategy} was ${old} and is now ${given(declared, parsed)}.`);
  }

  /**
   * Parameters of a strategy's next version: what somebody has set stays, everything else has the new default.
   * @throws HotlapError ERR_PARAM_VALUE
   */
  carried(index: number, specs: ParamSpecs): CarriedParameters {
    const before = this.strategies[index]!.bundle.params;
    const values = this.values[index]!;
    const kept: Record<string, ParamValue> = {};
    const dropped: string[] = [];
    for (const name of this.chosen[index]!) {
      const was = before[name]!;
      const is = Object.hasOwn(specs, name) ? specs[name]! : undefined;
      if (is?.kind === was.kind) kept[name] = given(was, values[name]!);
      else dropped.push(is === undefined ? `${name} is gone` : `${name} was ${was.kind} and is ${is.kind}`);
    }
    return { params: parseParams(specs, kept), chosen: Object.keys(kept), dropped };
  }

  /** A strategy runs with these from now on. */
  replaced(index: number, { params, chosen }: CarriedParameters): void {
    this.values[index] = { ...params };
    this.chosen[index] = new Set(chosen);
  }

  report(): ParameterReport[] {
    return this.strategies.flatMap(({ id, bundle }, index) =>
      Object.entries(bundle.params).map(([name, declared]) => ({
        strategy: id,
        name,
        value: given(declared, this.values[index]![name]!),
        chosen: this.chosen[index]!.has(name),
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
