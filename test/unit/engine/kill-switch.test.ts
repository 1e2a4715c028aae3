import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { defineStrategy, Side } from '../../../engine/index.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import type { RecoveredState } from '../../../engine/journal/recovered.ts';
import { createHeartbeat, HEARTBEAT } from '../../../engine/loop/heartbeat.ts';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import type { SendResult } from '../../../engine/strategy/context.ts';
import { CELL, JOURNAL_RESULT } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 5, 3_200_100, 6);

/** Leaves an order behind for each event, and asks for a replace of each that was accepted when told to. */
const maker = () => {
  const seen: string[] = [];
  const tell = (result: SendResult): void => void seen.push(result.ok ? 'sent' : result.reason);
  const made = { seen, replaces: false, cancels: false };
  const definition = defineStrategy({
    name: 'maker',
    setup: (ctx) => void ctx.instrument('AAPL'),
    onBook: (_book, ctx) => tell(ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100)),
    onOrder(order, ctx) {
      if (made.replaces && order.event === 'accepted') tell(ctx.orders.replace(order, 3_199_900, 100));
      if (made.cancels && order.event === 'accepted') tell(ctx.orders.cancel(order));
    },
  });
  return { ...made, made, definition };
};

const started = (strategies: number, options: Parameters<typeof testEngine>[1] = {}) => {
  const { port1, port2 } = new MessageChannel();
  const log = createLogRing();
  const makers = Array.from({ length: strategies }, maker);
  const test = testEngine(
    makers.map(({ definition }) => definition),
    { control: port2, ...options, shared: { log, ...options?.shared } },
  );
  const { engine, feed, gateway } = test;
  const spin = (): void => {
    for (let turn = 0; turn < 600; turn += 1) engine.turn();
  };
  const lines = (): string[] => {
    const found: string[] = [];
    new LogReader(log).drain(({ level, text }) => found.push(`${level} ${text}`));
    return found;
  };
  return {
    ...test,
    makers,
    lines,
    post: (message: object): void => port1.postMessage(message),
    command(message: object): void {
      port1.postMessage(message);
      spin();
    },
    ticks(count: number): void {
      for (let tick = 0; tick < count; tick += 1) feed.push(TICK);
      spin();
    },
    wait(ms: number): void {
      feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + ms * 1e6;
      spin();
    },
    /** The venue confirms an order as cancelled. */
    gone(ordinal: number): void {
      gateway.reply({ clOrdOrdinal: ordinal, execType: '4', ordStatus: '4', cumQuantity: 0, leavesQuantity: 0 });
    },
    cancels: (): number[] => gateway.sent.filter(({ kind }) => kind === 'cancel').map(({ orig }) => orig),
    orders: (): number => gateway.sent.filter(({ kind }) => kind === 'new').length,
    close: (): void => port1.close(),
  };
};

const ALL = { kind: 'kill', scope: { of: 'firm' }, who: 'ctl:ann', reason: 'a drill' };

