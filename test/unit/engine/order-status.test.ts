import { describe, expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { CELL } from '../../../native/layout.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

const PRICE = 3_200_000;

function started() {
  const made = puppetEngine();
  const stats = () => made.engine.stats();
  const pass = (seconds: number): void => {
    made.feed.cells[CELL.nowNs] = (made.feed.cells[CELL.nowNs] as number) + seconds * 1e9;
    made.settle();
  };
  const lose = (): void => {
    made.gateway.interruptSession('the line broke');
    made.settle();
  };
  const resume = (): void => {
    made.gateway.resumeSession();
    made.settle();
  };
  return { ...made, stats, pass, lose, resume };
}

/** An order of 100 in doubt that has been asked for. */
function asked() {
  const made = started();
  const order = made.bought();
  made.lose();
  expect(made.gateway.queries).toEqual([]);
  made.resume();
  expect(made.gateway.queries).toEqual([1]);
  made.heard.length = 0;
  const answer = (
    ordStatus: string,
    cumQuantity: number,
    more: Parameters<typeof made.gateway.reply>[0] = {},
    clOrdOrdinal = 1,
  ): void => {
    made.gateway.reply({ clOrdOrdinal, execType: 'I', ordStatus, cumQuantity, ...more });
    made.settle();
  };
  return { ...made, order, answer };
}

describe('an order in doubt is asked for', () => {
  it('once after the Logon, and a few times more while nobody answers', () => {
    const { gateway, pass } = asked();
    pass(4);
    expect(gateway.queries).toEqual([1]);
    for (let time = 0; time < 10; time++) pass(5);
    expect(gateway.queries).toEqual([1, 1, 1]);
  });

  it('anew after each Logon', () => {
    const { gateway, lose, resume } = asked();
    lose();
    resume();
    expect(gateway.queries).toEqual([1, 1]);
  });

  it('when the session takes the question: not while messages are sent again', () => {
    const { bought, gateway, pass, lose, resume } = started();
    bought();
    lose();
    gateway.result = GATEWAY_RESULT.resending;
    resume();
    expect(gateway.queries).toEqual([]);
    gateway.result = GATEWAY_RESULT.sent;
    pass(0.1);
    expect(gateway.queries).toEqual([1]);
  });

  it('also when the doubt comes while the session is up', () => {
    const { bought, gateway, settle } = started();
    bought();
    gateway.inDoubt(1, 'asked for again');
    settle();
    expect(gateway.queries).toEqual([1]);
  });

  it('a few a turn', () => {
    const { bought, gateway, engine, settle, lose } = started();
    for (let n = 0; n < 40; n++) bought();
    lose();
    gateway.resumeSession();
    engine.turn();
    engine.turn();
    expect(gateway.queries.length).toBeLessThanOrEqual(16);
    settle();
    expect(gateway.queries).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });
});

describe('the answer', () => {
  it.each(['0', 'A', '6', 'E'])('39=%s: it lives', (status) => {
    const { order, answer, heard, stats } = asked();
    answer(status, 0, { leavesQuantity: 100 });
    expect(order.state).toBe('new');
    expect(heard).toEqual(['accepted:new']);
    expect(stats().orders).toMatchObject({ inDoubt: 0, acknowledged: 1, open: 1 });
  });

  it('39=1: what was executed meanwhile counts, at the average that the venue tells', () => {
    const { order, answer, heard, stats } = asked();
    answer('1', 40, { leavesQuantity: 60, averagePrice: () => PRICE - 200 });
    expect(order).toMatchObject({
      state: 'partiallyFilled',
      leaves: 60,
      filledQuantity: 40,
      averagePrice: PRICE - 200,
    });
    expect(heard).toEqual(['fill:partiallyFilled']);
    expect(stats()).toMatchObject({ orders: { inDoubt: 0 }, reports: { executions: 1, missed: 1 } });
    expect(stats().positions).toMatchObject([{ quantity: 40, averagePrice: '319.9800' }]);
    // The execution itself comes late: it is known.
    answer('1', 40, { execType: 'F', lastQuantity: 40, lastPrice: PRICE, leavesQuantity: 60 });
    expect(stats().reports).toMatchObject({ executions: 1, duplicates: 1 });
  });

  it('39=2: it is filled', () => {
    const { order, answer, heard, stats } = asked();
    answer('2', 100, { leavesQuantity: 0, lastPrice: PRICE - 100 });
    expect(order).toMatchObject({ state: 'filled', filledQuantity: 100, averagePrice: PRICE - 100 });
    expect(heard).toEqual(['fill:filled']);
    expect(stats().orders).toMatchObject({ inDoubt: 0, filled: 1, open: 0 });
  });

  it.each([
    ['7', 'stopped'],
    ['9', 'suspended'],
  ])('39=%s: it lives, and is %s', (status, state) => {
    const { order, answer, heard } = asked();
    answer(status, 0, { leavesQuantity: 100 });
    expect(order.state).toBe(state);
    expect(heard).toEqual([`${state}:${state}`]);
  });

  it.each([
    ['4', 'cancelled'],
    ['C', 'expired'],
    ['3', 'doneForDay'],
  ])('39=%s: it is %s, and what it had executed counts', (status, state) => {
    const { order, answer, heard, stats } = asked();
    answer(status, 30, { leavesQuantity: 0 });
    expect(order).toMatchObject({ state, filledQuantity: 30, leaves: 0 });
    expect(heard).toEqual([`fill:${state}`, `${state}:${state}`]);
    expect(stats().orders).toMatchObject({ inDoubt: 0, cancelled: 1, open: 0 });
    expect(stats().positions).toMatchObject([{ quantity: 30 }]);
  });

  it.each(['I', '8'])('39=8 with 150=%s: the venue never had it', (execType) => {
    const { order, answer, heard, stats } = asked();
    answer('8', 0, { execType, text: () => 'unknown order' });
    expect(order).toMatchObject({ state: 'rejected', reason: 'unknown order', leaves: 0 });
    expect(heard).toEqual(['rejected:rejected']);
    expect(stats().orders).toMatchObject({ inDoubt: 0, rejected: 1, open: 0 });
  });

  it('without a word on it leaves the doubt', () => {
    const { order, answer } = asked();
    answer('Z', 0);
    expect(order.state).toBe('inDoubt');
  });

  it('changes nothing of an order that is not in doubt', () => {
    const { bought, gateway, settle } = started();
    const order = bought();
    gateway.reply({ clOrdOrdinal: 1, execType: 'I', ordStatus: '8', cumQuantity: 0 });
    settle();
    expect(order.state).toBe('pendingNew');
  });
});

describe('a replacement in doubt', () => {
  function inDoubt() {
    const made = started();
    const order = made.bought();
    made.gateway.acknowledge(1);
    made.settle();
    expect(made.ctx.orders.replace(order, PRICE - 100, 60)).toMatchObject({ ok: true });
    made.gateway.inDoubt(2, 'asked for again');
    made.settle();
    expect(made.gateway.queries).toEqual([2]);
    made.heard.length = 0;
    return { ...made, order };
  }

  it('that the venue knows is the order', () => {
    const { gateway, settle, order, heard, stats } = inDoubt();
    gateway.reply({ clOrdOrdinal: 2, execType: 'I', ordStatus: '0', cumQuantity: 0, leavesQuantity: 60 });
    settle();
    expect(order).toMatchObject({ id: 2, state: 'replaced', price: PRICE - 100, quantity: 60, leaves: 60 });
    expect(heard).toEqual(['replaced:replaced']);
    expect(stats().orders.inDoubt).toBe(0);
  });

  it('that the venue never had leaves the order, which is asked for in its turn', () => {
    const { gateway, settle, order, heard, stats } = inDoubt();
    gateway.reply({ clOrdOrdinal: 2, execType: 'I', ordStatus: '8', cumQuantity: 0 });
    settle();
    expect(order.state).toBe('inDoubt');
    expect(gateway.queries).toEqual([2, 1]);
    gateway.reply({ clOrdOrdinal: 1, execType: 'I', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    settle();
    expect(order).toMatchObject({ id: 1, state: 'new', price: PRICE, quantity: 100 });
    expect(heard).toEqual(['replaceRejected:inDoubt', 'accepted:new']);
    expect(stats()).toMatchObject({ orders: { inDoubt: 0 }, requests: { replaceRejects: 1 } });
  });
});
