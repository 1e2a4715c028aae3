/** Kinds of request. */
export const REQUEST = { newOrder: 1, cancel: 2, replace: 3, status: 4, massStatus: 5, massCancel: 6 } as const;

/** Requests on their way from arrival to matching, first in first out, as columns of a ring. */
export class RequestQueue {
  readonly capacity: number;
  readonly dueNs: Float64Array;
  readonly kind: Uint8Array;
  /** Slots in Identifiers: ClOrdID(11), and OrigClOrdID(41) or -1. */
  readonly identifier: Int32Array;
  readonly original: Int32Array;
  readonly instrument: Int32Array;
  readonly side: Uint8Array;
  readonly timeInForce: Uint8Array;
  /** 1: it must not trade as it arrives. */
  readonly postOnly: Uint8Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** MassCancelRequestType(530) or MassStatusReqType(585) in ASCII. */
  readonly massType: Uint8Array;
  /** One of REFUSAL: found wanting on arrival. */
  readonly refusal: Uint8Array;
  /** Entries that wait. */
  count = 0;
  #head = 0;

  /** @param capacity a power of two */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueNs = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.identifier = new Int32Array(capacity);
    this.original = new Int32Array(capacity);
    this.instrument = new Int32Array(capacity);
    this.side = new Uint8Array(capacity);
    this.timeInForce = new Uint8Array(capacity);
    this.postOnly = new Uint8Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.massType = new Uint8Array(capacity);
    this.refusal = new Uint8Array(capacity);
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** The oldest entry, or -1. */
  head(): number {
    return this.count === 0 ? -1 : this.#head;
  }

  /** The entry that `push` will add, to be filled in. */
  free(): number {
    return (this.#head + this.count) & (this.capacity - 1);
  }

  push(): void {
    this.count++;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.capacity - 1);
    this.count--;
  }
}
