import { asciiBytes } from 'fix-parser';
import { HotlapError } from '../../engine/domain/errors.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import type { EngineClock } from '../../engine/ports/clock.ts';
import { EXEC_TYPE, ORD_STATUS, RingStore, type SessionStore } from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import type { Identifiers } from '../acceptor/identifiers.ts';
import type { OrderDesk } from '../acceptor/order-desk.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';
import type { SymbolTable } from '../acceptor/symbol-table.ts';
import { fillFromRecord } from './fill-from-record.ts';
import { type KnownId, type Replayed, replay } from './restore.ts';
import type { StatePlan } from './state-keeper.ts';
import { StateLog } from './state-log.ts';
import type { StateRecord } from './state-record.ts';

const DAY_MS = 86_400_000;

export interface StateParts {
  clock: EngineClock;
  identifiers: Identifiers;
  symbols: SymbolTable;
  desk: OrderDesk;
  reports: ReportQueue;
}

/** The state of one exchange, on the thread that it runs on: written before anything leaves, read when it starts. */
export class ExchangeState {
  readonly store: SessionStore;
  readonly #rings: RingStore[] = [];
  readonly #log: StateLog;
  readonly #plan: StatePlan;
  readonly #clock: EngineClock;

  constructor(plan: StatePlan, clock: EngineClock, columns: readonly string[]) {
    this.#plan = plan;
    this.#clock = clock;
    this.store = this.openStore(plan.session);
    this.#log = new StateLog(plan.logFile, columns);
  }

  openStore(ring: StatePlan['session']): SessionStore {
    const store = new RingStore({ ringFile: ring.ringFile, cells: new Int32Array(ring.cells) });
    this.#rings.push(store);
    return store;
  }

  /**
   * Puts back what was there: identifiers, open orders, and the reports that had not left.
   * @param onCopy hears of each report that had not left as a drop copy
   * @returns how many of the queued reports are written down
   */
  restore(parts: StateParts, onCopy: (record: StateRecord) => void): number {
    const records = this.#log.takeRecords();
    const { numbers } = this.#log;
    const { desk } = parts;
    const replayed = replay(records);
    desk.writer.nextExecId = Math.max(desk.writer.nextExecId, numbers.nextExecId, replayed.nextExecId);
    const { orders } = desk.matching;
    orders.nextNumber = Math.max(orders.nextNumber, numbers.nextOrderNumber, replayed.nextOrderNumber);
    const slots = this.#restoreIds(replayed, parts.identifiers);
    const rows = this.#restoreOrders(replayed, slots, parts);
    for (const record of records) {
      if (record.number >= numbers.sent) queueAgain(record, parts);
      if (record.number >= numbers.copied) onCopy(record);
    }
    const written = parts.reports.pushed;
    this.#endOrders(replayed, rows, parts);
    return written;
  }

  /** Writes a report down, in memory yet. @returns the number of its record */
  append(reports: ReportQueue, entry: number, identifiers: Identifiers): number {
    this.#log.append(reports, entry, identifiers, this.#nowMs());
    return this.#log.next - 1;
  }

