/** What a request gets of shared memory, and what it asks of the loop. */

import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { answerRequests } from '../../../app/control/answer-requests.ts';
import type { AskedAnswer } from '../../../app/control/asked.ts';
import type { LimitPage } from '../../../app/control/limit-listing.ts';
import type { OrderPage } from '../../../app/control/order-listing.ts';
import type { PositionPage } from '../../../app/control/position-listing.ts';
import { MAX_REQUEST_BYTES, parseRequest, REQUESTS, type Request } from '../../../app/control/protocol.ts';
import type { EnginePlan } from '../../../app/engine-plan.ts';
import { createPlanMemory } from '../../../app/shared-memory.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { POSITION } from '../../../engine/domain/position.ts';
import { Side } from '../../../engine/domain/side.ts';
import type { ControlCommand } from '../../../engine/engine.ts';
import { HEARTBEAT } from '../../../engine/loop/heartbeat.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { Positions } from '../../../engine/orders/positions.ts';
import { LimitTable } from '../../../engine/risk/limits.ts';

const NAMES = ['maker', 'taker'];

function engine(answer: Partial<AskedAnswer> = {}, mode: EnginePlan['source']['mode'] = 'live') {
  const memory = createPlanMemory(8, NAMES.length);
  const commands: ControlCommand[] = [];
  const plan = {
    memory,
    source: { mode },
    clOrdIdPrefix: 'AB12-',
    instruments: {},
    strategies: NAMES.map((id) => ({ id })),
  } as unknown as EnginePlan;
  const ask = answerRequests({
    plan,
    venue: 'exchange',
    receiving: () => null,
    sending: () => null,
    swap: async () => ({ id: 0, ok: false, sentence: 'not here' }),
    ask: async (command) => {
      commands.push(command);
      return { id: 1, ok: true, sentence: 'Done.', ...answer };
    },
  });
  const table = new OrderTable(memory.orders);
  table.nameInstrument(0, 'AAPL');
  table.nameInstrument(1, 'BRK.B');
  return { memory, commands, ask, table };
}

/** A row as the loop fills it. */
function rest(table: OrderTable, ordinal: number, strategy: number): number {
  const row = table.take(ordinal);
  table.strategy[row] = strategy;
  table.instrument[row] = 1;
  table.side[row] = Side.Sell;
  table.price[row] = 3_201_400;
  table.quantity[row] = 10;
  table.leaves[row] = 6;
  table.cumQuantity[row] = 4;
  table.state[row] = ORDER_STATE.partiallyFilled;
  return row;
}

it('open orders are shown as the venue knows them, closed ones not', async () => {
  const { ask, table, commands } = engine();
  rest(table, 7, 1);
  table.state[rest(table, 8, 0)] = ORDER_STATE.filled;
  rest(table, 9, NAMES.length);
  const { data } = await ask({ id: 'x', command: 'orders' });
  expect(data).toEqual({
    orders: [
      {
        clOrdId: 'AB12-7',
        strategy: 'taker',
        symbol: 'BRK.B',
        side: 'sell',
        price: '320.1400',
        quantity: 10,
        leaves: 6,
        filled: 4,
        state: 'partiallyFilled',
      },
      expect.objectContaining({ clOrdId: 'AB12-9', strategy: 'house' }),
    ],
    next: null,
  });
  expect(commands).toEqual([]);
});

it('a page of orders is bounded, and all pages are all orders, each once', async () => {
  const { ask, table } = engine();
  for (let ordinal = 1; ordinal <= 450; ordinal += 1) rest(table, ordinal, 0);
  const seen: string[] = [];
  let pages = 0;
  for (let after: number | null = 0; after !== null; pages += 1) {
    const page = (await ask({ command: 'orders', after })).data as OrderPage;
    expect(page.orders.length).toBeLessThanOrEqual(200);
    seen.push(...page.orders.map(({ clOrdId }) => clOrdId));
    after = page.next;
  }
  expect(pages).toBe(3);
  expect(new Set(seen).size).toBe(450);
});

