import { describe, expect, it } from 'vitest';
import { KEPT_EXECUTIONS, recoveredState } from '../../../app/recovery/recovered-state.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE, IMAGE_DOUBLES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import type { RecoveredState } from '../../../engine/journal/recovered.ts';
import { EXECUTION } from '../../../engine/orders/executions.ts';
import { begun, carried, image, instrument, json, opened } from '../../support/recovery/hand-made-journal.ts';

const { newOrder, report, replace, notSent, inDoubt, carriedOrder, carriedPosition, carriedExecution } = JOURNAL_KIND;

const orderOf = ({ orders }: RecoveredState, index: number): Record<string, number> =>
  Object.fromEntries(Object.entries(IMAGE).map(([name, slot]) => [name, orders[index * IMAGE_DOUBLES + slot] ?? -1]));
const keysOf = ({ orders }: RecoveredState): number[] =>
  Array.from({ length: orders.length / IMAGE_DOUBLES }, (_, index) => orders[index * IMAGE_DOUBLES + IMAGE.key] ?? -1);

const LONG = 'E'.repeat(77);

describe('what the records of a journal add up to', () => {
  it('is nothing for a new journal', () => {
    expect(recoveredState([])).toEqual({
      strategies: [],
      symbols: [],
      terms: [],
      orders: new Float64Array(0),
      positions: [],
      executions: [],
      kills: [],
      limits: [],
    });
  });

  it('is the last image of each order that is not over', () => {
    const state = recoveredState([
      ...begun(),
      image(newOrder, { key: 1 }),
      image(newOrder, { key: 2 }),
      image(newOrder, { key: 3 }),
      image(notSent, { key: 3, state: ORDER_STATE.neverReached, leaves: 0 }),
      image(report, { key: 1, state: ORDER_STATE.new, flags: 1 }),
      image(report, { key: 2, state: ORDER_STATE.filled, leaves: 0 }),
      image(newOrder, { key: 4 }),
      image(inDoubt, { key: 4, state: ORDER_STATE.inDoubt }),
      image(replace, { key: 1, state: ORDER_STATE.pendingReplace, replaceOrdinal: 5, newPrice: 110_000, flags: 1 }),
    ]);
    expect(keysOf(state)).toEqual([1, 4]);
    expect(orderOf(state, 0)).toMatchObject({
      state: ORDER_STATE.pendingReplace,
      replaceOrdinal: 5,
      newPrice: 110_000,
    });
    expect(state).toMatchObject({ strategies: ['maker'], symbols: ['AAPL'] });
  });

  it('is the position that the last image shows, and the executions that made it', () => {
    const filled = { key: 1, strategy: 0, state: ORDER_STATE.partiallyFilled };
    const state = recoveredState([
      ...begun(),
      image(newOrder, { key: 1 }),
      image(report, {
        ...filled,
        executions: [{ serial: 1, execId: 'E-1', price: 100_000, quantity: 30, idHash: 0 }],
        executedQuantity: 30,
        executedValueChange: 3_000_000,
        positionQuantity: 30,
        positionCost: 3_000_000,
        positionBought: 30,
      }),
      image(report, {
        ...filled,
        executions: [
          { serial: 1, execId: 'E-1', idHash: 0, price: 100_000, quantity: 30, status: EXECUTION.gone, successor: 2 },
          { serial: 2, execId: LONG, price: 90_000, quantity: 30, idHash: 5 },
        ],
        executedQuantity: -30,
        executedValueChange: -3_000_000,
        positionRealizedPnl: -7,
      }),
    ]);
    expect(state.positions).toEqual([
      { strategy: 'maker', symbol: 'AAPL', quantity: 0, cost: 0, realizedPnl: -7, bought: 0, sold: 0 },
    ]);
    const own = { key: 1, strategy: 'maker', symbol: 'AAPL', side: 1, quantity: 30 };
    expect(state.executions).toEqual([
      {
        ...own,
        serial: 1,
        execId: 'E-1',
        price: 100_000,
        status: EXECUTION.gone,
        successor: 2,
        idLength: 3,
        idHash: 0,
      },
      {
        ...own,
        serial: 2,
        execId: LONG.slice(0, 48),
        price: 90_000,
        status: EXECUTION.live,
        successor: 0,
        idLength: 77,
        idHash: 5,
      },
    ]);
  });

  it('is no position where every execution was taken back', () => {
    const live = { key: 1, state: ORDER_STATE.new };
    const state = recoveredState([
      ...begun(),
      image(report, { ...live, positionQuantity: 60, positionCost: 6_000_000, positionBought: 60 }),
      image(report, live),
    ]);
    expect(state.positions).toEqual([]);
  });

  it('counts an execution of an order that nobody knows for the house, and has no order for it', () => {
    const state = recoveredState([
      ...begun(),
      image(report, {
        key: 0,
        strategy: 1,
        executedQuantity: 5,
        executedValueChange: 500_000,
        positionQuantity: 5,
        positionCost: 500_000,
        positionBought: 5,
      }),
    ]);
    expect(keysOf(state)).toEqual([]);
    expect(state.positions).toMatchObject([{ strategy: 'house', symbol: 'AAPL', quantity: 5 }]);
  });

  it('is what a run has carried, and what it did: not what was before it', () => {
    const state = recoveredState([
      ...begun(),
      image(newOrder, { key: 1 }),
      image(newOrder, { key: 2 }),
      opened(['taker', 'maker']),
      instrument(0, 'MSFT'),
      instrument(1, 'AAPL'),
      image(carriedOrder, { key: 2, strategy: 1, instrument: 1 }),
      json(carriedPosition, {
        strategy: 'maker',
        symbol: 'AAPL',
        quantity: 7,
        cost: 70,
        realizedPnl: 1,
        bought: 7,
        sold: 0,
      }),
      json(carriedExecution, {
        serial: 1,
        execId: 'E-1',
        idLength: 3,
        idHash: 0,
        status: EXECUTION.live,
        successor: 0,
        key: 1,
        strategy: 'maker',
        symbol: 'AAPL',
        side: 1,
        price: 10,
        quantity: 7,
      }),
      carried,
      image(newOrder, { key: 3 }),
    ]);
    expect(keysOf(state)).toEqual([2, 3]);
    expect(state).toMatchObject({
      strategies: ['taker', 'maker'],
      symbols: ['MSFT', 'AAPL'],
      positions: [{ symbol: 'AAPL', quantity: 7 }],
      executions: [{ execId: 'E-1' }],
    });
  });

  it('is the run before where the next was killed before it had carried everything', () => {
    const before = [...begun(), image(newOrder, { key: 1 }), image(newOrder, { key: 2 })];
    const cut = [opened(['other']), instrument(0, 'MSFT'), image(carriedOrder, { key: 1 })];
    for (let length = 0; length <= cut.length; length++) {
      const state = recoveredState([...before, ...cut.slice(0, length)]);
      expect(keysOf(state)).toEqual([1, 2]);
      expect(state).toMatchObject({ strategies: ['maker'], symbols: ['AAPL'] });
    }
  });

  it('keeps what is latched and what was limited over any number of runs', () => {
    const kill = (scope: string, killed: boolean) =>
      json(JOURNAL_KIND.kill, { timeNs: 0, who: 'ctl:ann', scope, killed, reason: '' });
    const limit = (name: string, value: number | null) =>
      json(JOURNAL_KIND.limit, { timeNs: 0, who: 'ctl:ann', scope: 'firm', name, old: 1, new: value });
    const state = recoveredState([
      ...begun(),
      kill('all', true),
      kill('strategy:maker', true),
      limit('maxGross', 5),
      ...begun(),
      kill('strategy:maker', false),
      limit('maxGross', null),
      limit('maxNet', 3),
      ...begun(),
    ]);
    expect(state.kills.map(({ scope }) => scope)).toEqual(['all']);
    expect(state.limits.map((each) => [each.name, each.new])).toEqual([
      ['maxGross', null],
      ['maxNet', 3],
    ]);
    // Milliseconds since 1970, by the day of the run; what is as the configuration says again is kept no longer.
    const back = { timeNs: 5e6, who: 'ctl:ann', scope: 'firm', name: 'maxNet', old: 3, new: 4 };
    const later = [opened(['maker'], { day0Ms: 1_000 }), json(JOURNAL_KIND.limit, back)];
    expect(recoveredState(later).limits).toMatchObject([{ name: 'maxNet', new: 4, atMs: 1_005 }]);
    expect(recoveredState([...later, json(JOURNAL_KIND.limit, { ...back, isDefault: true })]).limits).toEqual([]);
  });

  it('keeps the latest executions, and no more than it says', () => {
    const records = Array.from({ length: 3 * KEPT_EXECUTIONS }, (_, index) =>
      image(report, {
        key: 1,
        state: ORDER_STATE.new,
        executions: [{ serial: index + 1, execId: `E-${index}` }],
      }),
    );
    const { executions } = recoveredState([...begun(), ...records]);
    expect(executions).toHaveLength(KEPT_EXECUTIONS);
    expect(executions.at(-1)?.execId).toBe(`E-${3 * KEPT_EXECUTIONS - 1}`);
  });

  it('says what to do about a record that is none of this version', () => {
    const records = [
      [{ kind: newOrder, payload: new Uint8Array(8) }],
      [...begun(), { kind: newOrder, payload: new Uint8Array(8) }],
      [...begun(), image(newOrder, { instrument: 4 })],
      [{ kind: JOURNAL_KIND.opened, payload: new Uint8Array([0xff]) }],
    ];
    for (const each of records)
      expect(() => recoveredState(each)).toThrow(expect.objectContaining({ code: 'ERR_RECOVERY_RECORD' }));
  });
});
