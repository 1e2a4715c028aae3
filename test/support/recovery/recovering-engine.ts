import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import type { RecoverySettings } from '../../../engine/recovery/settings.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { CELL } from '../../../native/layout.ts';
import { quote } from '../engine/fake-feed.ts';
import { testEngine } from '../engine/test-engine.ts';
import { begun } from './hand-made-journal.ts';

type Records = Parameters<typeof recoveredState>[0];

/** An armed engine that starts behind a journal, strategy `s0` loaded, not logged on yet. */
export function recoveringEngine(
  records: Records,
  settings: Partial<RecoverySettings> = {},
  massStatus = false,
  journal?: Journal,
) {
  let ctx!: Context;
  const heard: string[] = [];
  const puppet = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
    onOrder: (order) => heard.push(`${order.event}:${order.state}`),
  });
  const made = testEngine([puppet], {
    recovered: recoveredState([...begun(), ...records]),
    recovery: settings,
    ...(journal && { journal }),
  });
  const { gateway, engine, feed, settle } = made;
  gateway.ready = false;
  gateway.offers = { market: false, massStatus, massCancel: false };
  feed.push(quote('AAPL', 100_000, 100, 100_100, 100));
  settle();
  return {
    ...made,
    ctx,
    heard,
    logOn: () => {
      gateway.resumeSession();
      settle();
    },
    /** An order of 10 at 10.00: what became of it. */
    order: (): string => {
      const result = ctx.orders.limit(ctx.instrument('AAPL'), 1, 100_000, 10);
      return result.ok ? 'sent' : result.reason;
    },
    later: (ms: number) => {
      feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + ms * 1e6;
      settle();
    },
    /** The venue's word on an order: OrdStatus(39) with what it has executed. */
    status: (ordinal: number, ordStatus: string, cumQuantity = 0, more: Parameters<typeof gateway.reply>[0] = {}) => {
      gateway.reply({
        clOrdOrdinal: ordinal,
        execType: 'I',
        ordStatus,
        cumQuantity,
        leavesQuantity: '01'.includes(ordStatus) ? 100 - cumQuantity : 0,
        price: 100_000,
        orderQuantity: 100,
        side: 1,
        instrument: 0,
        averagePrice: () => 100_000,
        ...more,
      });
      settle();
    },
    recovery: () => {
      const report = engine.stats().recovery;
      if (report === null) throw new Error('no recovery');
      return report;
    },
    positions: () => engine.stats().positions.map(({ strategy, quantity }) => [strategy, quantity]),
  };
}
