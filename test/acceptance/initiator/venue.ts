import { once } from 'node:events';
import net from 'node:net';
import { readable } from '../../support/fix-wire.ts';
import { type Field, fieldsOf } from './fields.ts';
import { Waiter } from './waiter.ts';

/** The runner's end: listens, and takes what comes apart with nothing of the code under test. */
export class Venue {
  /** SendingTime(52) of each message received, by MsgSeqNum(34): the first under each number. */
  readonly sentTimes = new Map<string, string>();
  readonly #waiter = new Waiter();
  readonly #arrived: net.Socket[] = [];
  #server = net.createServer();
  #socket: net.Socket | undefined;
  #received = Buffer.alloc(0);
  #ended = '';
  #held: Uint8Array[] | undefined;
  port = 0;

  async listen(): Promise<void> {
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => {
      this.#arrived.push(socket.setNoDelay(true));
      this.#waiter.wake();
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as net.AddressInfo).port;
  }

  /** Nobody can connect until `listen` is called again. */
  deafen(): void {
    this.#server.close();
  }

  async accept(withinMs: number): Promise<void> {
    await this.#waiter.until(() => this.#arrived.length > 0, withinMs, 'no connection');
    const socket = this.#arrived.shift() as net.Socket;
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    this.#ended = '';
    const end = (how: string) => () => {
      if (this.#socket === socket && this.#ended === '') this.#ended = how;
      this.#waiter.wake();
    };
    socket.on('data', (bytes) => {
      if (this.#socket === socket) this.#received = Buffer.concat([this.#received, bytes]);
      this.#waiter.wake();
    });
    socket.on('end', end('end'));
    socket.on('close', end('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error')());
  }

  /** The next whole message, its BodyLength and CheckSum verified by the book. */
  async message(withinMs: number): Promise<Field[]> {
    await this.#waiter.until(
      () => this.#messageEnd() > 0 || this.#ended !== '',
      withinMs,
      () => `no message${this.#received.length > 0 ? ` but ${readable(this.#received)}` : ''}`,
    );
    const end = this.#messageEnd();
    if (end === 0) throw new Error(`the connection ended (${this.#ended}) ${readable(this.#received)}`);
    const bytes = this.#received.subarray(0, end);
    this.#received = this.#received.subarray(end);
    const fields = fieldsOf(verified(readable(bytes), bytes));
    const seq = fields.find(([tag]) => tag === '34')?.[1] ?? '';
    const time = fields.find(([tag]) => tag === '52')?.[1] ?? '';
    if (!this.sentTimes.has(seq)) this.sentTimes.set(seq, time);
    return fields;
  }

  async closed(withinMs: number): Promise<void> {
    await this.#waiter.until(() => this.#ended !== '' || this.#received.length > 0, withinMs, 'still connected');
    if (this.#received.length > 0) throw new Error(`it said ${readable(this.#received)}`);
    if (this.#ended !== 'end') throw new Error(`the connection ended with ${this.#ended}`);
    this.#socket?.end();
  }

  /** What must not have been: bytes, or the end. */
  surprise(): string {
    if (this.#received.length > 0) return `it said ${readable(this.#received)}`;
    return this.#socket !== undefined && this.#ended !== '' ? `the connection ended (${this.#ended})` : '';
  }

  unread(): string {
    return readable(this.#received);
  }

  write(bytes: Uint8Array): void {
    if (this.#held === undefined) this.#socket?.write(bytes);
    else this.#held.push(bytes);
  }

  hold(): void {
    this.#held = [];
  }

  /** @param pieceBytes 0 for all in one write */
  async release(pieceBytes: number): Promise<void> {
    const bytes = Buffer.concat(this.#held ?? []);
    this.#held = undefined;
    const step = pieceBytes === 0 ? bytes.length : pieceBytes;
    for (let at = 0; at < bytes.length; at += step) {
      this.#socket?.write(bytes.subarray(at, at + step));
      if (pieceBytes !== 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** @param reset RST in place of FIN */
  close(reset: boolean): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (reset) socket?.resetAndDestroy();
    else socket?.end();
  }

  halfClose(): void {
    this.#socket?.end();
  }

  destroy(): void {
    this.#server.close();
    this.#socket?.destroy();
    for (const socket of this.#arrived) socket.destroy();
  }

  #messageEnd(): number {
    const at = this.#received.indexOf('\x0110=');
    const end = at < 0 ? -1 : this.#received.indexOf('\x01', at + 1);
    return end + 1;
  }
}

function verified(text: string, bytes: Uint8Array): string {
  const [, length, body, sum] = /^8=FIXT?\.\d\.\d\|9=([1-9]\d*)\|(35=.*\|)10=(\d{3})\|$/s.exec(text) ?? [];
  if (body === undefined) throw new Error(`not a FIX message: ${text}`);
  if (Number(length) !== body.length) throw new Error(`BodyLength ${length} for ${body.length} bytes: ${text}`);
  const total = bytes.subarray(0, bytes.length - 7).reduce((a, b) => a + b, 0) & 255;
  if (Number(sum) !== total) throw new Error(`CheckSum ${sum}, not ${total}: ${text}`);
  return text;
}
