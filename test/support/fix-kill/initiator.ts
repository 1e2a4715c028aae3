/** Sends orders until all are used, numbers of theirs reserved in a file before; ends with 0 when nothing is open. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_INSTRUMENT } from '../../../engine/market/instrument-registry.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { FixOrderGateway, storedOrders } from '../../../gateway/index.ts';
import { CAUSE, native } from '../../../native/index.ts';
import { INITIATOR, Log, linesOf, optionsOf, Side, tappedTcp } from './side.ts';

const PREFIX = 'K-';
const BLOCK = 500;
/** Orders without an answer at a time. */
const WINDOW = 256;
const RETRY_MS = 20;
/** After the last order: how long answers are waited for that a killed venue never gave. */
const QUIET_MS = 1_500;
/** The test spreads the orders over its kills: it says up to which one may be sent. */
const LOOK_EVERY_MS = 5;

const options = optionsOf(process.argv[2]);
const { folder, port, orders } = options;
const side = new Side(options);
/** F stored by the processes before, S by this one, as the test reads it; A answered; D in doubt, as the session says; R in doubt, as the store says at a start. */
const events = new Log(folder, 'events');
const reserved = new Log(folder, 'reserved');
const received = new Log(folder, 'received');
received.write('\n--- start\n');

// What the product tells comes first, by itself: the evidence holds it against what this test then reads. The process
// before may have been killed in the middle of a line.
const told = Array.from(storedOrders(side.store), ({ clOrdId }) => `R ${clOrdId.slice(PREFIX.length)}\n`);
events.write(`\n${told.join('')}`);
logStored('F');

const open = new Set<number>();
let lines = '';
let isUp = false;
let startAtMs = 0;
const gateway = new FixOrderGateway({
  stream: tappedTcp(port, false, received),
  clock: { cells: side.cells, day0Ms: side.day0Ms },
  session: INITIATOR,
  clOrdIdPrefix: PREFIX,
  store: side.store,
  sink: {
    onExecution: ({ clOrdOrdinal }) => {
      open.delete(clOrdOrdinal);
      lines += `A ${clOrdOrdinal}\n`;
    },
    onMassCancel: () => undefined,
    onMassStatus: () => undefined,
    onInDoubt: (ordinal) => {
      open.delete(ordinal);
      lines += `D ${ordinal}\n`;
    },
    onSessionUp: () => {
      isUp = true;
    },
    onSessionDown: (reason) => {
      if (!/refused|reset|closed|no connection|broken pipe|all orders/i.test(reason))
        throw new Error(`The session ended: ${reason}`);
      isUp = false;
      startAtMs = performance.now() + RETRY_MS;
    },
  },
});
gateway.addInstrument({ ...DEFAULT_INSTRUMENT, handle: 0, symbol: 'AAPL' });

let next = Number(linesOf(join(folder, 'reserved')).at(-1) ?? 1);
let reservedTo = next;
let quietSinceMs = performance.now();
let ceiling = 0;
let lookAtMs = 0;
gateway.start();
for (;;) {
  side.tick();
  let work = gateway.poll();
  if (lines !== '') {
    events.write(lines);
    lines = '';
    quietSinceMs = performance.now();
  }
  const nowMs = performance.now();
  if (startAtMs > 0 && nowMs >= startAtMs) {
    startAtMs = 0;
    gateway.start();
  }
  if (nowMs >= lookAtMs) {
    lookAtMs = nowMs + LOOK_EVERY_MS;
    ceiling = Math.min(orders, Number(readFileSync(join(folder, 'ceiling'), 'latin1')));
  }
  while (isUp && gateway.isReady() && open.size < WINDOW && next <= ceiling) {
    if (next === reservedTo) {
      reservedTo += BLOCK;
      reserved.write(`${reservedTo}\n`);
    }
    const sent = gateway.newOrder(next, 0, 1, 1_000_000 + (next % 1_000) * 100, 1 + (next % 900), 0, CAUSE.tick);
    if (sent !== GATEWAY_RESULT.sent) break;
    open.add(next++);
    work++;
    quietSinceMs = nowMs;
  }
  if (next > orders && isUp && (open.size === 0 || nowMs - quietSinceMs > QUIET_MS)) break;
  if (work === 0) native().host.sleepUs(50);
}
logStored('S');
gateway.logout('all orders were sent');
for (const endMs = performance.now() + 2_000; isUp && performance.now() < endMs; side.tick()) gateway.poll();
side.close();

function logStored(kind: string): void {
  events.write(
    storedOrdinals()
      .map((ordinal) => `${kind} ${ordinal}\n`)
      .join(''),
  );
}

function storedOrdinals(): number[] {
  const { store } = side;
  const out = new Uint8Array(8_192);
  const found: number[] = [];
  for (let seq = store.oldestKept(); seq > 0 && seq < store.nextSenderMsgSeqNum(); seq++) {
    const length = store.read(seq, out, 0);
    if (length === 0) continue;
    const [, ordinal] = /\x0111=K-(\d+)\x01/.exec(Buffer.from(out.buffer, 0, length).toString('latin1')) ?? [];
    if (ordinal !== undefined) found.push(Number(ordinal));
  }
  return found;
}
