/** Connects, sends, idles, reconnects, and receives a feed; says in JSON what was told of each. */
import { createServer, type Socket } from 'node:net';
import { CAUSE, native, STREAM_CELLS, STREAM_RESULT, type TransportReport } from '../../../native/index.ts';

const IDLE_POLLS = 10_000;

export interface Said {
  accelerator: ReturnType<ReturnType<typeof native>['host']['accelerator']>;
  before: TransportReport;
  first: TransportReport;
  second: TransportReport;
  feed: TransportReport;
  /** What the peer has received, over both connections. */
  received: string;
}

let received = '';
let peer: Socket | undefined;
const server = createServer((socket) => {
  peer = socket;
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  socket.on('error', () => {});
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as { port: number };

const tx = new Uint8Array(4096);
const stream = new (native().TcpStream)({
  host: '127.0.0.1',
  port,
  rx: new Uint8Array(4096),
  tx,
  cells: new Int32Array(STREAM_CELLS),
  maxPendingBytes: 4096,
});
const later = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

async function connect(): Promise<TransportReport> {
  stream.open();
  for (let turn = 0; ; turn++) {
    const told = stream.poll();
    if (told === STREAM_RESULT.opened) break;
    if (told < 0 || turn > 100) throw new Error(`no connection: ${told}`);
    await later();
  }
  const transport = stream.transport();
  tx.set(Buffer.from('8=FIX'));
  stream.send(0, 5, CAUSE.none);
  for (let poll = 0; poll < IDLE_POLLS; poll++) stream.poll();
  await later();
  return transport;
}

const before = stream.transport();
const first = await connect();
stream.close();
const second = await connect();
stream.close();
await later();
const receiver = new (native().PacketReceiver)({
  source: { kind: 'kernel', group: '127.0.0.1', port: 0, interface: '127.0.0.1', receiveBufferBytes: 65_536 },
  bytes: new Uint8Array(65_536),
  packets: new Float64Array(30),
});
const feed = receiver.transport();
receiver.close();
const said: Said = { accelerator: native().host.accelerator(), before, first, second, feed, received };
peer?.destroy();
server.close();
console.log(JSON.stringify(said));