describe('a kill', () => {
  it('of all stops every order and replace, cancels what is open, and tells when the last was confirmed', () => {
    const test = started(2);
    test.ticks(1);
    test.command(ALL);
    expect(test.cancels()).toEqual([1, 2]);
    test.makers[0]!.made.replaces = true;
    test.gateway.acknowledge(1);
    test.ticks(3);
    expect(test.gateway.sent.length).toBe(4);
    expect(test.makers[0]!.seen).toEqual(['sent', 'Killed', 'Killed', 'Killed', 'Killed']);
    expect(test.engine.stats().kills[0]).toMatchObject({ orders: 2, left: 2, confirmedNs: null });
    test.gone(1);
    test.wait(5);
    test.gone(2);
    test.wait(0);
    expect(test.engine.stats()).toMatchObject({
      refusals: { Killed: 7 },
      orders: { open: 0, cancelled: 2 },
      kills: [{ scope: 'all', who: 'ctl:ann', reason: 'a drill', killed: true, orders: 2, left: 0, cancels: 2 }],
    });
    const { confirmedNs, lastCancelNs } = test.engine.stats().kills[0]!;
    expect(lastCancelNs).toBe(0);
    expect(confirmedNs).toBeGreaterThan(5e6);
    expect(test.lines()).toEqual([
      'error All trading is killed (ctl:ann: a drill); 2 open orders are being cancelled.',
      expect.stringMatching(
        /^warn All trading: all 2 open orders are confirmed as gone 5\.\d{3} ms after the kill; 2 single cancels, the last after 0\.000 ms\.$/,
      ),
    ]);
    test.close();
  });

  it('stays whose it was first where somebody kills again', () => {
    const test = started(1);
    test.ticks(1);
    for (const who of ['ctl:ann', 'ctl:bob']) {
      test.command({ ...ALL, reason: `by ${who}`, who });
      test.ticks(1);
    }
    expect(test.engine.stats().kills).toMatchObject([{ who: 'ctl:ann', reason: 'by ctl:ann', orders: 1 }]);
    test.close();
  });

  it('of one strategy leaves the others alone', () => {
    const test = started(2);
    test.ticks(1);
    test.command({ ...ALL, scope: { of: 'strategy', name: 's1' } });
    test.ticks(1);
    expect(test.cancels()).toEqual([2]);
    expect([test.makers[0]!.seen, test.makers[1]!.seen]).toEqual([
      ['sent', 'sent'],
      ['sent', 'Killed'],
    ]);
    test.close();
  });

  it('of the session is one of all its strategies', () => {
    const test = started(2);
    test.command({ ...ALL, scope: { of: 'session' } });
    test.ticks(1);
    expect(test.orders()).toBe(0);
    expect(test.engine.stats().kills).toMatchObject([{ scope: 'session', orders: 0, confirmedNs: null }]);
    test.close();
  });

  it('refuses a replace of an order that nobody is cancelling, and lets cancels of its strategy pass', () => {
    const test = started(1);
    test.ticks(1);
    test.gateway.result = -2;
    test.command(ALL);
    test.gateway.result = 0;
    test.makers[0]!.made.replaces = true;
    test.makers[0]!.made.cancels = true;
    test.gateway.acknowledge(1);
    test.engine.turn();
    expect(test.makers[0]!.seen).toEqual(['sent', 'Killed', 'sent']);
    expect(test.cancels()).toEqual([1]);
    test.close();
  });

  it('while the session is down cancels after the next Logon', () => {
    const test = started(1);
    test.ticks(1);
    test.gateway.acknowledge(1);
    test.gateway.interruptSession('the line is dead');
    test.ticks(0);
    test.command(ALL);
    expect(test.cancels()).toEqual([]);
    test.gateway.resumeSession();
    test.ticks(2);
    expect([test.cancels(), test.orders()]).toEqual([[1], 1]);
    test.gone(1);
    test.ticks(0);
    expect(test.engine.stats().kills).toMatchObject([{ orders: 1, left: 0, cancels: 1 }]);
    test.close();
  });

  it('takes a session that is lost in its middle: what was not answered is asked again', () => {
    const test = started(1);
    test.ticks(2);
    test.gateway.acknowledge(1);
    test.gateway.acknowledge(2);
    test.command(ALL);
    test.gone(1);
    test.ticks(0);
    test.gateway.interruptSession('gone');
    test.gateway.resumeSession();
    test.ticks(0);
    test.wait(2_000);
    expect(test.cancels()).toEqual([1, 2, 2]);
    test.gone(2);
    test.ticks(0);
    expect(test.engine.stats().kills).toMatchObject([{ orders: 2, left: 0, cancels: 3 }]);
    test.close();
  });

  it('asks again where nobody answers, three times to an order', () => {
    const test = started(1);
    test.ticks(1);
    test.command(ALL);
    for (let second = 0; second < 20; second += 1) test.wait(1_000);
    expect(test.cancels()).toEqual([1, 1, 1]);
    expect(test.engine.stats().kills).toMatchObject([{ left: 1, confirmedNs: null }]);
    expect(test.lines().slice(1)).toEqual([
      'error One open order could not be cancelled, however often the venue was asked to: ask it by telephone.',
    ]);
    // The next Logon is another chance.
    test.gateway.interruptSession('gone');
    test.gateway.resumeSession();
    test.ticks(0);
    test.wait(2_000);
    expect(test.cancels().length).toBe(4);
    test.close();
  });

  it('names an order whose replacement was never answered by its own name in the end', () => {
    const test = started(1);
    test.makers[0]!.made.replaces = true;
    test.ticks(1);
    test.gateway.acknowledge(1);
    test.ticks(0);
    expect(test.gateway.last).toMatchObject({ kind: 'replace', ordinal: 2 });
    test.command(ALL);
    for (const ordinal of [3, 4]) {
      test.gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: 2, cancelReject: true, ordStatus: '8' });
      test.ticks(0);
      test.wait(200);
    }
    expect(test.cancels()).toEqual([2, 2, 1]);
    test.close();
  });

  it('counts an order as gone when it is filled first', () => {
    const test = started(1);
    test.ticks(1);
    test.command(ALL);
    test.gateway.fill(1, 100, 3_200_000, 100, 0);
    test.ticks(0);
    expect(test.engine.stats()).toMatchObject({ kills: [{ left: 0 }], positions: [{ quantity: 100 }] });
    test.close();
  });

  it.each([
    [{ of: 'symbol', name: 'AAPL' }, 1],
    [{ of: 'strategy', name: 'nobody' }, 1],
  ])('of %j is refused', (scope, orders) => {
    const test = started(1);
    test.command({ ...ALL, scope });
    test.ticks(1);
    expect(test.orders()).toBe(orders);
    expect(test.engine.stats().kills).toEqual([]);
    test.close();
  });
});

