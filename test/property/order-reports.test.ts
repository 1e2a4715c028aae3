/** Reports in any order, twice or with gaps that are closed later: what counts in the end is what the venue did. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOpen, ORDER_STATE } from '../../engine/domain/order-state.ts';
import { reportBench, type Told } from '../support/engine/report-bench.ts';

interface Execution {
  id: string;
  quantity: number;
  price: number;
  live: boolean;
}

const step = fc.record({
  what: fc.constantFrom('fill', 'fill', 'fill', 'bust', 'correct', 'replace', 'cancel', 'expire'),
  pick: fc.nat(10),
  quantity: fc.integer({ min: 1, max: 40 }),
  price: fc.integer({ min: 900, max: 1_100 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A venue with one order: its reports in the order in which it made them, and its executions. */
const venueOf = (steps: readonly Step[]) => {
  let quantity = 100;
  let name = 1;
  const executions: Execution[] = [];
  let left = quantity;
  let open = true;
  const reports: Told[] = [{ clOrd: 1, type: '0', status: '0', id: 'new', cum: 0, leaves: quantity }];
  const cum = (): number => executions.reduce((sum, each) => sum + (each.live ? each.quantity : 0), 0);
  const average = (): number => {
    const value = executions.reduce((sum, each) => sum + (each.live ? each.quantity * each.price : 0), 0);
    return cum() === 0 ? 0 : value / cum();
  };
  const tell = (told: Told, over = '4'): void => {
    const status = !open ? (left === 0 && told.type !== over ? '2' : over) : cum() > 0 ? '1' : '0';
    reports.push({ clOrd: name, status, cum: cum(), leaves: open ? left : 0, average: average(), ...told });
  };
  for (const [index, { what, pick, quantity: asked, price }] of steps.entries()) {
    const id = `E${index}`;
    const target = executions.filter(({ live }) => live)[
      pick % Math.max(1, executions.filter(({ live }) => live).length)
    ];
    if (what === 'fill' && open) {
      const filled = Math.min(asked, left);
      executions.push({ id, quantity: filled, price, live: true });
      left -= filled;
      open = left > 0;
      tell({ type: 'F', id, last: filled, px: price });
    } else if (what === 'bust' && target !== undefined) {
      target.live = false;
      // What is taken back does not work again.
      tell({ type: 'H', id, ref: target.id });
    } else if (what === 'correct' && target !== undefined) {
      target.live = false;
      executions.push({ id, quantity: target.quantity, price, live: true });
      tell({ type: 'G', id, ref: target.id, last: target.quantity, px: price });
    } else if (what === 'replace' && open && name === 1) {
      name = 2;
      left += asked;
      quantity += asked;
      tell({ type: '5', id, orig: 1, price: 1_000, quantity });
    } else if (what === 'cancel' && open) {
      open = false;
      tell({ type: '4', id, status: '4' });
    } else if (what === 'expire' && open) {
      open = false;
      tell({ type: 'C', id, status: 'C' });
    }
  }
  return { reports, executions: executions.filter(({ live }) => live), open, left, quantity, name };
};

const sumOf = (executions: readonly Execution[], of: (each: Execution) => number): number =>
  executions.reduce((sum, each) => sum + of(each), 0);

it('in sequence: state, quantity, value and leaves are the venue’s after every report', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { reports, executions, open, left, quantity: asked, name } = venueOf(steps);
      const bench = reportBench(4, 128);
      const row = bench.order(100);
      if (name === 2) bench.replace(row, 1_000, asked);
      bench.hear(...reports);
      expect([bench.table.ordinal[row], bench.table.quantity[row]]).toEqual([name, asked]);
      const quantity = sumOf(executions, (each) => each.quantity);
      const value = sumOf(executions, (each) => each.quantity * each.price);
      expect(bench.table.cumQuantity[row]).toBe(quantity);
      expect(bench.table.executedValue[row]).toBe(value);
      expect(bench.table.assumedQuantity[row]).toBe(0);
      expect(isOpen(bench.table.state[row] as number)).toBe(open);
      expect(bench.table.leaves[row]).toBe(open ? left : 0);
      expect(bench.position()).toMatchObject({ quantity, bought: quantity, sold: 0, working: open ? left : 0 });
      expect(bench.position().cost - bench.position().realized).toBe(value);
    }),
    { numRuns: 400 },
  );
});

it('in any order and more than once: quantity and value are the venue’s in the end', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 25 }),
      fc.array(fc.nat(1_000), { minLength: 30, maxLength: 30 }),
      fc.boolean(),
      (steps, keys, everything) => {
        const { reports, executions, open, quantity: asked, name } = venueOf(steps);
        const bench = reportBench(4, 128);
        const row = bench.order(100);
        // Neighbours change places, or everything with everything; some come twice.
        const twice = reports.flatMap((each, index) =>
          (keys[index % 30] as number) % 3 === 0 ? [each, each] : [each],
        );
        const shuffled = twice
          .map((each, index) => ({ each, key: (everything ? 0 : index * 300) + (keys[(index * 7) % 30] as number) }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        if (name === 2) bench.replace(row, 1_000, asked);
        bench.hear(...shuffled);
        const value = sumOf(executions, (each) => each.quantity * each.price);
        expect(bench.table.cumQuantity[row]).toBe(sumOf(executions, (each) => each.quantity));
        expect(bench.table.executedValue[row]).toBe(value);
        expect(bench.position().cost - bench.position().realized).toBe(value);
        expect(bench.position().quantity).toBe(bench.table.cumQuantity[row]);
        const isClosed = !isOpen(bench.table.state[row] as number);
        if (open) expect(isClosed).toBe(false);
        expect(bench.position().working).toBe(isClosed ? 0 : bench.table.leaves[row]);
        // Told out of turn, a bust or a correction may leave open whether the order lives again: the venue is asked.
        const isDoubted = bench.table.state[row] === ORDER_STATE.inDoubt;
        if (isDoubted) expect(steps.some(({ what }) => what === 'bust' || what === 'correct')).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
