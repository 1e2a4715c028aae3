/** A venue that keeps its session over connections, and wants no orders: the production session, in the test's process. */
import { type FixMessage, TAG } from 'fix-parser';
import { FixSession, HANDLED, MemoryStore } from '../../../gateway/index.ts';
import { CELL, CELLS_DOUBLES, native, STREAM_CELLS } from '../../../native/index.ts';

export class SessionVenue {
  readonly log: string[] = [];
  readonly port: number;
  readonly store = new MemoryStore(new Int32Array(2));
  readonly #timer: NodeJS.Timeout;
  readonly #stream;
  readonly #session: FixSession;

  constructor() {
    const cells = new Float64Array(CELLS_DOUBLES);
    const day0Ms = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    this.#stream = new (native().TcpStream)({
      host: '127.0.0.1',
      port: 0,
      listens: true,
      rx: new Uint8Array(1 << 16),
      tx: new Uint8Array(1 << 16),
      cells: new Int32Array(STREAM_CELLS),
      maxPendingBytes: 1 << 16,
    });
    this.#session = new FixSession({
      stream: this.#stream,
      clock: { cells, day0Ms },
      config: {
        role: 'acceptor',
        beginString: 'FIX.4.4',
        senderCompId: 'VENUE',
        targetCompId: 'HOTLAP',
        heartBtIntMs: 30_000,
        resetOnLogon: false,
        logonTimeoutMs: 5_000,
        logoutTimeoutMs: 1_000,
      },
      store: this.store,
      application: {
        onMessage: (message: FixMessage) => {
          this.log.push(`message ${message.int(TAG.MsgSeqNum, 0)}`);
          return HANDLED.ok;
        },
        onLogon: () => this.log.push('logon'),
        onLogout: () => this.log.push('logout'),
      },
      onLog: (level, text) => {
        if (level !== 'info') this.log.push(text);
      },
    });
    cells[CELL.nowNs] = (Date.now() - day0Ms) * 1e6;
    this.#session.start();
    this.port = this.#stream.port();
    this.#timer = setInterval(() => {
      cells[CELL.nowNs] = (Date.now() - day0Ms) * 1e6;
      this.#session.poll();
    }, 1);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#session.stop('the test is over');
    this.#stream.close();
  }
}
