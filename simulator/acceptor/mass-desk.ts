import { EXEC_TYPE, MASS_CANCEL_RESPONSE, ORD_STATUS } from '../../gateway/index.ts';
import type { Matching } from '../matching/matching.ts';
import { REFUSAL } from './refusals.ts';
import type { ReportQueue } from './report-queue.ts';
import type { ReportWriter } from './report-writer.ts';
import { REQUEST, type RequestQueue } from './request-queue.ts';

/** MassStatusReqType(585) and MassCancelRequestType(530): orders of a security, and all. */
const SECURITY = 0x31;
const ALL = 0x37;
/** Side(54) of an answer that is about no order: undisclosed. */
const UNDISCLOSED = 7;

export interface MassDeskOptions {
  readonly requests: RequestQueue;
  readonly reports: ReportQueue;
}

/** OrderMassStatusRequest(AF) and OrderMassCancelRequest(q): what concerns every open order, or those of one symbol. */
export class MassDesk {
  readonly #options: MassDeskOptions;
  readonly #matching: Matching;
  readonly #writer: ReportWriter;
  /** Rows that the request is about. */
  readonly #rows: Int32Array;

  constructor(options: MassDeskOptions, matching: Matching, writer: ReportWriter) {
    this.#options = options;
    this.#matching = matching;
    this.#writer = writer;
    this.#rows = new Int32Array(matching.orders.capacity);
  }

  /** @returns false where there is no room for all its reports: the request waits */
  answer(request: number): boolean {
    const { requests, reports } = this.#options;
    const refusal = this.#refusalOf(request);
    const count = refusal === REFUSAL.none ? this.#collect(request) : 0;
    if (reports.room < count + 1) return false;
    if (requests.kind[request] === REQUEST.massStatus) this.#status(request, refusal, count);
    else this.#cancel(request, refusal, count);
    return true;
  }

  /** One report an order; where there is none, one that says so. */
  #status(request: number, refusal: number, count: number): void {
    const { requests, reports } = this.#options;
    const { orders } = this.#matching;
    for (let i = 0; i < count; i++) {
      const row = this.#rows[i];
      const status = orders.filled[row] > 0 ? ORD_STATUS.partiallyFilled : ORD_STATUS.new;
      const entry = this.#writer.order(row, EXEC_TYPE.orderStatus, status, -1);
      reports.massRequest[entry] = requests.identifier[request];
      reports.massTotal[entry] = count;
      reports.isLast[entry] = i === count - 1 ? 1 : 0;
    }
    if (count > 0) return;
    const none = refusal === REFUSAL.none ? REFUSAL.noOrders : refusal;
    const entry = this.#writer.rejection(request, EXEC_TYPE.orderStatus, none);
    reports.massRequest[entry] = requests.identifier[request];
    reports.isLast[entry] = 1;
    reports.side[entry] = UNDISCLOSED;
  }

  /** The answer first, then each order's own report. */
  #cancel(request: number, refusal: number, count: number): void {
    const { requests } = this.#options;
    if (refusal !== REFUSAL.none) {
      this.#writer.massCancel(request, MASS_CANCEL_RESPONSE.rejected, 0, refusal);
      return;
    }
    this.#writer.massCancel(request, requests.massType[request], count, REFUSAL.none);
    for (let i = 0; i < count; i++) this.#matching.cancel(this.#rows[i], -1);
  }

  #refusalOf(request: number): number {
    const { requests } = this.#options;
    if (requests.refusal[request] !== REFUSAL.none) return requests.refusal[request];
    const type = requests.massType[request];
    if (type !== ALL && type !== SECURITY) return REFUSAL.massType;
    return type === SECURITY && requests.instrument[request] < 0 ? REFUSAL.massSymbol : REFUSAL.none;
  }

  /** In the order in which they came. @returns how many */
  #collect(request: number): number {
    const { requests } = this.#options;
    const { orders } = this.#matching;
    const instrument = requests.massType[request] === SECURITY ? requests.instrument[request] : -1;
    let count = 0;
    for (let row = 0; row < orders.capacity; row++) {
      if (orders.resting[row] === 0 || (instrument >= 0 && orders.instrument[row] !== instrument)) continue;
      this.#rows[count++] = row;
    }
    this.#rows.subarray(0, count).sort((a, b) => orders.orderNumber[a] - orders.orderNumber[b]);
    return count;
  }
}
