/**
 * The trader of a round trip: orders through the production gateway, its session and the native stream, busy-polled; a
 * trip ends when the gateway's sink has the report. Arguments: port, CPU (-1 for any), file of orders, warm-up, trips.
 * Prints {"latencies":[ns,…]}.
 */
import { readFileSync } from 'node:fs';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import type { OrderEventSink } from '../../../engine/ports/order-gateway.ts';
import { FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/index.ts';
import { parseOrders } from '../orders.ts';
import { callingStream, LoopClock, SESSION, stayOn } from './round-trip-side.ts';

class Sink implements OrderEventSink {
  up = false;
  down = '';
  reports = 0;
  /** What a strategy reads of a fill, summed. */
  readonly read = new Float64Array(1);

  onExecution(report: ExecutionReport): void {
    this.reports++;
    this.read[0] +=
      report.clOrdOrdinal + report.lastPrice + report.lastQuantity + report.cumQuantity + report.leavesQuantity;
  }
  onInDoubt(): void {}
  onMassCancel(): void {}
  onMassStatus(): void {}
  onSessionUp(): void {
    this.up = true;
  }
  onSessionDown(reason: string): void {
    this.down = reason;
  }
}

const [, , port, cpu, ordersFile, warmUp, trips] = process.argv as string[];
const orders = parseOrders(readFileSync(ordersFile as string, 'utf8'));
const symbols = [...new Set(orders.map(({ symbol }) => symbol))];
const instruments = Int32Array.from(orders.map(({ symbol }) => symbols.indexOf(symbol)));
const sides = orders.map(({ side }) => (side === 1 ? Side.Buy : Side.Sell));
const prices = Float64Array.from(orders.map(({ price }) => price));
const quantities = Float64Array.from(orders.map(({ quantity }) => quantity));

const clock = new LoopClock();
const sink = new Sink();
const stream = callingStream(Number(port));
const gateway = new FixOrderGateway({
  stream,
  clock,
  sink,
  session: { ...SESSION, role: 'initiator', senderCompId: 'HOTLAP', targetCompId: 'VENUE' },
  clOrdIdPrefix: 'K3X9-',
  store: new MemoryStore(new Int32Array(2)),
});
symbols.forEach((symbol, handle) => {
  gateway.addInstrument({ handle, symbol, priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
});
stayOn(Number(cpu));
gateway.start();

function pollUntil(condition: () => boolean): void {
  while (!condition()) {
    if (sink.down !== '') throw new Error(sink.down);
    clock.tick();
    gateway.poll();
  }
}

/** One order and its report. @returns ms */
function trip(ordinal: number): number {
  const at = ordinal % orders.length;
  clock.tick();
  const startMs = performance.now();
  const result = gateway.newOrder(
    ordinal + 1,
    instruments[at],
    sides[at] as Side,
    prices[at],
    quantities[at],
    TimeInForce.Day,
    CAUSE.tick,
  );
  if (result !== 0) throw new Error(`order ${ordinal} was refused: ${result}`);
  while (sink.reports <= ordinal) {
    if (sink.down !== '') throw new Error(sink.down);
    clock.tick();
    gateway.poll();
  }
  return performance.now() - startMs;
}

pollUntil(() => sink.up);
const first = Number(warmUp);
const latencies = new Float64Array(Number(trips));
for (let ordinal = 0; ordinal < first; ordinal++) trip(ordinal);
for (let i = 0; i < latencies.length; i++) latencies[i] = trip(first + i) * 1e6;
gateway.logout('done');
while (sink.down === '') {
  clock.tick();
  gateway.poll();
}
stream.close();
process.stdout.write(`${JSON.stringify({ latencies: [...latencies].map(Math.round) })}\n`, () => process.exit(0));
