import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { REFUSAL } from '../../../engine/domain/refusal.ts';
import { defineStrategy, param, Side } from '../../../engine/index.ts';
import { createHeartbeat, HEARTBEAT } from '../../../engine/loop/heartbeat.ts';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import {
  createOrderLog,
  ORDER_LOG,
  ORDER_LOG_COLUMNS,
  ORDER_LOG_KIND,
  OrderLogReader,
} from '../../../engine/orders/order-log.ts';
import { createRefusalLog, REFUSAL_LOG, refusalReader } from '../../../engine/orders/refusal-log.ts';
import { CAUSE, CELL, EVENT } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 5, 3_200_100, 6);

/** Leaves an order behind for each event. */
const maker = defineStrategy({
  name: 'maker',
  params: { quantity: param.integer(100, { min: 1, max: 500, live: true }), fixed: param.integer(1) },
  setup: (ctx) => void ctx.instrument('AAPL'),
  onBook: (_book, ctx) => void ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, ctx.params.quantity),
});

describe('an orderly stop', () => {
  it('cancels what is open, waits for the answers, logs out, and sends nothing new', () => {
    const heartbeat = createHeartbeat();
    const { engine, feed, gateway, settle } = testEngine([maker], { shared: { heartbeat } });
    feed.push(TICK, TICK);
    settle();
    engine.requestStop('SIGINT');
    feed.push(TICK);
    settle();
    expect(gateway.sent.map(({ kind, orig, cause }) => [kind, orig, cause])).toEqual([
      ['new', 0, CAUSE.tick],
      ['new', 0, CAUSE.tick],
      ['cancel', 1, CAUSE.control],
      ['cancel', 2, CAUSE.control],
    ]);
    expect([engine.stopped, gateway.loggedOut]).toEqual([false, '']);
    expect(new Int32Array(heartbeat)[HEARTBEAT.phase]).toBe(2);
    gateway.reply({ clOrdOrdinal: 3, origClOrdOrdinal: 1, execType: '4', cumQuantity: 0 });
    settle();
    expect(gateway.loggedOut).toBe('');
    gateway.fill(2, 100, 3_200_000, 100, 0);
    engine.run();
    expect([engine.stopped, gateway.loggedOut]).toEqual([true, 'SIGINT']);
    expect(new Int32Array(heartbeat)[HEARTBEAT.phase]).toBe(3);
    expect(engine.stats()).toMatchObject({ stopReason: 'SIGINT', sessionLost: null, orders: { open: 0 } });
    expect(engine.stats().positions[0]).toMatchObject({ quantity: 100 });
  });

  it('gives up on answers that never come, in engine time', () => {
    const { engine, feed, gateway, settle } = testEngine([maker], { stopTimeoutMs: 1_000 });
    feed.push(TICK);
    settle();
    engine.requestStop('enough');
    settle();
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 0.999e9;
    settle();
    expect(gateway.loggedOut).toBe('');
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 0.002e9;
    settle();
    expect(gateway.loggedOut).toBe('enough');
    expect(engine.stopped).toBe(true);
    expect(engine.stats().orders).toMatchObject({ open: 1 });
  });

  it('tries a refused cancel again, but not for ever', () => {
    const { engine, feed, gateway, settle } = testEngine([maker]);
    feed.push(TICK);
    gateway.acknowledge(1);
    settle();
    engine.requestStop('enough');
    for (let ordinal = 2; ordinal < 9; ordinal += 1) {
      settle();
      gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '0' });
      settle();
      feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 0.2e9;
    }
    settle();
    expect(gateway.sent.filter(({ kind }) => kind === 'cancel').length).toBe(3);
  });

  it('is at once when the session is gone', () => {
    const { engine, feed, gateway, settle } = testEngine([maker]);
    feed.push(TICK);
    settle();
    gateway.dropSession('connection reset');
    engine.run();
    expect(engine.stats()).toMatchObject({ sessionLost: 'connection reset', orders: { sent: 1, inDoubt: 1 } });
  });

  it('comes by itself at the end of a recording, and waits in recorded time for what is due behind it', () => {
    let dueNs = Number.POSITIVE_INFINITY;
    const polledAt: number[] = [];
    const matching = {
      onEvent() {},
      poll() {
        const now = made.feed.cells[CELL.nowNs] as number;
        if (now < dueNs) return 0;
        dueNs = Number.POSITIVE_INFINITY;
        polledAt.push(now);
        made.gateway.fill(1, 100, 3_200_000, 100, 0);
        return 1;
      },
      nextDueNs: () => dueNs,
    };
    const made = testEngine([maker], { recorded: true, matching });
    made.feed.push({ ...TICK, timeNs: 1e9 });
    made.gateway.onSend = ({ kind }) => {
      if (kind === 'new') dueNs = 1e9 + 10_000;
    };
    made.engine.run();
    expect(polledAt).toEqual([1e9 + 10_000]);
    expect(made.engine.stats()).toMatchObject({ stopReason: 'the feed has ended', orders: { filled: 1, open: 0 } });
  });
});

