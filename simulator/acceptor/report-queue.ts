import { EXEC_TYPE } from '../../gateway/index.ts';

/** What a queued report is sent as. */
export const REPORT = { execution: 0, cancelReject: 1, massCancel: 2 } as const;

type Column = Float64Array | Int32Array | Uint8Array;

/** Reports on their way to the client, first in first out: what they say as it was when it happened. */
export class ReportQueue {
  readonly capacity: number;
  readonly dueNs: Float64Array;
  /** One of REPORT. */
  readonly kind: Uint8Array;
  /** ExecType(150) in ASCII. */
  readonly execType: Uint8Array;
  readonly ordStatus: Uint8Array;
  /** Slots in Identifiers: ClOrdID(11), and OrigClOrdID(41) or -1. */
  readonly identifier: Int32Array;
  readonly original: Int32Array;
  /** OrderID(37); 0 for none. */
  readonly orderNumber: Float64Array;
  readonly side: Uint8Array;
  /** Price(44), NaN for none; OrderQty(38), CumQty(14), LeavesQty(151). */
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly filled: Float64Array;
  readonly leaves: Float64Array;
  readonly notional: Float64Array;
  /** LastQty(32), 0 for none; LastPx(31). */
  readonly lastQuantity: Float64Array;
  readonly lastPrice: Float64Array;
  /** Commission(12) in 1/10^FEE_DECIMALS; 0 for none. */
  readonly fee: Float64Array;
  /**
   * ExecID(17), given when it happens, so that a report that is told twice is the same; 0 of a status; OrderID(37) of an
   * OrderMassCancelReport(r). ExecRefID(19), 0 for none.
   */
  readonly execId: Float64Array;
  readonly execRefId: Float64Array;
  /** ExecRestatementReason(378); 0 for none. */
  readonly restatement: Uint8Array;
  /** One of REFUSAL. */
  readonly refusal: Uint8Array;
  /** CxlRejResponseTo(434), of an OrderMassCancelReport(r) MassCancelResponse(531), in ASCII. */
  readonly responseTo: Uint8Array;
  readonly timeInForce: Uint8Array;
  /** Slot in Identifiers of the MassStatusReqID(584) that is answered, -1 for none; TotNumReports(911), TotalAffectedOrders(533). */
  readonly massRequest: Int32Array;
  readonly massTotal: Float64Array;
  /** 1: LastRptRequested(912) is Y. */
  readonly isLast: Uint8Array;
  /** MassCancelRequestType(530) in ASCII. */
  readonly massType: Uint8Array;
  /** 1: a scenario tells it once more. */
  readonly isRepeat: Uint8Array;
  /** Every column but `dueNs`, and its name: what a report says. */
  readonly columns: readonly Column[];
  readonly columnNames: readonly string[];
  /** Entries that wait. */
  count = 0;
  #head = 0;
  #shifted = 0;

  /** @param capacity a power of two */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueNs = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.execType = new Uint8Array(capacity);
    this.ordStatus = new Uint8Array(capacity);
    this.identifier = new Int32Array(capacity);
    this.original = new Int32Array(capacity);
    this.orderNumber = new Float64Array(capacity);
    this.side = new Uint8Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.filled = new Float64Array(capacity);
    this.leaves = new Float64Array(capacity);
    this.notional = new Float64Array(capacity);
    this.lastQuantity = new Float64Array(capacity);
    this.lastPrice = new Float64Array(capacity);
    this.fee = new Float64Array(capacity);
    this.execId = new Float64Array(capacity);
    this.execRefId = new Float64Array(capacity);
    this.restatement = new Uint8Array(capacity);
    this.refusal = new Uint8Array(capacity);
    this.responseTo = new Uint8Array(capacity);
    this.timeInForce = new Uint8Array(capacity);
    this.massRequest = new Int32Array(capacity);
    this.massTotal = new Float64Array(capacity);
    this.isLast = new Uint8Array(capacity);
    this.massType = new Uint8Array(capacity);
    this.isRepeat = new Uint8Array(capacity);
    const said = Object.entries(this).filter(([name, value]) => name !== 'dueNs' && ArrayBuffer.isView(value));
    this.columns = said.map(([, column]) => column as Column);
    this.columnNames = said.map(([name]) => name);
  }

  /** False for an answer to a question, which is asked for again, and for what is told once more: they change nothing. */
  isEvent(entry: number): boolean {
    return this.execType[entry] !== EXEC_TYPE.orderStatus && this.isRepeat[entry] === 0;
  }

  /** Entries pushed since the beginning: the n-th of them, from 0, is entry n & (capacity - 1). */
  get pushed(): number {
    return this.#shifted + this.count;
  }

  /** The entry behind the head, or -1. */
  second(): number {
    return this.count < 2 ? -1 : (this.#head + 1) & (this.capacity - 1);
  }

  /** The newest entry, or -1. */
  last(): number {
    return this.count === 0 ? -1 : (this.#head + this.count - 1) & (this.capacity - 1);
  }

  /** The head and the entry behind it change places; each place keeps its time. */
  swapHead(): void {
    const [head, next] = [this.head(), this.second()];
    for (const column of this.columns) {
      const kept = column[head];
      column[head] = column[next];
      column[next] = kept;
    }
  }

  /** Adds what an entry says, and its time, once more to a queue that has room for it. @returns the new entry */
  repeat(entry: number, to: ReportQueue): number {
    const at = to.free();
    for (const [index, column] of this.columns.entries()) to.columns[index][at] = column[entry];
    to.dueNs[at] = this.dueNs[entry];
    to.isRepeat[at] = 1;
    to.push();
    return at;
  }

  /** Entries that can still be added. */
  get room(): number {
    return this.capacity - this.count;
  }

  head(): number {
    return this.count === 0 ? -1 : this.#head;
  }

  free(): number {
    return (this.#head + this.count) & (this.capacity - 1);
  }

  push(): void {
    this.count++;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.capacity - 1);
    this.count--;
    this.#shifted++;
  }
}
