import { describe, expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RecordingJournal } from '../../support/journal/recording-journal.ts';
import { image, json } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

const { newOrder, report, cancel } = JOURNAL_KIND;
const { acknowledged } = IMAGE_FLAG;
const working = (key: number, more = {}) =>
  image(report, { key, state: ORDER_STATE.new, flags: acknowledged, ...more });
const sent = (key: number) => image(newOrder, { key });

describe('an engine behind a journal', () => {
  it('lets no order leave before the session is up, nor before the venue has answered for every open order', () => {
    const { order, logOn, status, gateway, recovery } = recoveringEngine([sent(1), working(2)]);
    expect(order()).toBe('Recovering');
    logOn();
    expect(gateway.queries).toEqual([1, 2]);
    expect(order()).toBe('Recovering');
    status(1, '0');
    expect(order()).toBe('Recovering');
    status(2, '0');
    expect(recovery()).toMatchObject({ state: 'reconciled', asked: 2, confirmed: 1 });
    expect(recovery().orders).toMatchObject([{ finding: 'resolved', ordinal: 1, was: 'pendingNew', is: 'new' }]);
    expect(order()).toBe('sent');
  });

  it('tells what the last round came to after the session has ended', () => {
    const { logOn, order, status, gateway, recovery, settle } = recoveringEngine([working(1)]);
    expect(recovery().state).toBe('waiting');
    logOn();
    gateway.interruptSession('enough');
    settle();
    expect(recovery().state).toBe('waiting');
    logOn();
    status(1, '0');
    gateway.interruptSession('enough');
    settle();
    expect(recovery()).toMatchObject({ state: 'reconciled', asked: 1, confirmed: 1 });
    expect(order()).toBe('Recovering');
  });

  it('is armed at once where nothing was open', () => {
    const { order, logOn, recovery } = recoveringEngine([]);
    expect(order()).toBe('Recovering');
    logOn();
    expect(order()).toBe('sent');
    expect(recovery()).toMatchObject({ state: 'reconciled', asked: 0, orders: [] });
  });

  it('ends an order as neverReached or rejected that the venue does not know', () => {
    const { logOn, status, recovery, engine } = recoveringEngine([sent(1)]);
    logOn();
    status(1, '8');
    expect(recovery()).toMatchObject({ state: 'reconciled', findings: { resolved: 1, difference: 0 } });
    expect(engine.stats().orders.open).toBe(0);
  });

  it('begins with the positions of the journal, of strategies that are gone with the house', () => {
    const position = { symbol: 'AAPL', quantity: 7, cost: 700_000, realizedPnl: 5, bought: 7, sold: 0 };
    const { positions } = recoveringEngine([
      json(JOURNAL_KIND.carriedPosition, { ...position, strategy: 's0' }),
      json(JOURNAL_KIND.carriedPosition, { ...position, strategy: 'gone' }),
      json(JOURNAL_KIND.carriedPosition, { ...position, strategy: 'gone too', quantity: -2 }),
    ]);
    expect(positions()).toEqual([
      ['s0', 7],
      ['house', 5],
    ]);
  });

  it('counts what was executed meanwhile, and tells it as a difference', () => {
    const { logOn, status, recovery, positions, order } = recoveringEngine([working(1), working(2), working(3)]);
    logOn();
    status(1, '1', 30);
    status(2, '2', 100);
    status(3, '4', 40);
    expect(recovery().findings.difference).toBe(3);
    expect(recovery().orders.map(({ executed, leaves, is }) => [executed, leaves, is])).toEqual([
      [30, 70, 'partiallyFilled'],
      [100, 0, 'filled'],
      [40, 0, 'cancelled'],
    ]);
    expect(positions()).toEqual([['house', 170]]);
    expect(order()).toBe('sent');
  });

  it('takes what the venue sends again for told: only what nobody has told is a difference', () => {
    const { logOn, status, gateway, recovery, settle } = recoveringEngine([working(1), working(2)]);
    logOn();
    gateway.fill(1, 30, 100_000, 30, 70);
    gateway.fill(2, 100, 100_000, 100, 0);
    settle();
    status(1, '1', 30);
    expect(recovery()).toMatchObject({ state: 'reconciled', confirmed: 2, orders: [] });
  });

  it('waits for the answer of its own question, whatever old reports have said of the order before', () => {
    const { logOn, status, gateway, recovery, settle } = recoveringEngine([working(1)]);
    logOn();
    gateway.fill(1, 30, 100_000, 30, 70);
    settle();
    expect(recovery().state).toBe('asking');
    status(1, '4', 30);
    expect(recovery()).toMatchObject({ state: 'reconciled', findings: { difference: 1 } });
  });

  it('takes orders for cancelled that the venue cancels on a disconnect', () => {
    const found = (settings = {}) => {
      const { logOn, status, recovery } = recoveringEngine([working(1)], settings);
      logOn();
      status(1, '4');
      return recovery().orders[0];
    };
    expect(found()).toMatchObject({ finding: 'difference', was: 'new', is: 'cancelled' });
    expect(found({ cancelOnDisconnect: true })).toMatchObject({ finding: 'resolved', is: 'cancelled' });
  });

  it('knows an order whose cancel was under way by its own name, and may cancel it again', () => {
    const pending = image(cancel, { key: 1, state: ORDER_STATE.pendingCancel, cancelOrdinal: 2, flags: acknowledged });
    const { logOn, status, gateway, recovery, engine, settle } = recoveringEngine([pending]);
    logOn();
    expect(gateway.queries).toEqual([1]);
    status(1, '0');
    expect(recovery().orders).toMatchObject([{ finding: 'resolved', was: 'pendingCancel', is: 'new' }]);
    engine.requestStop('enough');
    settle();
    expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
  });

  it('asks about a replacement first, then about the order, where the venue never had it', () => {
    const pending = image(JOURNAL_KIND.replace, {
      key: 1,
      state: ORDER_STATE.pendingReplace,
      replaceOrdinal: 2,
      newPrice: 110_000,
      newQuantity: 200,
      flags: acknowledged,
    });
    const { logOn, status, gateway, recovery } = recoveringEngine([pending]);
    logOn();
    expect(gateway.queries).toEqual([2]);
    status(2, '8');
    expect(gateway.queries).toEqual([2, 1]);
    status(1, '0');
    expect(recovery().orders).toMatchObject([{ finding: 'resolved', was: 'pendingReplace', leaves: 100 }]);
  });

  it('asks by both names about a replacement that was in doubt at the crash, and keeps it for the next one', () => {
    const terms = { key: 1, replaceOrdinal: 2, newPrice: 110_000, newQuantity: 200, flags: acknowledged };
    for (const before of [
      image(JOURNAL_KIND.replace, { ...terms, state: ORDER_STATE.pendingReplace }),
      image(JOURNAL_KIND.inDoubt, { ...terms, state: ORDER_STATE.inDoubt }),
    ]) {
      const journal = new RecordingJournal();
      const { logOn, later, status, gateway, recovery, engine } = recoveringEngine([before], {}, false, journal);
      const carried = journal.entries.find(({ kind }) => kind === 'carriedOrder');
      expect(carried?.image).toMatchObject({ ordinal: 1, replaceOrdinal: 2 });
      logOn();
      // The venue keeps silent about a name that it has never had.
      later(5_001);
      expect(gateway.queries).toEqual([2, 1]);
      status(1, '0');
      expect(recovery()).toMatchObject({ state: 'reconciled', asked: 1 });
      expect(engine.stats().orders).toMatchObject({ open: 1, inDoubt: 0 });
    }
  });

  it('finds an order by the name of a replacement that was in doubt at the crash', () => {
    const terms = { key: 1, replaceOrdinal: 2, newPrice: 110_000, newQuantity: 200, flags: acknowledged };
    const { logOn, status, recovery, engine } = recoveringEngine([
      image(JOURNAL_KIND.inDoubt, { ...terms, state: ORDER_STATE.inDoubt }),
    ]);
    logOn();
    status(2, '0', 0, { price: 110_000, orderQuantity: 200, leavesQuantity: 200 });
    expect(recovery()).toMatchObject({ state: 'reconciled', orders: [{ ordinal: 2, leaves: 200 }] });
    expect(engine.stats().orders.open).toBe(1);
  });

  it('never clears a kill of an earlier run', () => {
    const { logOn, order, recovery } = recoveringEngine([
      json(JOURNAL_KIND.kill, { timeNs: 0, who: 'ctl:ann', scope: 'all', killed: true, reason: 'enough' }),
    ]);
    logOn();
    expect(recovery().state).toBe('reconciled');
    expect(order()).toBe('Killed');
  });

  it('stays disarmed where it was not armed', () => {
    const { logOn, order, engine } = recoveringEngine([]);
    engine.disarm();
    logOn();
    expect(order()).toBe('NotArmed');
  });
});

