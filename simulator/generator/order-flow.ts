import type { ItchEncoder } from './itch-encoder.ts';
import type { Random } from './random.ts';
import { ASK, BID, SyntheticBooks } from './synthetic-books.ts';
import { ActivityTable, startingCents } from './universe.ts';

/** How unequal the symbols' activity is: near 1, as in real markets. */
const ACTIVITY_EXPONENT = 0.95;
/** Orders a side gravitates to, and the least it is left with, so that a book never runs empty. */
const TARGET_ORDERS = 60;
const LEAST_ORDERS = 5;
/** An order this far behind the best price is deleted before anything else happens in its symbol. */
const FARTHEST_CENTS = 150;
/** Events over which a symbol's pressure forgets about two thirds of itself, and its spread. */
const PRESSURE_EVENTS = 500;
const PRESSURE_STEP = 0.075;
/** The mid is drawn back to where it started with this strength, so that long recordings stay plausible. */
const REVERSION = 25;
const LOW_CENTS = 200;

const B = 0x42;
const S = 0x53;
const CENT = 100;
const MPIDS = [0x56495254, 0x43444c47, 0x4a414e45, 0x47534353];

/**
 * Seeded order flow in many books. Each symbol carries a hidden pressure, a mean-reverting walk in [-1, 1], that
 * tilts which side is added to, cancelled and traded against: queues swell on one side and thin out on the other
 * before the price moves, so that book imbalance says something about the next move, as it does in real markets.
 * One call writes one message; what it writes is consistent by construction (no unknown reference, no crossed book).
 */
export class OrderFlow {
  readonly books: SyntheticBooks;
  /** Set by `next`: the message belongs to the same aggressive order as the one that follows it. */
  sweeping = false;
  readonly #symbols: number;
  readonly #random: Random;
  readonly #activity: ActivityTable;
  readonly #encoder: ItchEncoder;
  readonly #pressure: Float64Array;
  readonly #anchorCents: Int32Array;
  readonly #target: number;
  /** Next order reference and match number: doubles, because a long recording passes the small-integer range. */
  readonly #ids = Float64Array.of(1, 1);
  #sweepSymbol = 0;
  #sweepSide = BID;
  #sweepShares = 0;
  #sweepLimitCents = 0;

