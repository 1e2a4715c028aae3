/** A loop that is gone has left open orders: the main thread cancels them over a real connection, and writes down what it does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cancelOpenOrders } from '../../../app/cancel-open-orders.ts';
import type { EnginePlan } from '../../../app/engine-plan.ts';
import { beginRun, openOrderJournal } from '../../../app/order-journal.ts';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import { createPlanMemory } from '../../../app/shared-memory.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { ImageWriter } from '../../../engine/journal/image-writer.ts';
import { IMAGE, IMAGE_DOUBLES, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { Executions } from '../../../engine/orders/executions.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { Positions } from '../../../engine/orders/positions.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { FixOrderGateway, type OrderDialect } from '../../../gateway/index.ts';
import { CAUSE, CELLS_DOUBLES, native } from '../../../native/index.ts';
import { CONFIG } from '../../support/fix-peer.ts';
import { type ScriptedVenue, scriptedVenue, type Teller } from '../../support/scripted-venue.ts';

const DAY0_MS = Date.UTC(2026, 0, 5);
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const field = (message: string, tag: number): string => new RegExp(`\\|${tag}=([^|]*)\\|`).exec(message)?.[1] ?? '';

/** Ends an order as the venue would. @param cum what it says was executed of it */
const gone = (says: Teller['says'], clOrdId: string, orig: string, cum = 0): void =>
  says(`35=8|37=V|17=E${clOrdId}|150=4|39=4|11=${clOrdId}|41=${orig}|55=AAPL|54=1|38=100|151=0|14=${cum}|6=0|`);

/** A venue that takes the Logon and the Logout, and everything else as `answer` has it. */
async function venueOf(answer: (type: string, message: string, says: Teller['says']) => void): Promise<ScriptedVenue> {
  const venue = await scriptedVenue((type, message, { says }) => {
    if (type === 'A') says('35=A|98=0|108=30|');
    else if (type === '5') says('35=5|');
    else answer(type, message, says);
  });
  undo.push(() => venue.stop());
  return venue;
}