describe('a venue that does not answer', () => {
  it('is asked three times, then the engine refuses to arm and says what to do', () => {
    const { logOn, order, later, gateway, recovery } = recoveringEngine([sent(1), working(2)], { timeoutMs: 20_000 });
    logOn();
    for (let asked = 0; asked < 4; asked++) later(5_001);
    expect(gateway.queries).toEqual([1, 2, 1, 2, 1, 2]);
    expect(recovery()).toMatchObject({ state: 'refused', findings: { unanswered: 2 } });
    expect(recovery().refusal).toMatch(/^The engine does not arm: 2 orders of which .* hotlap ctl arm\.$/);
    expect(order()).toBe('NotArmed');
  });

  it('may be overruled by a person', () => {
    const { logOn, order, later, engine, recovery } = recoveringEngine([sent(1)]);
    logOn();
    later(20_001);
    engine.arm();
    expect(order()).toBe('sent');
    expect(recovery()).toMatchObject({ state: 'reconciled', refusal: '' });
    expect(engine.stats().orders.inDoubt).toBe(1);
  });

  it('is overruled by the configuration, and its late answer still counts', () => {
    const { logOn, order, later, status, engine } = recoveringEngine([sent(50)], { unanswered: 'accept' });
    logOn();
    later(20_001);
    expect(order()).toBe('sent');
    status(50, '2', 100);
    expect(engine.stats().orders.inDoubt).toBe(0);
    expect(engine.stats().positions).toMatchObject([{ strategy: 'house', quantity: 100 }]);
  });

  it('is not armed by a person while it may still answer', () => {
    const { logOn, order, engine } = recoveringEngine([sent(1)]);
    logOn();
    engine.arm();
    expect(order()).toBe('Recovering');
  });
});

