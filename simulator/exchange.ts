import type { EngineClock } from '../engine/ports/clock.ts';
import { type ByteStream, FixSession, MemoryStore, type SessionConfig } from '../gateway/index.ts';
import { CELL, depthStride } from '../native/layout.ts';
import { Identifiers } from './acceptor/identifiers.ts';
import { type LedgerOrder, ledgerOf } from './acceptor/ledger.ts';
import { OrderDesk } from './acceptor/order-desk.ts';
import { OrderEntry } from './acceptor/order-entry.ts';
import { ReportQueue } from './acceptor/report-queue.ts';
import { ReportSender } from './acceptor/report-sender.ts';
import { RequestQueue } from './acceptor/request-queue.ts';
import { SymbolTable } from './acceptor/symbol-table.ts';
import { Behaviours } from './behaviours/behaviours.ts';
import type { BehaviourCounts, Scenario } from './behaviours/scenario.ts';
import { UnrulyStream } from './behaviours/unruly-stream.ts';
import type { Delays } from './delays/delays.ts';
import { type DropCopyOptions, DropCopyServer } from './drop-copy/drop-copy-server.ts';
import type { Fees } from './fees/fees.ts';
import type { ExchangeFeed } from './matching/shared-feed.ts';
import { ExchangeState } from './state/exchange-state.ts';
import type { StatePlan } from './state/state-keeper.ts';

/** Orders that may rest at one time. */
const DEFAULT_MAX_OPEN_ORDERS = 8_192;
/** Remembered ClOrdIDs: far more than orders, requests and reports can be under way, all powers of two. */
const IDENTIFIERS = 1 << 16;
const REQUESTS = 1 << 12;
const REPORTS = 1 << 14;

export interface ExchangeOptions {
  /** Side `b` of a memory pair, or the playback's stream. */
  stream: ByteStream;
  /** In replay, `shareFeed(...).exchange`, so that the engine's interest is left alone. */
  feed: ExchangeFeed;
  /** What the receiver was given. */
  feedCells: Float64Array;
  record: Float64Array;
  depth: Float64Array;
  depthLevels: number;
  /** Time of the session, the delays and the reports. */
  clock: EngineClock;
  delays: Delays;
  fees: Fees;
  /** Role acceptor. */
  session: SessionConfig;
  maxOpenOrders?: number;
  /** The first ExecID(17): above all of an exchange that had this name before. Absent: 1. */
  firstExecId?: number;
  /** What survives this process, opened by a StateKeeper. Absent: orders and numbers live as long as the exchange. */
  state?: StatePlan;
  /** A second session with a copy of every ExecutionReport(8). */
  dropCopy?: DropCopyOptions;
  /** How it misbehaves; absent: it does not. */
  scenario?: Scenario | undefined;
  onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** The number at the end of a ClOrdID(11), as its request arrives and before anything is made of it; -1 for none. */
  onArrival?: (ordinal: number) => void;
  onLogon?: () => void;
  onLogout?: (reason: string) => void;
}

export interface ExchangeStats {
  orders: number;
  rejected: number;
  fills: number;
  filledShares: number;
  cancelled: number;
  replaced: number;
  cancelRejects: number;
  openOrders: number;
  /** In 1/10^FEE_DECIMALS of the currency. */
  fees: number;
  /** Reports that found the queue full: a client that stays away while its orders trade. */
  lostReports: number;
  /** How often each behaviour of the scenario has happened. */
  behaviours: BehaviourCounts;
  /** Requests, reports and deeds of the scenario that wait for their time, or for a session. */
  waiting: number;
  /** The same of drop copies. */
  lostCopies: number;
}

/**
 * A simulated exchange on one byte stream: FIX 4.4 order entry in front, fills against the recorded book behind.
 * It owns no thread and no clock. In replay it shares the engine's thread and feed; as a process of its own it has
 * a feed of its own.
 */
