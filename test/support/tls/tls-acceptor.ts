/** A venue over TLS, or plain TCP: a server of Node's, and behind it the production session as acceptor with an application that fills orders. */
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import {
  createRing,
  executionReport,
  FixSession,
  HANDLED,
  MemoryStore,
  RingPeer,
  RingStream,
  type SessionConfig,
} from '../../../gateway/index.ts';
import { CAUSE, CELL } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../fix-peer.ts';

export class TlsAcceptor {
  readonly clock = new TestClock();
  readonly orders: string[] = [];
  readonly tlsErrors: string[] = [];
  port = 0;
  /** Its clock is the host's. */
  isRealTime = false;
  readonly #server;
  readonly #session: FixSession;
  readonly #peer: RingPeer;
  #socket: Socket | undefined;
  /** What the ring did not take yet. */
  #rest = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TlsOptions | 'plain', config: Partial<SessionConfig> = {}) {
    const memory = createRing(1 << 16);
    this.#peer = new RingPeer(memory);
    this.#session = new FixSession({
      config: { ...CONFIG, senderCompId: 'PEER', targetCompId: 'US', resetOnLogon: true, ...config },
      stream: new RingStream(memory),
      clock: this.clock,
      store: new MemoryStore(new Int32Array(2)),
      application: { onMessage: (message) => this.#onMessage(message), onLogon: () => {}, onLogout: () => {} },
    });
    const slots = executionReport(this.#session.config);
    this.#report = { slots, template: this.#session.place(slots.builder) };
    const onConnection = (socket: Socket): void => this.#onConnection(socket);
    this.#server = options === 'plain' ? createPlainServer(onConnection) : createServer(options, onConnection);
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException) => this.tlsErrors.push(error.code ?? 'error'));
  }

  readonly #report;

  async start(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    this.#session.start();
    this.#timer = setInterval(() => this.#turn(), 1);
    return this;
  }

  /** The connection breaks off: no Logout, no close_notify. */
  kill(): void {
    this.#socket?.destroy();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#socket?.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #onConnection(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.#socket !== undefined || !this.#peer.isWanted) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#peer.begin();
    this.#peer.connected('a client');
    socket.on('data', (bytes) => {
      const taken = this.#rest.length > 0 ? 0 : this.#peer.put(bytes, 0);
      if (taken === bytes.length) return;
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(taken)]);
      socket.pause();
    });
    socket.on('close', () => {
      this.#socket = undefined;
      this.#rest = Buffer.alloc(0);
      this.#peer.ended('', 0);
    });
  }

  #turn(): void {
    if (this.isRealTime) this.clock.cells[CELL.nowNs] = (Date.now() - this.clock.day0Ms) * 1e6;
    this.#session.poll();
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#rest.length > 0) {
      this.#rest = this.#rest.subarray(this.#peer.put(this.#rest, 0));
      if (this.#rest.length === 0) socket.resume();
    }
    if (this.#peer.waiting > 0) socket.write(this.#peer.take(1 << 16));
    if (this.#peer.isGivenUp) socket.end();
  }

  #onMessage(message: FixMessage): number {
    if (message.msgType !== MSG_TYPE.NewOrderSingle) return HANDLED.unsupported;
    const clOrdId = message.text(TAG.ClOrdID);
    this.orders.push(clOrdId);
    const { slots, template } = this.#report;
    const text = (slot: number, value: string): void => {
      const bytes = Buffer.from(value);
      template.setBytes(slot, bytes, 0, bytes.length);
    };
    template.setChar(slots.execType, 0x46);
    template.setChar(slots.ordStatus, 0x32);
    template.setChar(slots.side, message.char(TAG.Side));
    this.#session.time.update();
    template.setTimestamp(slots.transactTime, this.#session.time);
    text(slots.orderId, `O${this.orders.length}`);
    text(slots.execId, `E${this.orders.length}`);
    text(slots.symbol, message.text(TAG.Symbol));
    text(slots.clOrdId, clOrdId);
    for (const [slot, tag] of [
      [slots.orderQty, TAG.OrderQty],
      [slots.cumQty, TAG.OrderQty],
      [slots.lastQty, TAG.OrderQty],
    ] as const)
      template.setUint(slot, message.int(tag, 0));
    template.setUint(slots.leavesQty, 0);
    for (const slot of [slots.avgPx, slots.price, slots.lastPx]) text(slot, message.text(TAG.Price));
    this.#session.send(template, CAUSE.none);
    return HANDLED.ok;
  }
}
