/** Each check: at its limit an order passes, one beyond is refused by name, with the check off it would have gone out. */
import { describe, expect, it } from 'vitest';
import { LIMITS, type LimitValues, NO_LIMITS, type RiskLimits } from '../../../engine/risk/limits.ts';
import { EVENT } from '../../../native/layout.ts';
import { ASK, BID, type RiskDesk, riskDesk } from '../../support/engine/risk-desk.ts';

interface Case {
  refusal: string;
  on: LimitValues;
  before?: (desk: RiskDesk) => void;
  atLimit: (desk: RiskDesk) => string;
  beyond: (desk: RiskDesk) => string;
}

const bought = (desk: RiskDesk, quantity: number): void => {
  desk.buy(quantity, ASK);
  desk.fill();
};

const CASES: Record<string, Case> = {
  maxQuantity: {
    refusal: 'MaxQuantity',
    on: { maxQuantity: 100 },
    atLimit: ({ buy }) => buy(100),
    beyond: ({ buy }) => buy(101),
  },
  maxNotional: {
    refusal: 'MaxNotional',
    on: { maxNotional: 32_000 },
    atLimit: ({ buy }) => buy(100, 3_200_000),
    beyond: ({ buy }) => buy(100, 3_200_100),
  },
  collar: {
    refusal: 'PriceCollar',
    on: { collar: 0.01 },
    atLimit: ({ buy }) => buy(100, 3_232_500),
    beyond: ({ buy }) => buy(100, 3_232_600),
  },
  collarTicks: {
    refusal: 'PriceCollar',
    on: { collarTicks: 10 },
    // The mid is 320.05: ten ticks below are 319.95.
    atLimit: ({ sell }) => sell(100, 3_199_500),
    beyond: ({ sell }) => sell(100, 3_199_400),
  },
  maxOpenOrders: {
    refusal: 'MaxOpenOrders',
    on: { maxOpenOrders: 2 },
    before: ({ buy }) => void buy(),
    atLimit: ({ buy }) => buy(),
    beyond: ({ buy }) => [buy(), buy()].at(-1) as string,
  },
  maxOpenNotional: {
    refusal: 'MaxOpenNotional',
    on: { maxOpenNotional: 64_000 },
    before: ({ sell }) => void sell(100, 3_200_000),
    atLimit: ({ buy }) => buy(100, 3_200_000),
    beyond: ({ buy }) => buy(100, 3_200_100),
  },
  maxPosition: {
    refusal: 'MaxPosition',
    on: { maxPosition: 300 },
    before: (desk) => {
      bought(desk, 100);
      desk.buy(100);
    },
    atLimit: ({ buy }) => buy(100),
    beyond: ({ buy }) => buy(101),
  },
  'maxPosition, short': {
    refusal: 'MaxPosition',
    on: { maxPosition: 300 },
    before: (desk) => bought(desk, 100),
    atLimit: ({ sell }) => sell(400),
    beyond: ({ sell }) => sell(401),
  },
  maxGross: {
    refusal: 'MaxGross',
    // 200 bought of one and 100 sold short of the other, all at the mid of 320.05.
    on: { maxGross: 96_015 },
    before: (desk) => {
      bought(desk, 100);
      desk.buy(100);
    },
    atLimit: ({ sell }) => sell(100, ASK, 0, 'MSFT'),
    beyond: ({ sell }) => sell(101, ASK, 0, 'MSFT'),
  },
  maxNet: {
    refusal: 'MaxNet',
    on: { maxNet: 64_010 },
    // A sale that may not execute frees nothing.
    before: (desk) => {
      bought(desk, 100);
      desk.sell(50, ASK, 0, 'MSFT');
    },
    atLimit: ({ buy }) => buy(100, BID, 0, 'MSFT'),
    beyond: ({ buy }) => buy(101, BID, 0, 'MSFT'),
  },
  maxLoss: {
    refusal: 'MaxLoss',
    on: { maxLoss: 100 },
    before: (desk) => {
      bought(desk, 100);
      // Bought at 320.10; at 319.10 that is a loss of 100.
      desk.market(3_190_500, 3_191_500);
    },
    atLimit: ({ buy }) => buy(10, 3_190_500),
    beyond: (desk) => {
      desk.market(3_190_400, 3_191_500);
      return desk.buy(10, 3_190_400);
    },
  },
  ordersPerSecond: {
    refusal: 'OrderRate',
    on: { ordersPerSecond: 2 },
    before: ({ buy }) => void buy(),
    atLimit: ({ buy }) => buy(),
    beyond: ({ buy }) => [buy(), buy()].at(-1) as string,
  },
  ordersPer10Seconds: {
    refusal: 'OrderRate10s',
    on: { ordersPer10Seconds: 3 },
    before: (desk) => {
      for (let second = 0; second < 2; second += 1) {
        desk.buy();
        desk.pass(1e6);
      }
    },
    atLimit: ({ buy }) => buy(),
    beyond: ({ buy }) => [buy(), buy()].at(-1) as string,
  },
  executionsPer10Seconds: {
    refusal: 'Runaway',
    on: { executionsPer10Seconds: 2 },
    before: (desk) => bought(desk, 10),
    atLimit: ({ buy }) => buy(10),
    beyond: (desk) => {
      bought(desk, 10);
      return desk.buy(10);
    },
  },
  duplicateMs: {
    refusal: 'DuplicateOrder',
    on: { duplicateMs: 5 },
    before: ({ buy }) => void buy(),
    atLimit: (desk) => {
      desk.pass(5e6);
      return desk.buy();
    },
    beyond: (desk) => {
      desk.pass(4_999_999);
      return desk.buy();
    },
  },
  restricted: { refusal: 'Restricted', on: { restricted: true }, atLimit: () => 'sent', beyond: ({ buy }) => buy() },
  noBuys: { refusal: 'Restricted', on: { noBuys: true }, atLimit: ({ sell }) => sell(), beyond: ({ buy }) => buy() },
  noSells: { refusal: 'Restricted', on: { noSells: true }, atLimit: ({ buy }) => buy(), beyond: ({ sell }) => sell() },
  noShortSales: {
    refusal: 'ShortSale',
    on: { noShortSales: true },
    before: (desk) => {
      bought(desk, 200);
      desk.sell(100);
    },
    atLimit: ({ sell }) => sell(100),
    beyond: ({ sell }) => sell(101),
  },
  refuseStale: {
    refusal: 'StaleBook',
    on: { refuseStale: true },
    atLimit: ({ buy }) => buy(),
    beyond: (desk) => {
      desk.feed.push({ kind: EVENT.gap });
      desk.settle();
      return desk.buy();
    },
  },
  refuseHalted: {
    refusal: 'Halted',
    on: { refuseHalted: true },
    atLimit: ({ buy }) => buy(),
    beyond: (desk) => {
      desk.feed.push({ kind: EVENT.tradingAction, symbol: 'AAPL', code: 'H' });
      desk.settle();
      return desk.buy();
    },
  },
  refuseLocked: {
    refusal: 'LockedMarket',
    on: { refuseLocked: true },
    atLimit: (desk) => {
      desk.market(BID, BID + 100);
      return desk.buy();
    },
    beyond: (desk) => {
      desk.market(BID, BID);
      return desk.buy();
    },
  },
  refuseSelfMatch: {
    refusal: 'SelfMatch',
    on: { refuseSelfMatch: true },
    before: ({ sell }) => void sell(100, ASK, 1),
    atLimit: ({ buy }) => buy(100, ASK - 100),
    beyond: ({ buy }) => buy(100, ASK),
  },
};

