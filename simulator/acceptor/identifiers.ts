const NONE = -1;

/** Longest ClOrdID(11) and Symbol(55) that are echoed; what is longer is refused before it comes here. */
export const MAX_CLORDID_BYTES = 48;
export const MAX_SYMBOL_BYTES = 32;

/**
 * ClOrdID(11) of the last requests with their Symbol(55), as bytes to echo, found by a hash. Slots are used in turn;
 * those of open orders are passed over, the others are forgotten when their turn comes again.
 */
export class Identifiers {
  readonly capacity: number;
  /** ClOrdID of slot n at n × MAX_CLORDID_BYTES, Symbol at n × MAX_SYMBOL_BYTES. */
  readonly clOrdIds: Uint8Array;
  readonly clOrdIdBytes: Uint8Array;
  readonly symbols: Uint8Array;
  readonly symbolBytes: Uint8Array;
  /** Row of the open order that goes by this identifier, or -1. */
  readonly row: Int32Array;
  /** OrderID(37) of the order that went by it, 0 for none; and the identifier that a replacement gave it, or -1. */
  readonly orderNumber: Float64Array;
  readonly successor: Int32Array;
  /** What the order came to: OrdStatus(39) in ASCII, 0 while it is open; and why it was refused, one of REFUSAL. */
  readonly endStatus: Uint8Array;
  readonly refusal: Uint8Array;
  /** Of an order that has ended: Side(54), TimeInForce(59), OrderQty(38), CumQty(14), the sum of price × quantity, Price(44). */
  readonly side: Uint8Array;
  readonly timeInForce: Uint8Array;
  readonly quantity: Float64Array;
  readonly filled: Float64Array;
  readonly notional: Float64Array;
  readonly price: Float64Array;
  readonly #hash: Int32Array;
  readonly #known: Uint8Array;
  readonly #next: Int32Array;
  readonly #heads: Int32Array;
  readonly #mask: number;
  #turn = 0;

  /** @param capacity a power of two, above the number of open orders */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.clOrdIds = new Uint8Array(capacity * MAX_CLORDID_BYTES);
    this.clOrdIdBytes = new Uint8Array(capacity);
    this.symbols = new Uint8Array(capacity * MAX_SYMBOL_BYTES);
    this.symbolBytes = new Uint8Array(capacity);
    this.row = new Int32Array(capacity).fill(NONE);
    this.orderNumber = new Float64Array(capacity);
    this.successor = new Int32Array(capacity).fill(NONE);
    this.endStatus = new Uint8Array(capacity);
    this.refusal = new Uint8Array(capacity);
    this.side = new Uint8Array(capacity);
    this.timeInForce = new Uint8Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.filled = new Float64Array(capacity);
    this.notional = new Float64Array(capacity);
    this.price = new Float64Array(capacity);
    this.#hash = new Int32Array(capacity);
    this.#known = new Uint8Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#heads = new Int32Array(2 * capacity).fill(NONE);
    this.#mask = 2 * capacity - 1;
  }

  /** Slot of a ClOrdID, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    let slot = this.#heads[hash & this.#mask];
    while (slot !== NONE && !(this.#hash[slot] === hash && this.#equals(slot, bytes, from, to)))
      slot = this.#next[slot];
    return slot;
  }

  /** Writes a ClOrdID down without making it known: for echoing. @returns its slot */
  take(bytes: Uint8Array, from: number, to: number): number {
    while (this.row[this.#turn] !== NONE) this.#turn = (this.#turn + 1) & (this.capacity - 1);
    const slot = this.#turn;
    this.#turn = (slot + 1) & (this.capacity - 1);
    if (this.#known[slot] === 1) this.#forget(slot);
    const at = slot * MAX_CLORDID_BYTES;
    for (let i = from; i < to; i++) this.clOrdIds[at + i - from] = bytes[i];
    this.clOrdIdBytes[slot] = to - from;
    this.symbolBytes[slot] = 0;
    this.orderNumber[slot] = 0;
    this.successor[slot] = NONE;
    this.endStatus[slot] = 0;
    return slot;
  }

  /** Takes over an identifier, and the symbol of a second one, from another table. @returns its slot */
  takeCopy(from: Identifiers, slot: number, symbolOf: number): number {
    const at = slot * MAX_CLORDID_BYTES;
    const copy = this.take(from.clOrdIds, at, at + from.clOrdIdBytes[slot]);
    const symbol = symbolOf * MAX_SYMBOL_BYTES;
    this.setSymbol(copy, from.symbols, symbol, symbol + from.symbolBytes[symbolOf]);
    return copy;
  }

  /** Makes a taken slot known: `find` finds it from now on. */
  register(slot: number): void {
    const at = slot * MAX_CLORDID_BYTES;
    const hash = hashOf(this.clOrdIds, at, at + this.clOrdIdBytes[slot]);
    this.#hash[slot] = hash;
    this.#known[slot] = 1;
    this.#next[slot] = this.#heads[hash & this.#mask];
    this.#heads[hash & this.#mask] = slot;
  }

  /** The identifier that an order goes by after its replacements; -1 where that is forgotten. */
  latest(slot: number): number {
    let at = slot;
    for (let step = 0; step < this.capacity && this.successor[at] !== NONE; step++) {
      const next = this.successor[at];
      if (this.orderNumber[next] !== this.orderNumber[slot]) return NONE;
      at = next;
    }
    return at;
  }

  setSymbol(slot: number, bytes: Uint8Array, from: number, to: number): void {
    const at = slot * MAX_SYMBOL_BYTES;
    for (let i = from; i < to; i++) this.symbols[at + i - from] = bytes[i];
    this.symbolBytes[slot] = to - from;
  }

  #forget(slot: number): void {
    this.#known[slot] = 0;
    const bucket = this.#hash[slot] & this.#mask;
    if (this.#heads[bucket] === slot) {
      this.#heads[bucket] = this.#next[slot];
      return;
    }
    let before = this.#heads[bucket];
    while (this.#next[before] !== slot) before = this.#next[before];
    this.#next[before] = this.#next[slot];
  }

  #equals(slot: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.clOrdIdBytes[slot] !== to - from) return false;
    const at = slot * MAX_CLORDID_BYTES;
    for (let i = from; i < to; i++) if (this.clOrdIds[at + i - from] !== bytes[i]) return false;
    return true;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = -2128831035;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 16777619);
  return hash ^ (hash >>> 15);
}
