import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { image, json } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

const EXEC_ID = 'E-1';
/** As the bust leaves it. */
const busted = image(JOURNAL_KIND.report, {
  state: ORDER_STATE.new,
  flags: IMAGE_FLAG.acknowledged | IMAGE_FLAG.busted,
});
const bustedEarly = json(JOURNAL_KIND.awaitedExecution, {
  execId: EXEC_ID,
  key: 1,
  strategy: 'maker',
  symbol: 'AAPL',
  side: 1,
  price: 0,
  quantity: 0,
  isAwaited: true,
});

/** What is held once an execution has come behind a restart. */
const heldAfter = (records: Parameters<typeof recoveringEngine>[0]): [string, number][] => {
  const { logOn, gateway, settle, positions } = recoveringEngine(records);
  logOn();
  gateway.reply({
    clOrdOrdinal: 1,
    execType: 'F',
    ordStatus: '1',
    side: 1,
    instrument: 0,
    lastQuantity: 40,
    lastPrice: 100_000,
    cumQuantity: 40,
    leavesQuantity: 60,
    bytes: Buffer.from(EXEC_ID, 'latin1'),
    execIdStart: 0,
    execIdEnd: EXEC_ID.length,
  });
  settle();
  return positions().filter(([, quantity]) => quantity !== 0) as [string, number][];
};

it('an execution that was busted before it came does not count, also where the engine was started anew between', () => {
  expect(heldAfter([busted, bustedEarly])).toEqual([]);
  expect(heldAfter([busted])).toEqual([['house', 40]]);
});
