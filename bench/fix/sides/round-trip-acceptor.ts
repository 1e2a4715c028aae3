/**
 * The venue of a round trip: the production session over the native stream, busy-polled; each order is answered with an
 * ExecutionReport of the whole order. Arguments: CPU (-1 for any). Prints {"port":…}, ends with its connection.
 */
import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import {
  EXEC_TYPE,
  executionReport,
  FixSession,
  HANDLED,
  MemoryStore,
  ORD_STATUS,
  type SessionApplication,
} from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/index.ts';
import { LoopClock, listeningStream, PRICE_DECIMALS, SESSION, stayOn } from './round-trip-side.ts';

class Venue implements SessionApplication {
  readonly session: FixSession;
  over = false;
  readonly #slots = executionReport(VENUE_SESSION);
  readonly #report;
  readonly #cell = new Float64Array(1);
  #executions = 0;

  constructor(clock: LoopClock, stream: ReturnType<typeof listeningStream>) {
    this.session = new FixSession({
      stream,
      clock,
      config: VENUE_SESSION,
      store: new MemoryStore(new Int32Array(2)),
      application: this,
    });
    this.#report = this.session.place(this.#slots.builder);
  }

  onLogon(): void {}

  onLogout(): void {
    this.over = true;
  }

  onMessage(order: FixMessage): number {
    if (order.msgType !== MSG_TYPE.NewOrderSingle) return HANDLED.unsupported;
    const slots = this.#slots;
    const report = this.#report;
    const cell = this.#cell;
    const { time } = this.session;
    this.#executions++;
    time.update();
    report.setChar(slots.execType, EXEC_TYPE.trade);
    report.setChar(slots.ordStatus, ORD_STATUS.filled);
    report.setChar(slots.side, order.char(TAG.Side));
    report.setTimestamp(slots.transactTime, time);
    report.setUint(slots.orderId, this.#executions);
    report.setUint(slots.execId, this.#executions);
    const symbol = order.indexOf(TAG.Symbol);
    report.setBytes(slots.symbol, order.bytes, order.startAt(symbol), order.endAt(symbol));
    const clOrdId = order.indexOf(TAG.ClOrdID);
    report.setBytes(slots.clOrdId, order.bytes, order.startAt(clOrdId), order.endAt(clOrdId));
    order.decimal(TAG.OrderQty, 0, cell, 0);
    report.setUint(slots.orderQty, cell[0]);
    report.setUint(slots.cumQty, cell[0]);
    report.setUint(slots.leavesQty, 0);
    report.setUint(slots.lastQty, cell[0]);
    order.decimal(TAG.Price, PRICE_DECIMALS, cell, 0);
    report.setDecimal(slots.lastPx, cell[0], PRICE_DECIMALS);
    report.setDecimal(slots.avgPx, cell[0], PRICE_DECIMALS);
    this.session.send(report, CAUSE.none);
    return HANDLED.ok;
  }
}

const VENUE_SESSION = { ...SESSION, role: 'acceptor', senderCompId: 'VENUE', targetCompId: 'HOTLAP' } as const;

const clock = new LoopClock();
const stream = listeningStream();
const venue = new Venue(clock, stream);
venue.session.start();
process.stdout.write(`${JSON.stringify({ port: stream.port() })}\n`);
// The line must have left before this thread stops listening to the event loop.
setTimeout(() => {
  stayOn(Number(process.argv[2]));
  while (!venue.over) {
    clock.tick();
    venue.session.poll();
  }
  stream.close();
  process.exit(0);
}, 50);