  constructor(symbols: readonly string[], random: Random, encoder: ItchEncoder) {
    this.#symbols = symbols.length;
    this.#random = random;
    this.#encoder = encoder;
    this.#activity = new ActivityTable(symbols.length, ACTIVITY_EXPONENT);
    this.#target = Math.max(LEAST_ORDERS + 5, Math.min(TARGET_ORDERS, Math.floor(500_000 / symbols.length)));
    this.books = new SyntheticBooks(symbols.length, 2 * this.#target + 16);
    this.#pressure = new Float64Array(symbols.length);
    this.#anchorCents = Int32Array.from(symbols, startingCents);
  }

  /** Writes the n-th add of a symbol's book before the open. */
  seedBook(symbol: number, n: number): number {
    const side = n & 1;
    const behind = n < 2 ? 0 : Math.floor(n / 8) + this.#random.below(3);
    const mid = this.#anchorCents[symbol];
    return this.#add(symbol, side, side === BID ? mid - 1 - behind : mid + 1 + behind);
  }

  /** Writes one message of continuous trading. @returns its length */
  next(): number {
    if (this.#sweepShares > 0) return this.#execute();
    const random = this.#random;
    const symbol = this.#activity.pick(random.below(this.#symbols), random.unit());
    const { books } = this;
    const bid = books.best(symbol, BID);
    const ask = books.best(symbol, ASK);
    const pressure = this.#movePressure(symbol, (bid + ask) >> 1);

    for (let side = BID; side <= ASK; side++) {
      if (books.count(symbol, side) < LEAST_ORDERS) return this.#add(symbol, side, this.#priceToAdd(symbol, side, 0));
      const worst = books.worst(symbol, side);
      if (Math.abs(books.best(symbol, side) - worst) > FARTHEST_CENTS) {
        return this.#delete(symbol, side, books.first(symbol, worst));
      }
    }
    const buying = random.chance(0.5 + 0.42 * pressure) ? BID : ASK;
    const room = books.count(symbol, buying) < books.capacity;
    if (room && ask - bid > 3 && random.chance(0.7)) {
      return this.#add(symbol, buying, this.#inside(buying, bid, ask));
    }

    const fullness = (books.count(symbol, BID) + books.count(symbol, ASK)) / (2 * this.#target);
    const what = random.unit();
    if (what < 0.72 - 0.3 * Math.min(fullness, 1.6)) {
      if (room) return this.#add(symbol, buying, this.#priceToAdd(symbol, buying, pressure));
    } else if (what > 0.915) {
      return this.#aggress(symbol, buying, bid, ask);
    } else if (what > 0.885) {
      return this.#hiddenTrade(symbol, bid, ask);
    } else if (what > 0.805) {
      return this.#replace(symbol, buying, pressure);
    } else if (what > 0.77) {
      return this.#partialCancel(symbol, 1 - buying);
    }
    const leaving = 1 - buying;
    return this.#delete(symbol, leaving, this.#pick(symbol, leaving));
  }

  /** One step of the symbol's hidden pressure. */
  #movePressure(symbol: number, midCents: number): number {
    const random = this.#random;
    const anchor = this.#anchorCents[symbol];
    const drift = (REVERSION * (anchor - midCents)) / anchor;
    const noise = (random.unit() + random.unit() + random.unit() - 1.5) * 2 * PRESSURE_STEP;
    const next = this.#pressure[symbol] + (drift - this.#pressure[symbol]) / PRESSURE_EVENTS + noise;
    const floor = midCents < LOW_CENTS ? 0.5 : -1;
    this.#pressure[symbol] = Math.max(floor, Math.min(1, next));
    return this.#pressure[symbol];
  }

  /** A price on `side` that does not cross: mostly at the best, sometimes better, thinning out behind. */
  #priceToAdd(symbol: number, side: number, pressure: number): number {
    const random = this.#random;
    const own = this.books.best(symbol, side);
    const other = this.books.best(symbol, 1 - side);
    const upward = side === BID ? 1 : -1;
    const favoured = pressure * upward;
    const spread = (other - own) * upward;
    if (spread > 1 && random.chance((spread > 2 ? 0.45 : 0.2) + 0.2 * favoured)) return own + upward;
    if (random.chance(0.55 + 0.3 * favoured)) return own;
    const behind = 1 + random.geometric(0.78, 30);
    return Math.max(1, own - upward * behind);
  }

  #inside(side: number, bid: number, ask: number): number {
    return side === BID ? bid + 1 + this.#random.below(2) : ask - 1 - this.#random.below(2);
  }

  #add(symbol: number, side: number, cents: number): number {
    const shares = this.#size();
    const reference = this.#nextReference(symbol);
    this.books.add(symbol, side, cents, shares, reference);
    const ascii = side === BID ? B : S;
    if (this.#random.chance(0.06)) {
      const mpid = MPIDS[this.#random.below(MPIDS.length)];
      return this.#encoder.addOrderMpid(symbol + 1, reference, ascii, shares, cents * CENT, mpid);
    }
    return this.#encoder.addOrder(symbol + 1, reference, ascii, shares, cents * CENT);
  }