const start = (limits: RiskLimits, { before }: Case): RiskDesk => {
  const desk = riskDesk(limits);
  before?.(desk);
  return desk;
};

describe.each(Object.entries(CASES))('%s', (_name, each) => {
  const { refusal, on, before, atLimit, beyond } = each;

  it('at the limit passes', () => {
    const desk = start({ ...NO_LIMITS, ...on }, each);
    expect(atLimit(desk)).toBe('sent');
    expect(desk.engine.stats().refusals).toEqual({});
  });

  it('beyond is refused by name, counted, and leaves nothing behind', () => {
    const desk = start({ ...NO_LIMITS, ...on }, each);
    expect(beyond(desk)).toBe(refusal);
    expect(desk.engine.stats().refusals).toEqual({ [refusal]: 1 });
    expect(desk.engine.stats().orders.refusedByRisk).toBe(1);
  });

  it('switched off, the same order leaves', () => {
    const desk = riskDesk(NO_LIMITS);
    before?.(desk);
    const count = desk.gateway.sent.length;
    expect(beyond(desk)).toBe('sent');
    expect(desk.gateway.sent.length).toBeGreaterThan(count);
  });

  it('holds for every scope that it has', () => {
    const [limit, value] = Object.entries(on)[0] as [keyof LimitValues, number | boolean];
    const { scopes } = LIMITS.find(({ name }) => name === limit)!;
    const settings: Record<string, RiskLimits> = {
      session: { session: { [limit]: value } },
      strategy: { strategies: { s0: { [limit]: value } } },
      symbol: { eachSymbol: { [limit]: value } },
    };
    for (const scope of scopes.filter((each) => each !== 'firm')) {
      // A strategy's own share of the rate has a code of its own.
      const name = refusal === 'OrderRate' && scope === 'strategy' ? 'StrategyOrderRate' : refusal;
      const off = { ...NO_LIMITS, ...settings[scope] };
      const desk = start(off, each);
      expect(beyond(desk), scope).toBe(name);
      const other = start(off, each);
      expect(atLimit(other), scope).toBe('sent');
    }
  });
});
