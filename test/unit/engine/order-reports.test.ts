import { describe, expect, it, vi } from 'vitest';
import { isOpen, ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { COUNT } from '../../../engine/orders/order-counts.ts';
import { DOES, EFFECT, entryOf, NEXT_STATE, RESTING, RULES, SAID, SAME } from '../../../engine/orders/transitions.ts';
import { reportBench } from '../../support/engine/report-bench.ts';

/** An order of 100 that has been accepted. */
const accepted = () => {
  const bench = reportBench();
  const row = bench.order(100);
  bench.hear({ clOrd: 1, type: '0', status: '0', id: 'A1', cum: 0, leaves: 100 });
  bench.heard.length = 0;
  return { ...bench, row };
};

describe('executions', () => {
  it('count once by ExecID(17), also where CumQty(14) is out of step', () => {
    const { hear, heard, position, counts } = accepted();
    const fill = { clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 };
    hear(fill, fill, { ...fill, cum: 80 });
    expect(heard).toEqual(['fill:partiallyFilled:40/100']);
    expect(position()).toMatchObject({ quantity: 40, cost: 40_000, working: 60 });
    expect(counts.of(COUNT.duplicates)).toBe(2);
  });

  it('of two orders may share an ExecID(17)', () => {
    const bench = reportBench();
    bench.order(100);
    bench.order(100);
    for (const clOrd of [1, 2])
      bench.hear({ clOrd, type: 'F', status: '1', id: 'SAME', last: 10, px: 1_000, cum: 10, leaves: 90 });
    expect(bench.position().quantity).toBe(20);
  });

  it('that overtake one another are assumed, then put right at their own price', () => {
    const { hear, heard, position, table, row } = accepted();
    hear({ clOrd: 1, type: 'F', status: '2', id: 'E2', last: 60, px: 1_010, cum: 100, leaves: 0, average: 1_006 });
    expect(heard).toEqual(['fill:filled:100/100', 'fill:filled:100/100']);
    expect(position()).toMatchObject({ quantity: 100, cost: 100_600, working: 0 });
    expect(table.assumedQuantity[row]).toBe(40);
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 990, cum: 40, leaves: 60, average: 990 });
    expect(heard.at(-1)).toBe('corrected:filled:100/100');
    expect(position()).toMatchObject({ quantity: 100, cost: 60 * 1_010 + 40 * 990, bought: 100 });
    expect(table.assumedQuantity[row]).toBe(0);
  });

  it('after a cancel count, and leave the order cancelled', () => {
    const { hear, cancel, row, heard, position, stateOf } = accepted();
    hear({ clOrd: cancel(row), orig: 1, type: '4', status: '4', id: 'C', cum: 0, leaves: 0 });
    hear({ clOrd: 1, type: 'F', status: '4', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 0 });
    expect(heard).toEqual(['cancelled:cancelled:0/100', 'fill:cancelled:40/100']);
    expect(stateOf(row)).toBe('cancelled');
    expect(position()).toMatchObject({ quantity: 40, working: 0 });
  });

  it('give way to newer ones: what is forgotten counts anew', () => {
    const bench = reportBench(8, 4);
    const row = bench.order(1_000);
    const fill = (n: number) => ({ clOrd: 1, type: 'F', status: '1', id: `E${n}`, last: 1, px: 1_000 });
    for (let n = 0; n < 5; n += 1) bench.hear(fill(n));
    bench.hear(fill(4), fill(1));
    expect(bench.table.cumQuantity[row]).toBe(5);
    bench.hear(fill(0));
    expect(bench.table.cumQuantity[row]).toBe(6);
  });
});

