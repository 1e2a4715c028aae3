import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CAUSE,
  native,
  STREAM,
  STREAM_CELLS,
  STREAM_RESULT,
  STREAM_STATE,
  type TcpStream,
} from '../../../native/index.ts';
import { connect, nextResult, until } from '../../support/tcp.ts';

const streams: TcpStream[] = [];
const sockets: net.Socket[] = [];

function listener(port = 0): TcpStream {
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    listens: true,
    rx: new Uint8Array(65_536),
    tx: new Uint8Array(65_536),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 65_536,
  });
  stream.open();
  streams.push(stream);
  return stream;
}

/** Somebody who calls: what it received, and how its connection ended. */
function caller(port: number): { socket: net.Socket; received: () => string; endings: string[] } {
  const parts: Buffer[] = [];
  const endings: string[] = [];
  const socket = net.connect({ port, host: '127.0.0.1' });
  sockets.push(socket);
  socket.on('data', (bytes: Buffer) => parts.push(bytes));
  socket.on('end', () => endings.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => endings.push(error.code ?? 'error'));
  return { socket, received: () => Buffer.concat(parts).toString(), endings };
}

const unread = ({ rx, cells }: TcpStream): string =>
  Buffer.from(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).toString();

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('TcpStream that listens', () => {
  it('takes one connection, tells so once, and both sides hear each other', async () => {
    const stream = listener();
    expect(stream.port()).toBeGreaterThan(0);
    expect(stream.cells[STREAM.state]).toBe(STREAM_STATE.connecting);
    expect(stream.poll()).toBe(0);
    const peer = caller(stream.port());
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    expect(stream.cells[STREAM.state]).toBe(STREAM_STATE.open);
    peer.socket.write('8=FIX.4.4|');
    expect(await nextResult(stream)).toBe(10);
    expect(unread(stream)).toBe('8=FIX.4.4|');
    stream.tx.set(Buffer.from('answer'), 7);
    expect(stream.send(7, 6, CAUSE.none)).toBe(6);
    await until(() => peer.received() === 'answer');
  });

  it('refuses a second peer while the first is there, and takes the next after `open`', async () => {
    const stream = listener();
    const first = caller(stream.port());
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    const second = caller(stream.port());
    await until(() => second.endings.length > 0);
    expect(second.endings).toEqual(['ECONNREFUSED']);
    first.socket.end();
    expect(await nextResult(stream)).toBe(STREAM_RESULT.closed);
    const { port } = { port: stream.port() };
    stream.open();
    expect(stream.port()).toBe(port);
    const third = caller(port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    third.socket.write('again');
    expect(await nextResult(stream)).toBe(5);
    expect(unread(stream)).toBe('again');
  });

  it('lets its last words arrive although it listens again at once', async () => {
    const stream = listener();
    const peer = caller(stream.port());
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    peer.socket.write('question that nobody reads');
    await until(() => stream.poll() > 0);
    stream.tx.set(Buffer.from('goodbye'));
    expect(stream.send(0, 7, CAUSE.none)).toBe(7);
    peer.socket.write('one more');
    stream.close();
    stream.open();
    await until(() => {
      stream.poll();
      return peer.endings.length > 0;
    });
    expect(peer.received()).toBe('goodbye');
    expect(peer.endings).toEqual(['end']);
    caller(stream.port());
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    expect(unread(stream)).toBe('');
  });

  it('speaks with a stream that calls', async () => {
    const stream = listener();
    const calling = connect(stream.port());
    streams.push(calling);
    expect(calling.port()).toBe(stream.port());
    expect(await nextResult(calling)).toBe(STREAM_RESULT.opened);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
  });

  it('says failed, with the errno, where the port is taken', async () => {
    const taken = listener();
    const stream = listener(taken.port());
    expect(stream.poll()).toBe(STREAM_RESULT.failed);
    expect(stream.cells[STREAM.errno]).toBe(98 /* EADDRINUSE */);
    expect(stream.poll()).toBe(0);
  });

  it('gives the port back with `close`', async () => {
    const stream = listener();
    const port = stream.port();
    stream.close();
    expect(stream.cells[STREAM.state]).toBe(STREAM_STATE.closed);
    const late = caller(port);
    await until(() => late.endings.length > 0);
    expect(late.endings).toEqual(['ECONNREFUSED']);
    stream.open();
    caller(port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
  });
});
