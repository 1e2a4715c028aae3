/** What is reserved before an order leaves, and what becomes of it: worst case by side, undone, larger of old and new. */
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlAnswer } from '../../../engine/engine.ts';
import { Side } from '../../../engine/index.ts';
import { JOURNAL_KIND, type JournalLimit } from '../../../engine/journal/records.ts';
import { createHeartbeat, HEARTBEAT } from '../../../engine/loop/heartbeat.ts';
import { createOrderTable, HEADER, orderTableLayout } from '../../../engine/orders/order-table-layout.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { LimitCommand, type LimitGiven } from '../../../engine/risk/limit-command.ts';
import { createLimits, LimitTable, type RiskLimits } from '../../../engine/risk/limits.ts';
import { ASK, BID, riskDesk } from '../../support/engine/risk-desk.ts';

const WIDE = { collar: 1, maxLoss: null } as const;

describe('exposure', () => {
  it('is given back where the send fails, with the token and the memory of the order', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100, ordersPerSecond: 1, duplicateMs: 5, maxOpenOrders: 1 });
    desk.gateway.result = GATEWAY_RESULT.transportFull;
    expect(desk.buy(100)).toBe('TransportFull');
    desk.gateway.result = GATEWAY_RESULT.sent;
    expect(desk.buy(100)).toBe('sent');
    expect(desk.buy(1)).toBe('MaxOpenOrders');
  });

  it('counts each side by itself: a sale that may not execute frees no purchase', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100 });
    expect([desk.sell(100), desk.buy(100), desk.buy(1), desk.sell(1)]).toEqual([
      'sent',
      'sent',
      'MaxPosition',
      'MaxPosition',
    ]);
  });

  it('turns from working into held as executions come, and is free again when the rest is cancelled', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100 });
    desk.buy(100, BID);
    desk.gateway.acknowledge(1);
    desk.gateway.fill(1, 40, BID, 40, 60);
    desk.settle();
    expect(desk.buy(1)).toBe('MaxPosition');
    desk.gateway.reply({ clOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 40, leavesQuantity: 0 });
    desk.settle();
    expect(desk.buy(61)).toBe('MaxPosition');
    expect(desk.buy(60)).toBe('sent');
  });

  it('is free again after a rejection, however often it happens', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100, maxOpenOrders: 1, maxOpenNotional: 32_000 });
    for (let ordinal = 1; ordinal <= 5; ordinal += 1) {
      expect(desk.buy(100)).toBe('sent');
      desk.gateway.reply({ clOrdOrdinal: ordinal, execType: '8', ordStatus: '8', cumQuantity: 0, leavesQuantity: 0 });
      desk.settle();
    }
  });

  it('of a replace is the larger of old and new, until the venue has answered', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 200 });
    desk.buy(100);
    desk.acknowledge();
    const order = desk.orders[0]!;
    expect(desk.replace(order, BID, 201)).toBe('MaxPosition');
    expect(desk.replace(order, BID, 150)).toBe('sent');
    expect([desk.buy(51), desk.buy(50)]).toEqual(['MaxPosition', 'sent']);
    // Refused: 100 again, and 50 of the other.
    desk.gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '0' });
    desk.settle();
    expect([desk.buy(51), desk.buy(50)]).toEqual(['MaxPosition', 'sent']);
  });

  it('of a replace to less is the old one, until the venue has taken it', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100 });
    desk.buy(100);
    desk.acknowledge();
    expect(desk.replace(desk.orders[0]!, BID, 40)).toBe('sent');
    expect(desk.buy(1)).toBe('MaxPosition');
    const { ordinal } = desk.gateway.last;
    desk.gateway.reply({
      clOrdOrdinal: ordinal,
      origClOrdOrdinal: 1,
      execType: '5',
      ordStatus: '0',
      orderQuantity: 40,
      price: BID,
      cumQuantity: 0,
      leavesQuantity: 40,
    });
    desk.settle();
    expect([desk.buy(61), desk.buy(60)]).toEqual(['MaxPosition', 'sent']);
  });

  it('of a replace that could not be sent is what it was', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 200 });
    desk.buy(100);
    desk.acknowledge();
    desk.gateway.result = GATEWAY_RESULT.transportFull;
    expect(desk.replace(desk.orders[0]!, BID, 200)).toBe('TransportFull');
    desk.gateway.result = GATEWAY_RESULT.sent;
    expect([desk.buy(101), desk.buy(100)]).toEqual(['MaxPosition', 'sent']);
  });

  it('of an order in doubt stays, and with it that of a replace in doubt', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 200, maxOpenNotional: null });
    desk.buy(100);
    desk.acknowledge();
    desk.replace(desk.orders[0]!, BID, 150);
    desk.gateway.inDoubt(2, 'the replacement may never have arrived');
    desk.settle();
    expect(desk.orders[0]!.state).toBe('inDoubt');
    expect([desk.buy(51), desk.buy(50)]).toEqual(['MaxPosition', 'sent']);
  });

  it('adds up over strategies for the firm, and by itself for each', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 150, strategies: { s0: { maxPosition: 100 } } });
    expect(desk.buy(101)).toBe('MaxPosition');
    expect(desk.buy(100)).toBe('sent');
    expect(desk.buy(51, BID, 1)).toBe('MaxPosition');
    expect(desk.buy(50, BID, 1)).toBe('sent');
    expect(desk.buy(150, BID, 1, 'MSFT')).toBe('sent');
  });

  it('is valued at the market as it moves, also of what is held by another strategy', () => {
    const desk = riskDesk({ ...WIDE, maxGross: 40_000 });
    desk.buy(100, ASK, 1);
    desk.fill();
    expect(desk.buy(10)).toBe('sent');
    desk.market(3_600_000, 3_601_000);
    expect(desk.buy(10, 3_600_000)).toBe('MaxGross');
    desk.market(3_200_000, 3_201_000);
    expect(desk.buy(10)).toBe('sent');
  });

  it('lets what reduces pass, whatever the limits have become', () => {
    const desk = riskDesk({ ...WIDE, maxPosition: 100, maxGross: 32_100, maxNet: 32_100 });
    desk.buy(100, ASK);
    desk.fill();
    desk.market(3_900_000, 3_901_000);
    expect(desk.sell(100, 3_901_000)).toBe('sent');
    expect(desk.sell(1, 3_901_000)).toBe('sent');
  });
});

