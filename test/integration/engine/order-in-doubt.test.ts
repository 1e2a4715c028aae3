import { expect, it } from 'vitest';
import { createEngine } from '../../../engine/create-engine.ts';
import { type Order, Side } from '../../../engine/index.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import type { ParamSpecs } from '../../../engine/strategy/params.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import {
  type ByteStream,
  createMemoryPair,
  FixOrderGateway,
  MemoryStore,
  type SessionConfig,
} from '../../../gateway/index.ts';
import { CELL, depthStride, STREAM_RESULT } from '../../../native/layout.ts';
import { constantDelays, Exchange, NO_FEES } from '../../../simulator/index.ts';
import { FakeFeed, quote } from '../../support/engine/fake-feed.ts';
import { RecordedBook } from '../../support/recorded-book.ts';

const PRICE = 2_265_000;
const NS = 1e9;
const SESSION = {
  beginString: 'FIX.4.4',
  heartBtIntMs: 30_000,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 5_000,
} as const;

/** Lets an end of a line go mute, what it sends being lost, and then break. */
function breakable(stream: ByteStream) {
  const poll = stream.poll.bind(stream);
  const send = stream.send.bind(stream);
  let isMute = false;
  let isCut = false;
  stream.poll = () => {
    if (!isCut) return poll();
    isCut = false;
    isMute = false;
    stream.close();
    return STREAM_RESULT.closed;
  };
  stream.send = (offset, length, cause) => (isMute ? length : send(offset, length, cause));
  return {
    mute: () => {
      isMute = true;
    },
    cut: () => {
      isCut = true;
    },
  };
}

/** Engine, gateway and simulated exchange, with a line between the last two that breaks. */
function market(resetOnLogon: boolean) {
  const feed = new FakeFeed(false);
  const book = new RecordedBook();
  const { a, b } = createMemoryPair({ bytes: 1 << 18 });
  const ours = breakable(a);
  const theirs = breakable(b);
  const clock = { cells: feed.cells, day0Ms: Date.UTC(2026, 0, 5) };
  const acceptor: SessionConfig = {
    ...SESSION,
    role: 'acceptor',
    senderCompId: 'SIM',
    targetCompId: 'ENGINE',
    resetOnLogon,
  };
  const exchange = new Exchange({
    stream: b,
    feed: book,
    feedCells: feed.cells,
    record: book.record,
    depth: new Float64Array(depthStride(1)),
    depthLevels: 1,
    clock,
    delays: constantDelays(0, 0),
    fees: NO_FEES,
    session: acceptor,
  });
  book.add(11, 2, PRICE + 100, 40);
  book.add(21, 1, PRICE, 200);
  let ctx!: Context;
  const heard: string[] = [];
  const definition = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
    onOrder: (order) => heard.push(`${order.event}:${order.state}`),
  });
  let gateway!: FixOrderGateway;
  const engine = createEngine({
    feed,
    cells: feed.cells,
    record: feed.record,
    depth: feed.depth,
    depthLevels: feed.depthLevels,
    maxInstruments: feed.maxInstruments,
    day0Ms: clock.day0Ms,
    armed: true,
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: a,
        clock,
        sink,
        session: {
          ...SESSION,
          role: 'initiator',
          senderCompId: 'ENGINE',
          targetCompId: 'SIM',
          resetOnLogon,
          reconnect: { intervalMs: 1_000, maxAttempts: 5 },
        },
        clOrdIdPrefix: 'T-',
        store: new MemoryStore(new Int32Array(2)),
      });
      return gateway;
    },
    strategies: [
      {
        id: 's0',
        bundle: strategyBundle(definition as never as Parameters<typeof strategyBundle<ParamSpecs>>[0]),
        params: {},
      },
    ],
    onTimeKnown: () => gateway.start(),
  });
  const run = (turns = 60): void => {
    for (let turn = 0; turn < turns; turn++) {
      engine.turn();
      exchange.poll();
    }
  };
  exchange.start();
  feed.push(quote('AAPL', PRICE, 100, PRICE + 100, 100));
  run();
  expect(gateway.isReady()).toBe(true);
  return {
    engine,
    gateway,
    exchange,
    heard,
    run,
    /** An order under way as the line breaks: lost before the venue has it, or all that the venue says of it is. */
    buyAsItBreaks: (quantity: number, venueHasIt: boolean): Order => {
      if (!venueHasIt) ours.mute();
      const result = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, PRICE + 100, quantity);
      if (!result.ok) throw new Error(result.reason);
      if (venueHasIt) {
        theirs.mute();
        for (let poll = 0; poll < 5; poll++) exchange.poll();
      }
      ours.cut();
      theirs.cut();
      run();
      expect(gateway.isReady()).toBe(false);
      expect(result.order.state).toBe('inDoubt');
      expect(engine.stats().orders.inDoubt).toBe(1);
      return result.order;
    },
    returns: (): void => {
      for (let attempt = 0; attempt < 3 && !gateway.isReady(); attempt++) {
        feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 2 * NS;
        run();
      }
      expect(gateway.isReady()).toBe(true);
      run();
    },
    orders: () => engine.stats().orders,
  };
}

it.each([
  ['begin anew', true],
  ['go on', false],
])(
  'an order under way as the line breaks, which the venue never had, is said to have never reached it; numbers that %s',
  (_what, reset) => {
    const { buyAsItBreaks, returns, orders, heard, exchange } = market(reset);
    const order = buyAsItBreaks(100, false);
    returns();
    expect(order.state).toBe('neverReached');
    expect(orders()).toMatchObject({ inDoubt: 0, open: 0, neverReached: 1 });
    expect(heard).toEqual(['inDoubt:inDoubt', 'neverReached:neverReached']);
    expect(exchange.stats()).toMatchObject({ orders: 0, openOrders: 0 });
  },
);

it.each([
  ['begin anew', true],
  ['go on', false],
])('one that the venue had goes on as what it is there; numbers that %s', (_what, reset) => {
  const { buyAsItBreaks, returns, orders, engine, exchange } = market(reset);
  const order = buyAsItBreaks(100, true);
  returns();
  expect(order).toMatchObject({ state: 'partiallyFilled', filledQuantity: 40, leaves: 60, averagePrice: PRICE + 100 });
  expect(orders()).toMatchObject({ inDoubt: 0, open: 1, sent: 1 });
  expect(engine.stats().positions).toMatchObject([{ quantity: 40 }]);
  expect(exchange.stats()).toMatchObject({ orders: 1, openOrders: 1 });
});

it('one that was filled meanwhile ends as filled', () => {
  const { buyAsItBreaks, returns, orders } = market(true);
  const order = buyAsItBreaks(40, true);
  returns();
  expect(order).toMatchObject({ state: 'filled', filledQuantity: 40 });
  expect(orders()).toMatchObject({ inDoubt: 0, open: 0, filled: 1 });
});
