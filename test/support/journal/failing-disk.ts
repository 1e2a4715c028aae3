/**
 * Run as a program of its own, on a disk that fills up or under strace, which makes it fail: an engine sends orders until
 * its journal refuses, then one more, and cancels the first. Prints what was sent, refused and logged.
 *
 *   node failing-disk.ts FOLDER RINGFILE
 */
import { openOrderJournal, openRing } from '../../../app/order-journal.ts';
import { type Order, Side } from '../../../engine/index.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import type { Context, SendResult } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { quote } from '../engine/fake-feed.ts';
import { testEngine } from '../engine/test-engine.ts';

const [folder, ringFile] = process.argv.slice(2) as [string, string];
const MAX_ORDERS = 2_000;

let ctx!: Context;
const definition = defineStrategy({
  name: 'puppet',
  setup(given) {
    ctx = given as Context;
    given.instrument('AAPL');
  },
});
const logged: string[] = [];
const sizes = { ringFile, ringBytes: 1 << 16, segmentBytes: 1 << 16 };
const opened = openOrderJournal(folder, (level, text) => logged.push(`${level}: ${text}`), sizes);
opened.begin({ day0Ms: 0, startMs: 0, strategies: ['s0'] });
const ring = openRing(opened.plan);
const { engine, gateway, feed, settle } = testEngine([definition], {
  journal: new RingJournal(ring, new Int32Array(opened.plan.cells)),
  risk: { ...WIDE_LIMITS, duplicateMs: null, refuseSelfMatch: false },
});
opened.whenFailed(() => engine.disarm());
feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
settle();
const buy = (): SendResult => ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 1);

let first: Order | undefined;
let last: SendResult = buy();
for (let orders = 0; last.ok && orders < MAX_ORDERS; orders++) {
  first ??= last.order;
  gateway.acknowledge(last.order.id);
  // The first one stays open.
  if (last.order !== first) gateway.fill(last.order.id, 1, 3_200_000, 1, 0);
  settle();
  if (orders % 10 === 0 && opened.poll() < 0) {
    // The main thread has heard of it; the engine is told by the journal itself at its next order.
    engine.arm();
    last = buy();
    break;
  }
  last = buy();
}
const sent = gateway.sent.length;
const cancel = first && ctx.orders.cancel(first);
ring.close();
opened.close();
console.log(
  JSON.stringify({
    sent,
    refused: last.ok ? null : last.reason,
    cancelled: cancel?.ok === true && gateway.last.kind === 'cancel',
    logged,
  }),
);
