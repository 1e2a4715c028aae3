import { DETAIL, EVENT, RECORD_DOUBLES, TICK } from '../../native/layout.ts';
import type { ExchangeFeed } from '../../simulator/matching/shared-feed.ts';

export interface RecordedOrder {
  id: number;
  side: number;
  price: number;
  shares: number;
  entrySequence: number;
}

/**
 * The recorded market of one instrument (handle 0) for tests, plain and slow: keeps orders as a feed would have
 * them, and hands each event to `onEvent` as a receiver does, when somebody is interested in it.
 */
export class RecordedBook implements ExchangeFeed {
  readonly record = new Float64Array(RECORD_DOUBLES);
  readonly orders = new Map<number, RecordedOrder>();
  readonly sequence = Float64Array.of(0);
  interest = 0;
  onEvent: () => void = () => {};
  /** As `onEvent`, whoever is interested. */
  onEveryEvent: () => void = () => {};

  subscribe(_symbol: string, interest: number): number {
    this.interest |= interest;
    return 0;
  }

  setInterest(_handle: number, interest: number): void {
    this.interest = interest;
  }

  levels(_handle: number, side: number, out: Float64Array): number {
    const levels = new Map<number, number>();
    for (const order of this.orders.values()) {
      if (order.side === side) levels.set(order.price, (levels.get(order.price) ?? 0) + order.shares);
    }
    const best = [...levels].sort((a, b) => (side === 1 ? b[0] - a[0] : a[0] - b[0])).slice(0, out.length / 2);
    out.set(best.flat());
    return best.length;
  }

  queue(_handle: number, side: number, price: number, out: Float64Array): number {
    const queue = [...this.orders.values()]
      .filter((order) => order.side === side && order.price === price)
      .sort((a, b) => a.entrySequence - b.entrySequence)
      .slice(0, out.length / 4);
    out.set(
      queue.flatMap((order) => [Math.floor(order.id / 2 ** 32), order.id % 2 ** 32, order.shares, order.entrySequence]),
    );
    return queue.length;
  }

  best(side: number): number {
    const out = new Float64Array(2);
    return this.levels(0, side, out) === 0 ? Number.NaN : out[0];
  }

  add(id: number, side: number, price: number, shares: number): void {
    const order = { id, side, price, shares, entrySequence: ++this.sequence[0] };
    this.orders.set(id, order);
    this.#emit(EVENT.add, order, { price, size: shares, before: shares });
  }

  execute(id: number, shares: number, options: { printable?: boolean; price?: number } = {}): void {
    const order = this.#reduce(id, shares);
    const kind = options.price === undefined ? EVENT.execute : EVENT.executeWithPrice;
    const price = options.price ?? order.price;
    this.#emit(kind, order, {
      price,
      size: shares,
      before: order.shares + shares,
      printable: options.printable ?? true,
    });
  }

  cancel(id: number, shares: number): void {
    const order = this.#reduce(id, shares);
    this.#emit(EVENT.cancel, order, { price: order.price, size: shares, before: order.shares + shares });
  }

  delete(id: number): void {
    const shares = this.orders.get(id)!.shares;
    const order = this.#reduce(id, shares);
    this.#emit(EVENT.delete, order, { price: order.price, size: shares, before: shares });
  }

  replace(id: number, newId: number, price: number, shares: number): void {
    const old = this.#reduce(id, this.orders.get(id)!.shares);
    const order = { id: newId, side: old.side, price, shares, entrySequence: this.sequence[0] };
    this.orders.set(newId, order);
    this.#emit(EVENT.replace, order, { price, size: shares, before: 0, oldId: id });
  }

  /** @param code of a cross: its type in ASCII */
  trade(price: number, shares: number, kind: number = EVENT.trade, code = 0): void {
    this.sequence[0]++;
    const nobody = { id: 0, side: 1, price, shares: 0, entrySequence: Number.NaN };
    this.#emit(kind, nobody, { price, size: shares, before: 0, code });
  }

  #reduce(id: number, shares: number): RecordedOrder {
    const order = this.orders.get(id)!;
    order.shares -= shares;
    this.sequence[0]++;
    if (order.shares === 0) this.orders.delete(id);
    return order;
  }

  #emit(
    kind: number,
    order: RecordedOrder,
    event: { price: number; size: number; before: number; printable?: boolean; oldId?: number; code?: number },
  ): void {
    const r = this.record.fill(0);
    r[TICK.kind] = kind;
    r[TICK.side] = order.side;
    r[TICK.price] = event.price;
    r[TICK.size] = event.size;
    r[TICK.sequence] = this.sequence[0];
    r[TICK.idHigh] = Math.floor(order.id / 2 ** 32);
    r[TICK.idLow] = order.id % 2 ** 32;
    r[DETAIL.code] = event.code ?? 0;
    r[DETAIL.levelPrice] = order.price;
    r[DETAIL.remaining] = order.shares;
    r[DETAIL.entrySequence] = order.entrySequence;
    r[DETAIL.sizeBefore] = event.before;
    r[DETAIL.printable] = (event.printable ?? true) ? 1 : 0;
    r[DETAIL.oldIdHigh] = Math.floor((event.oldId ?? 0) / 2 ** 32);
    r[DETAIL.oldIdLow] = (event.oldId ?? 0) % 2 ** 32;
    this.onEveryEvent();
    const trade = kind >= EVENT.trade ? 2 : kind === EVENT.execute || kind === EVENT.executeWithPrice ? 131 : 129;
    if (this.interest & trade) this.onEvent();
  }
}
