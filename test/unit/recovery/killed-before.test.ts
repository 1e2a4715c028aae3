import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { image, json } from '../../support/recovery/hand-made-journal.ts';
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
