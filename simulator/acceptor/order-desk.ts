import type { Side } from '../../engine/domain/side.ts';
import type { TimeInForce } from '../../engine/domain/time-in-force.ts';
import type { EngineClock } from '../../engine/ports/clock.ts';
import { EXEC_TYPE, ORD_STATUS } from '../../gateway/index.ts';
import { CELL, DEPTH, depthStride } from '../../native/layout.ts';
import type { Behaviours } from '../behaviours/behaviours.ts';
import type { Delays } from '../delays/delays.ts';
import type { Fees } from '../fees/fees.ts';
import { Matching } from '../matching/matching.ts';
import type { ExchangeFeed } from '../matching/shared-feed.ts';
import type { Identifiers } from './identifiers.ts';
import { MassDesk } from './mass-desk.ts';
import { REFUSAL } from './refusals.ts';
import type { ReportQueue } from './report-queue.ts';
import { ReportWriter } from './report-writer.ts';
import { REQUEST, type RequestQueue } from './request-queue.ts';

/** Reports that one request or one event may cause: an acceptance, a fill for each level, an end. */
const REPORTS_OF_A_REQUEST = 300;

export interface OrderDeskOptions {
  feed: ExchangeFeed;
  feedCells: Float64Array;
  depth: Float64Array;
  depthLevels: number;
  maxInstruments: number;
  maxOpenOrders: number;
  clock: EngineClock;
  delays: Delays;
  fees: Fees;
  identifiers: Identifiers;
  requests: RequestQueue;
  reports: ReportQueue;
  /** The first ExecID(17); no report of a run before may have had it, or one behind it. */
  firstExecId: number;
  /** Absent: it behaves. */
  behaviours?: Behaviours | undefined;
}

/** Counters since the start. */
export interface DeskCounts {
  orders: number;
  rejected: number;
  fills: number;
  cancelled: number;
  replaced: number;
  cancelRejects: number;
}

