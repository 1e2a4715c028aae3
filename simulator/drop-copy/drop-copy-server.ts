import { type FixMessage, MSG_TYPE } from 'fix-parser';
import type { EngineClock } from '../../engine/ports/clock.ts';
import {
  type ByteStream,
  FixSession,
  HANDLED,
  type LogLevel,
  type SessionConfig,
  type SessionStore,
} from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import { Identifiers } from '../acceptor/identifiers.ts';
import { REPORT, ReportQueue } from '../acceptor/report-queue.ts';
import { ReportSender } from '../acceptor/report-sender.ts';
import { fillFromRecord } from '../state/fill-from-record.ts';
import type { StateRecord } from '../state/state-record.ts';

/** Copies that wait for a client; what comes when they are full is lost, and counted. */
const COPIES = 1 << 14;
/** ClOrdID and OrigClOrdID of each, MassStatusReqID of none. */
const TEXTS = 2 * COPIES;
const MAX_SENT_PER_POLL = 256;

export interface DropCopyOptions {
  readonly stream: ByteStream;
  /** Role acceptor, with CompIDs of its own. */
  readonly session: SessionConfig;
  /** Between two looks at the stream while nothing waits to leave; a look may be a system call. Absent: each poll looks. */
  readonly pollEveryNs?: number;
  /** Changes a copy before it waits to leave; false: it never leaves. For tests and rehearsals of a broken drop copy. */
  readonly alter?: (copies: ReportQueue, entry: number) => boolean;
}

export interface DropCopyServerOptions extends DropCopyOptions {
  readonly clock: EngineClock;
  readonly store: SessionStore;
  readonly onLog?: ((level: LogLevel, text: string) => void) | undefined;
}

/**
 * A second session that hears a copy of every ExecutionReport(8), whatever becomes of the report itself. Copies wait
 * while nobody is logged on; those that have left are sent again when the session asks for them.
 */
export class DropCopyServer {
  /** Copies that found the queue full. */
  lost = 0;
  /** Number of the last copy that has left, as `add` was given it; -1 for none. */
  readonly lastNumber = Float64Array.of(-1);
  readonly #session: FixSession;
  readonly #sender: ReportSender;
  readonly #copies = new ReportQueue(COPIES);
  readonly #numbers = new Float64Array(COPIES);
  /** Texts of the waiting copies: in turn, so that none is written over before it has left. */
  readonly #texts = new Identifiers(TEXTS);
  readonly #clockNs: Float64Array;
  readonly #pollEveryNs: number;
  readonly #nextPollNs = Float64Array.of(Number.NEGATIVE_INFINITY);
  readonly #alter: (copies: ReportQueue, entry: number) => boolean;

  constructor(options: DropCopyServerOptions) {
    this.#clockNs = options.clock.cells;
    this.#pollEveryNs = options.pollEveryNs ?? 0;
    this.#alter = options.alter ?? (() => true);
    this.#session = new FixSession({
      stream: options.stream,
      clock: options.clock,
      config: options.session,
      store: options.store,
      onLog: options.onLog,
      application: {
        onMessage: (message: FixMessage) =>
          message.msgType === MSG_TYPE.Reject || message.msgType === MSG_TYPE.BusinessMessageReject
            ? HANDLED.ok
            : HANDLED.unsupported,
        onLogon: () => undefined,
        onLogout: () => undefined,
      },
    });
    this.#sender = new ReportSender(this.#session, this.#copies, this.#texts, true);
  }

  start(): void {
    this.#session.start();
  }

  /** @param number counts what was added, for whoever remembers what has left */
  add(reports: ReportQueue, entry: number, identifiers: Identifiers, number: number): void {
    if (reports.kind[entry] !== REPORT.execution) return;
    const copies = this.#copies;
    if (copies.room === 0) {
      this.lost++;
      return;
    }
    const copy = copies.free();
    for (let i = 0; i < copies.columns.length; i++) copies.columns[i][copy] = reports.columns[i][entry];
    copies.identifier[copy] = this.#copyText(identifiers, reports.identifier[entry], reports.identifier[entry]);
    copies.original[copy] = this.#copyText(identifiers, reports.original[entry], reports.identifier[entry]);
    copies.massRequest[copy] = -1;
    this.#push(copy, number);
  }

  /** The same of a report that was written down before a restart. */
  addRecord(record: StateRecord): void {
    if (record.values.kind !== REPORT.execution || this.#copies.room === 0) return;
    const copy = this.#copies.free();
    fillFromRecord(this.#copies, copy, record, this.#texts);
    this.#push(copy, record.number);
  }

  /** Receives, sends what waits: bounded. @returns messages and copies handled */
  poll(): number {
    const nowNs = this.#clockNs[CELL.nowNs];
    const isWaited = this.#copies.head() >= 0 && this.#session.isLoggedOn();
    if (!isWaited && nowNs < this.#nextPollNs[0]) return 0;
    this.#nextPollNs[0] = nowNs + this.#pollEveryNs;
    const handled = this.#session.poll();
    if (!this.#session.isLoggedOn()) return handled;
    const copies = this.#copies;
    let sent = 0;
    for (let entry = copies.head(); entry >= 0 && sent < MAX_SENT_PER_POLL; entry = copies.head()) {
      if (this.#sender.send(entry) !== 0) break;
      this.lastNumber[0] = this.#numbers[entry];
      copies.shift();
      sent++;
    }
    return handled + sent;
  }

  nextDueNs(): number {
    return this.#session.dueCells[0];
  }

  logout(text: string): void {
    this.#session.logout(text);
  }

  /** True once `logout` has come to its end. */
  hasStopped(): boolean {
    return this.#session.stateName() === 'disconnected';
  }

  #push(copy: number, number: number): void {
    if (!this.#alter(this.#copies, copy)) return;
    this.#numbers[copy] = number;
    this.#copies.push();
  }

  #copyText(from: Identifiers, slot: number, symbolOf: number): number {
    return slot < 0 ? -1 : this.#texts.takeCopy(from, slot, symbolOf);
  }
}
