import type { BehaviourCounts, BehaviourName } from '../../../simulator/index.ts';
import { disagreements } from '../../support/orders/agreement.ts';
import { OrderWorld } from '../../support/orders/order-world.ts';
import { randomScenario } from '../../support/orders/random-scenario.ts';
import { RandomTrader } from '../../support/orders/random-trader.ts';
import { Random } from '../fix/random.ts';

/** Orders that one scenario sends at least, before it comes to rest. */
const ORDERS_PER_SCENARIO = 500;
/** Orders that the engine can know at one time. */
const LARGE_TABLE = 2_048;
const SMALL_TABLE = 128;
/** A scenario in which next to nothing gets through must end all the same. */
const MAX_STEPS = 40_000;

export interface ScenarioResult {
  orders: number;
}

/** Engine and exchange under random traders: a scenario is determined by the seed and its own number alone. */
export class OrderFuzz {
  /** Of all scenarios so far. */
  readonly counts = { scenarios: 0, orders: 0, executions: 0, replaces: 0, cancels: 0 };
  /** How often each behaviour has happened. */
  readonly behaviours: BehaviourCounts = {};
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param trace hears every message @throws with what the two sides disagree about, and the command that tries it again */
  scenario(number: number, trace?: (line: string) => void): ScenarioResult {
    const random = new Random(this.#seed);
    random.reseed(this.#seed, number);
    const scenario = randomScenario(random);
    // In a small table rows are used again within the scenario, and what is told late finds nobody: the house holds it.
    const rows = random.oneIn(3) ? SMALL_TABLE : LARGE_TABLE;
    const world = new OrderWorld({ random, scenario, rows, trace });
    const trader = new RandomTrader(world, random);
    for (let step = 0; step < MAX_STEPS && trader.sent < ORDERS_PER_SCENARIO; step++) {
      world.pass(random.below(200_000));
      if (random.oneIn(3)) world.market.stir();
      for (let actions = random.below(4); actions > 0; actions--) trader.act();
      if (!random.oneIn(5)) world.engineTurn();
      if (!random.oneIn(5)) world.exchange.poll();
    }
    const wrong = world.rest() ? [] : ['it never came to rest'];
    wrong.push(...disagreements(world));
    if (wrong.length > 0) throw new Error(this.#complaint(number, wrong, world));
    return this.#count(world);
  }

  #count(world: OrderWorld): ScenarioResult {
    const { orders, reports, requests } = world.engine.stats();
    this.counts.scenarios++;
    this.counts.orders += orders.sent;
    this.counts.executions += reports.executions;
    this.counts.replaces += requests.replaces;
    this.counts.cancels += requests.cancels;
    const { behaviours } = world.exchange.stats();
    for (const [name, count] of Object.entries(behaviours) as [BehaviourName, number][])
      this.behaviours[name] = (this.behaviours[name] ?? 0) + count;
    return { orders: orders.sent };
  }

  #complaint(number: number, wrong: readonly string[], world: OrderWorld): string {
    const again = `node test/fuzz/orders/run.ts --seed ${this.#seed} --scenario ${number}`;
    const lines = [`${wrong.length} disagreements: ${again}`, ...wrong.slice(0, 20), ...world.log.slice(-20)];
    return lines.join('\n');
  }
}