  #delete(symbol: number, side: number, slot: number): number {
    const reference = this.books.reference[slot];
    this.books.remove(symbol, side, slot);
    return this.#encoder.orderDelete(symbol + 1, reference);
  }

  #partialCancel(symbol: number, side: number): number {
    const slot = this.#pick(symbol, side);
    const shares = this.books.shares[slot];
    if (shares < 2) return this.#delete(symbol, side, slot);
    const cancelled = shares > 100 ? 100 * (1 + this.#random.below(Math.floor((shares - 1) / 100))) : shares >> 1;
    this.books.shares[slot] = shares - cancelled;
    return this.#encoder.orderCancel(symbol + 1, this.books.reference[slot], cancelled);
  }

  /** A replace goes to the back of the queue with a new reference, even at the same price (TotalView-ITCH U). */
  #replace(symbol: number, side: number, pressure: number): number {
    const { books } = this;
    const slot = this.#pick(symbol, side);
    const original = books.reference[slot];
    const reference = this.#nextReference(symbol);
    books.remove(symbol, side, slot);
    const cents = this.#priceToAdd(symbol, side, pressure);
    const shares = this.#size();
    books.add(symbol, side, cents, shares, reference);
    return this.#encoder.orderReplace(symbol + 1, original, reference, shares, cents * CENT);
  }

  /** An aggressive order: executes from the front of the best queue, at most one level deeper. */
  #aggress(symbol: number, side: number, bid: number, ask: number): number {
    this.#sweepSymbol = symbol;
    this.#sweepSide = 1 - side;
    this.#sweepShares = this.#size() * (this.#random.chance(0.3) ? 6 : 2);
    this.#sweepLimitCents = side === BID ? ask + 1 : bid - 1;
    return this.#execute();
  }

  #execute(): number {
    const { books } = this;
    const random = this.#random;
    const symbol = this.#sweepSymbol;
    const side = this.#sweepSide;
    const cents = books.best(symbol, side);
    const slot = books.first(symbol, cents);
    const shares = Math.min(this.#sweepShares, books.shares[slot]);
    const reference = books.reference[slot];
    const match = this.#ids[1]++;
    books.shares[slot] -= shares;
    if (books.shares[slot] === 0) books.remove(symbol, side, slot);

    this.#sweepShares -= shares;
    const beyond = side === BID ? -1 : 1;
    const exhausted =
      books.count(symbol, side) < LEAST_ORDERS ||
      (books.best(symbol, side) - this.#sweepLimitCents) * beyond > 0 ||
      (books.best(symbol, side) !== cents && random.chance(0.5));
    if (exhausted) this.#sweepShares = 0;
    this.sweeping = this.#sweepShares > 0;
    // Some resting orders trade at a price that is not the displayed one: half a cent better for the aggressor.
    if (random.chance(0.02)) {
      const price = cents * CENT + beyond * -50;
      return this.#encoder.orderExecutedWithPrice(symbol + 1, reference, shares, match, price);
    }
    return this.#encoder.orderExecuted(symbol + 1, reference, shares, match);
  }

  /** Hidden liquidity trades at the midpoint, in half cents where the spread is odd. */
  #hiddenTrade(symbol: number, bid: number, ask: number): number {
    return this.#encoder.trade(symbol + 1, this.#size(), (bid + ask) * (CENT / 2), this.#ids[1]++);
  }

  /** An order to change: the nearer to the market of two drawn at random, because those are changed most. */
  #pick(symbol: number, side: number): number {
    const { books } = this;
    const count = books.count(symbol, side);
    const a = books.at(symbol, side, this.#random.below(count));
    const b = books.at(symbol, side, this.#random.below(count));
    const upward = side === BID ? 1 : -1;
    return (books.cents[a] - books.cents[b]) * upward > 0 ? a : b;
  }

  /** Mostly round lots of 100, few large ones, one in eight an odd lot. */
  #size(): number {
    const random = this.#random;
    if (random.chance(0.12)) return 1 + random.below(99);
    return 100 * (1 + random.geometric(0.45, 19));
  }

  /** All orders of one symbol share the reference modulo four, as on Nasdaq's main book. */
  #nextReference(symbol: number): number {
    const reference = this.#ids[0] * 4 + (symbol & 3);
    this.#ids[0]++;
    return reference;
  }
}
