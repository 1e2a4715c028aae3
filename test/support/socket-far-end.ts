/** The far end of a stream suite behind a listening server, plain or over TLS. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { FarEnd } from './byte-stream-suite.ts';

export interface ListeningFarEnd extends FarEnd {
  readonly port: number;
  readonly sockets: Socket[];
  stop(): Promise<void>;
}

export async function listeningFarEnd(
  createServer: (onConnection: (socket: Socket) => void) => Server,
): Promise<ListeningFarEnd> {
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  const unsent: Uint8Array[] = [];
  let ended = false;
  let closing = false;
  let last: Socket | undefined;
  const server = createServer((socket) => {
    last = socket;
    ended = false;
    sockets.push(socket);
    for (const bytes of unsent.splice(0)) socket.write(bytes);
    if (closing) socket.end();
    closing = false;
    socket.on('data', (bytes) => chunks.push(bytes));
    socket.on('end', () => {
      if (socket === last) ended = true;
    });
    socket.on('close', () => {
      if (socket !== last) return;
      ended = true;
      last = undefined;
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    received: () => Buffer.concat(chunks),
    send: (bytes) => void (last === undefined ? unsent.push(bytes) : last.write(bytes)),
    pause: () => void last?.pause(),
    resume: () => void last?.resume(),
    close: () => {
      if (last === undefined) closing = true;
      else last.end();
    },
    sawEnd: () => ended,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
