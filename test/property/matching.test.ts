import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { CELL, CELLS_DOUBLES, DETAIL, EVENT, TICK } from '../../native/layout.ts';
import { Matching } from '../../simulator/matching/matching.ts';
import { RecordedBook } from '../support/recorded-book.ts';

/** One step of a day: `what` picks the kind, the rest are indices and sizes into whatever is there. */
interface Step {
  what: number;
  a: number;
  b: number;
  size: number;
}

interface Ours {
  side: Side;
  limit: number;
  quantity: number;
  filled: number;
  entry: number;
  open: boolean;
}

const steps = fc.array(
  fc.record({ what: fc.nat(99), a: fc.nat(1000), b: fc.nat(9), size: fc.integer({ min: 1, max: 300 }) }),
  { minLength: 20, maxLength: 250 },
);

/** A recorded market and an exchange driven by random steps; every callback checks what may be checked there. */
class Day {
  readonly book = new RecordedBook();
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly ours = new Map<number, Ours>();
  readonly rows = new Map<number, number>();
  readonly matching: Matching;
  /** Shares that the recording has displayed of each order since it entered, and what we took of them. */
  #nextId = 1;
  #nextOrder = 1;
  #taken = new Map<number, number>();
  #tradedLeft = 0;

  constructor() {
    const check = (held: boolean, what: string): void => {
      if (!held) throw new Error(what);
    };
    this.matching = new Matching({
      feed: this.book,
      feedCells: this.cells,
      maxInstruments: 1,
      maxOpenOrders: 1000,
      listener: {
        onAccepted: (row) => this.rows.set(this.matching.orders.identifier[row], row),
        onTrade: (row, quantity, price, maker) => {
          const { orders } = this.matching;
          const order = this.ours.get(orders.identifier[row])!;
          const upward = order.side === Side.Buy ? 1 : -1;
          order.filled += quantity;
          check(quantity > 0, 'a fill of nothing');
          check((order.limit - price) * upward >= 0, 'a fill outside the limit');
          check(order.filled === orders.filled[row] && order.filled <= order.quantity, 'more filled than ordered');
          if (maker) {
            this.#tradedLeft -= quantity;
            check(this.#tradedLeft >= 0, 'more made than the recording traded');
            check(price === order.limit, 'a resting order trades at its own price');
            this.#checkPriority(order, check);
          }
        },
        onReplaced: (row, previous) => {
          const identifier = this.matching.orders.identifier[row];
          this.rows.set(identifier, row);
          this.ours.set(identifier, this.ours.get(previous)!);
        },
        onCancelled: (row) => {
          const order = this.ours.get(this.matching.orders.identifier[row])!;
          check(order.filled < order.quantity, 'a filled order is cancelled');
        },
        onClosed: (row) => {
          this.ours.get(this.matching.orders.identifier[row])!.open = false;
        },
      },
    });
    this.book.onEveryEvent = () => {
      this.cells[CELL.sequence] = this.book.sequence[0];
      const r = this.book.record;
      const kind = r[TICK.kind];
      const trade = kind === EVENT.execute || kind === EVENT.trade || kind === EVENT.crossTrade;
      this.#tradedLeft = trade ? r[TICK.size] : 0;
      if (kind === EVENT.replace) {
        this.#taken.set(r[TICK.idLow], this.#taken.get(r[DETAIL.oldIdLow]) ?? 0);
        this.#taken.delete(r[DETAIL.oldIdLow]);
      }
      if (kind === EVENT.execute) {
        // What we took of it is executed first, and gives nobody anything.
        const taken = this.#taken.get(r[TICK.idLow]) ?? 0;
        this.#taken.set(r[TICK.idLow], Math.max(0, taken - r[TICK.size]));
        this.#tradedLeft = Math.max(0, r[TICK.size] - taken);
      }
      const limit = r[DETAIL.remaining];
      if (kind !== EVENT.trade && kind !== EVENT.crossTrade) {
        this.#taken.set(r[TICK.idLow], Math.min(limit, this.#taken.get(r[TICK.idLow]) ?? 0));
      }
    };
    this.book.onEvent = () => this.matching.onEvent(this.book.record);
  }

  /** A resting order may trade only when nobody recorded with priority over it is being traded instead. */
  #checkPriority(order: Ours, check: (held: boolean, what: string) => void): void {
    const r = this.book.record;
    if (r[TICK.kind] !== EVENT.execute) return;
    const upward = order.side === Side.Buy ? 1 : -1;
    const better = (order.limit - r[DETAIL.levelPrice]) * upward;
    check(better > 0 || (better === 0 && r[DETAIL.entrySequence] > order.entry), 'filled before the queue ahead');
  }

  step({ what, a, b, size }: Step): void {
    const { book } = this;
    const recorded = [...book.orders.keys()];
    const id = recorded[a % Math.max(1, recorded.length)];
    const side = (a & 1) + 1;
    if (what < 35 || id === undefined) this.#recordedAdd(side, b, size);
    else if (what < 50) this.#recordedExecution(side, size);
    else if (what < 55) book.delete(id);
    else if (what < 60) this.#cancel(id, size);
    else if (what < 65) this.#recordedReplace(id, b, size);
    else if (what < 70) book.trade(1000 + b - 4, size);
    else if (what < 90) this.#order(side as Side, 1000 + b - 4, size, a % 3 === 0);
    else this.#change(a, b, size, what < 95);
    this.#checkAfter();
  }

