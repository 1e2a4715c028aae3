/** A venue by hand: a plain TCP server that hears each FIX message as text and answers what it is told to. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SOH, sealed } from './fix-wire.ts';

export interface ScriptedVenue {
  readonly port: number;
  /** Everything heard, with | for SOH. */
  readonly heard: string[];
  stop(): Promise<void>;
}

export interface Teller {
  /** Sends `35=…|…|` with header, number and time; `begin` is BeginString(8). */
  says(fields: string, begin?: string): void;
  readonly socket: Socket;
}

export async function scriptedVenue(
  onMessage: (type: string, message: string, teller: Teller) => void,
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<ScriptedVenue> {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    let seq = 1;
    let unread = '';
    const says = (fields: string, begin = 'FIX.4.4'): void => {
      const [type, ...rest] = fields.split('|');
      const time = new Date().toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '');
      const ids = rest.some((field) => field.startsWith('49=')) ? '' : '49=THEM|56=ME|';
      const number = rest.some((field) => field.startsWith('34=')) ? '' : `34=${seq++}|`;
      const body = `${type}|${number}${ids}52=${time}|${rest.join('|')}`.replaceAll('|', SOH);
      socket.write(sealed(`8=${begin}${SOH}9=${body.length}${SOH}${body}`));
    };
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const parts = (unread + bytes.toString('latin1')).split(/(?<=\x0110=\d{3}\x01)/);
      unread = parts.at(-1)?.match(/\x0110=\d{3}\x01$/) ? '' : (parts.pop() as string);
      for (const part of parts) {
        const message = part.replaceAll(SOH, '|');
        heard.push(message);
        onMessage(/\|35=([^|]*)\|/.exec(message)?.[1] ?? '', message, { says, socket });
      }
    });
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
