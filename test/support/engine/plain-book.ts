/** Best prices of every stock after each message, by a second, plain reading of TotalView-ITCH 5.0. */
interface Resting {
  locate: number;
  side: string;
  price: number;
  shares: number;
}

export class PlainBook {
  private readonly orders = new Map<bigint, Resting>();
  private readonly levels = new Map<string, Map<number, number>>();

  apply(message: Buffer): void {
    const type = String.fromCharCode(message[0] as number);
    const reference = message.length >= 19 ? message.readBigUInt64BE(11) : 0n;
    if (type === 'A' || type === 'F') {
      this.add(reference, {
        locate: message.readUInt16BE(1),
        side: String.fromCharCode(message[19] as number),
        shares: message.readUInt32BE(20),
        price: message.readUInt32BE(32),
      });
    } else if (type === 'E' || type === 'C' || type === 'X') {
      this.reduce(reference, message.readUInt32BE(19));
    } else if (type === 'D') {
      this.reduce(reference, Number.POSITIVE_INFINITY);
    } else if (type === 'U') {
      const { locate, side } = this.orders.get(reference) as Resting;
      this.reduce(reference, Number.POSITIVE_INFINITY);
      const added = { locate, side, shares: message.readUInt32BE(27), price: message.readUInt32BE(31) };
      this.add(message.readBigUInt64BE(19), added);
    }
  }

  /** Best price and its shares of a side, as `price x shares`. */
  best(locate: number, side: 'B' | 'S'): string {
    const level = this.levels.get(`${locate}${side}`) ?? new Map<number, number>();
    if (level.size === 0) return 'none';
    const price = side === 'B' ? Math.max(...level.keys()) : Math.min(...level.keys());
    return `${price} x ${level.get(price)}`;
  }

  private add(reference: bigint, order: Resting): void {
    this.orders.set(reference, order);
    this.change(order, order.shares);
  }

  private reduce(reference: bigint, shares: number): void {
    const order = this.orders.get(reference) as Resting;
    const taken = Math.min(shares, order.shares);
    order.shares -= taken;
    if (order.shares === 0) this.orders.delete(reference);
    this.change(order, -taken);
  }

  private change({ locate, side, price }: Resting, by: number): void {
    const key = `${locate}${side}`;
    const level = this.levels.get(key) ?? new Map<number, number>();
    this.levels.set(key, level);
    const shares = (level.get(price) ?? 0) + by;
    if (shares === 0) level.delete(price);
    else level.set(price, shares);
  }
}
