/**
 * Run as a program of its own (a test runner's instrumentation allocates): sends orders through the real gateway,
 * answers each with an ExecutionReport over a memory pair, and prints what that cost in bytes and collections. With
 * `--validate` both sides hold each message against the dictionary.
 */

import * as v8 from 'node:v8';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Dictionary, loadTable, type MessageTemplate, MessageValidator } from 'fix-parser';
import type { ExecutionReport } from '../../engine/domain/execution.ts';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import type { OrderEventSink } from '../../engine/ports/order-gateway.ts';
import {
  createMemoryPair,
  EXEC_TYPE,
  executionReport,
  FixOrderGateway,
  FixSession,
  HANDLED,
  MemoryStore,
  ORD_STATUS,
  type SessionConfig,
} from '../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES } from '../../native/layout.ts';

const WARM_UP = 300_000;
const MEASURED = 1_200_000;
const VALUES = 4_096;

const dictionary = process.argv.includes('--validate') ? new Dictionary(await loadTable('FIX.4.4')) : undefined;
const validator = (): MessageValidator | undefined =>
  dictionary === undefined ? undefined : new MessageValidator(dictionary, dictionary);
const clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms: Date.UTC(2020, 0, 30) };
clock.cells[CELL.nowNs] = 34_200e9;
const pair = createMemoryPair({ bytes: 65_536 });
const config: SessionConfig = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: 'HOTLAP',
  targetCompId: 'VENUE',
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 2_000,
};

/** Counts fills and sums their doubles in cells. */
class Sink implements OrderEventSink {
  readonly sums = new Float64Array(3);
  reports = 0;
  onExecution(report: ExecutionReport): void {
    this.reports++;
    this.sums[0] += report.lastPrice;
    this.sums[1] += report.cumQuantity;
    this.sums[2] += report.clOrdOrdinal;
  }
  onInDoubt(): void {}
  onMassCancel(): void {}
  onMassStatus(): void {}
  onSessionUp(): void {}
  onSessionDown(reason: string): void {
    throw new Error(reason);
  }
}

const sink = new Sink();
const gateway = new FixOrderGateway({
  stream: pair.a,
  clock,
  sink,
  session: config,
  clOrdIdPrefix: 'K3X9-',
  store: new MemoryStore(new Int32Array(2)),
  validator: validator(),
});
for (const [handle, symbol] of ['AAPL', 'F', 'GOOGL', 'BRK.A'].entries()) {
  gateway.addInstrument({ handle, symbol, priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
}

const venueConfig: SessionConfig = { ...config, role: 'acceptor', senderCompId: 'VENUE', targetCompId: 'HOTLAP' };
const slots = executionReport(venueConfig);
const scratch = new Float64Array(1);
let report: MessageTemplate | undefined;
const venue = new FixSession({
  stream: pair.b,
  clock,
  config: venueConfig,
  store: new MemoryStore(new Int32Array(2)),
  validator: validator(),
  application: {
    onLogon: () => undefined,
    onLogout: () => undefined,
    onMessage(message) {
      if (report === undefined) return HANDLED.unsupported;
      venue.time.update();
      report.setChar(slots.execType, EXEC_TYPE.trade);
      report.setChar(slots.ordStatus, ORD_STATUS.filled);
      report.setChar(slots.side, message.char(54));
      report.setTimestamp(slots.transactTime, venue.time);
      report.setUint(slots.orderId, message.int(34, 0));
      report.setUint(slots.execId, message.int(34, 0));
      const symbol = message.indexOf(55);
      report.setBytes(slots.symbol, message.bytes, message.startAt(symbol), message.endAt(symbol));
      const id = message.indexOf(11);
      report.setBytes(slots.clOrdId, message.bytes, message.startAt(id), message.endAt(id));
      message.decimal(38, 0, scratch, 0);
      report.setUint(slots.orderQty, scratch[0]);
      report.setUint(slots.cumQty, scratch[0]);
      report.setUint(slots.lastQty, scratch[0]);
      message.decimal(44, 4, scratch, 0);
      report.setDecimal(slots.avgPx, scratch[0], 4);
      report.setDecimal(slots.lastPx, scratch[0], 4);
      venue.send(report, CAUSE.none);
      return HANDLED.ok;
    },
  },
});
report = venue.place(slots.builder);

const prices = Float64Array.from({ length: VALUES }, () => 1 + Math.floor(Math.random() * 4e6));
const quantities = Float64Array.from({ length: VALUES }, () => 1 + Math.floor(Math.random() * 2_000));

let ordinal = 0;
function orders(count: number): void {
  for (let i = 0; i < count; i++) {
    clock.cells[CELL.nowNs] += 370_000.5;
    const at = ordinal & (VALUES - 1);
    const side = (ordinal & 1) === 0 ? Side.Buy : Side.Sell;
    ordinal++;
    const result = gateway.newOrder(
      ordinal,
      at & 3,
      side,
      prices[at],
      quantities[at],
      TimeInForce.ImmediateOrCancel,
      CAUSE.tick,
    );
    if (result !== 0) throw new Error(`order ${ordinal}: ${result}`);
    venue.poll();
    gateway.poll();
  }
}

gateway.start();
venue.start();
for (let i = 0; i < 4; i++) {
  gateway.poll();
  venue.poll();
}
orders(WARM_UP);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
collect();
collect();
const profiler = new v8.GCProfiler();
profiler.start();
const before = process.memoryUsage().heapUsed;
const started = performance.now();
orders(MEASURED);
const elapsedMs = performance.now() - started;
const after = process.memoryUsage().heapUsed;
const collections = profiler.stop().statistics;
let freed = 0;
for (const { beforeGC, afterGC } of collections)
  freed += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
process.stdout.write(
  `${JSON.stringify({
    orders: MEASURED,
    reports: sink.reports,
    bytesPerOrder: (after - before + freed) / MEASURED,
    collections: collections.length,
    nsPerRoundTrip: (elapsedMs * 1e6) / MEASURED,
    sums: [...sink.sums],
  })}\n`,
);
