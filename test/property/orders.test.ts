import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isOpen, ORDER_STATE } from '../../engine/domain/order-state.ts';
import { POSITION } from '../../engine/domain/position.ts';
import { BEHAVIOURS } from '../../simulator/index.ts';
import { Random } from '../fuzz/fix/random.ts';
import { OrderFuzz } from '../fuzz/orders/order-fuzz.ts';
import { disagreements } from '../support/orders/agreement.ts';
import { OrderWorld } from '../support/orders/order-world.ts';
import { RandomTrader } from '../support/orders/random-trader.ts';

/** Another one with FUZZ_SEED; what fails prints the command that tries it again. */
const SEED = Number(process.env.FUZZ_SEED ?? 44);
const ORDERS = 100_000;
const RUN = fileURLToPath(new URL('../fuzz/orders/run.ts', import.meta.url));

it(`${ORDERS} orders of seed ${SEED}: engine and venue agree on every order, fill, position and cent`, async () => {
  const args = [RUN, '--orders', String(ORDERS), '--seed', String(SEED)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^1\d{5} orders of seed \d+: both sides agree\n$/);
  const counts = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string);
  // It went deep: orders traded, were replaced and cancelled, and everything that can go wrong did.
  expect(counts.executions).toBeGreaterThan(ORDERS / 4);
  expect(counts.replaces).toBeGreaterThan(ORDERS / 40);
  expect(counts.cancels).toBeGreaterThan(ORDERS / 20);
  // A copy needs a drop copy's session: test/unit/simulator has that.
  for (const name of Object.keys(BEHAVIOURS).filter((each) => each !== 'falseCopy'))
    expect(counts[name], name).toBeGreaterThan(100);
}, 300_000);

describe('what fails can be tried again', () => {
  it('a scenario by itself is what it was among all', () => {
    const [all, single] = [new OrderFuzz(5), new OrderFuzz(5)];
    for (let scenario = 0; scenario < 2; scenario++) all.scenario(scenario);
    const before = { ...all.counts };
    const lines: string[] = [];
    const alone: string[] = [];
    all.scenario(2, (line) => lines.push(line));
    single.scenario(2, (line) => alone.push(line));
    expect(alone).toEqual(lines);
    expect(single.counts.executions).toBe(all.counts.executions - before.executions);
  });
});

describe('the checks can fail', () => {
  /** Some orders of both kinds, over and open, and all at rest. */
  function rested(): OrderWorld {
    const random = new Random(3);
    const world = new OrderWorld({ random, scenario: { seed: 1, behaviours: {} }, rows: 1_024 });
    const trader = new RandomTrader(world, random);
    while (trader.sent < 60) {
      trader.act();
      if (random.oneIn(3)) world.market.stir();
      world.turn(100_000);
    }
    expect(world.rest()).toBe(true);
    expect(disagreements(world)).toEqual([]);
    return world;
  }
  const rowOf = (world: OrderWorld, wanted: (state: number) => boolean): number =>
    [...world.table.state].findIndex((state) => state !== ORDER_STATE.none && wanted(state));

  it.each([
    ['a share', (world: OrderWorld) => world.table.cumQuantity[rowOf(world, isOpen)]++, /CumQty/],
    ['a cent', (world: OrderWorld) => world.table.executedValue[rowOf(world, isOpen)]++, /executed value/],
    ['what is left', (world: OrderWorld) => world.table.leaves[rowOf(world, isOpen)]--, /LeavesQty/],
    ['a price', (world: OrderWorld) => world.table.price[rowOf(world, isOpen)]++, /Price/],
    [
      'an order that is over there',
      (world: OrderWorld) => {
        world.table.state[rowOf(world, (state) => !isOpen(state))] = ORDER_STATE.new;
      },
      /being open is true here, false there/,
    ],
    [
      'an order that is forgotten here',
      (world: OrderWorld) => {
        world.table.state[rowOf(world, isOpen)] = ORDER_STATE.none;
      },
      /is open at the venue and unknown here/,
    ],
    [
      'a cent of a position',
      (world: OrderWorld) => world.positions.all[world.positions.at(1, 0) + POSITION.realizedPnl]++,
      /the position is/,
    ],
  ])('%s too much or too little is seen', (_what, change, complaint) => {
    const world = rested();
    change(world);
    const wrong = disagreements(world);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.join('\n')).toMatch(complaint);
  });
});
