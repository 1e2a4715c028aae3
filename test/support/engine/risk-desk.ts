import type { Order } from '../../../engine/domain/order.ts';
import type { EngineOptions } from '../../../engine/engine.ts';
import { Side } from '../../../engine/index.ts';
import type { RiskLimits } from '../../../engine/risk/limits.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { CELL } from '../../../native/layout.ts';
import { quote } from './fake-feed.ts';
import { testEngine } from './test-engine.ts';

export const SYMBOLS = ['AAPL', 'MSFT'] as const;
/** Bid and ask of every symbol: a mid of 320.05. */
export const BID = 3_200_000;
export const ASK = 3_201_000;

/** Two strategies that send what a test tells them to, on quiet books. Unless a test says otherwise nothing is limited. */
export function riskDesk(limits: RiskLimits = {}, options: Partial<EngineOptions> = {}) {
  const contexts: Context[] = [];
  const puppet = defineStrategy({
    name: 'puppet',
    setup(ctx) {
      contexts.push(ctx as Context);
      for (const symbol of SYMBOLS) ctx.instrument(symbol);
    },
    onBook() {},
    onStatus() {},
    onTrade() {},
  });
  const made = testEngine([puppet, puppet], { ...options, risk: limits });
  const { gateway, feed, settle } = made;
  const orders: Order[] = [];
  const submit = (
    kind: 'limit' | 'ioc',
    side: Side,
    quantity: number,
    price: number,
    strategy: number,
    symbol: (typeof SYMBOLS)[number],
  ): string => {
    const ctx = contexts[strategy]!;
    const result = ctx.orders[kind](ctx.instrument(symbol), side, price, quantity);
    if (!result.ok) return result.reason;
    orders.push(result.order);
    return 'sent';
  };
  for (const symbol of SYMBOLS) feed.push(quote(symbol, BID, 1_000, ASK, 1_000));
  settle();
  return {
    ...made,
    orders,
    contexts,
    buy: (quantity = 100, price = BID, strategy = 0, symbol: (typeof SYMBOLS)[number] = 'AAPL') =>
      submit('limit', Side.Buy, quantity, price, strategy, symbol),
    sell: (quantity = 100, price = ASK, strategy = 0, symbol: (typeof SYMBOLS)[number] = 'AAPL') =>
      submit('limit', Side.Sell, quantity, price, strategy, symbol),
    ioc: (side: Side, quantity: number, price: number) => submit('ioc', side, quantity, price, 0, 'AAPL'),
    replace: (order: Order, price: number, quantity: number): string => {
      const result = contexts[0]!.orders.replace(order, price, quantity);
      return result.ok ? 'sent' : result.reason;
    },
    cancel: (order: Order, strategy = 0): string => {
      const result = contexts[strategy]!.orders.cancel(order);
      return result.ok ? 'sent' : result.reason;
    },
    /** The venue acknowledges what was sent last, and executes all of it. */
    fill: (price = gateway.last.price) => {
      const { ordinal, quantity } = gateway.last;
      gateway.acknowledge(ordinal);
      gateway.fill(ordinal, quantity, price, quantity, 0);
      settle();
    },
    acknowledge: () => {
      gateway.acknowledge(gateway.last.ordinal);
      settle();
    },
    market: (bid: number, ask: number, symbol = 'AAPL') => {
      feed.push(quote(symbol, bid, 1_000, ask, 1_000));
      settle();
    },
    pass: (ns: number) => {
      feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + ns;
    },
  };
}

export type RiskDesk = ReturnType<typeof riskDesk>;
