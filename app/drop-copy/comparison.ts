/** Our own orders beside the venue's copies of its reports: what does not agree within a grace time is a difference. */
import { type ComparedOrder, differenceOf, type OrderView } from './compared-order.ts';

/** Orders that are remembered; then the oldest that agree are forgotten. */
const MAX_ORDERS = 1 << 18;
/** Looked at in one call. */
const MAX_FORGOTTEN = 64;

export interface ComparisonOptions {
  readonly clOrdIdPrefix: string;
  /** How long one side may be behind the other. */
  readonly graceMs: number;
  readonly priceTolerance: number;
  /** Once for each difference, and again when it has become another. */
  readonly onDifference: (sentence: string) => void;
  /** Both sides agree again on an order that had a difference. */
  readonly onAgreed: (clOrdId: string) => void;
}

export interface ComparisonCounts {
  /** Copies that told of an order. */
  copies: number;
  /** Of them: of orders of others, and of orders of earlier runs. */
  foreign: number;
  earlier: number;
  /** Orders on which a difference was told, whatever became of it. */
  differences: number;
}

/** Times are ms of any clock that does not go back. */
export class Comparison {
  readonly counts: ComparisonCounts = { copies: 0, foreign: 0, earlier: 0, differences: 0 };
  readonly #options: ComparisonOptions;
  readonly #orders = new Map<number, ComparedOrder>();
  /** In the order in which they came. */
  readonly #remembered = new Set<ComparedOrder>();
  /** Those on which the sides do not agree just now. */
  readonly #apart = new Set<ComparedOrder>();
  /** Lower numbers are of earlier runs, or forgotten. */
  #firstOrdinal = Number.POSITIVE_INFINITY;
  #forgottenTo = 0;

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  /** Orders that are or were compared, without those forgotten. */
  get size(): number {
    return this.#remembered.size;
  }

  /** What does not agree now and was told, oldest first. */
  differences(): string[] {
    return [...this.#apart].flatMap(({ difference }) => (difference === '' ? [] : [difference]));
  }

  /** True while some order waits for its other side. */
  get isWaiting(): boolean {
    for (const { difference } of this.#apart) if (difference === '') return true;
    return false;
  }

  /** A request of ours has left. @param origOrdinal of the order as it is called; 0 for a new one */
  sent(ordinal: number, origOrdinal: number, view: OrderView, nowMs: number): void {
    this.#firstOrdinal = Math.min(this.#firstOrdinal, ordinal);
    const order = this.#of(ordinal, origOrdinal) ?? this.#begin(ordinal, nowMs);
    this.#changed(order, nowMs, () => {
      order.own ??= view;
      if (origOrdinal === 0) order.isEarlier = false;
    });
  }

  /** A report has changed an order of ours. */
  reported(ordinal: number, origOrdinal: number, view: OrderView, nowMs: number): void {
    const order = this.#of(ordinal, origOrdinal) ?? this.#begin(ordinal, nowMs);
    this.#changed(order, nowMs, () => {
      order.own = view;
    });
  }

  /** A copy. @param origClOrdId empty for none */
  copied(clOrdId: string, origClOrdId: string, view: OrderView, nowMs: number): void {
    this.counts.copies++;
    const ordinal = this.#ordinalOf(clOrdId);
    if (ordinal === 0) {
      this.counts.foreign++;
      return;
    }
    const order = this.#of(ordinal, this.#ordinalOf(origClOrdId)) ?? this.#begin(ordinal, nowMs);
    if (order.isEarlier) this.counts.earlier++;
    this.#changed(order, nowMs, () => {
      order.copy = view;
    });
  }

  /** The copies stopped for a while: whoever is behind has his grace time anew. */
  resume(nowMs: number): void {
    for (const order of this.#apart) order.changedMs = nowMs;
  }

  /** Tells of what has not agreed for the grace time. @param graceMs of this look, where it is the last */
  look(nowMs: number, graceMs: number = this.#options.graceMs): void {
    for (const order of this.#apart) {
      if (nowMs - order.changedMs < graceMs) continue;
      const difference = differenceOf(order, this.#options.priceTolerance);
      if (difference === order.difference) continue;
      if (order.difference === '') this.counts.differences++;
      order.difference = difference;
      this.#options.onDifference(difference);
    }
  }

  #changed(order: ComparedOrder, nowMs: number, change: () => void): void {
    change();
    order.changedMs = nowMs;
    if (differenceOf(order, this.#options.priceTolerance) !== '') {
      this.#apart.add(order);
      return;
    }
    this.#apart.delete(order);
    if (order.difference === '') return;
    order.difference = '';
    this.#options.onAgreed(order.clOrdId);
  }

  /** Whichever of the two numbers is known names it, and the other one from now on. */
  #of(ordinal: number, origOrdinal: number): ComparedOrder | undefined {
    const order = this.#orders.get(ordinal) ?? this.#orders.get(origOrdinal);
    if (order === undefined || this.#orders.get(ordinal) === order) return order;
    this.#orders.set(ordinal, order);
    order.ordinals.push(ordinal);
    return order;
  }

  #begin(ordinal: number, nowMs: number): ComparedOrder {
    if (this.#remembered.size >= MAX_ORDERS) this.#forget();
    const clOrdId = `${this.#options.clOrdIdPrefix}${ordinal}`;
    // What was forgotten had agreed, and is told of again as an order of an earlier run is.
    const isEarlier = ordinal < this.#firstOrdinal || ordinal <= this.#forgottenTo;
    const order = { clOrdId, ordinals: [ordinal], isEarlier, own: null, copy: null, changedMs: nowMs, difference: '' };
    this.#orders.set(ordinal, order);
    this.#remembered.add(order);
    return order;
  }

  /** The oldest that is over and on which both sides agree; without one, the oldest. */
  #forget(): void {
    let looked = 0;
    let oldest: ComparedOrder | undefined;
    for (const order of this.#remembered) {
      oldest ??= order;
      if (!this.#apart.has(order) && order.own?.fate !== 'open') {
        oldest = order;
        break;
      }
      if (++looked === MAX_FORGOTTEN) break;
    }
    if (oldest === undefined) return;
    for (const ordinal of oldest.ordinals) {
      this.#orders.delete(ordinal);
      this.#forgottenTo = Math.max(this.#forgottenTo, ordinal);
    }
    this.#remembered.delete(oldest);
    this.#apart.delete(oldest);
  }

  #ordinalOf(clOrdId: string): number {
    const { clOrdIdPrefix } = this.#options;
    if (!clOrdId.startsWith(clOrdIdPrefix)) return 0;
    const digits = clOrdId.slice(clOrdIdPrefix.length);
    return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : 0;
  }
}