describe('reduce-only', () => {
  it('lets a position become smaller, never turn or open one, each order counting the ones before it', () => {
    const desk = riskDesk({ ...WIDE, strategies: { s1: { reduceOnly: true } } });
    expect(desk.buy(1, BID, 1)).toBe('ReduceOnly');
    expect(desk.sell(1, ASK, 1)).toBe('ReduceOnly');
    expect(desk.buy(1, BID, 0)).toBe('sent');
  });

  it('holds for a position that there is', () => {
    const { desk, told } = controlled();
    desk.buy(100, ASK);
    desk.fill();
    told({ of: 'strategy', name: 's0' }, 'reduceOnly', 1);
    expect([desk.buy(1), desk.sell(60), desk.sell(41), desk.sell(40), desk.sell(1)]).toEqual([
      'ReduceOnly',
      'sent',
      'ReduceOnly',
      'sent',
      'ReduceOnly',
    ]);
  });

  it('is what is left once the loss has passed its limit', () => {
    const desk = riskDesk({ ...WIDE, maxLoss: 100 });
    desk.buy(100, ASK);
    desk.fill();
    desk.market(3_180_000, 3_181_000);
    expect([desk.buy(1, 3_180_000), desk.sell(101, 3_181_000), desk.sell(100, 3_181_000)]).toEqual([
      'MaxLoss',
      'MaxLoss',
      'sent',
    ]);
  });
});

describe('cancels', () => {
  it('have a share of their own, then take what new orders have left, and are refused beyond', () => {
    const desk = riskDesk({
      ...WIDE,
      ordersPerSecond: 5,
      cancelsPerSecond: 2,
      eachStrategy: { ordersPerSecond: null, cancelsPerSecond: null },
    });
    for (let ordinal = 1; ordinal <= 4; ordinal += 1) {
      desk.buy(ordinal);
      desk.gateway.acknowledge(ordinal);
    }
    desk.settle();
    expect(desk.orders.map((order) => desk.cancel(order))).toEqual(['sent', 'sent', 'sent', 'CancelRate']);
    expect(desk.buy(9)).toBe('OrderRate');
    desk.pass(0.5e9);
    expect(desk.cancel(desk.orders[3]!)).toBe('sent');
  });

  it('pass a halt, disarming and every limit of new orders', () => {
    const desk = riskDesk({ ...WIDE });
    desk.buy();
    desk.acknowledge();
    desk.engine.disarm();
    expect(desk.buy()).toBe('NotArmed');
    expect(desk.cancel(desk.orders[0]!)).toBe('sent');
  });
});