export class Exchange {
  readonly #session: FixSession;
  readonly #requests = new RequestQueue(REQUESTS);
  readonly #reports = new ReportQueue(REPORTS);
  readonly #identifiers = new Identifiers(IDENTIFIERS);
  readonly #behaviours: Behaviours | undefined;
  readonly #desk: OrderDesk;
  readonly #sender: ReportSender;
  readonly #record: Float64Array;
  readonly #clockNs: Float64Array;
  readonly #state: ExchangeState | undefined;
  readonly #dropCopy: DropCopyServer | undefined;
  /** Reports that were written down and copied, of those queued since the beginning. */
  #published = 0;

  constructor(options: ExchangeOptions) {
    const { feed, clock, scenario } = options;
    const behaviours = scenario === undefined ? undefined : new Behaviours(scenario);
    const stream = behaviours === undefined ? options.stream : new UnrulyStream(options.stream);
    const delays = behaviours?.delays(options.delays) ?? options.delays;
    const maxInstruments = Math.floor(options.depth.length / depthStride(options.depthLevels));
    const identifiers = this.#identifiers;
    const maxOpenOrders = Math.min(options.maxOpenOrders ?? DEFAULT_MAX_OPEN_ORDERS, IDENTIFIERS / 4);
    const requests = this.#requests;
    const reports = this.#reports;
    const symbols = new SymbolTable(feed, maxInstruments);
    // What a request has made is written down before its number counts.
    const onRequest = (): void => {
      this.#desk.poll();
      this.#publish();
    };
    const entry = new OrderEntry({ ...options, requests, identifiers, symbols, onRequest });
    const { state: plan, dropCopy, onLog } = options;
    const state = plan === undefined ? undefined : new ExchangeState(plan, clock, reports.columnNames);
    const store = state?.store ?? new MemoryStore(new Int32Array(2));
    this.#state = state;
    this.#record = options.record;
    this.#clockNs = clock.cells;
    this.#session = new FixSession({
      stream,
      clock,
      config: options.session,
      store,
      application: entry,
      onLog: options.onLog,
    });
    entry.attach(this.#session);
    const firstExecId = options.firstExecId ?? 1;
    this.#desk = new OrderDesk({
      ...options,
      delays,
      behaviours,
      maxInstruments,
      maxOpenOrders,
      identifiers,
      requests,
      reports,
      firstExecId,
    });
    if (stream instanceof UnrulyStream) behaviours?.attach(this.#desk, clock, identifiers, reports, store, stream);
    this.#behaviours = behaviours;
    this.#sender = new ReportSender(this.#session, reports, identifiers);
    if (dropCopy !== undefined) {
      const copyStore = plan === undefined ? undefined : state?.openStore(plan.dropCopy);
      this.#dropCopy = new DropCopyServer({
        ...(behaviours && { alter: (copies, entry) => behaviours.falsify(copies, entry) }),
        ...dropCopy,
        clock,
        store: copyStore ?? new MemoryStore(new Int32Array(2)),
        onLog,
      });
    }
    if (state === undefined) return;
    const parts = { clock, identifiers, symbols, desk: this.#desk, reports };
    this.#published = state.restore(parts, (record) => this.#dropCopy?.addRecord(record));
  }

  /** Begins to listen. */
  start(): void {
    this.#session.start();
    this.#dropCopy?.start();
  }

  /** Receives, matches what is due, sends what is due: bounded. @returns messages and reports handled */
  poll(): number {
    const behaviours = this.#behaviours;
    if (behaviours?.reports.isSilent() === true) return 0;
    let handled = this.#session.poll() + this.#desk.poll();
    if (behaviours !== undefined) handled += behaviours.interventions.poll() + behaviours.reports.poll();
    if (this.#published !== this.#reports.pushed) this.#publish();
    handled += this.#sendReports();
    return this.#dropCopy === undefined ? handled : handled + this.#pollDropCopy(this.#dropCopy);
  }

  /** The record holds an event that nobody has acted on yet. */
  onEvent(): void {
    this.#desk.matching.onEvent(this.#record);
  }

  /** Time at which `poll` has something to do; Infinity when there is nothing. */
  nextDueNs(): number {
    const behaviours = this.#behaviours;
    // Bytes may wait for the end of the silence.
    if (behaviours?.reports.isSilent() === true) return behaviours.reports.silentUntilNs[0];
    let dueNs = this.#session.dueCells[0];
    if (behaviours !== undefined) dueNs = Math.min(dueNs, behaviours.nextDueNs());
    const request = this.#requests.head();
    if (request >= 0) dueNs = Math.min(dueNs, this.#requests.dueNs[request]);
    // Without a session reports wait for the next one, not for a time.
    const report = this.#session.isLoggedOn() ? this.#reports.head() : -1;
    if (report >= 0) dueNs = Math.min(dueNs, this.#reports.dueNs[report]);
    if (this.#dropCopy !== undefined) dueNs = Math.min(dueNs, this.#dropCopy.nextDueNs());
    return dueNs;
  }

  isLoggedOn(): boolean {
    return this.#session.isLoggedOn();
  }

  /** Says Logout; an exchange that was told to does not listen again. */
  logout(text: string): void {
    this.#session.logout(text);
    this.#dropCopy?.logout(text);
  }

  /** True once `logout` has come to its end: nobody is connected and nobody is listened to. */
  hasStopped(): boolean {
    return this.#session.stateName() === 'disconnected' && this.#dropCopy?.hasStopped() !== false;
  }

  /** Lets go of what `state` opened; after the last poll. */
  close(): void {
    this.#state?.close(this.#desk);
  }

  stats(): ExchangeStats {
    const { counts, totals, matching, writer } = this.#desk;
    return {
      ...counts,
      waiting: this.#requests.count + this.#reports.count + (this.#behaviours?.waiting ?? 0),
      behaviours: this.#behaviours?.counts() ?? {},
      filledShares: totals[0],
      fees: totals[1],
      openOrders: matching.orders.open,
      lostReports: writer.lost,
      lostCopies: this.#dropCopy?.lost ?? 0,
    };
  }

  /** Every order that is remembered, some ten thousand at least. Cold. */
  ledger(): LedgerOrder[] {
    return ledgerOf(this.#identifiers, this.#desk.matching.orders);
  }

  /** Writes down and copies what has been queued since: nothing leaves before. */
  #publish(): void {
    const state = this.#state;
    const dropCopy = this.#dropCopy;
    if (state === undefined && dropCopy === undefined) return;
    const reports = this.#reports;
    let isWritten = false;
    for (; this.#published !== reports.pushed; this.#published++) {
      const entry = this.#published & (reports.capacity - 1);
      if (!reports.isEvent(entry)) continue;
      const number = state?.append(reports, entry, this.#identifiers) ?? this.#published;
      dropCopy?.add(reports, entry, this.#identifiers, number);
      isWritten = true;
    }
    if (!isWritten || state === undefined) return;
    state.flush(this.#desk);
    if (dropCopy === undefined) state.uncopied();
  }

  #sendReports(): number {
    const reports = this.#reports;
    const unruly = this.#behaviours?.reports;
    let sent = 0;
    let events = 0;
    for (let entry = reports.head(); entry >= 0; entry = reports.head()) {
      if (reports.dueNs[entry] > this.#clockNs[CELL.nowNs]) break;
      // Not logged on, or the client does not read: reports keep, in order.
      if (!this.#session.isLoggedOn()) break;
      unruly?.consider();
      if (this.#sender.send(entry) !== 0) break;
      unruly?.sent(entry);
      if (reports.isEvent(entry)) events++;
      reports.shift();
      sent++;
      if (unruly?.isSilent() === true) break;
    }
    if (events > 0) this.#state?.sent(events);
    return sent;
  }

  #pollDropCopy(dropCopy: DropCopyServer): number {
    const before = dropCopy.lastNumber[0];
    const handled = dropCopy.poll();
    if (dropCopy.lastNumber[0] !== before) this.#state?.copied(dropCopy.lastNumber[0]);
    return handled;
  }
}