it('positions are shown by strategy and for the house, untouched ones not', async () => {
  const { ask, memory } = engine();
  const positions = new Positions(memory.positions);
  const held = { quantity: -5, cost: -16_007_000, realizedPnl: 12_345, bought: 3, sold: 8 };
  positions.set(1, 1, held);
  positions.set(2, 0, { ...held, quantity: 0, cost: 0 });
  const { positions: shown, next } = (await ask({ command: 'positions' })).data as PositionPage;
  expect(shown).toEqual([
    expect.objectContaining({ strategy: 'taker', symbol: 'BRK.B', quantity: -5, averagePrice: '320.1400', sold: 8 }),
    expect.objectContaining({ strategy: 'house', symbol: 'AAPL', quantity: 0, realizedPnl: '1.2345' }),
  ]);
  expect(next).toBeNull();
  expect(shown.map(({ unrealizedPnl }) => unrealizedPnl)).toEqual([null, '0.00']);
});

it('what is open is valued at the mark that the loop shows', async () => {
  const { ask, memory } = engine();
  const positions = new Positions(memory.positions);
  positions.set(1, 1, { quantity: -5, cost: -16_007_000, realizedPnl: 0, bought: 0, sold: 5 });
  positions.all[positions.at(positions.house, 1) + POSITION.mark] = 3_200_400;
  const { positions: shown } = (await ask({ command: 'positions' })).data as PositionPage;
  expect(shown).toMatchObject([{ strategy: 'taker', unrealizedPnl: '0.50' }]);
});

it('limits are shown as they hold now', async () => {
  const { ask, memory } = engine();
  const limits = new LimitTable(memory.limits, NAMES);
  limits.configure({});
  limits.set({ of: 'strategy', name: 'taker' }, 'maxQuantity', 12);
  const before = ((await ask({ command: 'limits' })).data as LimitPage).limits;
  expect(before).toContainEqual({ scope: 'strategy:taker', name: 'maxQuantity', value: 12, unit: 'shares' });
  limits.set({ of: 'strategy', name: 'taker' }, 'maxQuantity', null);
  const after = ((await ask({ command: 'limits' })).data as LimitPage).limits;
  expect(after.some(({ scope, name }) => scope === 'strategy:taker' && name === 'maxQuantity')).toBe(false);
});

test.each<[Request, ControlCommand]>([
  [{ command: 'arm' }, { kind: 'arm' }],
  [{ command: 'disarm' }, { kind: 'disarm' }],
  [{ command: 'parameters' }, { kind: 'parameters' }],
  [
    { command: 'kill', scope: 'all' },
    { kind: 'kill', scope: { of: 'firm' }, reason: 'by hand' },
  ],
  [
    { command: 'kill', scope: 'strategy:taker', reason: 'why' },
    { kind: 'kill', scope: { of: 'strategy', name: 'taker' }, reason: 'why' },
  ],
  [
    { command: 'release', scope: 'session' },
    { kind: 'release', scope: { of: 'session' } },
  ],
  [
    { command: 'cancel', order: 'AB12-17' },
    { kind: 'cancel', orders: { ordinal: 17 } },
  ],
  [
    { command: 'cancel', order: '17' },
    { kind: 'cancel', orders: { ordinal: 17 } },
  ],
  [
    { command: 'cancel', strategy: 'taker' },
    { kind: 'cancel', orders: { strategy: 'taker' } },
  ],
  [
    { command: 'cancel', all: true },
    { kind: 'cancel', orders: 'all' },
  ],
  [
    { command: 'setLimit', scope: 'symbol:BRK.B', name: 'maxQuantity', value: null },
    { kind: 'limit', scope: { of: 'symbol', name: 'BRK.B' }, name: 'maxQuantity', value: null },
  ],
  [
    { command: 'setParameter', strategy: 'maker', name: 'edge', value: '0.5' },
    { kind: 'param', strategy: 'maker', name: 'edge', value: '0.5' },
  ],
  [{ command: 'pause' }, { kind: 'pause' }],
  [{ command: 'step' }, { kind: 'step', events: 1 }],
  [
    { command: 'step', ns: 10 },
    { kind: 'step', ns: 10 },
  ],
  [
    { command: 'seek', timeNs: 5 },
    { kind: 'seek', timeNs: 5 },
  ],
  [
    { command: 'speed', speed: 0 },
    { kind: 'speed', speed: 0 },
  ],
])('%j is for the loop', async (request, command) => {
  const { ask, commands } = engine();
  expect(await ask({ ...request, id: 3 })).toEqual({ id: 3, ok: true, sentence: 'Done.' });
  expect(commands).toEqual([command]);
});

