/**
 * Run as a program of its own (a test runner's instrumentation allocates): an engine whose strategy sends an order at
 * each event to a venue that acknowledges and fills it, with an order journal and without. Between two looks at files
 * that are not there the events are handled, for strace.
 *
 *   node hot-journal.ts FOLDER
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryMeter } from '../../../app/measure-memory.ts';
import { openOrderJournal, openRing } from '../../../app/order-journal.ts';
import { LeanFeed, LeanGateway } from '../../../bench/strategy/lean-market.ts';
import { createEngine } from '../../../engine/create-engine.ts';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import type { Engine } from '../../../engine/engine.ts';
import { RingJournal } from '../../../engine/journal/ring-journal.ts';
import { createOrderLog } from '../../../engine/orders/order-log.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import { NOTHING_LEFT } from '../../../engine/strategy/handover.ts';
import {
  CLASS,
  type HostedStrategy,
  type HostInstrument,
  SCRATCH,
  type StrategyHost,
} from '../../../engine/strategy/host.ts';
import { MARK } from '../guard/calls-between-marks.ts';

const folder = process.argv[2] as string;
/** Orders between two looks at the disk: three records each, and a ring of 16 MiB holds 50,000 of them. */
const ORDERS = 10_000;
const ROUNDS = 8;
/** Records of the order log; nobody reads it here, so that what is written counts as read. */
const LOG_RECORDS = 1 << 14;

class Sender implements HostedStrategy {
  readonly #host: StrategyHost;

  constructor(host: StrategyHost) {
    this.#host = host;
  }

  setup(): void {
    const instrument = this.#host.instrument('AAPL');
    this.#host.setInterest(instrument.handle, CLASS.book, instrument);
  }

  event(_classes: number, { handle }: HostInstrument): void {
    const { scratch, tick } = this.#host;
    scratch[SCRATCH.price] = tick.ask;
    scratch[SCRATCH.quantity] = 1;
    this.#host.submit(handle, this.#isEven() ? Side.Buy : Side.Sell, TimeInForce.Day);
  }

  #events = 0;
  #isEven(): boolean {
    this.#events = (this.#events + 1) | 0;
    return (this.#events & 1) === 0;
  }

  order(): void {}
  start(): void {}
  feed(): void {}
  timer(): void {}
  stop(): void {}
  faulted(): void {}
  setParam(): void {}
  handover = () => NOTHING_LEFT;
  left = (): string[] => [];
  retire(): void {}
}

const wide = { ...WIDE_LIMITS, duplicateMs: null, refuseSelfMatch: false };

class Bench {
  readonly engine: Engine;
  gateway!: LeanGateway;
  readonly #log: Int32Array;

  constructor(journal: Journal | undefined) {
    const feed = new LeanFeed();
    const orderLog = createOrderLog(LOG_RECORDS);
    this.#log = new Int32Array(orderLog);
    this.engine = createEngine({
      feed,
      cells: feed.cells,
      record: feed.record,
      depth: feed.depth,
      depthLevels: feed.depthLevels,
      maxInstruments: feed.maxInstruments,
      day0Ms: 0,
      armed: true,
      gateway: (sink) => {
        this.gateway = new LeanGateway(sink);
        return this.gateway;
      },
      risk: wide,
      shared: { orderLog },
      ...(journal && { journal }),
      strategies: [{ id: 's0', params: {}, bundle: { name: 's0', params: {}, host: (host) => new Sender(host) } }],
    });
  }

  run(orders: number): void {
    const until = this.gateway.orders + orders;
    for (let turn = 0; this.gateway.orders < until; turn += 1) {
      if (turn > 4 * orders) throw new Error(`refused: ${JSON.stringify(this.engine.stats().refusals)}`);
      this.engine.turn();
      if ((turn & 63) === 0) Atomics.store(this.#log, 1, Atomics.load(this.#log, 0));
    }
  }
}

const opened = openOrderJournal(join(folder, 'orders'), (_, text) => console.error(text), {
  ringFile: join('/dev/shm', `hotlap-hot-journal-${process.pid}`),
});
opened.begin({ day0Ms: 0, startMs: 0, strategies: ['s0'] });
const ring = openRing(opened.plan);
const kept = new Bench(new RingJournal(ring, new Int32Array(opened.plan.cells)));
const plain = new Bench(undefined);

const drained = (): void => {
  while (opened.poll() > 0) {
    // Until nothing is left.
  }
};

function nsPerOrder(bench: Bench): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    drained();
    const start = performance.now();
    bench.run(ORDERS);
    best = Math.min(best, ((performance.now() - start) * 1e6) / ORDERS);
  }
  return Math.round(best);
}

const ns = { without: nsPerOrder(plain), with: nsPerOrder(kept), withoutAgain: nsPerOrder(plain) };
drained();
const meter = new MemoryMeter();
meter.start(0);
for (let round = 0; round < ROUNDS; round++) {
  kept.run(ORDERS);
  drained();
}
const { bytes, collections } = meter.stop();
drained();
const before = process.resourceUsage();
existsSync(MARK.begin);
kept.run(ORDERS);
existsSync(MARK.end);
const after = process.resourceUsage();
ring.close();
opened.close();
console.log(
  JSON.stringify({
    ns,
    bytesPerOrder: bytes / (ROUNDS * ORDERS),
    collections,
    minorFaults: after.minorPageFault - before.minorPageFault,
    majorFaults: after.majorPageFault - before.majorPageFault,
  }),
);