  /** What was written down survives this process from now on. */
  flush({ matching, writer }: OrderDesk): void {
    this.#log.flush();
    if (!this.#log.isLong) return;
    this.#note(matching.orders.nextNumber, writer.nextExecId);
    const { orders } = matching;
    const open = new Set<number>();
    for (let row = 0; row < orders.capacity; row++) if (orders.resting[row] === 1) open.add(orders.orderNumber[row]);
    this.#log.compact((orderNumber) => open.has(orderNumber));
  }

  /** So many reports have left. */
  sent(reports: number): void {
    this.#log.numbers.sent += reports;
    this.#log.writeNumbers();
  }

  /** Copies of all records up to a number have left. */
  copied(number: number): void {
    this.#log.numbers.copied = number + 1;
    this.#log.writeNumbers();
  }

  /** Nobody wants copies of what was written down until now; told with the next report that leaves. */
  uncopied(): void {
    this.#log.numbers.copied = this.#log.next;
  }

  close({ matching, writer }: OrderDesk): void {
    this.#note(matching.orders.nextNumber, writer.nextExecId);
    this.#log.close();
    for (const ring of this.#rings) ring.close();
  }

  #note(nextOrderNumber: number, nextExecId: number): void {
    Object.assign(this.#log.numbers, { nextOrderNumber, nextExecId });
  }

  #nowMs(): number {
    return this.#clock.day0Ms + this.#clock.cells[CELL.nowNs] / 1e6;
  }

  /** The latest, as many as an exchange remembers. */
  #restoreIds({ ids, open }: Replayed, identifiers: Identifiers): Map<KnownId, number> {
    const slots = new Map<KnownId, number>();
    const needed = new Set(open.map(({ id }) => id));
    const forgotten = ids.length - identifiers.capacity / 2;
    for (const [i, id] of ids.entries()) {
      if (i < forgotten && !needed.has(id)) continue;
      const text = asciiBytes(id.clOrdId);
      const slot = identifiers.take(text, 0, text.length);
      identifiers.register(slot);
      const symbol = asciiBytes(id.symbol);
      identifiers.setSymbol(slot, symbol, 0, symbol.length);
      identifiers.orderNumber[slot] = id.orderNumber;
      identifiers.side[slot] = id.side;
      identifiers.endStatus[slot] = id.endStatus;
      identifiers.refusal[slot] = id.refusal;
      identifiers.quantity[slot] = id.quantity;
      identifiers.filled[slot] = id.filled;
      identifiers.notional[slot] = id.notional;
      identifiers.price[slot] = id.price;
      slots.set(id, slot);
    }
    for (const [id, slot] of slots) {
      const successor = id.successor === undefined ? undefined : slots.get(id.successor);
      if (successor !== undefined) identifiers.successor[slot] = successor;
    }
    return slots;
  }

  /** @returns the row of each open order */
  #restoreOrders(
    { open }: Replayed,
    slots: Map<KnownId, number>,
    { desk, symbols, identifiers }: StateParts,
  ): number[] {
    const { matching } = desk;
    const { orders } = matching;
    const next = orders.nextNumber;
    const rows = open.map((order) => {
      const symbol = asciiBytes(order.id.symbol);
      const instrument = symbols.find(symbol, 0, symbol.length);
      const slot = slots.get(order.id)!;
      const { side, timeInForce, price, quantity } = order;
      const row = instrument < 0 ? -1 : orders.take(slot, instrument, side, price, quantity, timeInForce);
      if (row < 0) {
        throw new HotlapError(
          'ERR_SIMULATOR_STATE',
          `The simulator's state has an open order in ${order.id.symbol}, and no room for it here: start it as it was started before.`,
        );
      }
      orders.filled[row] = order.filled;
      orders.notional[row] = order.notional;
      orders.orderNumber[row] = order.orderNumber;
      identifiers.row[slot] = row;
      matching.resume(row);
      return row;
    });
    orders.nextNumber = next;
    return rows;
  }

  /** Day orders of a day before expire; by policy the others are cancelled, unasked. */
  #endOrders({ open }: Replayed, rows: readonly number[], { desk, reports, identifiers }: StateParts): void {
    const today = Math.floor(this.#nowMs() / DAY_MS);
    open.forEach(({ timeInForce, enteredMs }, i) => {
      const isOver = timeInForce !== TimeInForce.GoodTillCancel && Math.floor(enteredMs / DAY_MS) < today;
      if (!isOver && this.#plan.restingOrders === 'keep') return;
      const entry = reports.free();
      const slot = desk.matching.orders.identifier[rows[i]];
      desk.matching.cancel(rows[i], -1);
      if (!isOver) return;
      reports.execType[entry] = EXEC_TYPE.expired;
      reports.ordStatus[entry] = ORD_STATUS.expired;
      identifiers.endStatus[slot] = ORD_STATUS.expired;
    });
  }
}

/** A report that was written down and had not left. */
function queueAgain(record: StateRecord, parts: StateParts): void {
  const { reports } = parts;
  if (reports.room === 0) return;
  const entry = reports.free();
  fillFromRecord(reports, entry, record, parts.identifiers);
  reports.push();
}
