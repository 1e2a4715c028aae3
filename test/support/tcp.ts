import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type LatencyRecorder, native, STREAM_CELLS, type TcpStream } from '../../native/index.ts';

/** A listening peer on loopback that remembers its connections and what they sent. */
export interface Peer {
  port: number;
  sockets: net.Socket[];
  received: Buffer[];
  /** Ends of connection as the peer saw them: 'end', 'close' or an error code. */
  endings: string[];
  close(): Promise<void>;
}

export async function listen(onConnection: (socket: net.Socket) => void = () => {}): Promise<Peer> {
  const peer: Peer = { port: 0, sockets: [], received: [], endings: [], close: async () => {} };
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    peer.sockets.push(socket);
    socket.on('data', (bytes) => peer.received.push(bytes));
    socket.on('end', () => peer.endings.push('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => peer.endings.push(error.code ?? 'error'));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  peer.port = (server.address() as net.AddressInfo).port;
  peer.close = async () => {
    for (const socket of peer.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return peer;
}

export function connect(
  port: number,
  sizes: { rx?: number; tx?: number; pending?: number; latency?: LatencyRecorder } = {},
): TcpStream {
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    rx: new Uint8Array(sizes.rx ?? 65_536),
    tx: new Uint8Array(sizes.tx ?? 65_536),
    cells: new Int32Array(new SharedArrayBuffer(4 * STREAM_CELLS)),
    maxPendingBytes: sizes.pending ?? 65_536,
    ...(sizes.latency ? { latency: sizes.latency } : {}),
  });
  stream.open();
  return stream;
}

/** Lets Node's event loop turn until `done`; fails after `timeoutMs`. */
export async function until(done: () => boolean, timeoutMs = 60_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${done}`);
    await setImmediate();
  }
}

/** Polls until a poll returns other than 0. */
export async function nextResult(stream: { poll(): number }): Promise<number> {
  let result = 0;
  await until(() => {
    result = stream.poll();
    return result !== 0;
  });
  return result;
}
