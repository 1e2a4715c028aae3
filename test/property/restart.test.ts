/**
 * A run that ends anywhere, and one that begins with what its journal says: orders, positions and what is known of
 * executions are the same, and stay so whatever the venue says next, once or again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recoveredState } from '../../app/recovery/recovered-state.ts';
import type { InstrumentRegistry } from '../../engine/market/instrument-registry.ts';
import { EXECUTION, type Executions } from '../../engine/orders/executions.ts';
import { restore } from '../../engine/recovery/restore.ts';
import { reportBench, type Told } from '../support/engine/report-bench.ts';
import { RecordingJournal } from '../support/journal/recording-journal.ts';
import { carried, instrument, opened } from '../support/recovery/hand-made-journal.ts';

const ORDERS = 3;
/** Too many shares for the steps to execute: an order that is closed is not carried over. */
const QUANTITY = 1_000_000;
const NAMES = 8;

const step = fc.record({
  what: fc.constantFrom('trade', 'trade', 'trade', 'status', 'bust', 'correct', 'again', 'again'),
  order: fc.integer({ min: 1, max: ORDERS }),
  /** ExecID(17) and ExecRefID(19), of a few: they meet again and again, also before the execution that they name. */
  name: fc.nat(NAMES),
  ref: fc.nat(NAMES),
  quantity: fc.integer({ min: 1, max: 40 }),
  price: fc.integer({ min: 900, max: 1_100 }),
  /** CumQty(14) beyond what was told: executions that are assumed. */
  missed: fc.constantFrom(0, 0, 10),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Every third is longer than what is kept of one, and begins like the others. */
const nameOf = (order: number, name: number): string =>
  name % 3 === 0 ? `${'L'.repeat(60 + name)}${order}-${name}` : `E${order}-${name}`;

/** @param told by order: what the venue counts */
const reportOf = ({ what, order, name, ref, quantity, price, missed }: Step, told: number[]): Told => {
  const before = told[order] as number;
  const change = what === 'trade' ? quantity + missed : what === 'status' ? missed : 0;
  const cum = before + change;
  told[order] = cum;
  const of = { clOrd: order, status: '1', cum, leaves: QUANTITY - cum, average: price, id: nameOf(order, name) };
  if (what === 'trade') return { ...of, type: 'F', last: quantity, px: price };
  if (what === 'status') return { ...of, type: 'I', id: '', price: 1_000, quantity: QUANTITY };
  if (what === 'bust') return { ...of, type: 'H', ref: nameOf(order, ref) };
  return { ...of, type: 'G', ref: nameOf(order, ref), last: quantity, px: price };
};

const reportsOf = (steps: readonly Step[], told: number[], before: readonly Told[]): Told[] => {
  const all = [...before];
  for (const each of steps) {
    const again = each.what === 'again' ? all[(each.name * 7 + each.ref) % Math.max(1, all.length)] : undefined;
    if (each.what !== 'again' || again !== undefined) all.push(again ?? reportOf(each, told));
  }
  return all.slice(before.length);
};

const memoryOf = (known: Executions) => {
  const entries = [...known.entries()];
  const at = (entry: number): number => entries.indexOf(entry);
  return entries.map((entry) => ({
    id: known.execId(entry),
    length: known.lengths[entry],
    hash: known.hashes[entry],
    key: known.key[entry],
    strategy: known.strategy[entry],
    instrument: known.instrument[entry],
    side: known.side[entry],
    status: known.status[entry],
    price: known.price[entry],
    quantity: known.quantity[entry],
    successor: at(known.successor[entry] as number),
  }));
};

const COLUMNS = [
  'key',
  'ordinal',
  'price',
  'quantity',
  'leaves',
  'cumQuantity',
  'executedValue',
  'assumedQuantity',
  'assumedValue',
  'state',
  'acknowledged',
  'busted',
] as const;

const stateOf = ({ table, known, position }: ReturnType<typeof reportBench>) => ({
  orders: Array.from({ length: ORDERS }, (_, index) => {
    const row = table.find(index + 1);
    return COLUMNS.map((column) => `${column} ${table[column][row]}`);
  }),
  positions: [position(0), position(1)],
  executions: memoryOf(known),
});

it('what a run knows of orders, positions and executions is what the next one begins with, and goes on from', () => {
  let busted = 0;
  let awaited = 0;
  let assumed = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), fc.array(step, { maxLength: 25 }), (first, then) => {
      const journal = new RecordingJournal();
      const before = reportBench(8, 256, journal);
      for (let order = 0; order < ORDERS; order += 1) before.order(QUANTITY);
      const told = new Array<number>(ORDERS + 1).fill(0);
      const accepted: Told[] = [1, 2, 3].map((clOrd) => ({ clOrd, type: '0', status: '0', cum: 0, leaves: QUANTITY }));
      before.hear(...accepted);
      const heard = reportsOf(first, told, []);
      before.hear(...heard);

      const after = reportBench(8, 256);
      const registry = { ask: () => ({ handle: 0 }) } as unknown as InstrumentRegistry;
      restore(recoveredState([opened(['s0']), instrument(0, 'AAPL'), carried, ...journal.records]), {
        table: after.table,
        positions: after.positions,
        executions: after.known,
        registry,
        counts: after.counts,
        queries: after.queries,
        strategies: ['s0', 'house'],
      });
      expect(stateOf(after)).toEqual(stateOf(before));
      for (const entry of before.known.entries()) {
        if (before.known.status[entry] === EXECUTION.gone) busted += 1;
        if (before.known.status[entry] === EXECUTION.awaited) awaited += 1;
      }
      assumed += before.table.assumedQuantity[before.table.find(1)] as number;

      for (const each of reportsOf(then, told, heard)) {
        before.hear(each);
        after.hear(each);
        expect(stateOf(after)).toEqual(stateOf(before));
      }
    }),
    { numRuns: 250 },
  );
  expect(Math.min(busted, awaited, assumed)).toBeGreaterThan(20);
});
