import type { Order } from '../domain/order.ts';
import { REFUSAL, REFUSALS, type Refusal } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import type { LevelResult, QuoteLevel, QuoteResult, QuoteSides, StrategyInstrument } from './context.ts';
import type { KeptQuote } from './handover.ts';
import { SCRATCH, type StrategyHost } from './host.ts';

/** Levels that one side of a quote may have. */
export const MAX_LEVELS = 16;
const SLOTS = 2 * MAX_LEVELS;
const NONE = -1;

/** Refusals that an answer of the venue may lift; with any other a level waits for the strategy's next word. */
const PASSING: ReadonlySet<number> = new Set([REFUSAL.RequestPending, REFUSAL.SelfMatch]);

class Level implements LevelResult {
  action: LevelResult['action'] = 'none';
  reason: Refusal | null = null;
  order: Order | null = null;
}

/**
 * What one strategy wants to show of one instrument, and the orders with which it does: at most one a level. Slot 2n is
 * the n-th bid, 2n + 1 the n-th ask. The difference is worked at each call and at each answer of the venue until there is
 * none; an execution takes from what was wanted, so that nothing is sent again by itself.
 */
class InstrumentQuote implements QuoteResult {
  private readonly host: StrategyHost;
  private readonly instrument: StrategyInstrument;
  private readonly levels: readonly Level[] = Array.from({ length: SLOTS }, () => new Level());
  private readonly rows = new Int32Array(SLOTS).fill(NONE);
  private readonly prices = new Float64Array(SLOTS);
  private readonly quantities = new Float64Array(SLOTS);
  /** 1: nothing more is tried before the strategy speaks again. */
  private readonly blocked = new Uint8Array(SLOTS);
  private readonly tolerance = new Float64Array(1);
  private terms = 0;

  constructor(host: StrategyHost, instrument: StrategyInstrument) {
    this.host = host;
    this.instrument = instrument;
  }

  get ok(): boolean {
    for (let slot = 0; slot < SLOTS; slot += 1) if ((this.levels[slot] as Level).action === 'refused') return false;
    return true;
  }

  bid(level: number): LevelResult {
    return this.levels[2 * level] as Level;
  }

  ask(level: number): LevelResult {
    return this.levels[2 * level + 1] as Level;
  }

  want(sides: QuoteSides, terms: number, keepWithinTicks: number): void {
    this.terms = terms;
    this.tolerance[0] = keepWithinTicks * this.instrument.tickSize;
    this.set(sides.bids, 0);
    this.set(sides.asks, 1);
    this.blocked.fill(0);
    this.work();
  }

  /** Copies: this one goes on where its successor is refused. */
  kept(): KeptQuote {
    return {
      symbol: this.instrument.symbol,
      rows: this.rows.slice(),
      prices: this.prices.slice(),
      quantities: this.quantities.slice(),
      blocked: this.blocked.slice(),
      cancelling: Uint8Array.from(this.levels, ({ action }) => (action === 'cancelled' ? 1 : 0)),
      tolerance: this.tolerance[0] as number,
      terms: this.terms,
    };
  }

  /** Goes on with the orders of the version before. */
  resume({ rows, prices, quantities, blocked, cancelling, tolerance, terms }: KeptQuote): void {
    this.rows.set(rows);
    this.prices.set(prices);
    this.quantities.set(quantities);
    this.blocked.set(blocked);
    this.tolerance[0] = tolerance;
    this.terms = terms;
    for (const [slot, level] of this.levels.entries()) {
      level.order = this.order(slot) ?? null;
      if (level.order !== null) level.action = cancelling[slot] === 1 ? 'cancelled' : 'kept';
    }
  }

  /** @returns whether the order was one of these */
  changed(order: Order, filled: number): boolean {
    const slot = this.rows.indexOf(order.row);
    if (slot < 0) return false;
    this.quantities[slot] = Math.max(0, (this.quantities[slot] as number) - filled);
    switch (order.event) {
      case 'rejected':
      case 'replaceRejected':
      case 'cancelRejected':
      case 'expired':
      case 'doneForDay':
      case 'neverReached':
        this.blocked[slot] = 1;
        break;
      case 'cancelled':
        // By the venue, though it was wanted: to send it again and again would be no answer.
        if ((this.levels[slot] as Level).action !== 'cancelled') this.blocked[slot] = 1;
        break;
      default:
    }
    this.work();
    return true;
  }

  private set(wanted: readonly QuoteLevel[], offset: number): void {
    if (wanted.length > MAX_LEVELS) throw new RangeError(`A quote has at most ${MAX_LEVELS} levels a side.`);
    for (let level = 0; level < MAX_LEVELS; level += 1) {
      const slot = 2 * level + offset;
      const asked = wanted[level];
      const isNothing = asked === undefined || !Number.isFinite(asked.price) || !(asked.quantity > 0);
      this.prices[slot] = isNothing ? Number.NaN : asked.price;
      this.quantities[slot] = isNothing ? 0 : asked.quantity;
    }
  }

