/**
 * Writes TotalView-ITCH 5.0 messages (Nasdaq, NQTVITCHSpecification 5.0) into a buffer. Every method returns the
 * message's length. Integers are big-endian; prices have four decimals; the timestamp is 6 bytes of ns since midnight.
 */
export class ItchEncoder {
  bytes: Uint8Array = new Uint8Array(0);
  offset = 0;
  /** ns since midnight of the messages that follow, in a cell because it passes the small-integer range. */
  readonly time = new Float64Array(1);
  readonly #stocks: Uint8Array;

  /** @param symbols stock locate n is symbols[n - 1] */
  constructor(symbols: readonly string[]) {
    this.#stocks = new Uint8Array(8 * (symbols.length + 1)).fill(0x20);
    symbols.forEach((symbol, i) => {
      for (let k = 0; k < symbol.length; k++) this.#stocks[8 * (i + 1) + k] = symbol.charCodeAt(k);
    });
  }

  systemEvent(code: number): number {
    this.#header(0x53, 0);
    this.bytes[this.offset + 11] = code;
    return 12;
  }

  /** A common stock of the Global Select market, round lot 100, LULD tier 1. */
  stockDirectory(locate: number): number {
    this.#header(0x52, locate);
    this.#stock(11, locate);
    const { bytes, offset } = this;
    bytes[offset + 19] = 0x51; // Q: Nasdaq Global Select Market
    bytes[offset + 20] = 0x4e; // N: normal
    this.#u32(21, 100);
    bytes[offset + 25] = 0x4e;
    bytes[offset + 26] = 0x43; // C: common stock
    bytes[offset + 27] = 0x5a; // "Z ": not applicable
    bytes[offset + 28] = 0x20;
    bytes[offset + 29] = 0x54; // T: test, because the recording is synthetic
    bytes[offset + 30] = 0x4e;
    bytes[offset + 31] = 0x4e;
    bytes[offset + 32] = 0x31;
    bytes[offset + 33] = 0x4e;
    this.#u32(34, 0);
    bytes[offset + 38] = 0x4e;
    return 39;
  }

  /** @param state ASCII H, P, Q or T */
  tradingAction(locate: number, state: number): number {
    this.#header(0x48, locate);
    this.#stock(11, locate);
    this.bytes[this.offset + 19] = state;
    this.bytes.fill(0x20, this.offset + 20, this.offset + 25);
    return 25;
  }

  /** @param side ASCII B or S @param price in 1/10,000 */
  addOrder(locate: number, reference: number, side: number, shares: number, price: number): number {
    this.#header(0x41, locate);
    this.#u64(11, reference);
    this.bytes[this.offset + 19] = side;
    this.#u32(20, shares);
    this.#stock(24, locate);
    this.#u32(32, price);
    return 36;
  }

  addOrderMpid(locate: number, reference: number, side: number, shares: number, price: number, mpid: number): number {
    this.addOrder(locate, reference, side, shares, price);
    this.bytes[this.offset] = 0x46;
    this.#u32(36, mpid);
    return 40;
  }

  orderExecuted(locate: number, reference: number, shares: number, match: number): number {
    this.#header(0x45, locate);
    this.#u64(11, reference);
    this.#u32(19, shares);
    this.#u64(23, match);
    return 31;
  }

  orderExecutedWithPrice(locate: number, reference: number, shares: number, match: number, price: number): number {
    this.orderExecuted(locate, reference, shares, match);
    this.bytes[this.offset] = 0x43;
    this.bytes[this.offset + 31] = 0x59; // Y: printable
    this.#u32(32, price);
    return 36;
  }

  orderCancel(locate: number, reference: number, shares: number): number {
    this.#header(0x58, locate);
    this.#u64(11, reference);
    this.#u32(19, shares);
    return 23;
  }

  orderDelete(locate: number, reference: number): number {
    this.#header(0x44, locate);
    this.#u64(11, reference);
    return 19;
  }

  orderReplace(locate: number, original: number, reference: number, shares: number, price: number): number {
    this.#header(0x55, locate);
    this.#u64(11, original);
    this.#u64(19, reference);
    this.#u32(27, shares);
    this.#u32(31, price);
    return 35;
  }

  /** A trade against a hidden order; Nasdaq sends reference 0 and side B whatever the side was. */
  trade(locate: number, shares: number, price: number, match: number): number {
    this.#header(0x50, locate);
    this.#u64(11, 0);
    this.bytes[this.offset + 19] = 0x42;
    this.#u32(20, shares);
    this.#stock(24, locate);
    this.#u32(32, price);
    this.#u64(36, match);
    return 44;
  }

  #header(type: number, locate: number): void {
    const { bytes, offset } = this;
    const time = this.time[0];
    const high = Math.floor(time / 2 ** 32);
    const low = (time % 2 ** 32) | 0;
    bytes[offset] = type;
    bytes[offset + 1] = locate >> 8;
    bytes[offset + 2] = locate;
    bytes[offset + 3] = 0;
    bytes[offset + 4] = 0;
    bytes[offset + 5] = high >> 8;
    bytes[offset + 6] = high;
    bytes[offset + 7] = low >> 24;
    bytes[offset + 8] = low >> 16;
    bytes[offset + 9] = low >> 8;
    bytes[offset + 10] = low;
  }

  #stock(at: number, locate: number): void {
    const { bytes } = this;
    const to = this.offset + at;
    for (let k = 0; k < 8; k++) bytes[to + k] = this.#stocks[8 * locate + k];
  }

  #u32(at: number, value: number): void {
    const { bytes } = this;
    const to = this.offset + at;
    bytes[to] = value >> 24;
    bytes[to + 1] = value >> 16;
    bytes[to + 2] = value >> 8;
    bytes[to + 3] = value;
  }

  #u64(at: number, value: number): void {
    this.#u32(at, Math.floor(value / 2 ** 32));
    this.#u32(at + 4, (value % 2 ** 32) | 0);
  }
}