describe('a bust', () => {
  it('takes back quantity, cost and what was traded, and works on where the venue says so', () => {
    const { hear, heard, position, stateOf, row } = accepted();
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    hear({ clOrd: 1, type: 'F', status: '2', id: 'E2', last: 60, px: 1_020, cum: 100, leaves: 0 });
    hear({ clOrd: 1, type: 'H', status: '1', id: 'B1', ref: 'E1', cum: 60, leaves: 40 });
    expect(heard.at(-1)).toBe('busted:partiallyFilled:60/100');
    expect(position()).toMatchObject({ quantity: 60, cost: 61_200, realized: 0, bought: 60, working: 40 });
    expect(stateOf(row)).toBe('partiallyFilled');
    hear({ clOrd: 1, type: 'H', status: '1', id: 'B1', ref: 'E1', cum: 60, leaves: 40 });
    expect(position().quantity).toBe(60);
  });

  it('that comes before its execution keeps it from counting', () => {
    const { hear, position, alerts } = accepted();
    hear({ clOrd: 1, type: 'H', status: '0', id: 'B1', ref: 'E1', cum: 0, leaves: 100 });
    expect(alerts).toHaveLength(1);
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    expect(position()).toMatchObject({ quantity: 0, bought: 0, working: 100 });
  });

  it.each([
    // OrdStatus(39), CumQty(14), LeavesQty(151) of the bust of 40; 60 are left of the 100 that had filled the order.
    ['of now', '1', 60, 40, 'partiallyFilled', 40],
    ['without CumQty(14)', '1', undefined, 40, 'partiallyFilled', 40],
    ['of before the last trade', '1', 0, 100, 'inDoubt', 40],
    ['without a status', undefined, 60, 40, 'inDoubt', 40],
    ['that contradicts itself', '2', 60, 40, 'inDoubt', 40],
    ['of an order that is over', '4', 60, 0, 'filled', 0],
    ['of an order that stays filled', '2', 0, undefined, 'filled', 0],
  ] as const)('of a filled order, %s', (_what, status, cum, leaves, state, working) => {
    const { hear, heard, position, stateOf, row, queries } = accepted();
    const asked = vi.spyOn(queries, 'doubted');
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    hear({ clOrd: 1, type: 'F', status: '2', id: 'E2', last: 60, px: 1_000, cum: 100, leaves: 0 });
    hear({
      clOrd: 1,
      type: 'H',
      ...(status && { status }),
      id: 'B',
      ref: 'E1',
      ...(cum !== undefined && { cum }),
      ...(leaves !== undefined && { leaves }),
    });
    expect(stateOf(row)).toBe(state);
    expect(position()).toMatchObject({ quantity: 60, working });
    expect(asked).toHaveBeenCalledTimes(state === 'inDoubt' ? 1 : 0);
    if (state !== 'inDoubt') return;
    expect(heard.at(-1)).toBe('inDoubt:inDoubt:60/100');
    hear({ clOrd: 1, type: 'I', status: '1', cum: 60, leaves: 40 });
    expect(stateOf(row)).toBe('partiallyFilled');
  });

  it('of a position that was closed meanwhile is a trade the other way', () => {
    const { hear, positions, position } = accepted();
    hear({ clOrd: 1, type: 'F', status: '2', id: 'E1', last: 100, px: 1_000, cum: 100, leaves: 0 });
    positions.fill(0, 0, 2, 1_010, 100);
    expect(position()).toMatchObject({ quantity: 0, realized: 1_000 });
    hear({ clOrd: 1, type: 'H', status: '4', id: 'B1', ref: 'E1', cum: 0, leaves: 0 });
    expect(position()).toMatchObject({ quantity: -100, cost: -100_000, realized: 1_000, bought: 0, sold: 100 });
  });
});

describe('a correction', () => {
  it('puts another quantity and price in the place of an execution, once', () => {
    const { hear, heard, position } = accepted();
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    const correction = {
      clOrd: 1,
      type: 'G',
      status: '1',
      id: 'G1',
      ref: 'E1',
      last: 30,
      px: 1_005,
      cum: 30,
      leaves: 70,
    };
    hear(correction, correction);
    expect(heard.slice(1)).toEqual(['corrected:partiallyFilled:30/100']);
    expect(position()).toMatchObject({ quantity: 30, cost: 30_150, bought: 30, working: 70 });
  });

  it('can be taken back by the name of what it corrected', () => {
    const { hear, position } = accepted();
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    hear({ clOrd: 1, type: 'G', status: '1', id: 'G1', ref: 'E1', last: 30, px: 1_005, cum: 30, leaves: 70 });
    hear({ clOrd: 1, type: 'H', status: '0', id: 'B1', ref: 'E1', cum: 0, leaves: 100 });
    expect(position()).toMatchObject({ quantity: 0, cost: 0, realized: 0, bought: 0 });
  });
});