describe('a number for ClOrdID(11)', () => {
  it('that was used before is refused, and nothing leaves under it', () => {
    const orders = createOrderTable(64, 8);
    const desk = riskDesk(WIDE, { shared: { orders } });
    expect([desk.buy(), desk.buy()]).toEqual(['sent', 'sent']);
    orderTableLayout(orders).header[HEADER.nextOrdinal] = 2;
    expect(desk.buy()).toBe('DuplicateClOrdID');
    expect(desk.gateway.sent.length).toBe(2);
    expect(desk.buy()).toBe('sent');
  });
});

describe('self-match', () => {
  it('counts orders that may rest, of any strategy, at the price that trades first', () => {
    const desk = riskDesk({ ...WIDE, refuseSelfMatch: true });
    desk.ioc(Side.Sell, 10, BID);
    expect(desk.buy(10, ASK)).toBe('sent');
    expect(desk.sell(10, ASK, 1)).toBe('SelfMatch');
    expect(desk.sell(10, ASK + 100, 1)).toBe('sent');
    desk.gateway.acknowledge(3);
    desk.settle();
    expect(desk.buy(10, ASK + 100)).toBe('SelfMatch');
    desk.gateway.reply({ clOrdOrdinal: 3, execType: '4', ordStatus: '4', cumQuantity: 0, leavesQuantity: 0 });
    desk.settle();
    expect(desk.buy(10, ASK + 100)).toBe('sent');
  });
});

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

function controlled(limits: RiskLimits = WIDE) {
  const channel = new MessageChannel();
  channels.push(channel);
  const answers: ControlAnswer[] = [];
  const records: JournalLimit[] = [];
  let ordinal = 0;
  const journal: Journal = {
    takeOrdinal: () => {
      ordinal += 1;
      return ordinal;
    },
    nextOrdinal: () => ordinal + 1,
    append: (kind, bytes, length) => {
      if (kind === JOURNAL_KIND.limit) records.push(JSON.parse(Buffer.from(bytes.subarray(0, length)).toString()));
      return 0;
    },
    hasFailed: () => false,
    hasRoom: () => true,
  };
  const heartbeat = createHeartbeat();
  const desk = riskDesk(limits, {
    control: channel.port2,
    answer: (answer) => void answers.push(answer),
    journal,
    shared: { heartbeat },
  });
  const told = (scope: JournalScope, name: string, value: LimitGiven): ControlAnswer | undefined => {
    channel.port1.postMessage({ kind: 'limit', scope, name, value, who: 'ctl:ann', id: 1 });
    // As EngineHost does: the loop looks at its next turn.
    new Int32Array(heartbeat)[HEARTBEAT.command] = 1;
    desk.engine.turn();
    return answers.pop();
  };
  return { desk, told, records };
}

type JournalScope = { of: 'firm' } | { of: 'strategy'; name: string } | { of: 'symbol'; name: string };

