import type { EngineClock } from '../../engine/ports/clock.ts';
import { CXL_REJ_RESPONSE_TO, EXEC_TYPE, ORD_STATUS } from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import type { Delays } from '../delays/delays.ts';
import type { OrderTable } from '../matching/order-table.ts';
import type { Identifiers } from './identifiers.ts';
import { REFUSAL } from './refusals.ts';
import { REPORT, type ReportQueue } from './report-queue.ts';
import { REQUEST, type RequestQueue } from './request-queue.ts';

export interface ReportWriterOptions {
  clock: EngineClock;
  delays: Delays;
  requests: RequestQueue;
  reports: ReportQueue;
  identifiers: Identifiers;
  /** The first ExecID(17); no report of a run before may have had it, or one behind it. */
  firstExecId: number;
}

/** Queues reports as they happen: what they say is written down at once, they leave when they are due. */
export class ReportWriter {
  /** Reports that found the queue full: a client that stays away while its orders trade. */
  lost = 0;
  readonly #options: ReportWriterOptions;
  readonly #orders: OrderTable;
  /** Due time of the last report: a session delivers in order. */
  readonly #lastDueNs = Float64Array.of(Number.NEGATIVE_INFINITY);
  readonly #nextExecId: Float64Array;

  constructor(options: ReportWriterOptions, orders: OrderTable) {
    this.#options = options;
    this.#orders = orders;
    this.#nextExecId = Float64Array.of(options.firstExecId);
  }

  get nextExecId(): number {
    return this.#nextExecId[0];
  }

  set nextExecId(value: number) {
    this.#nextExecId[0] = value;
  }

  /** An order as it is now. @returns the entry, or -1 when the queue is full */
  order(row: number, execType: number, ordStatus: number, original: number): number {
    const entry = this.#next(REPORT.execution, execType);
    if (entry < 0) return -1;
    const { reports } = this.#options;
    const orders = this.#orders;
    reports.ordStatus[entry] = ordStatus;
    reports.identifier[entry] = orders.identifier[row];
    reports.original[entry] = original;
    reports.orderNumber[entry] = orders.orderNumber[row];
    reports.side[entry] = orders.side[row];
    reports.timeInForce[entry] = orders.timeInForce[row];
    reports.price[entry] = orders.price[row];
    reports.quantity[entry] = orders.quantity[row];
    reports.filled[entry] = orders.filled[row];
    reports.leaves[entry] = orders.quantity[row] - orders.filled[row];
    reports.notional[entry] = orders.notional[row];
    return entry;
  }

  /** An order that is over, as it ended. @returns the entry, or -1 when the queue is full */
  ended(slot: number, execType: number): number {
    const entry = this.#next(REPORT.execution, execType);
    if (entry < 0) return -1;
    const { reports, identifiers } = this.#options;
    reports.ordStatus[entry] = identifiers.endStatus[slot];
    reports.identifier[entry] = slot;
    reports.original[entry] = -1;
    reports.orderNumber[entry] = identifiers.orderNumber[slot];
    reports.side[entry] = identifiers.side[slot];
    reports.timeInForce[entry] = identifiers.timeInForce[slot];
    reports.price[entry] = identifiers.price[slot];
    reports.quantity[entry] = identifiers.quantity[slot];
    reports.filled[entry] = identifiers.filled[slot];
    reports.leaves[entry] = 0;
    reports.notional[entry] = identifiers.notional[slot];
    return entry;
  }

  /** A request that led to no order. @returns the entry, or -1 when the queue is full */
  rejection(request: number, execType: number, refusal: number): number {
    const entry = this.#next(REPORT.execution, execType);
    if (entry < 0) return -1;
    const { reports, requests } = this.#options;
    reports.ordStatus[entry] = ORD_STATUS.rejected;
    reports.identifier[entry] = requests.identifier[request];
    reports.original[entry] = -1;
    reports.orderNumber[entry] = 0;
    reports.side[entry] = requests.side[request];
    reports.timeInForce[entry] = requests.timeInForce[request];
    reports.price[entry] = requests.price[request];
    reports.quantity[entry] = requests.quantity[request];
    reports.filled[entry] = 0;
    reports.leaves[entry] = 0;
    reports.notional[entry] = 0;
    reports.refusal[entry] = refusal;
    return entry;
  }

  /** OrderCancelReject(9). @param row of the order, -1 where it is unknown or over @param status of it */
  cancelReject(request: number, row: number, status: number, refusal: number): void {
    const entry = this.#next(REPORT.cancelReject, 0);
    if (entry < 0) return;
    const { reports, requests } = this.#options;
    const isCancel = requests.kind[request] === REQUEST.cancel;
    reports.ordStatus[entry] = status;
    reports.responseTo[entry] = isCancel ? CXL_REJ_RESPONSE_TO.cancel : CXL_REJ_RESPONSE_TO.replace;
    reports.identifier[entry] = requests.identifier[request];
    reports.original[entry] = requests.original[request];
    reports.orderNumber[entry] = row < 0 ? 0 : this.#orders.orderNumber[row];
    reports.side[entry] = requests.side[request];
    reports.refusal[entry] = refusal;
  }

  /** OrderMassCancelReport(r). @param response MassCancelResponse(531) in ASCII @param affected orders that will be cancelled */
  massCancel(request: number, response: number, affected: number, refusal: number): void {
    const entry = this.#next(REPORT.massCancel, 0);
    if (entry < 0) return;
    const { reports, requests } = this.#options;
    reports.identifier[entry] = requests.identifier[request];
    reports.original[entry] = -1;
    reports.responseTo[entry] = response;
    reports.massType[entry] = requests.massType[request];
    reports.massTotal[entry] = affected;
    reports.refusal[entry] = refusal;
  }

  #next(kind: number, execType: number): number {
    const { reports, clock, delays } = this.#options;
    if (reports.room === 0) {
      this.lost++;
      return -1;
    }
    const last = this.#lastDueNs;
    last[0] = Math.max(last[0], clock.cells[CELL.nowNs] + delays.reportNs());
    const entry = reports.free();
    reports.dueNs[entry] = last[0];
    reports.kind[entry] = kind;
    reports.execType[entry] = execType;
    // A status is no execution: FIX 4.4 gives it ExecID 0.
    const isNumbered = execType !== EXEC_TYPE.orderStatus && kind !== REPORT.cancelReject;
    reports.execId[entry] = isNumbered ? this.#nextExecId[0]++ : 0;
    reports.execRefId[entry] = 0;
    reports.restatement[entry] = 0;
    reports.lastQuantity[entry] = 0;
    reports.fee[entry] = 0;
    reports.refusal[entry] = REFUSAL.none;
    reports.massRequest[entry] = -1;
    reports.massTotal[entry] = 0;
    reports.isLast[entry] = 0;
    reports.isRepeat[entry] = 0;
    reports.push();
    return entry;
  }
}