/** Takes requests as they fall due, has them matched, and queues what there is to report. */
export class OrderDesk {
  readonly matching: Matching;
  readonly writer: ReportWriter;
  readonly counts: DeskCounts = {
    orders: 0,
    rejected: 0,
    fills: 0,
    cancelled: 0,
    replaced: 0,
    cancelRejects: 0,
  };
  /** [shares filled, fees in 1/10^FEE_DECIMALS]: doubles in cells. */
  readonly totals = new Float64Array(2);
  readonly #fees = this.totals.subarray(1);
  readonly #options: OrderDeskOptions;
  readonly #depthStride: number;
  /** 1 for an instrument whose book has been seen. */
  readonly #known: Uint8Array;
  readonly #look = new Float64Array(2);
  readonly #mass: MassDesk;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
    this.#depthStride = depthStride(options.depthLevels);
    this.#known = new Uint8Array(options.maxInstruments);
    this.matching = new Matching({ ...options, listener: this });
    this.writer = new ReportWriter(options, this.matching.orders);
    this.#mass = new MassDesk(options, this.matching, this.writer);
  }

  /** Handles the requests that are due. @returns how many */
  poll(): number {
    const { requests, reports, clock } = this.#options;
    let handled = 0;
    for (let entry = requests.head(); entry >= 0; entry = requests.head()) {
      if (requests.dueNs[entry] > clock.cells[CELL.nowNs]) break;
      // A client that does not read its reports waits with its requests.
      if (reports.room < REPORTS_OF_A_REQUEST) break;
      const kind = requests.kind[entry];
      if (kind === REQUEST.newOrder) this.#newOrder(entry);
      else if (kind === REQUEST.status) this.#status(entry);
      else if (kind === REQUEST.massStatus || kind === REQUEST.massCancel) {
        if (!this.#mass.answer(entry)) break;
      } else this.#change(entry);
      requests.shift();
      handled++;
    }
    return handled;
  }

  onAccepted(row: number): void {
    const { identifier, orderNumber } = this.matching.orders;
    this.#options.identifiers.orderNumber[identifier[row]] = orderNumber[row];
    if (this.#tellsPending()) this.writer.order(row, EXEC_TYPE.pendingNew, ORD_STATUS.pendingNew, -1);
    this.writer.order(row, EXEC_TYPE.new, ORD_STATUS.new, -1);
  }

  onTrade(row: number, quantity: number, price: number, maker: boolean): void {
    this.counts.fills++;
    this.totals[0] += quantity;
    const feesBefore = this.#fees[0];
    this.#options.fees.charge(this.#fees, quantity, price, maker);
    const { filled, quantity: ordered } = this.matching.orders;
    const status = filled[row] < ordered[row] ? ORD_STATUS.partiallyFilled : ORD_STATUS.filled;
    const entry = this.writer.order(row, EXEC_TYPE.trade, status, -1);
    if (entry < 0) return;
    this.#options.reports.lastQuantity[entry] = quantity;
    this.#options.reports.lastPrice[entry] = price;
    this.#options.reports.fee[entry] = this.#fees[0] - feesBefore;
    this.#options.behaviours?.interventions.traded(row, this.#options.reports.execId[entry], quantity, price);
  }

  onReplaced(row: number, previousIdentifier: number): void {
    this.counts.replaced++;
    const { identifiers } = this.#options;
    identifiers.row[previousIdentifier] = -1;
    const identifier = this.matching.orders.identifier[row];
    identifiers.row[identifier] = row;
    identifiers.orderNumber[identifier] = this.matching.orders.orderNumber[row];
    identifiers.successor[previousIdentifier] = identifier;
    this.writer.order(row, EXEC_TYPE.replaced, this.#liveStatus(row), previousIdentifier);
  }

  onCancelled(row: number, request: number): void {
    this.counts.cancelled++;
    const order = this.matching.orders.identifier[row];
    const entry = this.writer.order(row, EXEC_TYPE.canceled, ORD_STATUS.canceled, request < 0 ? -1 : order);
    if (entry < 0) return;
    this.#options.reports.leaves[entry] = 0;
    if (request >= 0) this.#options.reports.identifier[entry] = request;
  }

  onClosed(row: number): void {
    const { identifiers } = this.#options;
    const { orders } = this.matching;
    const slot = orders.identifier[row];
    identifiers.row[slot] = -1;
    identifiers.endStatus[slot] = orders.filled[row] < orders.quantity[row] ? ORD_STATUS.canceled : ORD_STATUS.filled;
    identifiers.refusal[slot] = REFUSAL.none;
    identifiers.side[slot] = orders.side[row];
    identifiers.timeInForce[slot] = orders.timeInForce[row];
    identifiers.quantity[slot] = orders.quantity[row];
    identifiers.filled[slot] = orders.filled[row];
    identifiers.notional[slot] = orders.notional[row];
    identifiers.price[slot] = orders.price[row];
  }

  #newOrder(entry: number): void {
    const { requests, identifiers } = this.#options;
    const { matching } = this;
    this.counts.orders++;
    const instrument = requests.instrument[entry];
    let refusal = requests.refusal[entry];
    if (refusal === REFUSAL.none) refusal = this.#refusalOf(instrument);
    if (refusal === REFUSAL.none && this.#takes(entry)) refusal = REFUSAL.postOnly;
    if (refusal === REFUSAL.none && matching.orders.open === matching.orders.capacity) refusal = REFUSAL.tooManyOrders;
    if (refusal === REFUSAL.none && this.#isRefusedByScenario()) refusal = REFUSAL.scenario;
    if (refusal !== REFUSAL.none) {
      this.#rejectOrder(entry, refusal);
      return;
    }
    const identifier = requests.identifier[entry];
    const side = requests.side[entry] as Side;
    const timeInForce = requests.timeInForce[entry] as TimeInForce;
    const row = matching.submit(
      identifier,
      instrument,
      side,
      requests.price[entry],
      requests.quantity[entry],
      timeInForce,
    );
    if (matching.orders.resting[row] !== 1) return;
    identifiers.row[identifier] = row;
    this.#options.behaviours?.interventions.rested(row);
  }

  /** What an order is now, or came to. */
  #status(request: number): void {
    const { requests, identifiers, reports } = this.#options;
    const asked = requests.identifier[request];
    const slot = identifiers.latest(asked);
    const row = slot < 0 ? -1 : identifiers.row[slot];
    if (row >= 0) {
      this.writer.order(row, EXEC_TYPE.orderStatus, this.#liveStatus(row), -1);
      return;
    }
    const status = slot < 0 ? 0 : identifiers.endStatus[slot];
    const isKnown = status !== 0;
    const refusal = isKnown ? identifiers.refusal[slot] : REFUSAL.notFound;
    const entry = this.writer.rejection(request, EXEC_TYPE.orderStatus, refusal);
    if (entry < 0 || !isKnown) return;
    reports.ordStatus[entry] = status;
    reports.identifier[entry] = slot;
    reports.orderNumber[entry] = identifiers.orderNumber[slot];
    reports.price[entry] = identifiers.price[slot];
    reports.quantity[entry] = identifiers.quantity[slot];
    reports.filled[entry] = identifiers.filled[slot];
    reports.notional[entry] = identifiers.notional[slot];
  }

  #change(entry: number): void {
    const { requests, identifiers } = this.#options;
    const { orders } = this.matching;
    const isCancel = requests.kind[entry] === REQUEST.cancel;
    let refusal = requests.refusal[entry];
    const row = refusal === REFUSAL.unknownOrder ? -1 : identifiers.row[requests.original[entry]];
    if (refusal === REFUSAL.none) {
      if (row < 0) refusal = REFUSAL.tooLate;
      else if (orders.instrument[row] !== requests.instrument[entry] || orders.side[row] !== requests.side[entry]) {
        refusal = REFUSAL.otherOrder;
      } else if (!isCancel && requests.quantity[entry] <= orders.filled[row]) refusal = REFUSAL.traded;
      else if (!isCancel) refusal = this.#refusalOf(requests.instrument[entry]);
      if (refusal === REFUSAL.none && !isCancel && this.#takes(entry)) refusal = REFUSAL.postOnly;
      if (refusal === REFUSAL.none && !isCancel && this.#isRefusedByScenario()) refusal = REFUSAL.scenario;
    }
    if (refusal !== REFUSAL.none) {
      this.counts.cancelRejects++;
      // An order that is unknown or over has no status of its own any more: FIX 4.4 asks for Rejected then.
      const status = row < 0 ? ORD_STATUS.rejected : this.#liveStatus(row);
      this.writer.cancelReject(entry, row, status, refusal);
      return;
    }
    if (this.#tellsPending()) this.#pendingChange(entry, row, isCancel);
    if (isCancel) this.matching.cancel(row, requests.identifier[entry]);
    else this.matching.replace(row, requests.identifier[entry], requests.price[entry], requests.quantity[entry]);
  }

  /** Whether a request that must not take anything would. */
  #takes(request: number): boolean {
    const { postOnly, instrument, side, price } = this.#options.requests;
    if (postOnly[request] === 0) return false;
    return this.matching.wouldTake(instrument[request], side[request] as Side, price[request]);
  }

  #isRefusedByScenario(): boolean {
    return this.#options.behaviours?.dice.reject.roll() === true;
  }

  #tellsPending(): boolean {
    return this.#options.behaviours?.dice.pending.roll() === true;
  }

  #pendingChange(request: number, row: number, isCancel: boolean): void {
    const { reports, requests } = this.#options;
    const execType = isCancel ? EXEC_TYPE.pendingCancel : EXEC_TYPE.pendingReplace;
    const status = isCancel ? ORD_STATUS.pendingCancel : ORD_STATUS.pendingReplace;
    const entry = this.writer.order(row, execType, status, this.matching.orders.identifier[row]);
    if (entry >= 0) reports.identifier[entry] = requests.identifier[request];
  }

  /** What stands against trading an instrument now. */
  #refusalOf(instrument: number): number {
    const { feed, depth } = this.#options;
    if (instrument < 0) return REFUSAL.tooManySymbols;
    if (this.#known[instrument] === 0) {
      if (feed.levels(instrument, 1, this.#look) === 0 && feed.levels(instrument, 2, this.#look) === 0) {
        return REFUSAL.unknownSymbol;
      }
      this.#known[instrument] = 1;
    }
    const header = instrument * this.#depthStride;
    if (depth[header + DEPTH.stale] === 1) return REFUSAL.stale;
    if (depth[header + DEPTH.halted] === 1) return REFUSAL.halted;
    return REFUSAL.none;
  }

  #liveStatus(row: number): number {
    return this.matching.orders.filled[row] > 0 ? ORD_STATUS.partiallyFilled : ORD_STATUS.new;
  }

  #rejectOrder(request: number, refusal: number): void {
    this.counts.rejected++;
    const { requests, identifiers } = this.#options;
    const slot = requests.identifier[request];
    identifiers.endStatus[slot] = ORD_STATUS.rejected;
    identifiers.refusal[slot] = refusal;
    identifiers.side[slot] = requests.side[request];
    identifiers.timeInForce[slot] = requests.timeInForce[request];
    identifiers.quantity[slot] = requests.quantity[request];
    identifiers.filled[slot] = 0;
    identifiers.notional[slot] = 0;
    identifiers.price[slot] = requests.price[request];
    this.writer.rejection(request, EXEC_TYPE.rejected, refusal);
  }
}
