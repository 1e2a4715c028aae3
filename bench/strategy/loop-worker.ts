/** The engine over a feed and a venue that allocate nothing: what strategies take of the heap, and of the time. */
import { GCProfiler } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { type BundledStrategy, compileStrategies } from '../../app/strategy-loader/index.ts';
import { createEngine } from '../../engine/create-engine.ts';
import { createOrderLog } from '../../engine/orders/order-log.ts';
import { DEFAULT_KILL_RULES } from '../../engine/risk/kill-rules.ts';
import { WIDE_LIMITS } from '../../engine/risk/limits.ts';
import { type ParamValue, parseParams } from '../../engine/strategy/params.ts';
import { native } from '../../native/index.ts';
import { LeanFeed, LeanGateway } from './lean-market.ts';

/** Of a task's events, so many are timed at once. */
export const BATCH = 256;

export interface LoopTask {
  bundles: (BundledStrategy & {
    values: Readonly<Record<string, ParamValue>>;
    /** What it has loaded. */
    data: unknown;
  })[];
  warmUp: number;
  /** Of which the bytes are counted. */
  events: number;
  /** Timed after them; 0: none. */
  batches: number;
  /** -1: any. */
  cpu: number;
}

export interface LoopResult {
  bytesPerEvent: number;
  collections: number;
  /** Of each batch. */
  nsPerEvent: Float64Array;
  orders: number;
  faults: string[];
}

const task = workerData as LoopTask;
const { host } = native();
// Only this thread: compilers and collectors of V8 stay on the other cores.
if (task.cpu >= 0) host.setAffinity([task.cpu]);
const feed = new LeanFeed();
const orderLog = createOrderLog(1 << 14);
const positions = new Int32Array(orderLog);
const makers = compileStrategies(task.bundles);
let gateway!: LeanGateway;
const engine = createEngine({
  feed,
  cells: feed.cells,
  record: feed.record,
  depth: feed.depth,
  depthLevels: feed.depthLevels,
  maxInstruments: feed.maxInstruments,
  day0Ms: 0,
  armed: true,
  gateway: (sink) => {
    gateway = new LeanGateway(sink);
    return gateway;
  },
  risk: WIDE_LIMITS,
  killRules: { ...DEFAULT_KILL_RULES, strategyLoss: 1e9, totalLoss: 1e9 },
  shared: { orderLog },
  strategies: task.bundles.map((each, index) => {
    const bundle = makers[index]();
    return { id: `s${index}`, bundle, params: parseParams(bundle.params, each.values), data: each.data };
  }),
});

const turns = (count: number): void => {
  for (let turn = 0; turn < count; turn += 1) {
    engine.turn();
    // Written counts as read: in production the main thread drains; here it would be a second thread's noise. 64 turns write less than the ring holds.
    if ((turn & 63) === 0) Atomics.store(positions, 1, Atomics.load(positions, 0));
  }
};

turns(task.warmUp);
const ordersBefore = gateway.orders;
const profiler = new GCProfiler();
const used = (): number => process.memoryUsage().heapUsed;
used();
profiler.start();
const before = used();
turns(task.events);
const after = used();
const profile = profiler.stop();
let freed = 0;
for (const { beforeGC, afterGC } of profile.statistics) {
  freed += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
}
const orders = gateway.orders - ordersBefore;
const nsPerEvent = new Float64Array(task.batches);
for (let batch = 0; batch < task.batches; batch += 1) {
  const started = host.monotonicNs();
  turns(BATCH);
  nsPerEvent[batch] = (host.monotonicNs() - started) / BATCH;
}
const result: LoopResult = {
  bytesPerEvent: (after - before + freed) / task.events,
  collections: profile.statistics.length,
  nsPerEvent,
  orders,
  faults: engine.stats().strategies.flatMap(({ fault }) => (fault === null ? [] : [fault.stack])),
};
parentPort?.postMessage(result);
