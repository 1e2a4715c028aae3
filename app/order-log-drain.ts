import { createHash } from 'node:crypto';
import { ORDER_EVENT } from '../engine/domain/order-state.ts';
import { ORDER_LOG, ORDER_LOG_COLUMNS, ORDER_LOG_KIND, OrderLogReader } from '../engine/orders/order-log.ts';
import { RunStatistics } from './statistics/run-statistics.ts';

/** A record as it is hashed, and as orders.csv has it. */
export const orderLogLine = (record: Float64Array): string => record.subarray(0, ORDER_LOG_COLUMNS).join(',');

/** Takes the order log out of the loop's ring: hashes it, keeps it where it is to be written, counts fills, remembers what caused which order. */
export class OrderLogDrain {
  readonly #reader: OrderLogReader;
  readonly #hash = createHash('sha256');
  readonly #lines: string[] | undefined;
  readonly #causes: number[] = [];
  readonly fills = { count: 0, quantity: 0 };
  readonly statistics: RunStatistics;
  #listener: (record: Float64Array) => void = () => undefined;

  /** @param keep whether `csv` will be asked for: a long recording has more orders than memory should hold for nothing */
  constructor(ring: SharedArrayBuffer, keep: boolean) {
    if (keep) this.#lines = [];
    this.statistics = new RunStatistics(keep);
    this.#reader = new OrderLogReader(ring);
  }

  drain(): void {
    this.#reader.drain((record) => this.#take(record));
  }

  /** @param listener hears each record from now on, borrowed */
  listen(listener: (record: Float64Array) => void): void {
    this.#listener = listener;
  }

  #take(record: Float64Array): void {
    this.#listener(record);
    this.statistics.take(record);
    const line = orderLogLine(record);
    this.#hash.update(line).update('\n');
    this.#lines?.push(line);
    switch (record[ORDER_LOG.kind]) {
      case ORDER_LOG_KIND.newOrder:
        this.#causes.push(record[ORDER_LOG.ordinal], record[ORDER_LOG.sequence]);
        break;
      case ORDER_LOG_KIND.report + ORDER_EVENT.fill:
        this.fills.count++;
        this.fills.quantity += record[ORDER_LOG.quantity];
        break;
    }
  }

  /** sha256 of every record so far, one line of comma-separated numbers each. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** The hashed text, where it is kept: a header of column names, then a line a record. */
  csv(): string {
    return `${Object.keys(ORDER_LOG).join(',')}\n${(this.#lines ?? []).map((line) => `${line}\n`).join('')}`;
  }

  /** (ordinal, sequence of the message that caused it) of every new order. */
  causes(): Float64Array {
    return Float64Array.from(this.#causes);
  }
}
