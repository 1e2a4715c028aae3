import { asapScheduler, concatMap, filter, map, of, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { defineStrategy, type Order, Side, select, send, snapshot } from '../../../engine/index.ts';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import type { SendResult } from '../../../engine/strategy/context.ts';
import type { StrategyDefinition } from '../../../engine/strategy/define-strategy.ts';
import { CELL } from '../../../native/layout.ts';
import { type FakeFeed, quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 5, 3_200_100, 6);

const wait = ({ cells }: FakeFeed, ms: number): void => {
  cells[CELL.nowNs] = (cells[CELL.nowNs] as number) + ms * 1e6;
};

/** Counts events; never fails. */
const bystander = () => {
  const seen = { events: 0 };
  const definition = defineStrategy({
    name: 'bystander',
    setup: (ctx) => void ctx.instrument('AAPL'),
    onBook: () => {
      seen.events += 1;
    },
  });
  return { seen, definition };
};

const fail = (): never => {
  throw new Error('boom');
};

const failing: Record<string, [phase: string, StrategyDefinition<Record<never, never>>]> = {
  'in setup': ['setup', { name: 'f', setup: fail }],
  'in onStart': ['start', { name: 'f', onStart: fail }],
  'in a handler': ['event', { name: 'f', setup: (ctx) => void ctx.instrument('AAPL'), onBook: fail }],
  'in send': ['event', { name: 'f', setup: (ctx) => ctx.instrument('AAPL').book$.pipe(send(fail)) }],
  'in an RxJS operator': [
    'event',
    { name: 'f', setup: (ctx) => ctx.instrument('AAPL').book$.pipe(snapshot(), filter(fail)) },
  ],
  'in a subscriber of its own': [
    'event',
    { name: 'f', setup: (ctx) => void ctx.instrument('AAPL').book$.pipe(snapshot()).subscribe(fail) },
  ],
  'in a stream without a subscriber for errors': [
    'event',
    { name: 'f', setup: (ctx) => void ctx.instrument('AAPL').book$.pipe(snapshot(), map(fail)).subscribe() },
  ],
  'in an inner stream': [
    'event',
    {
      name: 'f',
      setup: (ctx) =>
        ctx.instrument('AAPL').book$.pipe(
          snapshot(),
          concatMap(() => of(1).pipe(map(fail))),
        ),
    },
  ],
  'in select': ['event', { name: 'f', setup: (ctx) => ctx.instrument('AAPL').book$.pipe(select(fail)) }],
  'in a timer stream': ['timer', { name: 'f', setup: () => timer(1).pipe(map(fail)) }],
  'in onTimer': ['timer', { name: 'f', setup: (ctx) => void ctx.after(1, 'late'), onTimer: fail }],
  'in onFeed': ['feed', { name: 'f', onFeed: fail }],
};

describe('a throw ends the strategy that threw, and nothing else', () => {
  it.each(Object.entries(failing))('%s', (_where, [phase, definition]) => {
    const { seen, definition: good } = bystander();
    const { engine, feed, settle } = testEngine([definition, good]);
    feed.push(TICK, { kind: 14 }, { ...TICK, timeNs: 5e6 }, { ...TICK, timeNs: 9e6 });
    settle();
    const [bad, other] = engine.stats().strategies;
    expect(bad).toMatchObject({ state: 'faulted', fault: { phase, message: 'boom' } });
    expect(bad?.fault?.stack).toContain('faults.test.ts');
    expect(other).toMatchObject({ state: 'running', fault: null });
    expect(seen.events).toBe(3);
  });

  it('its orders are cancelled, its handlers are heard no more, its own error is in the log', () => {
    const log = createLogRing();
    let errorTold: unknown;
    let calls = 0;
    const definition = defineStrategy({
      name: 'late',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook(_book, ctx) {
        calls += 1;
        const result = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100);
        if (calls === 2) throw new Error(`after ${result.ok}`);
      },
      onFault: (error) => {
        errorTold = error;
        throw new Error('and again');
      },
    });
    const { definition: good } = bystander();
    const { engine, feed, gateway, settle } = testEngine([definition, good], { shared: { log } });
    feed.push(TICK, TICK, TICK);
    settle();
    expect(gateway.sent.map(({ kind, orig }) => `${kind} ${orig}`)).toEqual(['new 0', 'new 0', 'cancel 1', 'cancel 2']);
    expect(calls).toBe(2);
    expect(errorTold).toMatchObject({ message: 'after true' });
    gateway.reply({ clOrdOrdinal: 3, origClOrdOrdinal: 1, execType: '4', cumQuantity: 0 });
    gateway.fill(2, 100, 3_200_000, 100, 0);
    settle();
    expect(engine.stats().orders).toMatchObject({ open: 0, cancelled: 1, filled: 1 });
    const lines: string[] = [];
    new LogReader(log).drain(({ level, strategy, text }) => lines.push(`${level} ${strategy} ${text.split('\n')[0]}`));
    expect(lines).toEqual([
      'error 0 Strategy s0 has faulted in event: Error: after true',
      'error -1 Strategy s0 is killed (rule:faulted: it has faulted in event: after true); 2 open orders are being cancelled.',
      'warn -1 Strategy s0: all 2 open orders are confirmed as gone 0.001 ms after the kill; 2 single cancels, the last after 0.000 ms.',
    ]);
  });

  it('one that throws in onStop is told as faulted, its orders are cancelled as all are', () => {
    const definition = defineStrategy({
      name: 'late',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: (_book, ctx) => void ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100),
      onStop: fail,
    });
    const { seen, definition: good } = bystander();
    const { engine, feed, gateway, settle } = testEngine([definition, good]);
    feed.push(TICK);
    settle();
    engine.requestStop('enough');
    settle();
    expect(gateway.sent.map(({ kind }) => kind)).toEqual(['new', 'cancel']);
    expect(engine.stats().strategies).toMatchObject([
      { state: 'faulted', fault: { phase: 'stop', message: 'boom' } },
      { state: 'stopped', fault: null },
    ]);
    expect(seen.events).toBe(1);
  });

  it('cancels that the transport refuses are sent as soon as it takes them', () => {
    const definition = defineStrategy({
      name: 'stuck',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook(_book, ctx) {
        if (!ctx.isFlat(ctx.instrument('AAPL'))) throw new Error('now');
        ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100);
      },
    });
    const { feed, gateway, settle } = testEngine([definition, bystander().definition]);
    feed.push(TICK);
    settle();
    gateway.result = -2;
    feed.push(TICK);
    settle();
    expect(gateway.sent.length).toBe(1);
    gateway.result = 0;
    wait(feed, 1);
    settle();
    expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
    settle();
    expect(gateway.sent.length).toBe(2);
  });

  it('sends nothing more, whoever still holds its context; its cancels pass', () => {
    const results: string[] = [];
    const tell = (result: SendResult): void => void results.push(result.ok ? 'sent' : result.reason);
    let late!: () => void;
    let left!: Order;
    const definition = defineStrategy({
      name: 'late',
      setup(ctx) {
        const stock = ctx.instrument('AAPL');
        late = () => {
          tell(ctx.orders.limit(stock, Side.Buy, 3_200_000, 100));
          tell(ctx.orders.replace(left, 3_200_000, 50));
          tell(ctx.orders.cancel(left));
        };
      },
      onBook(_book, ctx) {
        const sent = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100);
        if (!sent.ok) return;
        left = sent.order;
        throw new Error('now');
      },
      onFault: () => late(),
    });
    const { engine, feed, gateway, settle } = testEngine([definition, bystander().definition]);
    feed.push(TICK);
    settle();
    expect(results.splice(0)).toEqual(['StrategyFaulted', 'StrategyFaulted', 'RequestPending']);
    gateway.acknowledge(1);
    for (let ordinal = 2; ordinal < 5; ordinal += 1) {
      gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '0' });
      settle();
      wait(feed, 200);
      settle();
    }
    late();
    expect(results).toEqual(['StrategyFaulted', 'StrategyFaulted', 'sent']);
    expect(gateway.sent.map(({ kind }) => kind)).toEqual(['new', 'cancel', 'cancel', 'cancel', 'cancel']);
    expect(engine.stats().refusals).toMatchObject({ StrategyFaulted: 4 });
  });

  it('cancels that the venue refuses are sent again, three to an order and no more', () => {
    const definition = defineStrategy({
      name: 'stuck',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: (_book, ctx) => void ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100),
      onOrder(order, ctx) {
        if (order.event !== 'accepted') return;
        ctx.orders.replace(order, 3_200_000, 200);
        if (order.id === 2) throw new Error('now');
      },
    });
    const { feed, gateway, settle } = testEngine([definition, bystander().definition]);
    const refuse = (clOrdOrdinal: number, origClOrdOrdinal: number): void =>
      gateway.reply({ clOrdOrdinal, origClOrdOrdinal, cancelReject: true, ordStatus: '0' });
    const elapse = (): void => {
      settle();
      wait(feed, 200);
      settle();
    };
    const cancels = (): string[] =>
      gateway.sent.filter(({ kind }) => kind === 'cancel').map(({ ordinal, orig }) => `${ordinal} of ${orig}`);
    feed.push(TICK, TICK);
    settle();
    gateway.acknowledge(1);
    gateway.acknowledge(2);
    settle();
    // Each cancel names the replacement under way; the venue refuses that, and then its cancel.
    expect(cancels()).toEqual(['5 of 3', '6 of 4']);
    refuse(3, 1);
    refuse(5, 3);
    elapse();
    refuse(7, 1);
    elapse();
    refuse(8, 1);
    elapse();
    expect(cancels().slice(2)).toEqual(['7 of 1', '8 of 1']);
    // What the first order used up is not the second's.
    refuse(4, 2);
    refuse(6, 4);
    elapse();
    expect(cancels().slice(4)).toEqual(['9 of 2']);
  });

  it('the engine stops when no strategy is left', () => {
    const { engine, feed } = testEngine([failing['in a handler']![1]]);
    feed.push(TICK);
    engine.run();
    expect(engine.stopped).toBe(true);
    expect(engine.stats().stopReason).toBe('every strategy has faulted');
    const none = testEngine([failing['in setup']![1]]);
    none.engine.run();
    expect(none.engine.stopped).toBe(true);
  });
});

it('a callback chain that never ends is a fault, not a hang', () => {
  const definition = defineStrategy({
    name: 'asap',
    setup: (ctx) => void ctx.instrument('AAPL'),
    onBook() {
      const again = (): void => void asapScheduler.schedule(again);
      again();
    },
  });
  const { engine, feed, settle } = testEngine([definition]);
  feed.push(TICK);
  settle();
  expect(engine.stats().strategies[0]?.fault?.message).toMatch(/One event caused over 10000 callbacks/);
});