  /** The side that the market comes from gives way first: the other would run into it. */
  private work(): void {
    const best = this.order(0);
    const isUpward = best !== undefined && (this.prices[0] as number) > best.price;
    this.workSide(isUpward ? 1 : 0);
    this.workSide(isUpward ? 0 : 1);
  }

  private workSide(offset: number): void {
    for (let slot = offset; slot < SLOTS; slot += 2) if (this.blocked[slot] === 0) this.workSlot(slot);
  }

  private workSlot(slot: number): void {
    const order = this.order(slot);
    const wanted = this.quantities[slot] as number;
    if (order === undefined) {
      if (wanted === 0) this.tell(slot, 'none', undefined);
      else this.submit(slot, wanted);
      return;
    }
    if (order.state === 'pendingCancel' || order.state === 'pendingReplace' || order.state === 'inDoubt') {
      if ((this.levels[slot] as Level).action !== 'cancelled') this.tell(slot, 'waiting', order);
    } else if (wanted === 0) {
      this.answer(slot, this.host.cancel(order.row), 'cancelled');
    } else if (order.state === 'pendingNew') {
      this.tell(slot, 'waiting', order);
    } else {
      this.adjust(slot, order, wanted);
    }
  }

  private adjust(slot: number, order: Order, wanted: number): void {
    const price = this.prices[slot] as number;
    const isNear = Math.abs(price - order.price) <= (this.tolerance[0] as number);
    if (isNear && order.leaves === wanted) {
      this.tell(slot, 'kept', order);
      return;
    }
    this.host.scratch[SCRATCH.price] = isNear ? order.price : price;
    this.host.scratch[SCRATCH.quantity] = order.filledQuantity + wanted;
    this.answer(slot, this.host.replace(order.row), 'replaced');
  }

  private submit(slot: number, wanted: number): void {
    const { host, instrument } = this;
    host.scratch[SCRATCH.price] = this.prices[slot] as number;
    host.scratch[SCRATCH.quantity] = wanted;
    const row = host.submit(instrument.handle, slot % 2 === 0 ? Side.Buy : Side.Sell, this.terms);
    if (row >= 0) this.rows[slot] = row;
    this.answer(slot, row, 'sent');
  }

  private answer(slot: number, row: number, action: LevelResult['action']): void {
    const level = this.levels[slot] as Level;
    if (row >= 0) {
      this.tell(slot, action, this.host.orders[row]);
      return;
    }
    level.action = 'refused';
    level.reason = REFUSALS[-row] as Refusal;
    level.order = this.order(slot) ?? null;
    if (!PASSING.has(-row)) this.blocked[slot] = 1;
  }

  private tell(slot: number, action: LevelResult['action'], order: Order | undefined): void {
    const level = this.levels[slot] as Level;
    level.action = action;
    level.reason = null;
    level.order = order ?? null;
  }

  /** The open order of a slot. */
  private order(slot: number): Order | undefined {
    const row = this.rows[slot] as number;
    if (row < 0) return undefined;
    const order = this.host.orders[row] as Order;
    if (isWorking(order)) return order;
    this.rows[slot] = NONE;
    return undefined;
  }
}

const isWorking = ({ state }: Order): boolean => {
  switch (state) {
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'neverReached':
    case 'doneForDay':
    case 'expired':
      return false;
    default:
      return true;
  }
};

/** The quotes of one strategy, by instrument. */
export class Quotes {
  private readonly host: StrategyHost;
  private readonly quotes: InstrumentQuote[] = [];
  /** Place in `quotes` by handle, -1 where there is none. */
  private readonly places: number[] = [];

  constructor(host: StrategyHost) {
    this.host = host;
  }

  want(instrument: StrategyInstrument, sides: QuoteSides, terms: number, keepWithinTicks: number): QuoteResult {
    const quote = this.of(instrument);
    quote.want(sides, terms, keepWithinTicks);
    return quote;
  }

  kept(): KeptQuote[] {
    return this.quotes.map((quote) => quote.kept());
  }

  /** @param instrument by symbol */
  resume(kept: readonly KeptQuote[], instrument: (symbol: string) => StrategyInstrument): void {
    for (const quote of kept) this.of(instrument(quote.symbol)).resume(quote);
  }

  /** An order of the strategy has changed. @param filled what its latest execution took */
  changed(order: Order, filled: number): void {
    for (let index = 0; index < this.quotes.length; index += 1)
      if ((this.quotes[index] as InstrumentQuote).changed(order, filled)) return;
  }

  private of(instrument: StrategyInstrument): InstrumentQuote {
    const place = this.places[instrument.handle];
    if (place !== undefined) return this.quotes[place] as InstrumentQuote;
    const quote = new InstrumentQuote(this.host, instrument);
    this.places[instrument.handle] = this.quotes.push(quote) - 1;
    return quote;
  }
}
