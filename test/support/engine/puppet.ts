import type { EngineOptions } from '../../../engine/engine.ts';
import { type Order, Side } from '../../../engine/index.ts';
import type { Context, SendResult } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { quote } from './fake-feed.ts';
import { testEngine } from './test-engine.ts';

/** An engine with one strategy on AAPL, which does what the test says and remembers what it hears. */
export function puppetEngine(options: Partial<EngineOptions> = {}, bid = 3_200_000, ask = 3_201_000) {
  let ctx!: Context;
  /** `event:state` of its orders. */
  const heard: string[] = [];
  const puppet = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
    onOrder: (order) => heard.push(`${order.event}:${order.state}`),
  });
  const made = testEngine([puppet], options);
  made.feed.push(quote('AAPL', bid, 100, ask, 100));
  made.settle();
  const stock = () => ctx.instrument('AAPL');
  const buy = (price = bid, quantity = 100): SendResult => ctx.orders.limit(stock(), Side.Buy, price, quantity);
  const bought = (): Order => {
    const result = buy();
    if (!result.ok) throw new Error(result.reason);
    return result.order;
  };
  return { ...made, ctx, stock, heard, buy, bought };
}