describe('a venue that is asked about all orders at once', () => {
  it('names what it has; orders that it does not name are asked about singly', () => {
    const { logOn, status, gateway, recovery, settle } = recoveringEngine([working(1), working(2)], {}, true);
    logOn();
    expect(gateway.massStatuses).toHaveLength(1);
    expect(gateway.queries).toEqual([]);
    status(1, '0', 0, { massStatus: true });
    gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
    settle();
    expect(gateway.queries).toEqual([2]);
    status(2, '8');
    expect(recovery()).toMatchObject({ state: 'reconciled', confirmed: 1, findings: { difference: 1 } });
  });

  it('is asked about each where it refuses, or keeps silent', () => {
    for (const answers of [true, false]) {
      const { logOn, gateway, settle, later } = recoveringEngine([working(1)], {}, true);
      logOn();
      if (answers) gateway.sink.onMassStatus(gateway.massStatuses[0] as number, -1);
      else later(5_001);
      settle();
      expect(gateway.queries).toEqual([1]);
    }
  });

  it('has its unknown orders under our names cancelled, adopted, or refused', () => {
    const found = (unknownOrders: 'cancel' | 'adopt' | 'refuse') => {
      const made = recoveringEngine([], { unknownOrders }, true);
      made.logOn();
      made.status(77, '1', 40, { massStatus: true });
      made.gateway.sink.onMassStatus(made.gateway.massStatuses[0] as number, 1);
      made.settle();
      return made;
    };
    const refused = found('refuse');
    expect(refused.recovery()).toMatchObject({ state: 'refused', findings: { unknown: 1 } });
    expect(refused.order()).toBe('NotArmed');
    expect(refused.gateway.sent).toEqual([]);

    const adopted = found('adopt');
    expect(adopted.recovery()).toMatchObject({
      state: 'reconciled',
      orders: [{ finding: 'unknown', ordinal: 77, strategy: 'house', symbol: 'AAPL', leaves: 60 }],
    });
    expect(adopted.positions()).toEqual([['house', 40]]);
    expect(adopted.engine.stats().orders.open).toBe(1);
    expect(adopted.order()).toBe('sent');

    const cancelled = found('cancel');
    expect(cancelled.gateway.last).toMatchObject({ kind: 'cancel', orig: 77 });
    expect(cancelled.order()).toBe('Recovering');
    cancelled.gateway.reply({
      clOrdOrdinal: cancelled.gateway.last.ordinal,
      origClOrdOrdinal: 77,
      execType: '4',
      ordStatus: '4',
      cumQuantity: 40,
    });
    cancelled.settle();
    expect(cancelled.recovery().state).toBe('reconciled');
    expect(cancelled.order()).toBe('sent');
  });

  it('is asked again about an unknown order of an instrument that nobody here has asked for', () => {
    const { logOn, status, gateway, settle, recovery, engine } = recoveringEngine([], { unknownOrders: 'adopt' }, true);
    logOn();
    const symbol = { instrument: -1, symbol: () => 'MSFT', price: Number.NaN };
    status(77, '0', 0, { massStatus: true, ...symbol, averagePrice: () => Number.NaN });
    gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
    settle();
    expect(gateway.queries).toEqual([77]);
    status(77, '1', 10, { instrument: 1, price: 50_000, averagePrice: () => 50_000 });
    expect(recovery().orders).toMatchObject([{ finding: 'unknown', symbol: 'MSFT', leaves: 90 }]);
    expect(engine.stats().positions).toMatchObject([{ strategy: 'house', symbol: 'MSFT', quantity: 10 }]);
  });

  it('leaves orders alone that are not ours, and tells each once', () => {
    const { logOn, status, gateway, settle, recovery, order } = recoveringEngine([], {}, true);
    logOn();
    for (let times = 0; times < 2; times++)
      status(-1, '0', 0, { massStatus: true, clOrdId: () => 'THEIRS', symbol: () => 'AAPL' });
    gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 2);
    settle();
    expect(recovery()).toMatchObject({ state: 'reconciled', orders: [{ finding: 'foreign', clOrdId: 'THEIRS' }] });
    expect(gateway.sent).toEqual([]);
    expect(order()).toBe('sent');
  });

  it('is asked whatever the journal says of open orders, and its silence alone refuses nothing', () => {
    const { logOn, later, recovery } = recoveringEngine([], {}, true);
    logOn();
    expect(recovery().state).toBe('asking');
    later(5_001);
    expect(recovery().state).toBe('reconciled');
  });
});