describe('replacements', () => {
  it('in a chain: reports find the order by each name that it ever had', () => {
    const { hear, replace, row, table } = accepted();
    for (let n = 0; n < 4; n += 1) {
      const before = table.ordinal[row] as number;
      const name = replace(row, 1_000 + n, 100);
      hear({ clOrd: name, orig: before, type: '5', status: '0', id: `R${n}`, cum: 0, leaves: 100, quantity: 100 });
    }
    expect(table.ordinal[row]).toBe(5);
    for (const clOrd of [1, 2, 3, 4, 5])
      hear({
        clOrd,
        type: 'F',
        status: '1',
        id: `E${clOrd}`,
        last: 10,
        px: 1_000,
        cum: 10 * clOrd,
        leaves: 100 - 10 * clOrd,
      });
    expect(table.cumQuantity[row]).toBe(50);
    expect(table.leaves[row]).toBe(50);
  });

  it('are accepted by whoever names them: a fill may come before the acceptance', () => {
    const { hear, replace, row, heard, table } = accepted();
    const name = replace(row, 1_001, 50);
    hear({ clOrd: name, orig: 1, type: 'F', status: '1', id: 'E1', last: 20, px: 1_001, cum: 20, leaves: 30 });
    expect(heard).toEqual(['replaced:partiallyFilled:20/50', 'fill:partiallyFilled:20/50']);
    hear({ clOrd: name, orig: 1, type: '5', status: '0', id: 'R1', cum: 0, leaves: 50, price: 1_001, quantity: 50 });
    expect(heard).toHaveLength(2);
    expect(table.leaves[row]).toBe(30);
  });

  it('that an ExecutionReport(8) refuses leave the order as it was', () => {
    const { hear, replace, row, heard, stateOf } = accepted();
    hear({ clOrd: replace(row, 1_001, 50), orig: 1, type: '8', status: '8', id: 'J1' });
    expect(heard).toEqual(['replaceRejected:new:0/100']);
    expect(stateOf(row)).toBe('new');
  });
});

describe('the venue by itself', () => {
  it('restates price and quantity', () => {
    const { hear, heard, table, row, position } = accepted();
    hear({ clOrd: 1, type: 'D', status: '0', id: 'D1', price: 995, quantity: 80, cum: 0, leaves: 80 });
    expect(heard).toEqual(['restated:new:0/80']);
    expect(table.price[row]).toBe(995);
    expect(position().working).toBe(80);
  });

  it('cancels, and the request that was under way is answered in vain', () => {
    const { hear, replace, row, heard, stateOf, counts } = accepted();
    const name = replace(row, 1_001, 50);
    hear({ clOrd: 1, type: '4', status: '4', id: 'C', cum: 0, leaves: 0 });
    hear({ clOrd: name, orig: 1, type: 'reject', status: '4' });
    expect(heard).toEqual(['cancelled:cancelled:0/100']);
    expect(stateOf(row)).toBe('cancelled');
    expect(counts.of(COUNT.replaceRejects)).toBe(1);
  });

  it.each([
    ['3', 'doneForDay', false],
    ['C', 'expired', false],
    ['7', 'stopped', true],
    ['9', 'suspended', true],
  ])('ExecType(150) %s: %s', (type, state, open) => {
    const { hear, row, stateOf, table, position } = accepted();
    hear({ clOrd: 1, type, status: type, id: 'X', cum: 0, leaves: open ? 100 : 0 });
    expect(stateOf(row)).toBe(state);
    expect(isOpen(table.state[row] as number)).toBe(open);
    expect(position().working).toBe(open ? 100 : 0);
  });

  it('is done for the day with an order that is good till cancelled, and renews it on the next', () => {
    const { hear, row, stateOf, table, cancel } = accepted();
    table.timeInForce[row] = 1;
    hear({ clOrd: 1, type: '3', status: '3', id: 'X', cum: 0, leaves: 0 });
    expect(stateOf(row)).toBe('suspended');
    const name = cancel(row);
    hear({ clOrd: name, orig: 1, type: 'reject', status: '9' });
    expect(stateOf(row)).toBe('suspended');
    hear({ clOrd: 1, type: 'D', status: '0', id: 'D1', cum: 0, leaves: 100 });
    expect(stateOf(row)).toBe('new');
  });
});

