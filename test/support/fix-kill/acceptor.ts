/** Takes orders, logs each before anything is made of it, and answers with an ExecutionReport. Ends by being killed. */
import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { EXEC_TYPE, executionReport, FixSession, HANDLED, ORD_STATUS } from '../../../gateway/index.ts';
import { CAUSE, native } from '../../../native/index.ts';
import { ACCEPTOR, Log, optionsOf, Side, tappedTcp } from './side.ts';

const options = optionsOf(process.argv[2]);
const { folder, port } = options;
const side = new Side(options);
const taken = new Log(folder, 'taken');
const received = new Log(folder, 'received');
received.write('\n--- start\n');

const waiting: { clOrdId: Uint8Array; quantity: number }[] = [];
const session = new FixSession({
  stream: tappedTcp(port, true, received),
  clock: { cells: side.cells, day0Ms: side.day0Ms },
  config: ACCEPTOR,
  store: side.store,
  application: { onMessage, onLogon: () => undefined, onLogout: () => undefined },
});
const slots = executionReport(ACCEPTOR);
const report = session.place(slots.builder);
const symbol = new TextEncoder().encode('AAPL');
let execId = Date.now();

function onMessage(message: FixMessage): number {
  if (message.msgType !== MSG_TYPE.NewOrderSingle) return HANDLED.unsupported;
  const clOrdId = message.text(TAG.ClOrdID);
  taken.write(`${clOrdId}\n`);
  waiting.push({ clOrdId: new TextEncoder().encode(clOrdId), quantity: message.int(TAG.OrderQty, 0) });
  answer();
  return HANDLED.ok;
}

function answer(): void {
  for (let order = waiting[0]; order !== undefined; order = waiting[0]) {
    session.time.update();
    report.setChar(slots.execType, EXEC_TYPE.new);
    report.setChar(slots.ordStatus, ORD_STATUS.new);
    report.setChar(slots.side, 0x31);
    report.setTimestamp(slots.transactTime, session.time);
    report.setUint(slots.orderId, execId);
    report.setUint(slots.execId, execId++);
    report.setBytes(slots.symbol, symbol, 0, symbol.length);
    report.setBytes(slots.clOrdId, order.clOrdId, 0, order.clOrdId.length);
    report.setUint(slots.orderQty, order.quantity);
    report.setUint(slots.cumQty, 0);
    report.setUint(slots.leavesQty, order.quantity);
    report.setDecimal(slots.avgPx, 0, 0);
    for (const slot of [slots.price, slots.lastQty, slots.lastPx, slots.origClOrdId, slots.ordRejReason, slots.text])
      report.hide(slot);
    if (session.send(report, CAUSE.none) !== GATEWAY_RESULT.sent) return;
    waiting.shift();
  }
}

session.start();
for (;;) {
  side.tick();
  const work = session.poll();
  if (waiting.length > 0 && session.isLoggedOn()) answer();
  if (work === 0) native().host.sleepUs(50);
}