/** A plan whose loop has left so many orders open, numbers 1, 2, …, with a journal that has them. */
function leftBehind(venue: ScriptedVenue, count: number, orders: OrderDialect = {}, isReplaced = false) {
  const folder = mkdtempSync(join(tmpdir(), 'takeover-of-hotlap-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const journal = openOrderJournal(folder);
  undo.push(() => journal.close());
  const journalPlan = beginRun(journal, { day0Ms: DAY0_MS, startMs: DAY0_MS, strategies: ['crowd', 'stuck'] });
  const memory = createPlanMemory(8, 2);
  const { journal: kept, notes, close } = journal.writer();
  const table = new OrderTable(memory.orders);
  table.numbers = kept;
  table.nameInstrument(0, 'AAPL');
  notes.instrument({ handle: 0, symbol: 'AAPL', priceScale: 10_000, multiplier: 1 });
  notes.carried();
  const images = new ImageWriter(
    kept,
    table,
    new Positions(memory.positions),
    new Executions(1),
    new Float64Array(CELLS_DOUBLES),
  );
  for (let order = 0; order < count; order += 1) {
    const row = table.take(table.takeOrdinal());
    table.strategy[row] = 1;
    table.side[row] = 1;
    table.price[row] = 3_200_000;
    table.quantity[row] = 100;
    table.leaves[row] = 100;
    table.acknowledged[row] = 1;
    table.state[row] = ORDER_STATE.new;
    images.order(JOURNAL_KIND.newOrder, row, 0, CAUSE.tick);
    if (!isReplaced) continue;
    table.newPrice[row] = 3_190_000;
    table.newQuantity[row] = 100;
    table.setReplace(row, table.takeOrdinal());
    images.order(JOURNAL_KIND.replace, row, 0, CAUSE.tick);
  }
  close();
  const plan = {
    strategies: [{ id: 'crowd' }, { id: 'stuck' }],
    memory,
    day0Ms: DAY0_MS,
    clOrdIdPrefix: journal.clOrdIdPrefix,
    source: {
      mode: 'live',
      venue: { host: '127.0.0.1', port: venue.port },
      session: { ...CONFIG, role: 'initiator', senderCompId: 'ME', targetCompId: 'THEM', heartBtIntMs: 30_000 },
      orders,
      journal: journalPlan,
      monotonicOffsetNs: (Date.now() - DAY0_MS) * 1e6 - native().host.monotonicNs(),
    },
  } as unknown as EnginePlan;
  return {
    plan,
    writer: journal.writer,
    prefix: journal.clOrdIdPrefix,
    /** What the next start would begin with, once the journal is on the disk. */
    recovered: () => {
      journal.close();
      const again = openOrderJournal(folder);
      undo.push(() => again.close());
      return { ...recoveredState(again.entries()), kinds: [...again.entries()].map(({ kind }) => kind) };
    },
  };
}

const sent = ({ heard }: ScriptedVenue): string[] =>
  heard.map((message) => `${field(message, 35)} ${field(message, 11)} ${field(message, 41)}`.trim());

describe('orders that a dead loop has left', () => {
  it('are cancelled singly, each journalled before it leaves, and the journal knows them as gone', async () => {
    const venue = await venueOf((type, message, says) => {
      if (type === 'F') gone(says, field(message, 11), field(message, 41));
    });
    const { plan, writer, prefix, recovered } = leftBehind(venue, 3);
    const left = await cancelOpenOrders(plan, { writer });
    expect(left).toEqual({ open: 3, left: 0, sentence: 'its 3 open orders were cancelled' });
    const cancels = [4, 5, 6].map((number, index) => `F ${prefix}${number} ${prefix}${index + 1}`);
    expect(sent(venue)).toEqual(['A', ...cancels, '5']);
    const { kinds, orders } = recovered();
    expect(kinds.filter((kind) => kind === JOURNAL_KIND.cancel).length).toBe(3);
    expect(orders.length).toBe(0);
  });

  it.each([
    [3, 1, 'of its 3 open orders 2 were cancelled, 1 had been filled before'],
    [2, 2, 'its 2 open orders had been filled before'],
  ])('are not called cancelled where the market was faster: %i open, %i filled', async (open, filled, sentence) => {
    let asked = 0;
    const venue = await venueOf((type, message, says) => {
      if (type !== 'F') return;
      asked += 1;
      const [clOrdId, orig] = [field(message, 11), field(message, 41)];
      if (asked <= filled) says(`35=9|37=V|11=${clOrdId}|41=${orig}|39=2|434=1|102=0|`);
      else gone(says, clOrdId, orig);
    });
    const { plan, writer } = leftBehind(venue, open);
    expect(await cancelOpenOrders(plan, { writer })).toEqual({ open, left: 0, sentence });
  });

  it('go by one OrderMassCancelRequest(q) where the venue takes it', async () => {
    let ids: string[] = [];
    const venue = await venueOf((type, message, says) => {
      if (type !== 'q') return;
      says(`35=r|37=V|11=${field(message, 11)}|530=7|531=7|`);
      for (const id of ids) gone(says, id, id);
    });
    const { plan, writer, prefix, recovered } = leftBehind(venue, 3, { massCancel: true });
    ids = [1, 2, 3].map((number) => `${prefix}${number}`);
    expect((await cancelOpenOrders(plan, { writer })).left).toBe(0);
    expect(sent(venue)).toEqual(['A', `q ${prefix}4`, '5']);
    const { kinds, orders } = recovered();
    expect(kinds.filter((kind) => kind === JOURNAL_KIND.command).length).toBe(1);
    expect(orders.length).toBe(0);
  });

  it('go singly after all where it refuses that', async () => {
    const venue = await venueOf((type, message, says) => {
      if (type === 'q') says(`35=r|37=V|11=${field(message, 11)}|530=7|531=0|532=0|58=Not today.|`);
      if (type === 'F') gone(says, field(message, 11), field(message, 41));
    });
    const { plan, writer } = leftBehind(venue, 2, { massCancel: true });
    const told: string[] = [];
    const left = await cancelOpenOrders(plan, { writer, log: (level, text) => told.push(`${level} ${text}`) });
    expect(left.left).toBe(0);
    expect(sent(venue).map((message) => message[0])).toEqual(['A', 'q', 'F', 'F', '5']);
    expect(told).toContain('warn The venue refused the OrderMassCancelRequest(q): Not today.');
  });

  it('that have executed more than is known here stay open in the journal: the next start asks', async () => {
    const venue = await venueOf((type, message, says) => {
      if (type === 'F') gone(says, field(message, 11), field(message, 41), 40);
    });
    const { plan, writer, recovered } = leftBehind(venue, 1);
    expect((await cancelOpenOrders(plan, { writer })).left).toBe(0);
    const { orders } = recovered();
    expect(orders.length).toBe(IMAGE_DOUBLES);
    expect([orders[IMAGE.key], orders[IMAGE.state]]).toEqual([1, ORDER_STATE.pendingCancel]);
  });

  it('go singly in time where the session never takes the OrderMassCancelRequest(q), which uses one number only', async () => {
    const mass = vi.spyOn(FixOrderGateway.prototype, 'massCancel').mockReturnValue(GATEWAY_RESULT.storeFull);
    undo.push(() => mass.mockRestore());
    const venue = await venueOf((type, message, says) => {
      if (type === 'F') gone(says, field(message, 11), field(message, 41));
    });
    const { plan, writer, prefix, recovered } = leftBehind(venue, 1, { massCancel: true });
    expect((await cancelOpenOrders(plan, { writer })).left).toBe(0);
    expect(mass.mock.calls.length).toBeGreaterThan(1);
    expect(sent(venue)).toEqual(['A', `F ${prefix}3 ${prefix}1`, '5']);
    // That it was to leave, and that it has not.
    expect(recovered().kinds.filter((kind) => kind === JOURNAL_KIND.command).length).toBe(2);
  });

  it('are not taken for dead where the venue refuses their replacement: they are cancelled by their own name', async () => {
    const venue = await venueOf((type, message, says) => {
      if (type !== 'F') return;
      const [clOrdId, orig] = [field(message, 11), field(message, 41)];
      if (orig === own) {
        gone(says, clOrdId, orig);
        return;
      }
      says(`35=8|37=V|17=R|150=8|39=8|103=0|11=${orig}|41=${own}|55=AAPL|54=1|38=100|151=0|14=0|6=0|`);
      says(`35=9|37=NONE|11=${clOrdId}|41=${orig}|39=8|434=1|102=1|`);
    });
    const { plan, writer, prefix, recovered } = leftBehind(venue, 1, {}, true);
    const own = `${prefix}1`;
    expect((await cancelOpenOrders(plan, { writer })).left).toBe(0);
    expect(sent(venue)).toEqual(['A', `F ${prefix}3 ${prefix}2`, `F ${prefix}4 ${prefix}1`, '5']);
    expect(recovered().orders.length).toBe(0);
  });

  it('of a strategy that did not return: it is latched, with nothing open as well', async () => {
    const venue = await venueOf(() => undefined);
    const { plan, writer, recovered } = leftBehind(venue, 0);
    const culprit = { strategy: 'stuck', reason: 'it did not return within 1000 ms' };
    expect(await cancelOpenOrders(plan, { writer, culprit })).toMatchObject({ open: 0, left: 0 });
    expect(venue.heard).toEqual([]);
    expect(recovered().kills).toMatchObject([
      { who: 'watchdog', scope: 'strategy:stuck', killed: true, reason: culprit.reason },
    ]);
  });
});
