import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { carried, image, instrument, json, opened } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

const kill = (scope: string) =>
  json(JOURNAL_KIND.kill, { timeNs: 1, who: 'ctl:ann', scope, killed: true, reason: 'a drill' });

const working = image(JOURNAL_KIND.report, { state: ORDER_STATE.new, flags: IMAGE_FLAG.acknowledged });

it('what an earlier run has left open of a killed scope is cancelled at the first Logon, and nothing new leaves', () => {
  const { logOn, gateway, settle, order, engine, status } = recoveringEngine([working, kill('all')]);
  expect(gateway.sent).toEqual([]);
  logOn();
  expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
  status(1, '0');
  gateway.reply({
    clOrdOrdinal: gateway.last.ordinal,
    origClOrdOrdinal: 1,
    execType: '4',
    ordStatus: '4',
    cumQuantity: 0,
  });
  settle();
  expect(engine.stats()).toMatchObject({
    orders: { open: 0 },
    kills: [{ scope: 'all', killed: true, orders: 1, left: 0 }],
    recovery: { state: 'reconciled' },
  });
  expect(order()).toBe('Killed');
});

it('an order that the venue alone knows is cancelled as soon as it is taken over', () => {
  const { logOn, gateway, settle, status } = recoveringEngine([kill('all')], { unknownOrders: 'adopt' }, true);
  logOn();
  status(77, '0', 0, { massStatus: true });
  expect(gateway.sent).toEqual([]);
  gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
  settle();
  expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 77 });
});

/** The run before has had strategies that this one does not load; its records follow. */
const before = (...strategies: string[]) => [opened(strategies), instrument(0, 'AAPL'), carried];

it('what a killed strategy has left that is not loaded any more is cancelled as well, and nothing of others', () => {
  const { logOn, gateway, settle, order, engine, status } = recoveringEngine([
    ...before('old', 'older'),
    working,
    image(JOURNAL_KIND.report, { key: 2, strategy: 1, state: ORDER_STATE.new, flags: IMAGE_FLAG.acknowledged }),
    kill('strategy:old'),
  ]);
  logOn();
  status(1, '0');
  status(2, '0');
  const cancels = () => gateway.sent.filter(({ kind }) => kind === 'cancel').map(({ orig }) => orig);
  expect([...new Set(cancels())]).toEqual([1]);
  expect(engine.stats().kills).toMatchObject([{ scope: 'strategy:old', killed: true, orders: 1, left: 1 }]);
  const { ordinal } = gateway.last;
  gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 0 });
  settle();
  expect(engine.stats()).toMatchObject({
    orders: { open: 1 },
    kills: [{ orders: 1, left: 0 }],
    recovery: { state: 'reconciled' },
  });
  expect(order()).toBe('sent');
});

it('a run later, where it is the house that has them, they go all the same', () => {
  const { logOn, gateway } = recoveringEngine([...before('house'), working, kill('strategy:old')]);
  logOn();
  expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
});

it('orders that are gone when the venue is asked leave nothing to cancel', () => {
  const { logOn, gateway, status, settle, engine } = recoveringEngine(
    [...before('old'), working, kill('strategy:old')],
    {},
    true,
  );
  gateway.result = -2;
  logOn();
  status(1, '4');
  gateway.result = 0;
  settle();
  gateway.interruptSession('gone');
  settle();
  logOn();
  expect(gateway.sent).toEqual([]);
  expect(engine.stats().kills).toMatchObject([{ left: 0 }]);
});
