import type { Order } from '../domain/order.ts';
import { REFUSALS, type Refusal } from '../domain/refusal.ts';
import type { Side } from '../domain/side.ts';
import { TimeInForce } from '../domain/time-in-force.ts';
import type {
  OrderOptions,
  Orders,
  QuoteOptions,
  QuoteResult,
  QuoteSides,
  SendResult,
  StrategyInstrument,
} from './context.ts';
import { SCRATCH, type StrategyHost } from './host.ts';
import { OptionTerms } from './order-options.ts';
import { Quotes } from './quotes.ts';

/** `ctx.orders`: two result objects, used again and again. */
export class RuntimeOrders implements Orders {
  private readonly host: StrategyHost;
  readonly quotes: Quotes;
  private readonly terms: OptionTerms;
  private readonly accepted: { ok: true; order: Order };
  private readonly refused: { ok: false; reason: Refusal } = { ok: false, reason: 'NotArmed' };

  constructor(host: StrategyHost) {
    this.host = host;
    this.terms = new OptionTerms(host);
    this.quotes = new Quotes(host);
    this.accepted = { ok: true, order: host.orders[0] as Order };
  }

  limit(
    instrument: StrategyInstrument,
    side: Side,
    price: number,
    quantity: number,
    options?: OrderOptions,
  ): SendResult {
    return this.submit(instrument, side, price, quantity, this.terms.numberOf(options, false, TimeInForce.Day));
  }

  ioc(instrument: StrategyInstrument, side: Side, price: number, quantity: number, options?: OrderOptions): SendResult {
    const terms = this.terms.numberOf(options, false, TimeInForce.ImmediateOrCancel);
    return this.submit(instrument, side, price, quantity, terms);
  }

  gtc(instrument: StrategyInstrument, side: Side, price: number, quantity: number, options?: OrderOptions): SendResult {
    const terms = this.terms.numberOf(options, false, TimeInForce.GoodTillCancel);
    return this.submit(instrument, side, price, quantity, terms);
  }

  market(instrument: StrategyInstrument, side: Side, quantity: number, options?: OrderOptions): SendResult {
    const terms = this.terms.numberOf(options, true, TimeInForce.Day);
    return this.submit(instrument, side, Number.NaN, quantity, terms);
  }

  quote(instrument: StrategyInstrument, sides: QuoteSides, options?: QuoteOptions): QuoteResult {
    const terms = this.terms.numberOf(options, false, TimeInForce.Day);
    return this.quotes.want(instrument, sides, terms, options?.keepWithinTicks ?? 0);
  }

  replace(order: Order, price: number, quantity: number): SendResult {
    this.host.scratch[SCRATCH.price] = price;
    this.host.scratch[SCRATCH.quantity] = quantity;
    return this.answer(this.host.replace(order.row));
  }

  cancel(order: Order): SendResult {
    return this.answer(this.host.cancel(order.row));
  }

  private submit(
    instrument: StrategyInstrument,
    side: Side,
    price: number,
    quantity: number,
    terms: number,
  ): SendResult {
    this.host.scratch[SCRATCH.price] = price;
    this.host.scratch[SCRATCH.quantity] = quantity;
    return this.answer(this.host.submit(instrument.handle, side, terms));
  }

  private answer(result: number): SendResult {
    if (result >= 0) {
      this.accepted.order = this.host.orders[result] as Order;
      return this.accepted;
    }
    this.refused.reason = REFUSALS[-result] as Refusal;
    return this.refused;
  }
}
