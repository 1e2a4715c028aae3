/** The second session of a venue, on the main thread: hears copies of ExecutionReports and hands them on. */
import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import { FixSession, HANDLED, type SessionConfig, type SessionStore } from '../../gateway/index.ts';
import { CELL, CELLS_DOUBLES, native } from '../../native/index.ts';
import { monotonicOffsetNs } from '../engine-time.ts';
import type { VenueStream } from '../venue-stream.ts';

const DAY_MS = 86_400_000;
/** Polls in one visit, each of 64 messages at most. */
const MAX_POLLS = 16;

export interface ReportCopy {
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly ordStatus: string;
  readonly cumQuantity: number;
  readonly averagePrice: number;
}

export interface CopySessionOptions {
  readonly config: SessionConfig;
  readonly venueStream: VenueStream;
  readonly store: SessionStore;
  readonly onCopy: (copy: ReportCopy) => void;
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly onLog: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export class CopySession {
  readonly #options: CopySessionOptions;
  readonly #cells = new Float64Array(CELLS_DOUBLES);
  readonly #offsetNs: number;
  readonly #session: FixSession;

  constructor(options: CopySessionOptions) {
    this.#options = options;
    const day0Ms = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    this.#offsetNs = monotonicOffsetNs(day0Ms);
    this.#tick();
    this.#session = new FixSession({
      config: options.config,
      stream: options.venueStream.stream,
      clock: { cells: this.#cells, day0Ms },
      store: options.store,
      onLog: (level, text) => options.onLog(level, `Drop copy: ${text}`),
      application: {
        onMessage: (message) => this.#onMessage(message),
        onLogon: () => options.onUp(),
        onLogout: (reason) => options.onDown(reason),
      },
    });
  }

  get isUp(): boolean {
    return this.#session.isLoggedOn();
  }

  /** True while the session has nothing to do until somebody starts it. */
  get isOver(): boolean {
    return this.#session.stateName() === 'disconnected';
  }

  start(): void {
    this.#tick();
    this.#session.start();
  }

  /** Bounded. */
  poll(): void {
    for (let i = 0; i < MAX_POLLS; i++) {
      this.#tick();
      if (this.#session.poll() === 0) return;
    }
  }

  logout(): void {
    this.#tick();
    this.#session.logout('The run has ended');
  }

  close(): void {
    this.#session.stop('The run has ended');
    this.#options.venueStream.stream.close();
  }

  #onMessage(message: FixMessage): number {
    if (message.msgType === MSG_TYPE.Reject || message.msgType === MSG_TYPE.BusinessMessageReject) return HANDLED.ok;
    if (message.msgType !== MSG_TYPE.ExecutionReport) return HANDLED.unsupported;
    this.#options.onCopy({
      clOrdId: message.text(TAG.ClOrdID),
      origClOrdId: message.text(TAG.OrigClOrdID),
      ordStatus: message.text(TAG.OrdStatus),
      cumQuantity: Number(message.text(TAG.CumQty)),
      averagePrice: Number(message.text(TAG.AvgPx)),
    });
    return HANDLED.ok;
  }

  #tick(): void {
    this.#cells[CELL.nowNs] = native().host.monotonicNs() + this.#offsetNs;
  }
}