  #recordedAdd(side: number, b: number, size: number): void {
    this.book.add(this.#nextId++, side, side === Side.Buy ? 999 - b : 1001 + b, size);
  }

  #recordedReplace(id: number, b: number, size: number): void {
    const { side } = this.book.orders.get(id)!;
    this.book.replace(id, this.#nextId++, side === Side.Buy ? 999 - b : 1001 + b, size);
  }

  #cancel(id: number, size: number): void {
    const { shares } = this.book.orders.get(id)!;
    if (size < shares) this.book.cancel(id, size);
    else this.book.delete(id);
  }

  /** The recording trades as an exchange does: the best price, the first in its queue. */
  #recordedExecution(side: number, size: number): void {
    const first = [...this.book.orders.values()]
      .filter((order) => order.side === side)
      .sort(
        (x, y) => (side === Side.Buy ? y.price - x.price : x.price - y.price) || x.entrySequence - y.entrySequence,
      )[0];
    if (first !== undefined) this.book.execute(first.id, Math.min(size, first.shares));
  }

  #order(side: Side, limit: number, quantity: number, immediate: boolean): void {
    const identifier = this.#nextOrder++;
    const order = { side, limit, quantity, filled: 0, entry: this.cells[CELL.sequence], open: true };
    this.ours.set(identifier, order);
    const before = this.#displayed(side, limit);
    const timeInForce = immediate ? TimeInForce.ImmediateOrCancel : TimeInForce.Day;
    this.matching.submit(identifier, 0, side, limit, quantity, timeInForce);
    this.#tookAtMost(order, before);
    if (immediate && order.open) throw new Error('an immediate order is still open');
  }

  #change(a: number, b: number, size: number, cancel: boolean): void {
    const open = [...this.rows].filter(([identifier]) => this.ours.get(identifier)!.open);
    const picked = open[a % Math.max(1, open.length)];
    if (picked === undefined) return;
    const [identifier, row] = picked;
    const order = this.ours.get(identifier)!;
    this.rows.delete(identifier);
    if (cancel) {
      this.matching.cancel(row, 0);
      return;
    }
    const limit = 1000 + b - 4;
    const quantity = order.filled + size;
    const keeps = limit === order.limit && quantity <= order.quantity;
    Object.assign(order, { limit, quantity, entry: keeps ? order.entry : this.cells[CELL.sequence] });
    const filled = order.filled;
    const before = this.#displayed(order.side, limit);
    this.matching.replace(row, this.#nextOrder++, limit, quantity);
    if (!keeps) this.#tookAtMost(order, before, filled);
  }

  /** Shares within a limit that are displayed and not yet taken by us. */
  #displayed(side: Side, limit: number): number {
    let shares = 0;
    for (const order of this.book.orders.values()) {
      const within = side === Side.Buy ? order.price <= limit : order.price >= limit;
      if (order.side !== side && within) shares += order.shares - (this.#taken.get(order.id) ?? 0);
    }
    return shares;
  }

  /** An arriving order takes all that is there and no more; notes what it took, best price and first entry first. */
  #tookAtMost(order: Ours, displayed: number, filledBefore = 0): void {
    let took = order.filled - filledBefore;
    if (took !== Math.min(displayed, order.quantity - filledBefore)) throw new Error(`took ${took} of ${displayed}`);
    const upward = order.side === Side.Buy ? 1 : -1;
    const queue = [...this.book.orders.values()]
      .filter((other) => other.side !== order.side)
      .sort((x, y) => (x.price - y.price) * upward || x.entrySequence - y.entrySequence);
    for (const other of queue) {
      const before = this.#taken.get(other.id) ?? 0;
      const shares = Math.min(took, other.shares - before);
      if (shares > 0) this.#taken.set(other.id, before + shares);
      took -= Math.max(0, shares);
    }
  }

  #checkAfter(): void {
    for (const [id, taken] of this.#taken) {
      if (this.matching.consumed.of(0, id) !== taken) throw new Error(`order ${id} misses ${taken} shares`);
    }
    const missing = [...this.#taken.values()].filter((taken) => taken > 0).length;
    if (this.matching.consumed.size !== missing) throw new Error('the shadow book remembers what is over');
    const open = [...this.ours.values()].filter((order) => order.open);
    if (new Set(open).size !== this.matching.orders.open) throw new Error('rows in use are not the open orders');
    if (open.length === 0 && this.matching.consumed.size === 0 && this.book.interest !== 0) {
      throw new Error('interested without need');
    }
  }
}

describe('matching against any recorded day', () => {
  it('gives only what was displayed or traded, within limits, in priority, and nothing twice', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const day = new Day();
        for (const step of all) day.step(step);
      }),
      { numRuns: 400 },
    );
  });
});
