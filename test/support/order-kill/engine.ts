/** A trading engine behind its journal: the production's engine, gateway, store and journal in one thread. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginRun, openOrderJournal, openRing } from '../../../app/order-journal.ts';
import { createEngine } from '../../../engine/create-engine.ts';
import type { Order } from '../../../engine/domain/order.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import { FixOrderGateway } from '../../../gateway/index.ts';
import { CELL, native } from '../../../native/index.ts';
import { FakeFeed, quote } from '../engine/fake-feed.ts';
import { INITIATOR, Log, optionsOf, Side, tappedTcp } from '../fix-kill/side.ts';

/** Orders that the strategy has open at a time, and its chance of a new one against a change of an old one. */
const OPEN_ORDERS = 48;
const NEW_SHARE = 0.6;
const BID = 3_199_000;
const TICK = 100;
const LOOK_EVERY_MS = 5;
const NS_PER_EVENT = 50_000;

const options = optionsOf(process.argv[2]);
const { folder, port } = options;
const side = new Side(options);
const received = new Log(folder, 'received');
received.write('\n--- start\n');
const journal = openOrderJournal(join(folder, 'state', 'orders'));
const plan = beginRun(journal, { day0Ms: side.day0Ms, startMs: Date.now(), strategies: ['trader'] });

const pick = (below: number): number => Math.floor(Math.random() * below);
const trader = defineStrategy({
  name: 'trader',
  setup: (ctx) => {
    const instrument = ctx.instrument('AAPL');
    const orders: Order[] = [];
    const isOver = ({ state }: Order): boolean => !['pendingNew', 'new', 'partiallyFilled', 'replaced'].includes(state);
    const enter = (): void => {
      const price = BID + pick(24) * TICK;
      const isNow = Math.random() < 0.2;
      const sideOf = Math.random() < 0.5 ? 1 : 2;
      const quantity = 1 + pick(200);
      const result = isNow
        ? ctx.orders.ioc(instrument, sideOf, price, quantity)
        : ctx.orders.limit(instrument, sideOf, price, quantity);
      if (result.ok) orders.push(result.order);
    };
    instrument.book$.subscribe(() => {
      for (let at = orders.length - 1; at >= 0; at--) if (isOver(orders[at] as Order)) orders.splice(at, 1);
      if (orders.length < OPEN_ORDERS && Math.random() < NEW_SHARE) return enter();
      const order = orders[pick(orders.length)];
      if (order === undefined) return;
      if (Math.random() < 0.5) ctx.orders.cancel(order);
      else ctx.orders.replace(order, BID + pick(24) * TICK, order.filledQuantity + 1 + pick(200));
    });
  },
});

const feed = new FakeFeed();
const ring = openRing(plan);
let gateway!: FixOrderGateway;
const bundle = strategyBundle(trader);
const engine = createEngine({
  feed,
  cells: feed.cells,
  record: feed.record,
  depth: feed.depth,
  depthLevels: feed.depthLevels,
  maxInstruments: feed.maxInstruments,
  day0Ms: side.day0Ms,
  strategies: [{ id: 'trader', bundle, params: {} }],
  risk: { ...WIDE_LIMITS, collar: 0.5, refuseLocked: false, refuseSelfMatch: false },
  journal: new RingJournal(ring, new Int32Array(plan.cells)),
  recovered: plan.recovered,
  armed: true,
  stopOnSessionLoss: false,
  gateway: (sink) => {
    gateway = new FixOrderGateway({
      stream: tappedTcp(port, false, received),
      clock: { cells: feed.cells, day0Ms: side.day0Ms },
      session: { ...INITIATOR, reconnect: { intervalMs: 20, maxIntervalMs: 50, maxAttempts: 0 } },
      // The venue takes both; either way of asking is to lead to the same.
      orders: { massStatus: Math.random() < 0.5 },
      clOrdIdPrefix: plan.clOrdIdPrefix,
      store: side.store,
      sink,
    });
    return gateway;
  },
  onTimeKnown: () => gateway.start(),
});

let drainAtMs = 0;
let eventAtNs = 0;
let wasReconciled = false;
while (!engine.stopped) {
  side.tick();
  const now = side.cells[CELL.nowNs] as number;
  feed.cells[CELL.nowNs] = now;
  if (now >= eventAtNs) {
    eventAtNs = now + NS_PER_EVENT;
    feed.push({ ...quote('AAPL', BID + 10 * TICK, 500, BID + 13 * TICK, 500), timeNs: now });
  }
  const work = engine.turn();
  if (now / 1e6 >= drainAtMs) {
    drainAtMs = now / 1e6 + LOOK_EVERY_MS;
    if (journal.poll() < 0) throw new Error('the journal has failed');
    const state = engine.stats().recovery?.state;
    if (state === 'refused') throw new Error(JSON.stringify(engine.stats().recovery));
    if (state === 'reconciled' && !wasReconciled) process.stdout.write('reconciled\n');
    wasReconciled = state === 'reconciled';
    if (wasReconciled && existsSync(join(folder, 'stop'))) engine.requestStop('no more kills');
  }
  if (work === 0) native().host.sleepUs(50);
}
const { positions, orders, reports, refusals, recovery } = engine.stats();
writeFileSync(join(folder, 'result.json'), JSON.stringify({ positions, orders, reports, refusals, recovery }));
ring.close();
journal.ended('no more kills');
journal.close();
side.close();
