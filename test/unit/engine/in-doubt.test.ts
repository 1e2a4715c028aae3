import { describe, expect, it } from 'vitest';
import { Side } from '../../../engine/index.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

const PRICE = 3_200_000;

function started() {
  const made = puppetEngine();
  const inDoubt = (): number => made.engine.stats().orders.inDoubt;
  return { ...made, inDoubt };
}

describe('an order that the venue asked for again', () => {
  it('is in doubt while unanswered, and ends as what the venue says', () => {
    const { bought, gateway, settle, heard, inDoubt } = started();
    const order = bought();
    gateway.inDoubt(1, 'asked for again');
    gateway.inDoubt(1, 'asked for again');
    settle();
    expect(order).toMatchObject({ state: 'inDoubt', reason: 'asked for again' });
    expect(heard).toEqual(['inDoubt:inDoubt']);
    expect(inDoubt()).toBe(1);
    gateway.acknowledge(1);
    settle();
    expect(order.state).toBe('new');
    expect(inDoubt()).toBe(0);
  });

  it('is not in doubt once the venue has answered it, nor when it is over', () => {
    const { bought, gateway, settle, inDoubt } = started();
    const order = bought();
    gateway.acknowledge(1);
    gateway.inDoubt(1, 'asked for again');
    settle();
    expect(order.state).toBe('new');
    gateway.fill(1, 100, PRICE, 100, 0);
    gateway.inDoubt(1, 'asked for again');
    gateway.inDoubt(77, 'asked for again');
    settle();
    expect(order.state).toBe('filled');
    expect(inDoubt()).toBe(0);
  });

  it('stays in doubt while it is cancelled, until the venue says something of it', () => {
    const { bought, gateway, settle, ctx, inDoubt } = started();
    const order = bought();
    gateway.inDoubt(1, 'asked for again');
    settle();
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
    expect(order.state).toBe('inDoubt');
    gateway.reply({
      clOrdOrdinal: 2,
      origClOrdOrdinal: 1,
      cancelReject: true,
      ordStatus: '8',
      text: () => 'unknown order',
    });
    settle();
    expect(order).toMatchObject({ state: 'rejected', reason: 'unknown order' });
    expect(inDoubt()).toBe(0);
  });
});

describe('a cancel of an order in doubt that is refused', () => {
  const refused = (ordStatus?: string) => {
    const made = started();
    const order = made.bought();
    made.gateway.inDoubt(1, 'asked for again');
    made.settle();
    expect(made.ctx.orders.cancel(order)).toMatchObject({ ok: true });
    made.gateway.reply({
      clOrdOrdinal: 2,
      origClOrdOrdinal: 1,
      cancelReject: true,
      ...(ordStatus !== undefined && { ordStatus }),
    });
    made.settle();
    return { ...made, order };
  };

  it('below the business layer leaves the doubt: nothing was said of the order', () => {
    const { order, inDoubt, heard, ctx } = refused();
    expect(order.state).toBe('inDoubt');
    expect(inDoubt()).toBe(1);
    expect(heard).toEqual(['inDoubt:inDoubt', 'cancelRejected:inDoubt']);
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
  });

  it.each(['0', '1', '6', 'A', 'E'])('with OrdStatus(39)=%s is known to live', (ordStatus) => {
    const { order, inDoubt, engine } = refused(ordStatus);
    expect(order.state).toBe('new');
    expect(inDoubt()).toBe(0);
    expect(engine.stats().orders.acknowledged).toBe(1);
  });
});

describe('a replacement that the venue asked for again', () => {
  function replaced() {
    const made = started();
    const order = made.bought();
    made.gateway.acknowledge(1);
    made.settle();
    expect(made.ctx.orders.replace(order, PRICE - 100, 60)).toMatchObject({ ok: true });
    made.gateway.inDoubt(2, 'asked for again');
    made.settle();
    expect(order.state).toBe('inDoubt');
    expect(made.inDoubt()).toBe(1);
    return { ...made, order };
  }

  it('leaves the order to be cancelled by the name that the venue knows', () => {
    const { order, ctx, gateway, settle, inDoubt } = replaced();
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
    expect(gateway.last).toMatchObject({ kind: 'cancel', ordinal: 3, orig: 1 });
    gateway.reply({ clOrdOrdinal: 3, origClOrdOrdinal: 1, execType: '4', ordStatus: '4', leavesQuantity: 0 });
    settle();
    expect(order.state).toBe('cancelled');
    expect(inDoubt()).toBe(0);
  });

  it('becomes the order when it had reached the venue after all', () => {
    const { order, gateway, settle, inDoubt } = replaced();
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, execType: '5', ordStatus: '5', leavesQuantity: 60 });
    settle();
    expect(order).toMatchObject({ id: 2, state: 'replaced', price: PRICE - 100, quantity: 60 });
    expect(inDoubt()).toBe(0);
  });

  it('is forgotten with the first fill of the order', () => {
    const { order, gateway, settle, inDoubt } = replaced();
    gateway.fill(1, 40, PRICE, 40, 60);
    settle();
    expect(order).toMatchObject({ state: 'partiallyFilled', quantity: 100, leaves: 60 });
    expect(inDoubt()).toBe(0);
  });
});

it('a cancel that is not sent again leaves the order to be cancelled anew', () => {
  const { bought, ctx, gateway, settle } = started();
  const order = bought();
  gateway.acknowledge(1);
  settle();
  expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
  expect(ctx.orders.cancel(order)).toEqual({ ok: false, reason: 'RequestPending' });
  gateway.inDoubt(2, 'kept no more');
  settle();
  expect(order.state).toBe('new');
  expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
  expect(gateway.last).toMatchObject({ kind: 'cancel', ordinal: 3, orig: 1 });
});

describe('the engine, when the session', () => {
  it('connects again by itself, goes on, with what was unanswered in doubt', () => {
    const { bought, gateway, settle, engine } = started();
    const order = bought();
    gateway.interruptSession('the peer closed the connection');
    settle();
    expect(order.state).toBe('inDoubt');
    expect(engine.stats()).toMatchObject({ sessionLost: null, stopReason: '' });
    gateway.ready = true;
    gateway.acknowledge(1);
    settle();
    expect(order.state).toBe('new');
    expect(bought().state).toBe('pendingNew');
  });

  it.each([
    [GATEWAY_RESULT.storeFull, 'StoreFull'],
    [GATEWAY_RESULT.storeFailed, 'StoreFailed'],
    [GATEWAY_RESULT.resending, 'Resending'],
    [GATEWAY_RESULT.throttled, 'Throttled'],
    [GATEWAY_RESULT.transportFull, 'TransportFull'],
    [GATEWAY_RESULT.notLoggedOn, 'SessionNotReady'],
    [GATEWAY_RESULT.invalid, 'InvalidOrder'],
  ])('returns %i, refuses the order as %s', (result, reason) => {
    const { ctx, gateway } = started();
    gateway.result = result;
    expect(ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, PRICE, 100)).toEqual({ ok: false, reason });
  });
});
