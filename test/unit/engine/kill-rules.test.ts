import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { defineStrategy, Side } from '../../../engine/index.ts';
import { CELL } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 5, 3_200_200, 6);

const buyer = defineStrategy({
  name: 'buyer',
  setup: (ctx) => void ctx.instrument('AAPL'),
  onBook: (_book, ctx) => void ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100),
});
/** Trades nothing. */
const idler = defineStrategy({ name: 'idler', setup: (ctx) => void ctx.instrument('AAPL') });

const started = (options: Parameters<typeof testEngine>[1]) => {
  const { port1, port2 } = new MessageChannel();
  const test = testEngine([buyer, idler], { ...options, control: port2 });
  const { engine, feed, settle } = test;
  const tick = (event = TICK): void => {
    feed.push(event);
    settle();
  };
  settle();
  return {
    ...test,
    tick,
    /** Lets engine time pass in steps, as a feed that is polled does. */
    wait(ms: number): void {
      for (let passed = 0; passed < ms; passed += 5) {
        feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 5e6;
        settle();
      }
    },
    command(message: object): void {
      port1.postMessage(message);
      for (let turn = 0; turn < 600; turn += 1) engine.turn();
    },
    kills: () => engine.stats().kills.map(({ scope, who, reason }) => `${scope} ${who}: ${reason}`),
  };
};

describe('losses', () => {
  const bought = (options: Parameters<typeof testEngine>[1]) => {
    const test = started(options);
    test.tick();
    test.gateway.fill(1, 100, 3_200_000, 100, 0);
    test.wait(20);
    return test;
  };

  it('of one strategy kill it alone, one cent beyond its limit', () => {
    const test = bought({ killRules: { strategyLoss: 50 } });
    test.tick(quote('AAPL', 3_194_900, 5, 3_195_100, 6));
    test.wait(20);
    // The mid is 319.50: 50.00 below what was paid.
    expect(test.kills()).toEqual([]);
    test.tick(quote('AAPL', 3_194_900, 5, 3_195_098, 6));
    test.wait(20);
    expect(test.kills()).toEqual(['strategy:s0 rule:loss: a loss of 50.01 passes 50']);
  });

  it('of all together kill all', () => {
    const test = bought({ killRules: { totalLoss: 50 } });
    test.tick(quote('AAPL', 3_190_000, 5, 3_190_200, 6));
    test.wait(20);
    expect(test.kills()).toEqual(['all rule:loss: a loss of 99.00 passes 50']);
  });

  it('count from where they are when the kill is released', () => {
    const test = bought({ killRules: { strategyLoss: 50 } });
    test.tick(quote('AAPL', 3_190_000, 5, 3_190_200, 6));
    test.wait(20);
    test.command({ kind: 'release', scope: { of: 'strategy', name: 's0' } });
    test.wait(50);
    expect(test.engine.stats().kills).toMatchObject([{ killed: false }]);
    test.tick(quote('AAPL', 3_184_000, 5, 3_184_200, 6));
    test.wait(20);
    expect(test.kills()).toEqual(['strategy:s0 rule:loss: a loss of 60.00 passes 50']);
  });

  it('are seen at the last price there was, while the book has none', () => {
    const test = bought({ killRules: { strategyLoss: 50 } });
    test.tick(quote('AAPL', 3_190_000, 5, Number.NaN, 6));
    test.wait(20);
    expect(test.kills()).toEqual([]);
  });
});

describe('rejections', () => {
  const rejected = (times: readonly number[], killRules = { rejects: 3, rejectWindowMs: 100 }) => {
    const test = started({ killRules });
    let ordinal = 1;
    for (const ms of times) {
      test.wait(ms);
      test.tick();
      test.gateway.reply({ clOrdOrdinal: ordinal, execType: '8', ordStatus: '8', cumQuantity: 0, leavesQuantity: 0 });
      test.wait(0);
      test.settle();
      ordinal += 1;
    }
    return test.kills();
  };

  it('within the window kill the strategy', () => {
    expect(rejected([0, 45, 45])).toEqual([
      'strategy:s0 rule:rejects: the venue has rejected 3 of its requests within 100 ms',
    ]);
  });

  it('over a longer time do not', () => {
    expect(rejected([0, 50, 55, 50, 55, 50])).toEqual([]);
  });
});

describe('a feed', () => {
  it('that goes silent kills all, once', () => {
    const test = started({ killRules: { staleFeedMs: 100 } });
    test.wait(500);
    expect(test.kills()).toEqual([]);
    test.feed.cells[CELL.packets] = 1;
    test.wait(100);
    expect(test.kills()).toEqual([]);
    test.wait(30);
    expect(test.kills()).toEqual([expect.stringMatching(/^all rule:staleFeed: no packet of the feed for 1[12]\d ms$/)]);
  });

  it('that speaks now and then, or has ended, does not', () => {
    const test = started({ killRules: { staleFeedMs: 100 } });
    for (let packets = 1; packets < 5; packets += 1) {
      test.feed.cells[CELL.packets] = packets;
      test.wait(90);
    }
    test.feed.cells[CELL.sessionEnded] = 1;
    test.wait(500);
    expect(test.kills()).toEqual([]);
  });
});

describe('a venue', () => {
  it('that does not answer an order kills the session', () => {
    const test = started({ killRules: { gatewayLagMs: 100 } });
    test.tick();
    test.wait(100);
    expect(test.kills()).toEqual([]);
    test.wait(30);
    expect(test.kills()).toEqual([
      expect.stringMatching(/^session rule:gatewayLag: the venue owes an answer since 1[0-2]\d ms$/),
    ]);
    expect(test.gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
  });

  it('that answers each in time does not, however long an order rests', () => {
    const test = started({ killRules: { gatewayLagMs: 100 } });
    for (let ordinal = 1; ordinal < 5; ordinal += 1) {
      test.tick();
      test.wait(80);
      test.gateway.acknowledge(ordinal);
      test.settle();
    }
    test.wait(500);
    expect(test.kills()).toEqual([]);
  });

  it('is waited for anew after a reconnection', () => {
    const test = started({ killRules: { gatewayLagMs: 100 } });
    test.tick();
    test.gateway.acknowledge(1);
    test.settle();
    test.command({ kind: 'cancel', orders: 'all' });
    test.wait(80);
    test.gateway.interruptSession('gone');
    test.gateway.resumeSession();
    test.settle();
    test.wait(80);
    expect(test.kills()).toEqual([]);
    test.wait(50);
    expect(test.kills().length).toBe(1);
  });
});

it('a replay hears of neither silence: its feed and its venue have no time of their own', () => {
  const matching = { onEvent() {}, poll: () => 0, nextDueNs: () => Number.POSITIVE_INFINITY };
  const { engine, feed } = testEngine([buyer], {
    recorded: true,
    matching,
    killRules: { staleFeedMs: 1, gatewayLagMs: 1 },
  });
  feed.cells[CELL.packets] = 1;
  feed.push({ ...TICK, timeNs: 1e9 }, { ...TICK, timeNs: 5e9 }, { ...TICK, timeNs: 9e9 });
  engine.run();
  expect(engine.stats().kills).toEqual([]);
});