describe('a release', () => {
  it('lets orders leave again, but neither arms nor takes another latch', () => {
    const test = started(2);
    test.command(ALL);
    test.command({ ...ALL, scope: { of: 'strategy', name: 's1' } });
    test.command({ kind: 'disarm' });
    test.command({ kind: 'release', scope: { of: 'firm' }, who: 'ctl:bob' });
    test.ticks(1);
    test.command({ kind: 'arm' });
    test.ticks(1);
    expect(test.makers.map(({ seen }) => seen)).toEqual([
      ['NotArmed', 'sent'],
      ['Killed', 'Killed'],
    ]);
    expect(test.lines()).toContain('warn All trading is released (ctl:bob). Still killed: strategy:s1.');
    test.close();
  });

  it('is not what arming does', () => {
    const test = started(1);
    test.command(ALL);
    test.command({ kind: 'arm' });
    test.ticks(1);
    expect(test.makers[0]!.seen).toEqual(['Killed']);
    test.close();
  });
});

describe('a mass cancel', () => {
  const offering = (strategies: number) => {
    const test = started(strategies);
    test.gateway.offers = { market: false, massStatus: false, massCancel: true };
    test.ticks(1);
    return test;
  };

  it('is one message where the venue takes it, and the orders own reports confirm it', () => {
    const test = offering(2);
    test.command(ALL);
    expect([test.gateway.massCancels, test.cancels()]).toEqual([[3], []]);
    test.gateway.sink.onMassCancel(3, true, '');
    test.gone(1);
    test.gone(2);
    test.ticks(0);
    test.wait(5_000);
    expect(test.cancels()).toEqual([]);
    expect(test.engine.stats().kills).toMatchObject([{ orders: 2, left: 0, cancels: 0, lastCancelNs: null }]);
    test.close();
  });

  it.each([
    ['refuses', (test: ReturnType<typeof offering>) => test.gateway.sink.onMassCancel(2, false, 'Not today.')],
    ['does not answer', (test: ReturnType<typeof offering>) => test.wait(1_000)],
    [
      'answers and does not do',
      (test: ReturnType<typeof offering>) => {
        test.gateway.sink.onMassCancel(2, true, '');
        test.wait(1_000);
      },
    ],
  ])('that the venue %s is followed by single ones', (_what, happens) => {
    const test = offering(1);
    test.command(ALL);
    test.ticks(1);
    expect(test.cancels()).toEqual([]);
    happens(test);
    test.wait(0);
    expect(test.cancels()).toEqual([1]);
    test.close();
  });

  it('is not sent for one strategy of two', () => {
    const test = offering(2);
    test.command({ ...ALL, scope: { of: 'strategy', name: 's0' } });
    expect([test.gateway.massCancels, test.cancels()]).toEqual([[], [1]]);
    test.close();
  });

  it('is sent again after a Logon that nobody answered it before', () => {
    const test = offering(1);
    test.gateway.acknowledge(1);
    test.command(ALL);
    test.gateway.interruptSession('gone');
    test.ticks(0);
    test.gateway.resumeSession();
    test.ticks(0);
    expect(test.gateway.massCancels).toEqual([2, 3]);
    test.gateway.sink.onMassCancel(2, false, 'late');
    test.ticks(0);
    expect(test.cancels()).toEqual([]);
    test.close();
  });
});

