import type { InstrumentReport } from '../../engine/orders/position-report.ts';
import { Exact } from '../exact.ts';

/** Of one strategy and one symbol. Amounts are in 1/priceScale of the currency: the multiplier is in them. */
export class StatisticsTrack {
  readonly strategy: number;
  readonly instrument: number;
  readonly #multiplier: number;
  orders = 0;
  orderedQuantity = 0;
  filledOrders = 0;
  filledQuantity = 0;
  position = 0;
  least = 0;
  most = 0;
  turnover = new Exact(0);
  cash = new Exact(0);
  fees: Exact | null = null;
  decision: Exact | null = null;
  arrival: Exact | null = null;
  #high = new Exact(0);
  drawdown = new Exact(0);

  constructor(strategy: number, instrument: number, multiplier: number) {
    this.strategy = strategy;
    this.instrument = instrument;
    this.#multiplier = multiplier;
  }

  /** @param quantity signed: bought is positive @param value what it is worth, signed alike */
  move(quantity: number, value: Exact): void {
    this.position += quantity;
    this.least = Math.min(this.least, this.position);
    this.most = Math.max(this.most, this.position);
    this.cash = this.cash.minus(value);
  }

  pay(fee: number): void {
    this.fees = (this.fees ?? new Exact(0)).plus(fee);
  }

  /** So many shares, or what else is traded, at such a price. */
  worth(quantity: number, price: number): Exact {
    return new Exact(price).times(quantity).times(this.#multiplier);
  }

  /** What it has earned since it began, at such a price. */
  equity(price: number): Exact {
    return this.cash.plus(this.worth(this.position, price)).minus(this.fees ?? 0);
  }

  /** Looks at the equity; a market without a middle tells nothing. */
  look(price: number): void {
    if (Number.isNaN(price)) return;
    const equity = this.equity(price);
    if (equity.gt(this.#high)) this.#high = equity;
    const fall = this.#high.minus(equity);
    if (fall.gt(this.drawdown)) this.drawdown = fall;
  }
}

/** An amount in money, with two decimals at least. */
export function money(amount: Exact, { priceScale }: Pick<InstrumentReport, 'priceScale'>): string {
  const exact = amount.div(priceScale);
  return exact.toFixed(Math.max(2, exact.decimalPlaces()));
}
