import { expect, it } from 'vitest';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import type { Instrument } from '../../../engine/domain/instrument.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import { createPositions, Positions } from '../../../engine/orders/positions.ts';
import { Exposure, TOTAL } from '../../../engine/risk/exposure.ts';
import { BID, riskDesk } from '../../support/engine/risk-desk.ts';
import { begun, image } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

const NEW = {
  execType: 'I',
  ordStatus: '0',
  cumQuantity: 0,
  leavesQuantity: 100,
  orderQuantity: 100,
  side: 1 as const,
};

/** An order of 100 shares is taken over, its price unread. */
const adopting = (maxOpenNotional: number | null, symbol = 'TSLA') => {
  const desk = riskDesk(
    { maxOpenNotional },
    {
      recovered: recoveredState(begun()),
      recovery: { unknownOrders: 'adopt', unanswered: 'accept', timeoutMs: 100 } as never,
    },
  );
  const { gateway, settle } = desk;
  gateway.offers = { market: false, massStatus: true, massCancel: false };
  gateway.resumeSession();
  settle();
  gateway.reply({ ...NEW, clOrdOrdinal: 77, massStatus: true, symbol: () => symbol });
  settle();
  gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
  settle();
  const instrument = gateway.instruments.find((each) => each.symbol === symbol)!.handle;
  const status = (more: Parameters<typeof gateway.reply>[0]): void => {
    gateway.reply({ ...NEW, clOrdOrdinal: 77, instrument, ...more });
    settle();
  };
  const silence = (): void => {
    for (let round = 0; round < 3; round += 1) {
      desk.pass(101e6);
      settle();
    }
  };
  return { ...desk, status, silence };
};

it('of an order that is over by now leave the limits as they were', () => {
  const { status, buy } = adopting(50_000);
  status({ ordStatus: '4', leavesQuantity: 0, price: 100 });
  expect([buy(), buy(50), buy()]).toEqual(['sent', 'sent', 'MaxOpenNotional']);
});

it('refuse what is new by name while nobody knows what the order may cost, where that is limited', () => {
  const limited = adopting(50_000);
  limited.silence();
  expect(limited.buy(1)).toBe('MaxOpenNotional');
  // 30,000 of the 50,000, once it is known.
  limited.status({ price: 3_000_000 });
  expect([limited.buy(62, BID), limited.buy(1, BID)]).toEqual(['sent', 'MaxOpenNotional']);
  const free = adopting(null);
  free.silence();
  expect([free.buy(), free.buy()]).toEqual(['sent', 'sent']);
});

it('are the market’s where there is one', () => {
  const { silence, buy } = adopting(50_000, 'MSFT');
  silence();
  // 32,005 of the 50,000.
  expect([buy(56, BID), buy(1, BID)]).toEqual(['sent', 'MaxOpenNotional']);
});

it('are the market’s as soon as there is one', () => {
  const table = new OrderTable(createOrderTable(4, 4));
  const exposure = new Exposure(table, new Positions(createPositions(1, 4)), 4, { executed: () => {} });
  exposure.addInstrument({ handle: 0, priceScale: 10_000, multiplier: 1 } as Instrument);
  const row = table.take(77);
  table.strategy[row] = 1;
  table.instrument[row] = 0;
  table.side[row] = 1;
  table.leaves[row] = 100;
  table.price[row] = Number.NaN;
  table.state[row] = ORDER_STATE.inDoubt;
  const firm = (field: number): number => exposure.totals[exposure.firm * TOTAL.doubles + field] as number;
  exposure.reserve(row, false);
  expect([firm(TOTAL.unpriced), firm(TOTAL.openMoney)]).toEqual([1, 0]);
  exposure.marketMoved(0, Float64Array.of(3_000_000));
  expect([firm(TOTAL.unpriced), firm(TOTAL.openMoney)]).toEqual([0, 300_000_000]);
  exposure.release(row);
  expect([firm(TOTAL.unpriced), firm(TOTAL.openMoney), firm(TOTAL.openOrders)]).toEqual([0, 0, 0]);
});

it('are read from the first answer after another restart', () => {
  const price = Number.NaN;
  const adopted = image(JOURNAL_KIND.report, { state: ORDER_STATE.inDoubt, flags: IMAGE_FLAG.acknowledged, price });
  const { logOn, status, recovery, engine } = recoveringEngine([adopted]);
  logOn();
  status(1, '0');
  expect(recovery()).toMatchObject({ state: 'reconciled' });
  expect(engine.stats().orders.open).toBe(1);
});