describe('the control channel', () => {
  it('arms, changes live parameters within their bounds, and stops', () => {
    const { port1, port2 } = new MessageChannel();
    const log = createLogRing();
    const { engine, feed, gateway } = testEngine([maker], { armed: false, control: port2, shared: { log } });
    const spin = () => {
      for (let turn = 0; turn < 600; turn += 1) engine.turn();
    };
    feed.push(TICK);
    spin();
    expect(gateway.sent).toEqual([]);
    port1.postMessage({ kind: 'arm' });
    for (const [name, value] of Object.entries({ quantity: 250, fixed: 7, other: 1 })) {
      port1.postMessage({ kind: 'param', strategy: 's0', name, value });
    }
    port1.postMessage({ kind: 'param', strategy: 's0', name: 'quantity', value: 501 });
    spin();
    feed.push(TICK);
    spin();
    expect(gateway.last).toMatchObject({ kind: 'new', quantity: 250 });
    port1.postMessage({ kind: 'disarm' });
    spin();
    feed.push(TICK);
    spin();
    expect(gateway.sent.length).toBe(1);
    port1.postMessage({ kind: 'stop', reason: 'asked by ctl' });
    spin();
    expect(engine.stats().stopReason).toBe('asked by ctl');
    const lines: string[] = [];
    new LogReader(log).drain(({ level, text }) => lines.push(`${level} ${text}`));
    expect(lines).toEqual([
      'info program: Trading is enabled.',
      'info program: quantity of s0 was 100 and is now 250.',
      'warn program: s0 has no live parameter fixed.',
      'warn program: s0 has no live parameter other.',
      'warn program: Parameter quantity must be at most 500, not 501.',
      'info program: Trading is disabled: no new order leaves; open orders stay as they are.',
      'info Stopping: asked by ctl.',
    ]);
    port1.close();
  });
});

