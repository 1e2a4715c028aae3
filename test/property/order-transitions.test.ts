import { expect, it } from 'vitest';
import { isOpen, ORDER_STATE } from '../../engine/domain/order-state.ts';
import { COUNT } from '../../engine/orders/order-counts.ts';
import { RULES, type Rule } from '../../engine/orders/transitions.ts';
import { Random } from '../fuzz/fix/random.ts';
import { reportBench } from '../support/engine/report-bench.ts';
import { OrderModel } from '../support/orders/order-model.ts';
import { RandomSayings } from '../support/orders/random-sayings.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 45);
const ORDERS = 2_000;
const SAYINGS = 40;
const QUANTITY = 100;
const PRICE = 1_000;

/** An order of the production's table and handler, and the model of it. */
class Pair {
  readonly model = new OrderModel(QUANTITY, PRICE);
  readonly bench = reportBench(2, 256);
  readonly row = this.bench.order(QUANTITY, PRICE);
  readonly history: string[] = [];
  asked = 0;
  duplicates = 0;
  readonly #random: Random;
  readonly #sayings: RandomSayings;

  constructor(random: Random) {
    this.#random = random;
    this.#sayings = new RandomSayings(random);
    const { queries } = this.bench;
    const doubted = queries.doubted.bind(queries);
    const unknown = queries.replacementUnknown.bind(queries);
    queries.doubted = (row, replacement) => {
      this.asked++;
      doubted(row, replacement);
    };
    queries.replacementUnknown = (row) => {
      this.asked++;
      unknown(row);
    };
  }

  /** This side asks the venue for something, where it may. */
  request(): void {
    const { model, bench, row } = this;
    if (!model.isOpen || model.state === 'inDoubt' || model.cancel !== 0) return;
    if (this.#random.oneIn(2)) {
      model.cancel = bench.cancel(row);
      model.state = 'pendingCancel';
    } else if (model.replace === 0) {
      model.newPrice = PRICE + this.#random.below(10);
      model.newQuantity = 50 + this.#random.below(100);
      model.replace = bench.replace(row, model.newPrice, model.newQuantity);
      model.state = 'pendingReplace';
    }
  }

  /** @returns the rule that was to be followed */
  hear(): string {
    const { model, bench } = this;
    const said = this.#random.of(this.#sayings.choices(model))();
    const { says, report, session, isRepeated } = said;
    const rule = `${says} in ${model.state}`;
    this.history.push(`${rule}: ${JSON.stringify(report)}`);
    bench.heard.length = 0;
    if (session === 'lost') bench.handler.sessionLost('lost');
    else if (session === 'asksAgain') bench.handler.inDoubt(report.clOrd as number, 'asked again');
    else bench.hear(report);
    if (isRepeated === true) this.duplicates++;
    model.hear(
      says,
      report,
      session === undefined ? `text of ${report.id ?? ''}` : session === 'lost' ? 'lost' : 'asked again',
    );
    return rule;
  }

  here() {
    const { table, heard, counts, stateOf, position, queries } = this.bench;
    const { row } = this;
    const { quantity, bought, working, cost, realized } = position();
    return {
      state: stateOf(row),
      told: heard.map((text) => text.split(':')[0]),
      ordinal: table.ordinal[row],
      requests: isOpen(table.state[row] as number) ? [table.replaceOrdinal[row], table.cancelOrdinal[row]] : [],
      doubted: table.state[row] === ORDER_STATE.inDoubt ? queries.replacementOf(row) : 0,
      terms: [table.quantity[row], table.price[row]],
      leaves: table.leaves[row],
      executed: [table.cumQuantity[row], table.executedValue[row]],
      assumed: [table.assumedQuantity[row], table.assumedValue[row]],
      position: [quantity, bought, working, cost - realized],
      reason: table.reasons[row],
      counted: [counts.of(COUNT.late), counts.of(COUNT.duplicates), this.asked],
    };
  }

  expected(): ReturnType<Pair['here']> {
    const { model } = this;
    const { executed, value, leaves } = model;
    return {
      state: model.state,
      told: model.told,
      ordinal: model.ordinal,
      requests: model.isOpen ? [model.replace, model.cancel] : [],
      doubted: model.state === 'inDoubt' ? model.doubtedReplace : 0,
      terms: [model.quantity, model.price],
      leaves,
      executed: [executed, value],
      assumed: [model.assumed, model.assumedValue],
      position: [executed, executed, leaves, value],
      reason: model.reason,
      counted: [model.late, this.duplicates, model.asked],
    };
  }
}

it(`${ORDERS} orders of seed ${SEED} become what the rules say, whatever is said of them`, () => {
  const followed = new Set<string>();
  for (let order = 0; order < ORDERS; order++) {
    const random = new Random(SEED);
    random.reseed(SEED, order);
    const pair = new Pair(random);
    for (let saying = 0; saying < SAYINGS; saying++) {
      if (random.oneIn(3)) pair.request();
      followed.add(pair.hear());
      const [here, expected] = [JSON.stringify(pair.here()), JSON.stringify(pair.expected())];
      if (here !== expected)
        expect(pair.here(), `order ${order} of seed ${SEED}:\n${pair.history.join('\n')}`).toEqual(pair.expected());
    }
  }
  // It went everywhere: what is never said is that of a replacement in doubt where no order is.
  const isFollowed = ({ says, from }: Rule): boolean => from.some((state) => followed.has(`${says} in ${state}`));
  const unsaid = RULES.filter((rule) => !isFollowed(rule));
  expect(unsaid.map(({ says, from }) => `${says} in ${from[0]}`)).toEqual(['replacementUnknown in filled']);
  expect(followed.size).toBeGreaterThan(300);
}, 30_000);