describe('orders that nobody here knows', () => {
  const stranger = { clOrd: 700, type: 'F', status: '1', id: 'S1', last: 10, px: 1_000, cum: 10, leaves: 90 };

  it('are the house’s, once, and a person hears of it', () => {
    const bench = reportBench();
    bench.hear(stranger, stranger);
    expect(bench.position(1)).toMatchObject({ quantity: 10, cost: 10_000 });
    expect(bench.position(0).quantity).toBe(0);
    expect(bench.alerts).toHaveLength(1);
    bench.hear({ clOrd: 700, type: 'H', status: '0', id: 'B', ref: 'S1' });
    expect(bench.position(1)).toMatchObject({ quantity: 0, cost: 0, bought: 0 });
    expect(bench.alerts).toHaveLength(2);
  });

  it('are those whose row was used again, but not what they told before', () => {
    const bench = reportBench(1);
    bench.order(10);
    const fill = { clOrd: 1, type: 'F', status: '2', id: 'E1', last: 10, px: 1_000, cum: 10, leaves: 0 };
    bench.hear(fill);
    bench.order(10);
    bench.hear(fill);
    expect(bench.counts.of(COUNT.duplicates)).toBe(1);
    bench.hear({ clOrd: 1, type: 'H', status: '4', id: 'B1', ref: 'E1' });
    expect(bench.position(0)).toMatchObject({ quantity: 0, bought: 0 });
    expect(bench.position(1)).toMatchObject({ quantity: 0 });
    bench.hear({ ...fill, id: 'E2' });
    expect(bench.position(1).quantity).toBe(10);
  });

  it('without instrument or side move nothing, and a person hears of it', () => {
    const bench = reportBench();
    bench.hear({ ...stranger, instrument: -1 });
    expect(bench.alerts[0]).toMatch(/no position counts it/);
    expect(bench.position(1).quantity).toBe(0);
  });
});

describe('an order that the venue lost', () => {
  it('is in doubt when its cancel is refused as unknown, and never reached it once the venue says so', () => {
    const { hear, cancel, row, stateOf, counts } = accepted();
    hear({ clOrd: cancel(row), orig: 1, type: 'reject', status: '8', reason: 1 });
    expect(stateOf(row)).toBe('inDoubt');
    hear({ clOrd: 1, type: 'I', status: '8', reason: 5, cum: 0 });
    expect(stateOf(row)).toBe('neverReached');
    expect(counts.of(COUNT.inDoubt)).toBe(0);
  });

  it('comes back with its first sign of life', () => {
    const { hear, cancel, row, stateOf, position, table } = accepted();
    hear({ clOrd: cancel(row), orig: 1, type: 'reject', status: '8', reason: 1 });
    hear({ clOrd: 1, type: 'I', status: '8', reason: 5, cum: 0 });
    expect(table.open).toBe(0);
    hear({ clOrd: 1, type: 'F', status: '1', id: 'E1', last: 40, px: 1_000, cum: 40, leaves: 60 });
    expect(stateOf(row)).toBe('partiallyFilled');
    expect(position()).toMatchObject({ quantity: 40, working: 60 });
    expect(table.open).toBe(1);
  });
});

describe('the table of transitions', () => {
  it('opens nothing that is closed but by name, and closes only where nothing is left to work', () => {
    for (const { says, from, to, does } of RULES) {
      for (const state of from) {
        const entry = entryOf(SAID[says], ORDER_STATE[state]);
        const next = NEXT_STATE[entry] as number;
        if (!isOpen(ORDER_STATE[state])) expect([SAME, ORDER_STATE[state]]).toContain(next);
        else if (next !== SAME && next !== RESTING && !isOpen(next)) {
          expect(does, `${says} in ${state} goes to ${to}`).toContain('nothingLeft');
          expect((DOES[entry] as number) & EFFECT.nothingLeft).not.toBe(0);
        }
      }
    }
  });
});