test.each([
  [{ command: 'step', events: 1, ns: 1 } as const, /^step takes `events` or `ns`/],
  [{ command: 'cancel' } as const, /^cancel takes one of/],
  [{ command: 'cancel', all: true, order: '1' } as const, /^cancel takes one of/],
  [
    { command: 'cancel', order: 'ZZ-1' } as const,
    /^"ZZ-1" is no ClOrdID\(11\) of this engine: they begin with AB12-\.$/,
  ],
  [{ command: 'cancel', order: '0' } as const, /^"0" is no ClOrdID/],
  [{ command: 'cancel', order: '1e3' } as const, /^"1e3" is no ClOrdID/],
])('%j never reaches the loop', async (request, sentence) => {
  const { ask, commands } = engine();
  const answer = await ask(request);
  expect(answer).toMatchObject({ ok: false, code: 'ERR_CONTROL_REQUEST', sentence: expect.stringMatching(sentence) });
  expect(commands).toEqual([]);
});

it('what the loop refuses, or does not answer, has codes of its own', async () => {
  const refused = await engine({ ok: false, sentence: 'No.' }).ask({ command: 'arm' });
  expect(refused).toEqual({ id: null, ok: false, code: 'ERR_CONTROL_REFUSED', sentence: 'No.' });
  const silent = await engine({ ok: false, sentence: 'Late.', silent: true }).ask({ command: 'arm' });
  expect(silent).toMatchObject({ ok: false, code: 'ERR_CONTROL_SILENT' });
});

it('status names the strategy that a silent loop is in', async () => {
  const { ask, memory } = engine({ ok: false, sentence: 'Late.', silent: true });
  const heartbeat = new Int32Array(memory.heartbeat);
  heartbeat[HEARTBEAT.phase] = 1;
  heartbeat[HEARTBEAT.strategy] = 2;
  expect(await ask({ command: 'status' })).toMatchObject({
    ok: true,
    sentence: 'Late.',
    data: { phase: 'running', calling: 'taker', venue: 'exchange', clOrdIdPrefix: 'AB12-', loop: null },
  });
});

it('no line makes the parser throw, and what it takes is one of the requests', () => {
  const words = fc.constantFrom(...Object.keys(REQUESTS), '__proto__', 'x');
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), words, fc.constantFrom('all', 'strategy:a', 'symbol:', 1e308));
  const keys = fc.constantFrom(
    'scope',
    'reason',
    'order',
    'strategy',
    'all',
    'name',
    'value',
    'after',
    '__proto__',
    'id',
  );
  const record = fc
    .tuple(words, fc.array(fc.tuple(keys, value), { maxLength: 4 }))
    .map(([command, rest]) => JSON.stringify({ ...Object.fromEntries(rest), command }));
  const line = fc.oneof(record, fc.string({ unit: 'binary', maxLength: 200 }), fc.json());
  fc.assert(
    fc.property(
      fc.oneof(
        line.map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: MAX_REQUEST_BYTES }),
      ),
      (bytes) => {
        const parsed = parseRequest(bytes);
        if ('command' in parsed) expect(Object.keys(REQUESTS)).toContain(parsed.command);
        else
          expect(parsed).toMatchObject({
            ok: false,
            code: 'ERR_CONTROL_REQUEST',
            sentence: expect.stringMatching(/\.$/),
          });
      },
    ),
    { numRuns: 3_000 },
  );
});

test.each(['replay', 'tape'] as const)('of a %s only what changes no orders reaches the loop', async (mode) => {
  const { ask, commands } = engine({}, mode);
  for (const request of [
    { command: 'arm' },
    { command: 'kill', scope: 'all' },
    { command: 'cancel', all: true },
  ] as const)
    expect(await ask(request)).toMatchObject({ ok: false, code: 'ERR_CONTROL_REFUSED' });
  expect(commands).toEqual([]);
  expect(await ask({ command: 'step', events: 2 })).toMatchObject({ ok: true });
  expect(commands).toEqual([{ kind: 'step', events: 2 }]);
});