describe('the order log', () => {
  it('holds every message out and every report in, in order, with what caused it', () => {
    const orderLog = createOrderLog();
    const { feed, gateway, settle } = testEngine([maker], { shared: { orderLog } });
    feed.push({ kind: EVENT.systemEvent }, { ...TICK, timeNs: 5_000 });
    settle();
    gateway.acknowledge(1);
    gateway.fill(1, 100, 3_199_900, 100, 0);
    gateway.fill(9, 1, 3_200_000, 1, 0);
    settle();
    const seen: number[][] = [];
    new OrderLogReader(orderLog).drain((record) => seen.push([...record.subarray(0, ORDER_LOG_COLUMNS)]));
    const row = (fields: Partial<Record<keyof typeof ORDER_LOG, number>>): number[] => {
      const record = new Array<number>(ORDER_LOG_COLUMNS).fill(0);
      for (const [name, value] of Object.entries(fields)) record[ORDER_LOG[name as keyof typeof ORDER_LOG]] = value;
      return record;
    };
    const base = { timeNs: 5_000, sequence: 2, ordinal: 1, side: 1 };
    expect(seen).toEqual([
      row({ ...base, kind: 1, price: 3_200_000, quantity: 100, cause: CAUSE.tick, state: ORDER_STATE.pendingNew }),
      row({ ...base, kind: 17, state: ORDER_STATE.new }),
      row({
        ...base,
        kind: 18,
        price: 3_199_900,
        quantity: 100,
        cumQuantity: 100,
        state: ORDER_STATE.filled,
        executed: 100,
        executedValue: 319_990_000,
        movedQuantity: 100,
        movedValue: 319_990_000,
      }),
      row({
        ...base,
        kind: 16,
        ordinal: 9,
        side: 0,
        price: 3_200_000,
        quantity: 1,
        cumQuantity: 1,
        strategy: -1,
        instrument: -1,
      }),
    ]);
  });

  it('has beside it what was refused, and why, and where among its records', () => {
    const orderLog = createOrderLog();
    const refusals = createRefusalLog(2);
    const reader = refusalReader(refusals);
    const { feed, settle } = testEngine([maker], {
      shared: { orderLog, refusals },
      risk: { maxOpenOrders: 1 },
    });
    feed.push(TICK, { ...TICK, timeNs: 6_000 }, TICK, TICK);
    settle();
    const seen: number[][] = [];
    reader.drain((record) => seen.push([...record.subarray(0, ORDER_LOG_COLUMNS)]));
    const { reason, orderRecords, price, quantity, cause, kind, timeNs, sequence, side } = REFUSAL_LOG;
    expect(seen).toHaveLength(2);
    const of = [reason, orderRecords, price, quantity, cause, kind, timeNs, sequence, side].map((at) => seen[0]?.[at]);
    expect(of).toEqual([REFUSAL.MaxOpenOrders, 1, 3_200_000, 100, CAUSE.tick, ORDER_LOG_KIND.newOrder, 6_000, 2, 1]);
    // Nobody waits for it: the third found no room.
    expect(reader.lost).toBe(1);
  });

  it('holds the market back when nobody drains it, and loses nothing', () => {
    const orderLog = createOrderLog(16);
    const reader = new OrderLogReader(orderLog);
    const { engine, feed } = testEngine([maker], { shared: { orderLog } });
    for (let event = 0; event < 100; event += 1) feed.push(TICK);
    const ordinals: number[] = [];
    for (let turn = 0; turn < 1_000; turn += 1) {
      engine.turn();
      if (turn % 50 === 49) reader.drain((record) => ordinals.push(record[ORDER_LOG.ordinal] as number));
    }
    expect(ordinals).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(engine.stats().feedPauses).toBeGreaterThan(0);
    expect([engine.stats().orderLogLost, reader.lost]).toEqual([0, 0]);
  });

  it('counts what reports write when it is full, and overwrites nothing', () => {
    const orderLog = createOrderLog(16);
    const reader = new OrderLogReader(orderLog);
    const { engine, gateway, settle } = testEngine([maker], { shared: { orderLog } });
    const report = (from: number, to: number): void => {
      for (let ordinal = from; ordinal <= to; ordinal += 1) gateway.acknowledge(ordinal);
      settle();
    };
    const drained = (): number[] => {
      const ordinals: number[] = [];
      reader.drain((record) => ordinals.push(record[ORDER_LOG.ordinal] as number));
      return ordinals;
    };
    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index);
    report(1, 16);
    expect(reader.lost).toBe(0);
    report(17, 37);
    expect([engine.stats().orderLogLost, reader.lost]).toEqual([21, 21]);
    expect(drained()).toEqual(numbers(1, 16));
    report(38, 50);
    expect(drained()).toEqual(numbers(38, 50));
    expect(reader.lost).toBe(21);
  });
});

it('the heartbeat counts turns and names who is being called', () => {
  const heartbeat = new Int32Array(createHeartbeat());
  const seen: number[] = [];
  const watcher = defineStrategy({
    name: 'watcher',
    setup: (ctx) => void ctx.instrument('AAPL'),
    onBook: () => void seen.push(heartbeat[HEARTBEAT.strategy] as number),
  });
  const { engine, feed } = testEngine([watcher, watcher], {
    shared: { heartbeat: heartbeat.buffer as SharedArrayBuffer },
  });
  feed.push(TICK);
  engine.turn();
  engine.turn();
  expect(seen).toEqual([1, 2]);
  expect([heartbeat[HEARTBEAT.turns], heartbeat[HEARTBEAT.strategy], heartbeat[HEARTBEAT.phase]]).toEqual([2, 0, 1]);
});

it('a full log ring drops lines and counts them; long lines are cut at a whole character', () => {
  const log = createLogRing(4);
  const talker = defineStrategy({
    name: 'talker',
    setup(ctx) {
      ctx.log.info('ä'.repeat(2_000));
      ctx.log.warn({ error: new Error('why'), big: 1n });
      for (let line = 0; line < 5; line += 1) ctx.log.error(`line ${line}`);
    },
  });
  const { engine } = testEngine([talker], { shared: { log } });
  const reader = new LogReader(log);
  const lines: string[] = [];
  expect(reader.drain(({ level, strategy, text }) => lines.push(`${level} ${strategy} ${text}`))).toBe(4);
  expect(lines[0]).toBe(`info 0 ${'ä'.repeat(1_012)}`);
  expect(lines[1]).toMatch(/^warn 0 \{"error":"Error: why\\n.*","big":"1"\}$/);
  expect(lines.slice(2)).toEqual(['error 0 line 0', 'error 0 line 1']);
  expect([engine.stats().logDropped, reader.dropped]).toEqual([3, 3]);
});
