import { describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import { Side } from '../../../engine/index.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

const PRICE = 3_200_000;

function started() {
  const made = puppetEngine();
  const order = made.bought();
  /** A report with an ExecID(17), and of what it refers to. */
  const says = (
    execId: string,
    fields: Omit<Partial<ExecutionReport>, 'execType' | 'ordStatus'> & { execType: string; ordStatus: string },
    execRefId = '',
  ): void => {
    const bytes = Buffer.from(execId + execRefId, 'latin1');
    made.gateway.reply({
      clOrdOrdinal: 1,
      side: Side.Buy,
      instrument: 0,
      ...fields,
      bytes,
      execIdStart: 0,
      execIdEnd: execId.length,
      execRefIdStart: execRefId === '' ? 0 : execId.length,
      execRefIdEnd: execRefId === '' ? 0 : bytes.length,
    });
    made.settle();
  };
  const position = () => made.engine.stats().positions[0];
  return { ...made, order, says, position };
}

const TRADE = {
  execType: 'F',
  ordStatus: '1',
  lastQuantity: 60,
  lastPrice: PRICE,
  cumQuantity: 60,
  leavesQuantity: 40,
};
const CANCELLED = { execType: '4', ordStatus: '4', cumQuantity: 60, leavesQuantity: 0 };

describe('a report that is told a second time', () => {
  it('says what was before: an end does not bring back the shares of a trade that was busted since', () => {
    const { order, says, position, engine } = started();
    says('T1', TRADE);
    says('C1', CANCELLED);
    expect(order).toMatchObject({ state: 'cancelled', filledQuantity: 60 });
    says('B1', { ...CANCELLED, execType: 'H', lastQuantity: 60, lastPrice: PRICE, cumQuantity: 0 }, 'T1');
    expect(order.filledQuantity).toBe(0);
    says('C1', CANCELLED);
    expect(order.filledQuantity).toBe(0);
    expect(position()?.quantity ?? 0).toBe(0);
    expect(engine.stats().reports.duplicates).toBe(1);
  });

  it('does not restate an order anew: its terms are what was said last', () => {
    const { order, says } = started();
    says('N1', { execType: '0', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    says('R1', { execType: 'D', ordStatus: '0', orderQuantity: 80, leavesQuantity: 80, cumQuantity: 0 });
    says('R2', { execType: 'D', ordStatus: '0', orderQuantity: 70, leavesQuantity: 70, cumQuantity: 0 });
    says('R1', { execType: 'D', ordStatus: '0', orderQuantity: 80, leavesQuantity: 80, cumQuantity: 0 });
    expect(order).toMatchObject({ quantity: 70, leaves: 70 });
  });
});

describe('the venue says again and again that it has never had a replacement', () => {
  it('and the order that was to be replaced lives', () => {
    const { order, says, ctx, gateway, settle } = started();
    says('N1', { execType: '0', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    expect(ctx.orders.replace(order, PRICE, 50).ok).toBe(true);
    gateway.inDoubt(2, 'asked for again');
    settle();
    expect(order.state).toBe('inDoubt');
    const unknown = { clOrdOrdinal: 2, execType: 'I', ordStatus: '8', cumQuantity: 0, leavesQuantity: 0 };
    says('0', { ...unknown, rejectReason: 5 });
    says('0', { ...unknown, rejectReason: 5 });
    expect(order.state).toBe('inDoubt');
    says('0', { execType: 'I', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    expect(order).toMatchObject({ state: 'new', quantity: 100, leaves: 100 });
  });
});

describe('a replacement that was given up here and accepted there', () => {
  it('is the order, though another one has been sent since', () => {
    const { order, says, ctx, gateway, settle } = started();
    says('N1', { execType: '0', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    expect(ctx.orders.replace(order, PRICE, 50).ok).toBe(true);
    gateway.inDoubt(2, 'asked for again');
    settle();
    // The answer to an older question: it was asked before the replacement had arrived.
    says('0', { execType: 'I', ordStatus: '0', cumQuantity: 0, leavesQuantity: 100 });
    expect(ctx.orders.replace(order, PRICE, 70).ok).toBe(true);
    const replaced = {
      execType: '5',
      ordStatus: '0',
      orderQuantity: 50,
      price: PRICE,
      cumQuantity: 0,
      leavesQuantity: 50,
    };
    says('R1', { ...replaced, clOrdOrdinal: 2, origClOrdOrdinal: 1 });
    expect(order).toMatchObject({ id: 2, state: 'pendingReplace', quantity: 50, leaves: 50 });
    gateway.reply({ clOrdOrdinal: 3, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '8', rejectReason: 0 });
    settle();
    expect(order).toMatchObject({ id: 2, state: 'replaced', quantity: 50, leaves: 50 });
  });
});
