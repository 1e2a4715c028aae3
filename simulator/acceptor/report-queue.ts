/** Reports on their way to the client, first in first out: what they say as it was when it happened. */
export class ReportQueue {
  readonly capacity: number;
  readonly dueNs: Float64Array;
  /** ExecType(150) in ASCII; 0 for an OrderCancelReject(9). */
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
  /** ExecID(17), given when it happens, so that a report that is told twice is the same; ExecRefID(19), 0 for none. */
  readonly execId: Float64Array;
  readonly execRefId: Float64Array;
  /** ExecRestatementReason(378); 0 for none. */
  readonly restatement: Uint8Array;
  /** One of REFUSAL. */
  readonly refusal: Uint8Array;
  /** CxlRejResponseTo(434) in ASCII. */
  readonly responseTo: Uint8Array;
  #head = 0;
  #count = 0;

  /** @param capacity a power of two */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueNs = new Float64Array(capacity);
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
    this.execId = new Float64Array(capacity);
    this.execRefId = new Float64Array(capacity);
    this.restatement = new Uint8Array(capacity);
    this.refusal = new Uint8Array(capacity);
    this.responseTo = new Uint8Array(capacity);
  }

  /** Entries that can still be added. */
  get room(): number {
    return this.capacity - this.#count;
  }

  head(): number {
    return this.#count === 0 ? -1 : this.#head;
  }

  free(): number {
    return (this.#head + this.#count) & (this.capacity - 1);
  }

  push(): void {
    this.#count++;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.capacity - 1);
    this.#count--;
  }
}
