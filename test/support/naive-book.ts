/** TotalView-ITCH 5.0 into one book, as plainly as it can be written: a list of orders, summed anew each time. */
export interface Level {
  price: number;
  size: number;
  orders: number;
}

interface Order {
  side: string;
  price: number;
  shares: number;
}

export class NaiveBook {
  readonly #symbol: string;
  readonly #orders = new Map<bigint, Order>();

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  apply(message: Buffer): void {
    const type = message.toString('latin1', 0, 1);
    if (type === 'A' || type === 'F') {
      if (message.toString('latin1', 24, 32).trim() !== this.#symbol) return;
      this.#orders.set(message.readBigUInt64BE(11), {
        side: message.toString('latin1', 19, 20),
        price: message.readUInt32BE(32),
        shares: message.readUInt32BE(20),
      });
      return;
    }
    if (!'ECXDU'.includes(type)) return;
    const reference = message.readBigUInt64BE(11);
    const order = this.#orders.get(reference);
    // Of another symbol.
    if (order === undefined) return;
    if (type === 'D' || type === 'U') this.#orders.delete(reference);
    else order.shares -= message.readUInt32BE(19);
    if (order.shares === 0) this.#orders.delete(reference);
    if (type !== 'U') return;
    this.#orders.set(message.readBigUInt64BE(19), {
      side: order.side,
      shares: message.readUInt32BE(27),
      price: message.readUInt32BE(31),
    });
  }

  /** Best first. */
  levels(side: 'B' | 'S'): Level[] {
    const levels = new Map<number, Level>();
    for (const order of this.#orders.values()) {
      if (order.side !== side) continue;
      const level = levels.get(order.price) ?? { price: order.price, size: 0, orders: 0 };
      level.size += order.shares;
      level.orders += 1;
      levels.set(order.price, level);
    }
    const sign = side === 'B' ? -1 : 1;
    return [...levels.values()].sort((a, b) => sign * (a.price - b.price));
  }
}
