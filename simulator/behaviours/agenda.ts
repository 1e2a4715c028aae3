/** What an agenda entry wants done. */
export const DEED = { fill: 1, cancel: 2, restate: 3, bust: 4, correct: 5 } as const;

/** Deeds that wait for their time: a heap over columns, the earliest first, among equals the oldest. */
export class Agenda {
  readonly capacity: number;
  /** Entries that wait; the next one is entry 0. */
  count = 0;
  readonly dueNs: Float64Array;
  /** One of DEED. */
  readonly deed: Uint8Array;
  /** Slot in Identifiers, and the OrderID(37) that it had: a slot may have been used again since. */
  readonly slot: Int32Array;
  readonly orderNumber: Float64Array;
  /** Of a trade: ExecID(17), LastQty(32), LastPx(31). */
  readonly execId: Float64Array;
  readonly quantity: Float64Array;
  readonly price: Float64Array;
  readonly #turn: Float64Array;
  readonly #columns: readonly (Float64Array | Int32Array | Uint8Array)[];
  #turns = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueNs = new Float64Array(capacity);
    this.deed = new Uint8Array(capacity);
    this.slot = new Int32Array(capacity);
    this.orderNumber = new Float64Array(capacity);
    this.execId = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.price = new Float64Array(capacity);
    this.#turn = new Float64Array(capacity);
    const { dueNs, deed, slot, orderNumber, execId, quantity, price } = this;
    this.#columns = [dueNs, deed, slot, orderNumber, execId, quantity, price, this.#turn];
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** Puts an entry down; not while full. */
  add(
    dueNs: number,
    deed: number,
    slot: number,
    orderNumber: number,
    execId: number,
    quantity: number,
    price: number,
  ): void {
    let at = this.count++;
    this.dueNs[at] = dueNs;
    this.deed[at] = deed;
    this.slot[at] = slot;
    this.orderNumber[at] = orderNumber;
    this.execId[at] = execId;
    this.quantity[at] = quantity;
    this.price[at] = price;
    this.#turn[at] = this.#turns++;
    for (let parent = (at - 1) >> 1; at > 0 && this.#before(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes entry 0 away. */
  shift(): void {
    this.#swap(0, --this.count);
    let at = 0;
    for (let child = 1; child < this.count; child = 2 * at + 1) {
      if (child + 1 < this.count && this.#before(child + 1, child)) child++;
      if (!this.#before(child, at)) return;
      this.#swap(child, at);
      at = child;
    }
  }

  #before(a: number, b: number): boolean {
    return this.dueNs[a] < this.dueNs[b] || (this.dueNs[a] === this.dueNs[b] && this.#turn[a] < this.#turn[b]);
  }

  #swap(a: number, b: number): void {
    for (const column of this.#columns) {
      const kept = column[a];
      column[a] = column[b];
      column[b] = kept;
    }
  }
}
