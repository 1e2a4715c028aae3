/** The session of a drop copy beside an engine's order log: what is told to the engine, and what the summary says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DropCopy, type DropCopyOptions } from '../../../app/drop-copy/drop-copy.ts';
import { OrderLogDrain } from '../../../app/order-log-drain.ts';
import { ORDER_EVENT, ORDER_STATE } from '../../../engine/domain/order-state.ts';
import type { ControlMessage } from '../../../engine/engine.ts';
import { createOrderLog, ORDER_LOG, ORDER_LOG_KIND, OrderLogWriter } from '../../../engine/orders/order-log.ts';
import { createMemoryPair, MemoryStore } from '../../../gateway/index.ts';
import { simulatedExchange } from '../../support/simulated-exchange.ts';

const GRACE_MS = 200;
const SESSION = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: 'ENGINE-DC',
  targetCompId: 'SIM-DC',
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 1_000,
} as const;

let world: ReturnType<typeof together>;
beforeEach(() => {
  world = together();
});
afterEach(() => world.close());

function together(policy: Partial<DropCopyOptions> = {}, isServed = true) {
  const { a, b } = createMemoryPair({ bytes: 1 << 18 });
  const serverSession = { ...SESSION, role: 'acceptor', senderCompId: 'SIM-DC', targetCompId: 'ENGINE-DC' } as const;
  const market = simulatedExchange({ dropCopy: { stream: b, session: serverSession } });
  market.book.add(11, 2, 2_265_100, 1_000);
  const ring = createOrderLog(64);
  const writer = new OrderLogWriter(ring);
  const sent: ControlMessage[] = [];
  const log: string[] = [];
  const dropCopy = new DropCopy({
    session: SESSION,
    venueStream: { stream: a, transport: () => ({}) as never },
    store: new MemoryStore(new Int32Array(2)),
    clOrdIdPrefix: 'K-',
    orderLog: new OrderLogDrain(ring, false),
    send: (message) => sent.push(message),
    onLog: (level, text) => log.push(`${level}: ${text}`),
    graceMs: GRACE_MS,
    priceTolerance: 0.0001,
    onDifference: 'alert',
    ...policy,
  });
  const serving = setInterval(() => isServed && market.settle(), 2);
  const record = (fields: Partial<Record<keyof typeof ORDER_LOG, number>>): void => {
    const at = writer.next();
    for (const [name, slot] of Object.entries(ORDER_LOG)) {
      writer.slots[at + slot] = fields[name as keyof typeof ORDER_LOG] ?? 0;
    }
    writer.publish();
  };
  const left = (ordinal: number): void =>
    record({ kind: ORDER_LOG_KIND.newOrder, ordinal, state: ORDER_STATE.pendingNew });
  return {
    market,
    dropCopy,
    sent,
    log,
    /** As the engine writes it down when an order leaves. */
    left,
    /** The same, and it leaves. */
    order: (ordinal: number, quantity: number): void => {
      left(ordinal);
      market.says(`35=D|55=AAPL|40=2|11=K-${ordinal}|54=1|38=${quantity}|44=226.51|`);
    },
    /** As the engine has it once it has heard of a fill. */
    filled: (ordinal: number, quantity: number, price = 2_265_100): void =>
      record({
        kind: ORDER_LOG_KIND.report + ORDER_EVENT.fill,
        ordinal,
        state: ORDER_STATE.filled,
        executed: quantity,
        executedValue: quantity * price,
      }),
    until: async (done: () => boolean): Promise<void> => {
      for (const endMs = Date.now() + 60_000; !done() && Date.now() < endMs; ) await sleep(2);
      expect(done()).toBe(true);
    },
    close: (): void => {
      clearInterval(serving);
      dropCopy.close();
    },
  };
}

const isUp = (): boolean => world.log.some((line) => line.includes('The drop copy is logged on.'));

