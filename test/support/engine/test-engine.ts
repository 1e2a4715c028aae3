import { createEngine } from '../../../engine/create-engine.ts';
import type { Engine, EngineOptions } from '../../../engine/engine.ts';
import type { StrategyDefinition } from '../../../engine/strategy/define-strategy.ts';
import { type ParamSpecs, type ParamValue, parseParams } from '../../../engine/strategy/params.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import { FakeFeed } from './fake-feed.ts';
import { FakeGateway } from './fake-gateway.ts';

export interface TestEngine {
  engine: Engine;
  feed: FakeFeed;
  gateway: FakeGateway;
  /** Turns until one is idle. */
  settle(): void;
}

/** An engine over a fake feed and a fake venue, armed. The first strategy is called `s0`. */
export const testEngine = (
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has parameters of its own
  definitions: readonly StrategyDefinition<any>[],
  options: Partial<EngineOptions> & {
    values?: Record<string, ParamValue>;
    recorded?: boolean;
    checkViews?: boolean;
  } = {},
): TestEngine => {
  const { values = {}, recorded = false, checkViews = false, risk = {}, ...rest } = options;
  const feed = new FakeFeed(recorded);
  let gateway!: FakeGateway;
  const engine = createEngine({
    feed,
    cells: feed.cells,
    record: feed.record,
    depth: feed.depth,
    depthLevels: feed.depthLevels,
    maxInstruments: feed.maxInstruments,
    day0Ms: Date.UTC(2020, 0, 30),
    armed: true,
    ...rest,
    // Tests send one order many times, at one instant.
    risk: { duplicateMs: null, refuseSelfMatch: false, ...risk },
    gateway: (sink) => {
      gateway = new FakeGateway(sink);
      return gateway;
    },
    strategies: definitions.map((definition, index) => {
      const bundle = strategyBundle(definition as StrategyDefinition<ParamSpecs>);
      return { id: `s${index}`, bundle, params: parseParams(bundle.params, values), checkViews };
    }),
  });
  const settle = (): void => {
    for (let turn = 0; turn < 10_000; turn += 1) if (engine.turn() === 0) return;
    throw new Error('the engine never idles');
  };
  return { engine, feed, gateway, settle };
};
