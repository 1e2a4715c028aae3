import type { Order } from '../../../engine/domain/order.ts';
import { Side } from '../../../engine/domain/side.ts';
import type { SendResult } from '../../../engine/strategy/context.ts';
import type { Random } from '../../fuzz/fix/random.ts';
import type { OrderWorld, Trader } from './order-world.ts';
import { TICK_SIZE } from './synthetic-market.ts';

const FAR_TICKS = 8;
const MOST_SHARES = 500;
const CLOSED: readonly string[] = ['filled', 'cancelled', 'rejected', 'neverReached'];

/** Does what a strategy may do, at random; what is refused is counted by the engine. */
export class RandomTrader {
  /** Orders that left. */
  sent = 0;
  readonly #world: OrderWorld;
  readonly #random: Random;
  /** By strategy: orders that may be open. */
  readonly #orders: Order[][];

  constructor(world: OrderWorld, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#orders = world.traders.map(() => []);
  }

  act(): void {
    const random = this.#random;
    const which = random.below(this.#world.traders.length);
    const trader = this.#world.traders[which];
    const orders = this.#orders[which];
    const kind = random.below(10);
    const order = kind < 4 || orders.length === 0 ? undefined : this.#open(orders);
    if (order === undefined) this.#enter(trader, orders);
    else if (kind < 7)
      trader.ctx.orders.replace(order, this.#price(order.instrument), order.filledQuantity + this.#shares());
    else trader.ctx.orders.cancel(order);
  }

  #enter(trader: Trader, orders: Order[]): void {
    const random = this.#random;
    const instrument = random.of(trader.instruments);
    const side = random.oneIn(2) ? Side.Buy : Side.Sell;
    const price = this.#price(instrument.handle);
    const { orders: desk } = trader.ctx;
    const enter = [desk.limit, desk.limit, desk.gtc, desk.ioc][random.below(4)];
    const result: SendResult = enter.call(desk, instrument, side, price, this.#shares());
    if (!result.ok) return;
    this.sent++;
    if (!orders.includes(result.order)) orders.push(result.order);
  }

  #open(orders: Order[]): Order | undefined {
    const at = this.#random.below(orders.length);
    const order = orders[at];
    if (!CLOSED.includes(order.state)) return order;
    orders[at] = orders[orders.length - 1];
    orders.pop();
    return undefined;
  }

  #price(handle: number): number {
    return this.#world.market.mid(handle) + (this.#random.below(2 * FAR_TICKS + 1) - FAR_TICKS) * TICK_SIZE;
  }

  #shares(): number {
    return 1 + this.#random.below(MOST_SHARES);
  }
}