it('says nothing while both sides agree', async () => {
  await world.until(isUp);
  for (let ordinal = 1; ordinal <= 5; ordinal++) {
    world.order(ordinal, 10);
    world.filled(ordinal, 10);
  }
  const result = await world.dropCopy.finish();
  expect(result).toEqual({
    session: 'logged on',
    copies: 10,
    foreign: 0,
    earlier: 0,
    orders: 5,
    differences: 0,
    differing: 0,
    told: [],
  });
  expect(world.sent).toEqual([]);
});

it('tells the engine of a difference after the grace time, and of its end in the log', async () => {
  await world.until(isUp);
  world.order(1, 10);
  await world.until(() => world.sent.length > 0);
  const what =
    'The drop copy differs: K-1: here pendingNew, CumQty(14) 0, by the drop copy OrdStatus(39) 2, CumQty(14) 10 at 226.51.';
  expect(world.sent).toEqual([{ kind: 'alert', what, who: 'rule:drop-copy' }]);
  world.filled(1, 10);
  const result = await world.dropCopy.finish();
  expect(world.log).toContain('info: The drop copy and this side agree on K-1 again.');
  expect(result).toMatchObject({ differences: 1, differing: 0, told: [what] });
});

it('sets the kill switch for all, where it is told to', async () => {
  world.close();
  world = together({ onDifference: 'kill' });
  await world.until(isUp);
  world.order(1, 10);
  world.filled(1, 10, 2_265_200);
  await world.until(() => world.sent.length > 1);
  expect(world.sent[1]).toMatchObject({ kind: 'kill', scope: { of: 'firm' }, who: 'rule:drop-copy' });
  expect(world.sent[1]).toHaveProperty('reason', expect.stringMatching(/here filled, CumQty\(14\) 10 at 226\.52, by /));
});

it('is told of a copy that never comes, at the end at the latest, and the next run with it', async () => {
  world.close();
  const noted: unknown[] = [];
  const notes = { alert: (record: unknown) => noted.push(record), kill: (record: unknown) => noted.push(record) };
  const journal = { writer: () => ({ notes, close: () => noted.push('closed') }) as never, day0Ms: 0 };
  world = together({ onDifference: 'kill', journal });
  await world.until(isUp);
  world.left(9);
  world.filled(9, 10);
  const result = await world.dropCopy.finish();
  expect(result).toMatchObject({ session: 'logged on', differences: 1, differing: 1 });
  expect(world.log).toContainEqual(
    expect.stringMatching(/^error: The drop copy differs: K-9: .*the drop copy does not tell of it\.$/),
  );
  expect(noted).toEqual([
    { timeNs: expect.any(Number), what: expect.stringContaining('K-9') },
    expect.objectContaining({ who: 'rule:drop-copy', scope: 'all', killed: true }),
    'closed',
  ]);
});

it('that is down is one alert, and holds nothing against an order', async () => {
  await world.until(isUp);
  world.market.exchange.logout('closed');
  world.left(1);
  world.filled(1, 10);
  await world.until(() => world.sent.length > 0);
  await sleep(3 * GRACE_MS);
  expect(world.sent).toEqual([
    {
      kind: 'alert',
      what: 'The drop copy is down: nothing is compared until it is back.',
      who: 'rule:drop-copy',
    },
  ]);
  expect(await world.dropCopy.finish()).toMatchObject({ session: 'lost', differences: 0 });
});

it.each(['alert', 'kill'] as const)('that never logs on is told after the grace time: %s', async (onDifference) => {
  world.close();
  world = together({ onDifference }, false);
  await world.until(() => world.sent.length > 0);
  await sleep(2 * GRACE_MS);
  expect(world.sent[0]).toMatchObject({ kind: 'alert', what: expect.stringContaining('nothing was compared') });
  expect(world.sent.slice(1).map(({ kind }) => kind)).toEqual(onDifference === 'kill' ? ['kill'] : []);
  expect(await world.dropCopy.finish()).toMatchObject({
    session: 'never logged on',
    told: [expect.stringContaining('nothing was compared')],
  });
});

it('that the venue ends behind the run was logged on', async () => {
  await world.until(isUp);
  world.left(1);
  world.filled(1, 10);
  const finished = world.dropCopy.finish();
  world.market.exchange.logout('closed');
  expect(await finished).toMatchObject({ session: 'logged on' });
});
