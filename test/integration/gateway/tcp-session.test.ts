import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE, CELL, native, STREAM, STREAM_CELLS, type TcpStream } from '../../../native/index.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { bodyOf, messagesIn, wire } from '../../support/fix-wire.ts';

const TIME = '20200130-09:30:00.000';

let server: Server;
let stream: TcpStream;
let gateway: FixOrderGateway;
let venue: Socket;
let received: Buffer;
const clock = new TestClock();
const heard: string[] = [];

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200_000; i++) {
    gateway.poll();
    if (condition()) return;
    await turn();
  }
  throw new Error(`never became true: ${condition}`);
}

const wholeMessages = (): string[] => messagesIn(received).map(bodyOf);

beforeEach(async () => {
  heard.length = 0;
  received = Buffer.alloc(0);
  server = createServer((socket) => {
    venue = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    rx: new Uint8Array(65_536),
    tx: new Uint8Array(16_384),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 32_768,
  });
  clock.cells[CELL.nowNs] = 34_200e9;
  gateway = new FixOrderGateway({
    stream,
    clock,
    session: { ...CONFIG, role: 'initiator', resetOnLogon: true },
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    sink: {
      onExecution: (report) => heard.push(`${report.clOrdOrdinal} ${report.lastPrice}`),
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: () => undefined,
      onSessionUp: () => heard.push('up'),
      onSessionDown: (reason) => heard.push(`down: ${reason}`),
    },
  });
  gateway.addInstrument({ handle: 0, symbol: 'AAPL', priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
  gateway.start();
  await until(() => received.length > 0);
  expect(wholeMessages()[0]).toContain('35=A|34=1|');
  received = Buffer.alloc(0);
  venue.write(wire(`35=A|34=1|49=PEER|52=${TIME}|56=US|98=0|108=30|141=Y|`));
  await until(() => heard.length > 0);
  expect(heard).toEqual(['up']);
  heard.length = 0;
});

afterEach(() => {
  stream.close();
  venue.destroy();
  server.close();
});

it('reads reports that arrive a byte at a time', async () => {
  const reports = Buffer.concat(
    [1, 2, 3].map((n) =>
      wire(`35=8|34=${n + 1}|49=PEER|52=${TIME}|56=US|150=F|39=2|55=AAPL|11=T-${n}|31=${n}.25|32=1|14=1|151=0|`),
    ),
  );
  venue.setNoDelay(true);
  for (const byte of reports) {
    venue.write(Uint8Array.of(byte));
    await turn();
    gateway.poll();
  }
  await until(() => heard.length === 3);
  expect(heard).toEqual(['1 12500', '2 22500', '3 32500']);
});

it('loses nothing to a venue that stops reading: what is refused keeps its number', async () => {
  venue.pause();
  let ordinal = 1;
  let refused = 0;
  // The kernel's buffers take some megabytes before the stream's own bound is met.
  while (refused < 3 && ordinal < 200_000) {
    const result = gateway.newOrder(ordinal, 0, Side.Buy, 100 * ordinal, ordinal, TimeInForce.Day, CAUSE.tick);
    if (result === GATEWAY_RESULT.sent) ordinal++;
    else {
      expect(result).toBe(GATEWAY_RESULT.transportFull);
      refused++;
    }
  }
  expect(refused).toBe(3);
  expect(stream.cells[STREAM.txPending]).toBeGreaterThan(0);
  const sent = ordinal - 1;
  venue.resume();
  const last = Buffer.from(`\x0111=T-${sent}\x01`);
  await until(() => received.subarray(-400).includes(last) && received.at(-1) === 1);
  const orders = wholeMessages();
  expect(orders).toHaveLength(sent);
  orders.forEach((body, i) => {
    if (!body.startsWith(`35=D|34=${i + 2}|`) || !body.includes(`|11=T-${i + 1}|`))
      throw new Error(`order ${i}: ${body}`);
  });
});

it('logs out in order over a real connection', async () => {
  gateway.logout('done');
  await until(() => received.length > 0);
  expect(wholeMessages()).toEqual([`35=5|34=2|49=US|52=${TIME}|56=PEER|58=done|`]);
  venue.write(wire(`35=5|34=2|49=PEER|52=${TIME}|56=US|`));
  await until(() => heard.length > 0);
  expect(heard).toEqual(['down: done']);
});
