import { ORDER_EVENT, ORDER_STATES } from '../../engine/domain/order-state.ts';
import { ORDER_LOG, ORDER_LOG_COLUMNS, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { CAUSE } from '../../native/layout.ts';
import type { ParquetFile } from './parquet-file.ts';
import { type Instant, SIDE_NAMES } from './tick-rows.ts';

const CAUSE_NAMES = Object.keys(CAUSE);

const FILLS: Readonly<Record<number, string>> = {
  [ORDER_LOG_KIND.report + ORDER_EVENT.fill]: 'fill',
  [ORDER_LOG_KIND.report + ORDER_EVENT.busted]: 'busted',
  [ORDER_LOG_KIND.report + ORDER_EVENT.corrected]: 'corrected',
};

interface Order {
  /** The record of its NewOrderSingle(D). */
  readonly sent: Float64Array;
  state: number;
  executed: number;
  executedValue: number;
  fills: number;
  replaces: number;
  cancels: number;
  answeredNs: number;
  lastNs: number;
}

export interface RunNames {
  readonly strategies: readonly string[];
  readonly symbols: readonly string[];
  readonly instant: Instant;
}

/** The order log, record by record: fills as they come, orders once it has been read to its end. */
export class OrderRows {
  readonly #names: RunNames;
  readonly #fills: ParquetFile | undefined;
  /** In the order in which they were sent; by every number that they had. */
  readonly #orders: Order[] = [];
  readonly #byOrdinal = new Map<number, Order>();

  constructor(names: RunNames, fills: ParquetFile | undefined) {
    this.#names = names;
    this.#fills = fills;
  }

  /** @param line of orders.csv @returns false where it is none */
  take(line: string): boolean {
    const record = Float64Array.from(line.split(','), Number);
    if (record.length !== ORDER_LOG_COLUMNS || record.some((value) => Number.isNaN(value))) return false;
    const kind = record[ORDER_LOG.kind] as number;
    const order = this.#orderOf(record, kind);
    if (order !== undefined) this.#count(order, record, kind);
    const fill = FILLS[kind];
    if (fill !== undefined) {
      if (order !== undefined && fill === 'fill') order.fills += 1;
      this.#addFill(record, fill, order);
    }
    return true;
  }

  writeOrders(file: ParquetFile): void {
    for (const order of this.#orders) {
      const { sent } = order;
      const timeNs = sent[ORDER_LOG.timeNs] as number;
      const price = sent[ORDER_LOG.price] as number;
      file.add(
        sent[ORDER_LOG.ordinal] as number,
        this.#names.instant(timeNs),
        timeNs,
        ...this.#whose(sent),
        price === 0 ? null : price,
        sent[ORDER_LOG.quantity] as number,
        CAUSE_NAMES[sent[ORDER_LOG.cause] as number] as string,
        sent[ORDER_LOG.sequence] as number,
        ORDER_STATES[order.state] as string,
        order.executed,
        order.executedValue,
        order.fills,
        order.replaces,
        order.cancels,
        order.answeredNs,
        order.lastNs,
      );
    }
  }

  #orderOf(record: Float64Array, kind: number): Order | undefined {
    const ordinal = record[ORDER_LOG.ordinal] as number;
    const orig = record[ORDER_LOG.origOrdinal] as number;
    if (kind === ORDER_LOG_KIND.newOrder) {
      const order = newOrder(record);
      this.#orders.push(order);
      this.#byOrdinal.set(ordinal, order);
      return order;
    }
    const order = this.#byOrdinal.get(ordinal) ?? this.#byOrdinal.get(orig);
    // Cancels and replacements are numbers of the same order: reports may name any of them.
    if (order !== undefined && ordinal !== 0) this.#byOrdinal.set(ordinal, order);
    return order;
  }

  #count(order: Order, record: Float64Array, kind: number): void {
    const timeNs = record[ORDER_LOG.timeNs] as number;
    if (kind === ORDER_LOG_KIND.replace) order.replaces += 1;
    else if (kind === ORDER_LOG_KIND.cancel) order.cancels += 1;
    else if (kind >= ORDER_LOG_KIND.report && Number.isNaN(order.answeredNs)) order.answeredNs = timeNs;
    order.lastNs = timeNs;
    // A report that came after the order's row was used again knows nothing of it.
    if (record[ORDER_LOG.state] === 0) return;
    order.state = record[ORDER_LOG.state] as number;
    order.executed = record[ORDER_LOG.executed] as number;
    order.executedValue = record[ORDER_LOG.executedValue] as number;
  }

  #addFill(record: Float64Array, kind: string, order: Order | undefined): void {
    const timeNs = record[ORDER_LOG.timeNs] as number;
    const ordinal = record[ORDER_LOG.ordinal] as number;
    this.#fills?.add(
      this.#names.instant(timeNs),
      timeNs,
      (order?.sent[ORDER_LOG.ordinal] as number | undefined) ?? (ordinal === 0 ? null : ordinal),
      ...this.#whose(record),
      kind,
      record[ORDER_LOG.price] as number,
      record[ORDER_LOG.quantity] as number,
      record[ORDER_LOG.cumQuantity] as number,
      record[ORDER_LOG.sequence] as number,
    );
  }

  /** Strategy, symbol and side. */
  #whose(record: Float64Array): [string | null, string | null, string | null] {
    const { strategies, symbols } = this.#names;
    return [
      strategies[record[ORDER_LOG.strategy] as number] ?? null,
      symbols[record[ORDER_LOG.instrument] as number] || null,
      SIDE_NAMES[record[ORDER_LOG.side] as number] ?? null,
    ];
  }
}

const newOrder = (sent: Float64Array): Order => ({
  sent,
  state: 0,
  executed: 0,
  executedValue: 0,
  fills: 0,
  replaces: 0,
  cancels: 0,
  answeredNs: Number.NaN,
  lastNs: Number.NaN,
});