describe('a latch', () => {
  const recovered = (scopes: string[]): RecoveredState => ({
    strategies: [],
    symbols: [],
    orders: new Float64Array(0),
    positions: [],
    executions: [],
    terms: [],
    kills: scopes.map((scope) => ({ timeNs: -5, who: 'rule:loss', scope, killed: true, reason: 'too much' })),
    limits: [],
  });

  it('holds over a restart until somebody releases it', () => {
    const test = started(2, { recovered: recovered(['strategy:s0', 'strategy:gone']) });
    test.gateway.resumeSession();
    test.settle();
    test.ticks(1);
    expect(test.makers.map(({ seen }) => seen)).toEqual([['Killed'], ['sent']]);
    expect(test.lines()[0]).toBe(
      'warn Strategy s0 is still killed since an earlier run (rule:loss: too much): release it by hand.',
    );
    expect(test.engine.stats().kills).toMatchObject([
      { scope: 'strategy:s0', who: 'rule:loss', killed: true, orders: 0 },
      { scope: 'strategy:gone', killed: true },
    ]);
    test.command({ kind: 'release', scope: { of: 'strategy', name: 's0' } });
    test.ticks(1);
    expect(test.makers[0]!.seen).toEqual(['Killed', 'sent']);
    test.close();
  });

  it('of a strategy that is not loaded can be released all the same', () => {
    const test = started(1, { recovered: recovered(['strategy:gone']) });
    test.command({ kind: 'release', scope: { of: 'strategy', name: 'gone' } });
    expect(test.engine.stats().kills).toMatchObject([{ scope: 'strategy:gone', killed: false }]);
    test.close();
  });
});

it('is journalled when it is set and when it is released, and so is a mass cancel; a second kill sets nothing', () => {
  const words: string[] = [];
  let ordinal = 0;
  const journal: Journal = {
    takeOrdinal: () => (ordinal += 1),
    nextOrdinal: () => ordinal + 1,
    hasRoom: () => true,
    hasFailed: () => false,
    append: (kind, bytes, length) => {
      const text = (): string => new TextDecoder().decode(bytes.subarray(0, length));
      if (kind === JOURNAL_KIND.kill || kind === JOURNAL_KIND.command) words.push(text());
      return JOURNAL_RESULT.ok;
    },
  };
  const test = started(1, { journal });
  test.gateway.offers = { market: false, massStatus: false, massCancel: true };
  test.ticks(1);
  test.command(ALL);
  test.command(ALL);
  test.command({ kind: 'release', scope: { of: 'firm' }, who: 'ctl:bob' });
  const told = words.map((word) => JSON.parse(word));
  const sets = told.filter(({ killed }) => killed !== undefined);
  expect(sets).toMatchObject([
    { who: 'ctl:ann', scope: 'all', killed: true, reason: 'a drill' },
    { who: 'ctl:bob', scope: 'all', killed: false },
  ]);
  const commands = told.filter(({ command }) => command !== undefined).map(({ command }) => command);
  expect(commands).toEqual(['massCancel', 'kill', 'massCancel', 'kill', 'release']);
  test.close();
});

it('a command that is announced is heard at the next turn, however busy the market is', () => {
  const heartbeat = createHeartbeat();
  const busy = started(1, { shared: { heartbeat } });
  for (let tick = 0; tick < 100; tick += 1) busy.feed.push(TICK);
  busy.engine.turn();
  busy.post(ALL);
  busy.engine.turn();
  expect(busy.orders()).toBe(2);
  new Int32Array(heartbeat)[HEARTBEAT.command] = 1;
  busy.engine.turn();
  expect(busy.engine.stats().kills.length).toBe(1);
  busy.ticks(0);
  expect([busy.orders(), new Int32Array(heartbeat)[HEARTBEAT.command]]).toEqual([3, 0]);
  busy.close();
});

it('a thousand open orders are cancelled over as many turns as it takes, the reports read between them', () => {
  const test = started(1, { risk: WIDE_LIMITS });
  for (let round = 0; round < 4; round += 1) test.ticks(250);
  expect(test.orders()).toBe(1_000);
  /** Cancels that left between two looks at what the venue says. */
  const bursts = [0];
  const { poll } = test.gateway;
  test.gateway.poll = () => {
    bursts.push(0);
    return poll.call(test.gateway);
  };
  test.gateway.onSend = ({ kind, orig }) => {
    if (kind !== 'cancel') return;
    bursts[bursts.length - 1]! += 1;
    test.gone(orig);
  };
  test.command(ALL);
  test.ticks(10);
  expect([test.cancels().length, test.orders()]).toEqual([1_000, 1_000]);
  expect(Math.max(...bursts)).toBeLessThanOrEqual(128);
  expect(test.engine.stats().kills).toMatchObject([{ orders: 1_000, left: 0, cancels: 1_000 }]);
  test.close();
});
