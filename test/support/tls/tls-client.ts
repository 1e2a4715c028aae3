/** An order gateway over TLS on one thread with its pump, driven by real time. */
import { setImmediate as turn } from 'node:timers/promises';
import { TlsPump } from '../../../app/tls/tls-pump.ts';
import { readTls, type TlsSettings } from '../../../app/tls/tls-settings.ts';
import { createRing, FixOrderGateway, MemoryStore, RingStream, type SessionConfig } from '../../../gateway/index.ts';
import { CELL } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../fix-peer.ts';

export class TlsClient {
  readonly gateway: FixOrderGateway;
  readonly stream: RingStream;
  /** `up`, `down: reason`, and reports as `report ordinal lastPrice`. */
  readonly heard: string[] = [];
  /** Everything that the session and the pump said. */
  readonly log: string[] = [];
  readonly #pump: TlsPump;
  readonly #clock = new TestClock();
  readonly #startMs = performance.now();

  constructor(
    port: number,
    settings: Partial<TlsSettings>,
    folder: string,
    options: { session?: Partial<SessionConfig>; host?: string; connectTimeoutMs?: number } = {},
  ) {
    const memory = createRing(1 << 16);
    const { host = '127.0.0.1', connectTimeoutMs = 5_000 } = options;
    const at = { venue: `test (${host}:${port})`, host, port, connectTimeoutMs };
    const log = (_level: string, text: string): void => void this.log.push(text);
    const target = readTls({ minVersion: 'TLSv1.2', spin: false, ca: ['ca.pem'], ...settings }, at, folder);
    this.#pump = new TlsPump(memory, target, log);
    this.stream = new RingStream(memory);
    this.gateway = new FixOrderGateway({
      stream: this.stream,
      clock: this.#clock,
      session: { ...CONFIG, role: 'initiator', resetOnLogon: true, ...options.session },
      clOrdIdPrefix: 'T-',
      store: new MemoryStore(new Int32Array(2)),
      sink: {
        onExecution: (report) => this.heard.push(`report ${report.clOrdOrdinal} ${report.lastPrice}`),
        onMassCancel: () => undefined,
        onMassStatus: () => undefined,
        onInDoubt: () => undefined,
        onSessionUp: () => this.heard.push('up'),
        onSessionDown: (reason) => this.heard.push(`down: ${reason}`),
      },
      onLog: log,
    });
    this.gateway.addInstrument({
      handle: 0,
      symbol: 'AAPL',
      priceScale: 10_000,
      tickSize: 100,
      lotSize: 1,
      multiplier: 1,
    });
  }

  poll(): void {
    this.#clock.cells[CELL.nowNs] = 34_200e9 + (performance.now() - this.#startMs) * 1e6;
    this.gateway.poll();
  }

  async until(condition: () => boolean): Promise<void> {
    const endMs = performance.now() + 60_000;
    while (!condition()) {
      if (performance.now() > endMs) throw new Error(`never became true: ${condition}; heard ${this.heard.join('; ')}`);
      this.poll();
      await turn();
    }
  }

  /** Starts, and waits for the session to be up or its end. @returns what was heard */
  async connects(): Promise<string> {
    const before = this.heard.length;
    this.gateway.start();
    await this.until(() => this.heard.length > before);
    return this.heard.at(-1) as string;
  }

  stop(): Promise<void> {
    this.stream.close();
    return this.#pump.stop();
  }
}
