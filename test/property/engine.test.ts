import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POSITION } from '../../engine/domain/position.ts';
import { TimerQueue } from '../../engine/loop/timer-queue.ts';
import { OrderTable } from '../../engine/orders/order-table.ts';
import { createOrderTable } from '../../engine/orders/order-table-layout.ts';
import { OrdinalIndex } from '../../engine/orders/ordinal-index.ts';
import { createPositions, Positions } from '../../engine/orders/positions.ts';
import { RateBucket } from '../../engine/risk/rate-bucket.ts';
import { parsePrice } from '../../engine/strategy/params.ts';
import { CELL, CELLS_DOUBLES } from '../../native/layout.ts';

const fill = fc.record({
  side: fc.constantFrom(1, 2),
  price: fc.integer({ min: -1_000, max: 5_000_000 }),
  quantity: fc.integer({ min: 1, max: 10_000 }),
});

describe('positions', () => {
  it('lose no unit: bought - sold = cost - realised, and a flat position has no cost', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 200 }), (fills) => {
        const positions = new Positions(createPositions(2, 3));
        const own = positions.of(1).subarray(2 * 8, 3 * 8);
        let cash = 0;
        let held = 0;
        for (const { side, price, quantity } of fills) {
          positions.fill(1, 2, side, price, quantity);
          cash += (side === 1 ? 1 : -1) * price * quantity;
          held += (side === 1 ? 1 : -1) * quantity;
          expect(own[POSITION.quantity]).toBe(held);
          expect((own[POSITION.cost] as number) - (own[POSITION.realizedPnl] as number)).toBe(cash);
          if (held === 0) expect(own[POSITION.cost]).toBe(0);
        }
        expect(positions.of(0).every((value) => value === 0)).toBe(true);
      }),
    );
  });
});

describe('the ordinal index', () => {
  it('is a map, after any mixture of settings and deletions', () => {
    const step = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 0, max: 2_000_000_000 }), (steps, offset) => {
        const index = new OrdinalIndex(64);
        const model = new Map<number, number>();
        for (const [at, [set, key]] of steps.entries()) {
          // Multiples of a power of two crowd into few homes.
          const ordinal = offset + key * 64;
          if (ordinal > 2_147_483_647) continue;
          if (set) {
            index.set(ordinal, at);
            model.set(ordinal, at);
          } else {
            index.delete(ordinal);
            model.delete(ordinal);
          }
        }
        for (let key = 1; key <= 60; key += 1) {
          expect(index.get(offset + key * 64)).toBe(model.get(offset + key * 64) ?? -1);
        }
      }),
    );
  });
});

describe('the order table', () => {
  it('finds open orders by every name they have, and gives rows out again, longest closed first', () => {
    const action = fc.tuple(fc.constantFrom('take', 'release', 'replace', 'promote', 'cancel'), fc.nat(7));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const table = new OrderTable(createOrderTable(8, 1));
        const open: number[] = [];
        const closed: number[] = [];
        for (const [what, pick] of actions) {
          const row = open[pick % Math.max(1, open.length)];
          if (what === 'take' && !table.full) {
            const ordinal = table.takeOrdinal();
            const taken = table.take(ordinal);
            expect(open).not.toContain(taken);
            if (closed.length === 8 - open.length && closed.length > 0) expect(taken).toBe(closed.shift());
            open.push(taken);
          } else if (row === undefined) {
            continue;
          } else if (what === 'release') {
            table.release(row);
            open.splice(open.indexOf(row), 1);
            closed.push(row);
          } else if (what === 'replace' && table.replaceOrdinal[row] === 0) {
            table.setReplace(row, table.takeOrdinal());
          } else if (what === 'promote' && table.replaceOrdinal[row] !== 0) {
            table.promoteReplace(row);
          } else if (what === 'cancel') {
            if (table.cancelOrdinal[row] === 0) table.setCancel(row, table.takeOrdinal());
            else table.clearCancel(row);
          }
          expect(table.open).toBe(open.length);
          for (const each of open) {
            for (const column of [table.ordinal, table.previousOrdinal, table.replaceOrdinal, table.cancelOrdinal]) {
              if (column[each] !== 0) expect(table.find(column[each] as number)).toBe(each);
            }
          }
        }
      }),
    );
  });
});

describe('timers', () => {
  it('fire in order of time, then of setting, each at its time, and never once stopped', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('start' as const), delay: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ kind: fc.constant('stop' as const), pick: fc.nat(20) }),
      fc.record({ kind: fc.constant('pass' as const), by: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const cells = new Float64Array(CELLS_DOUBLES);
        const scratch = new Float64Array(2);
        const due = new Float64Array(1);
        let waiting: { timer: number; due: number }[] = [];
        const fired: number[] = [];
        const queue = new TimerQueue(cells, (_owner, timer) => {
          fired.push(timer);
        });
        queue.begin();
        for (const each of steps) {
          const now = cells[CELL.nowNs] as number;
          if (each.kind === 'start') {
            scratch[0] = each.delay;
            waiting.push({ timer: queue.start(0, scratch, 0), due: now + each.delay });
          } else if (each.kind === 'stop') {
            const [gone] = waiting.splice(each.pick % Math.max(1, waiting.length), 1);
            if (gone !== undefined) queue.stop(0, gone.timer);
          } else {
            cells[CELL.nowNs] = now + each.by;
            fired.length = 0;
            while (queue.poll() > 0);
            const expected = waiting.filter((one) => one.due <= now + each.by).sort((a, b) => a.due - b.due);
            expect(fired).toEqual(expected.map(({ timer }) => timer));
            waiting = waiting.filter((one) => one.due > now + each.by);
          }
          queue.nextDue(due, 0);
          expect(due[0]).toBe(Math.min(Number.POSITIVE_INFINITY, ...waiting.map((one) => one.due)));
        }
      }),
    );
  });
});

describe('the rate bucket', () => {
  it('lets no more than its rate, and one second of it at once, pass in any stretch of time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000_000 }), { maxLength: 200 }), (gapsNs) => {
        const cells = new Float64Array(1);
        const bucket = new RateBucket(Float64Array.of(7), 0, 1e9);
        const passed: number[] = [];
        for (const gap of gapsNs) {
          cells[0] = (cells[0] as number) + gap;
          if (!bucket.has(cells, 0)) continue;
          bucket.take(cells, 0);
          passed.push(cells[0] as number);
        }
        for (const [first, from] of passed.entries()) {
          for (let last = first; last < passed.length; last += 1) {
            const allowed = 7 + (((passed[last] as number) - from) / 1e9) * 7;
            expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
    );
  });
});

describe('parsePrice', () => {
  it('reads back every price that can be written, and nothing with a fraction of a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), (units) => {
        const text = `${units < 0 ? '-' : ''}${Math.floor(Math.abs(units) / 10_000)}.${String(Math.abs(units) % 10_000).padStart(4, '0')}`;
        expect(parsePrice(text, 10_000)).toBe(units === 0 ? 0 : units);
        expect(parsePrice(`${text}1`, 10_000)).toBeNaN();
      }),
    );
    for (const text of ['', '1,5', '1e3', '0x10', 'NaN', '.5', '1.', '--1']) expect(parsePrice(text, 100)).toBeNaN();
  });
});
