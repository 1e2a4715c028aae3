/** Our side: the production session over the native stream, with an application that orders, or fills orders. */
import { Dictionary, type FixMessage, loadTable, MessageValidator, MSG_TYPE, TAG } from 'fix-parser';
import { FixSession, HANDLED, MemoryStore, type SessionConfig } from '../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native, STREAM_CELLS, type TcpStream } from '../../native/index.ts';

/** A machine that is busy with other tests takes its time. */
const WAIT_MS = 100_000;
const DAY_MS = 86_400_000;

export interface HotlapOptions {
  readonly role: 'initiator' | 'acceptor';
  /** Of the line's near end for an initiator; 0 for an acceptor. */
  readonly port: number;
  readonly version: Version;
  readonly config?: Partial<SessionConfig>;
}

/** A FIX version as sessions of the test speak it. */
export interface Version {
  readonly name: string;
  readonly beginString: SessionConfig['beginString'];
  readonly defaultApplVerId?: string;
  /** Tables that say what a message may hold: of the session, of the application. */
  readonly tables: readonly [Parameters<typeof loadTable>[0], Parameters<typeof loadTable>[0]];
}

export class HotlapSide {
  /** `logon`, `logout: reason`, `order ID`, `report ID STATUS`, `refused TEXT`. */
  readonly heard: string[] = [];
  readonly log: string[] = [];
  readonly session: FixSession;
  readonly #stream: TcpStream;
  readonly #version: Version;
  readonly #clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms: Math.floor(Date.now() / DAY_MS) * DAY_MS };
  #executions = 0;
  #running = true;

  private constructor(options: HotlapOptions, validator: MessageValidator) {
    const { role, port, version } = options;
    this.#version = version;
    this.#stream = new (native().TcpStream)({
      host: '127.0.0.1',
      port,
      listens: role === 'acceptor',
      rx: new Uint8Array(65_536),
      tx: new Uint8Array(65_536),
      cells: new Int32Array(STREAM_CELLS),
      maxPendingBytes: 65_536,
    });
    this.#tick();
    this.session = new FixSession({
      stream: this.#stream,
      clock: this.#clock,
      store: new MemoryStore(new Int32Array(2)),
      validator,
      config: {
        role,
        beginString: version.beginString,
        ...(version.defaultApplVerId === undefined ? {} : { defaultApplVerId: version.defaultApplVerId }),
        senderCompId: 'HOTLAP',
        targetCompId: 'PEER',
        heartBtIntMs: 30_000,
        resetOnLogon: false,
        logonTimeoutMs: 5_000,
        logoutTimeoutMs: 2_000,
        sendingTimeAccuracyMs: 120_000,
        ...(role === 'initiator' && { reconnect: { intervalMs: 200, maxIntervalMs: 400, maxAttempts: 0 } }),
        ...options.config,
      },
      onLog: (_level, text) => this.log.push(text),
      application: {
        onMessage: (message) => this.#onMessage(message),
        onLogon: () => this.heard.push('logon'),
        onLogout: (reason) => this.heard.push(`logout: ${reason}`),
      },
    });
  }

  /** Begins to call or to listen. */
  static async start(options: HotlapOptions): Promise<HotlapSide> {
    const [session, application] = options.version.tables;
    const sessionDictionary = new Dictionary(await loadTable(session));
    const validator = new MessageValidator(
      sessionDictionary,
      application === session ? sessionDictionary : new Dictionary(await loadTable(application)),
    );
    const side = new HotlapSide(options, validator);
    side.session.start();
    void side.#run();
    return side;
  }

  get port(): number {
    return this.#stream.port();
  }

  /** Sends a limit order; the session must be logged on. */
  order(clOrdId: string): void {
    const { session } = this;
    session.time.update();
    session
      .compose('D')
      .text(TAG.ClOrdID, clOrdId)
      .text(TAG.HandlInst, '1')
      .uint(TAG.OrderQty, 100)
      .text(TAG.OrdType, '2')
      .decimal(TAG.Price, 3_201_450, 4)
      .text(TAG.Side, '1')
      .text(TAG.Symbol, 'AAPL')
      .text(TAG.TimeInForce, '0')
      .timestamp(TAG.TransactTime, session.time);
    const result = session.sendComposed(CAUSE.control);
    if (result !== 0) throw new Error(`order ${clOrdId} was not sent: ${result}`);
  }

  /** Waits until it has heard a line `times` times. */
  async hears(line: string, times = 1): Promise<void> {
    await this.until(() => this.count(line) >= times, `not heard ${times} times: ${line}`);
  }

  count(line: string): number {
    return this.heard.filter((each) => each === line).length;
  }

  async until(condition: () => boolean, complaint = `never became true`): Promise<void> {
    const endMs = performance.now() + WAIT_MS;
    while (!condition()) {
      if (performance.now() > endMs)
        throw new Error(`${complaint}: ${condition}\nheard: ${this.heard.join(', ')}\nlog: ${this.log.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  stop(): void {
    this.#running = false;
    this.session.stop('the test is over');
    this.#stream.close();
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#tick();
      for (let i = 0; i < 64 && this.session.poll() > 0; i++);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  #tick(): void {
    this.#clock.cells[CELL.nowNs] = (Date.now() - this.#clock.day0Ms) * 1e6;
  }

  #onMessage(message: FixMessage): number {
    switch (message.msgType) {
      case MSG_TYPE.NewOrderSingle:
        this.heard.push(`order ${message.text(TAG.ClOrdID)}`);
        this.#fill(message);
        return HANDLED.ok;
      case MSG_TYPE.ExecutionReport:
        this.heard.push(`report ${message.text(TAG.ClOrdID)} ${message.text(TAG.OrdStatus)}`);
        return HANDLED.ok;
      case MSG_TYPE.Reject:
      case MSG_TYPE.BusinessMessageReject:
        this.heard.push(`refused ${message.text(TAG.Text)}`);
        return HANDLED.ok;
    }
    return HANDLED.unsupported;
  }

  /** The whole order at its own price. */
  #fill(order: FixMessage): void {
    const { session } = this;
    const number = ++this.#executions;
    const copied = (tag: number): [number, Uint8Array, number, number] => {
      const index = order.indexOf(tag);
      return [tag, order.bytes, order.startAt(index), order.endAt(index)];
    };
    const quantity = order.text(TAG.OrderQty);
    const price = order.text(TAG.Price);
    const old = this.#version.beginString === 'FIX.4.2';
    session.time.update();
    const report = session
      .compose('8')
      .text(TAG.AvgPx, price)
      .bytesOf(...copied(TAG.ClOrdID))
      .text(TAG.CumQty, quantity)
      .text(TAG.ExecID, `E${number}`);
    // ExecTransType(20) New, which FIX 4.3 dropped together with the ExecTypes of fills.
    if (old) report.text(20, '0');
    report
      .text(TAG.LastPx, price)
      .text(TAG.LastQty, quantity)
      .text(TAG.OrderID, `O${number}`)
      .text(TAG.OrderQty, quantity)
      .text(TAG.OrdStatus, '2')
      .bytesOf(...copied(TAG.Side))
      .bytesOf(...copied(TAG.Symbol))
      .timestamp(TAG.TransactTime, session.time)
      .text(TAG.ExecType, old ? '2' : 'F')
      .text(TAG.LeavesQty, '0');
    const result = session.sendComposed(CAUSE.none);
    if (result !== 0) throw new Error(`a report was not sent: ${result}`);
  }
}