describe('a connection that was lost and is back', () => {
  const traded = () => {
    const made = recoveringEngine([]);
    made.logOn();
    made.order();
    made.gateway.acknowledge(1);
    made.settle();
    return made;
  };

  it('is a new start: nothing leaves before every open order has been asked about', () => {
    const { gateway, settle, order, status, recovery } = traded();
    gateway.interruptSession('the cable');
    settle();
    expect(order()).toBe('Recovering');
    gateway.resumeSession();
    settle();
    expect(gateway.queries).toEqual([1]);
    expect(order()).toBe('Recovering');
    status(1, '0', 0, { orderQuantity: 10, leavesQuantity: 10 });
    expect(recovery()).toMatchObject({ state: 'reconciled', rounds: 2, asked: 1, confirmed: 1 });
    expect(order()).toBe('sent');
  });

  it('is asked anew where it was lost in the midst of it', () => {
    const { logOn, gateway, settle, status, recovery } = recoveringEngine([sent(1), working(2)]);
    logOn();
    status(1, '0');
    gateway.interruptSession('the cable');
    settle();
    expect(recovery().state).toBe('waiting');
    logOn();
    expect(gateway.queries).toEqual([1, 2, 1, 2]);
    status(1, '0');
    status(2, '4');
    expect(recovery()).toMatchObject({ state: 'reconciled', rounds: 2 });
    expect(recovery().orders.map(({ finding, was, is }) => [finding, was, is])).toEqual([
      ['resolved', 'pendingNew', 'new'],
      ['difference', 'new', 'cancelled'],
    ]);
  });
});

describe('policies', () => {
  it('refuse differences', () => {
    const { logOn, status, recovery, order } = recoveringEngine([working(1)], { differences: 'refuse' });
    logOn();
    status(1, '1', 30);
    expect(recovery().refusal).toContain('1 order that the venue has otherwise than its reports had told');
    expect(order()).toBe('NotArmed');
  });

  it('cancel what is open', () => {
    const { logOn, status, gateway, settle, recovery, order } = recoveringEngine([working(1)], {
      openOrders: 'cancel',
    });
    logOn();
    status(1, '0');
    expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
    expect(order()).toBe('Recovering');
    gateway.reply({
      clOrdOrdinal: gateway.last.ordinal,
      origClOrdOrdinal: 1,
      execType: '4',
      ordStatus: '4',
      cumQuantity: 0,
    });
    settle();
    expect(recovery().state).toBe('reconciled');
    expect(order()).toBe('sent');
  });

  it('refuse to arm where the venue does not confirm a cancel', () => {
    const { logOn, status, later, recovery } = recoveringEngine([working(1)], { openOrders: 'cancel' });
    logOn();
    status(1, '0');
    for (let times = 0; times < 5; times++) later(5_001);
    expect(recovery()).toMatchObject({ state: 'refused' });
    expect(recovery().refusal).toContain('whose cancel the venue has not confirmed');
  });
});