describe('a limit changed while the engine runs', () => {
  it('holds from the next turn on, with a record of who, when, old and new', () => {
    const { desk, told, records } = controlled();
    expect(desk.buy(200)).toBe('sent');
    expect(told({ of: 'symbol', name: 'AAPL' }, 'maxQuantity', 150)).toMatchObject({
      ok: true,
      sentence: 'maxQuantity of symbol:AAPL is 150 now; it was without limit.',
    });
    expect(desk.buy(151)).toBe('MaxQuantity');
    expect(desk.buy(151, BID, 0, 'MSFT')).toBe('sent');
    expect(told({ of: 'symbol', name: 'AAPL' }, 'maxQuantity', null)?.ok).toBe(true);
    expect(desk.buy(151)).toBe('sent');
    const timeNs = expect.any(Number);
    expect(records).toEqual([
      { timeNs, who: 'ctl:ann', scope: 'symbol:AAPL', name: 'maxQuantity', old: null, new: 150 },
      { timeNs, who: 'ctl:ann', scope: 'symbol:AAPL', name: 'maxQuantity', old: 150, new: null },
    ]);
  });

  it('is refused with a sentence where it is none, and nothing is recorded', () => {
    const { told, records } = controlled();
    expect(told({ of: 'firm' }, 'maxquantiti', 1)).toMatchObject({
      ok: false,
      sentence: expect.stringContaining('did you mean maxQuantity'),
    });
    expect(told({ of: 'strategy', name: 'nobody' }, 'maxQuantity', 1)?.ok).toBe(false);
    for (const value of [true, false, Number.POSITIVE_INFINITY, Number.NaN])
      expect(told({ of: 'firm' }, 'maxQuantity', value)?.sentence).toMatch(/^maxQuantity cannot be .+: it is a whole/);
    expect(records).toEqual([]);
  });

  it('takes true and false for a flag', () => {
    const { desk, told, records } = controlled();
    expect(told({ of: 'firm' }, 'restricted', true)?.sentence).toBe('restricted of firm is 1 now; it was 0.');
    expect(desk.buy(1)).toBe('Restricted');
    expect(told({ of: 'firm' }, 'restricted', false)?.ok).toBe(true);
    expect(desk.buy(1)).toBe('sent');
    expect(records.map((record) => record.new)).toEqual([1, 0]);
  });

  it('goes back to what the configuration says', () => {
    const { desk, told, records } = controlled({ ...WIDE, maxQuantity: 100 });
    told({ of: 'firm' }, 'maxQuantity', 50);
    told({ of: 'firm' }, 'maxQuantity', 60);
    expect(told({ of: 'firm' }, 'maxQuantity', 'default')?.sentence).toBe(
      'maxQuantity of firm is 100 again, as the configuration says; it was 60.',
    );
    expect([desk.buy(101), desk.buy(100)]).toEqual(['MaxQuantity', 'sent']);
    expect(records.at(-1)).toMatchObject({ old: 60, new: 100, isDefault: true });
  });

  it('says so where the symbol is not traded', () => {
    const { told } = controlled();
    expect(told({ of: 'symbol', name: 'NOPE' }, 'maxQuantity', 5)?.sentence).toBe(
      'maxQuantity of symbol:NOPE is 5 now; it was without limit. No instrument NOPE is traded here yet: it holds from when one is.',
    );
  });

  it('of which file and journal say something else holds in its stricter form, and is told', () => {
    const limits = new LimitTable(createLimits(1, 4), ['s0']);
    limits.configure({ maxQuantity: 50, maxNotional: 1_000, duplicateMs: 5, refuseLocked: true });
    const recorded: JournalLimit[] = [];
    const made = new LimitCommand({
      limits,
      isTraded: () => true,
      nowNs: () => 0,
      record: (change) => recorded.push(change),
    });
    const was = { timeNs: 0, who: 'ctl:root', scope: 'firm', old: null, atMs: Date.UTC(2026, 0, 2) };
    const sentences = made.restore([
      { ...was, name: 'maxQuantity', new: null },
      { ...was, name: 'maxNotional', new: 400 },
      { ...was, name: 'duplicateMs', new: 2 },
      { ...was, name: 'reduceOnly', new: 1 },
      { ...was, name: 'refuseLocked', new: 1 },
    ]);
    const at = '(ctl:root, 2026-01-02T00:00:00.000Z)';
    expect(sentences).toEqual([
      `maxQuantity of firm is 50, as the configuration says, not without limit as in an earlier run ${at}: the stricter holds.`,
      `maxNotional of firm is 400 ${at}, not 1000 as the configuration says: \`hotlap ctl limits set maxNotional=default --scope firm\` takes the configuration's.`,
      `duplicateMs of firm is 5, as the configuration says, not 2 as in an earlier run ${at}: the stricter holds.`,
      expect.stringMatching(/^reduceOnly of firm is 1 .*, not 0 as the configuration says/),
    ]);
    const now = ['maxQuantity', 'maxNotional', 'duplicateMs', 'reduceOnly'].map((name) =>
      limits.get({ of: 'firm' }, name),
    );
    expect(now).toEqual([50, 400, 5, 1]);
    made.set({ of: 'firm' }, 'maxNotional', 'default', 'ctl:root');
    expect(limits.get({ of: 'firm' }, 'maxNotional')).toBe(1_000);
    expect(recorded).toMatchObject([{ old: 400, new: 1_000, isDefault: true }]);
  });

  it('lies over the configuration again after a restart', () => {
    const limit = { timeNs: 0, who: 'ctl:ann', scope: 'firm', name: 'maxQuantity', old: 10_000, new: 50 };
    const recovered = {
      strategies: [],
      symbols: [],
      orders: new Float64Array(0),
      positions: [],
      executions: [],
      kills: [],
      limits: [limit, { ...limit, scope: 'strategy:gone' }],
    };
    const desk = riskDesk(WIDE, { recovered: recovered as never });
    // Nothing is sent before the venue has been asked what it knows.
    desk.gateway.resumeSession();
    desk.settle();
    expect([desk.buy(51), desk.buy(50)]).toEqual(['MaxQuantity', 'sent']);
  });
});
