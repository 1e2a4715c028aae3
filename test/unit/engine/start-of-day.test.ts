import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../app/config/index.ts';
import { instrumentSpecs, startPositions } from '../../../app/config/instrument-schema.ts';
import { HotlapError } from '../../../engine/domain/errors.ts';
import { POSITION } from '../../../engine/domain/position.ts';
import { Side, TimeInForce } from '../../../engine/index.ts';
import { DEFAULT_INSTRUMENT } from '../../../engine/market/instrument-registry.ts';
import { createPositions, Positions } from '../../../engine/orders/positions.ts';
import type { StartPosition } from '../../../engine/orders/start-positions.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { CELL } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const started = (options: Parameters<typeof testEngine>[1] = {}) => {
  let ctx!: Context;
  let atSetup = Number.NaN;
  const definition = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      atSetup = given.position(given.instrument('AAPL'));
    },
  });
  const made = testEngine([definition], options);
  made.feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
  made.settle();
  return { ...made, ctx, atSetup, stock: ctx.instrument('AAPL') };
};

const held: StartPosition = { strategy: 's0', symbol: 'AAPL', quantity: -200, cost: -640_000_000 };

describe('positions that the day begins with', () => {
  it('are there when the strategy is set up, at their cost', () => {
    const { atSetup, engine } = started({ positions: [held] });
    expect(atSetup).toBe(-200);
    expect(engine.stats().positions).toMatchObject([
      // Short at 320.0000, the middle of the market at 320.05.
      { strategy: 's0', quantity: -200, averagePrice: '320.0000', realizedPnl: '0.00', unrealizedPnl: '-10.00' },
    ]);
  });

  it('may be the house’s', () => {
    const { atSetup, engine } = started({ positions: [{ ...held, strategy: 'house' }] });
    expect(atSetup).toBe(0);
    expect(engine.stats().positions).toMatchObject([{ strategy: 'house', quantity: -200 }]);
  });

  it('give way to what the journal has', () => {
    const position = {
      strategy: 's0',
      symbol: 'AAPL',
      quantity: 5,
      cost: 16_000_000,
      realizedPnl: 0,
      bought: 5,
      sold: 0,
    };
    const recovered = {
      strategies: ['s0'],
      symbols: [],
      executions: [],
      terms: [],
      kills: [],
      limits: [],
      positions: [position],
    };
    const { engine } = started({ positions: [held], recovered: { ...recovered, orders: new Float64Array(0) } });
    expect(engine.stats().positions).toMatchObject([{ strategy: 's0', quantity: 5, averagePrice: '320.0000' }]);
  });

  it('of a strategy that is not loaded end the start', () => {
    expect(() => started({ positions: [{ ...held, strategy: 'other' }] })).toThrow(HotlapError);
  });
});

it('profit and loss count the multiplier of the contract', () => {
  const spec = { ...DEFAULT_INSTRUMENT, multiplier: 50 };
  const { engine } = started({ positions: [{ ...held, quantity: 2, cost: 6_400_000 }], instrumentSpec: () => spec });
  expect(engine.stats().positions).toMatchObject([{ averagePrice: '320.0000', unrealizedPnl: '5.00' }]);
});

it('other threads see what an instrument is worth beside the positions: the mid, else what it was last', () => {
  const shared = { positions: createPositions(1, 8) };
  const { feed, settle } = started({ shared, maxInstruments: 8 });
  const positions = new Positions(shared.positions);
  const mark = (): number => positions.all[positions.at(positions.house, 0) + POSITION.mark] as number;
  const later = (): void => {
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 20e6;
    settle();
  };
  later();
  expect(mark()).toBe(3_200_500);
  feed.push(quote('AAPL', 3_201_000, 100, 3_203_000, 100));
  settle();
  later();
  expect(mark()).toBe(3_202_000);
});

it('nothing is unrealised while nobody knows a price', () => {
  const { engine } = testEngine([defineStrategy({ name: 'idle', setup: (ctx) => void ctx.instrument('AAPL') })], {
    positions: [held],
  });
  expect(engine.stats().positions).toMatchObject([{ quantity: -200, unrealizedPnl: null }]);
});

it('an order that is good till cancelled says so', () => {
  const { ctx, stock, gateway } = started();
  const result = ctx.orders.gtc(stock, Side.Buy, 3_200_000, 100);
  expect(result.ok && result.order.timeInForce).toBe(TimeInForce.GoodTillCancel);
  expect(gateway.last).toMatchObject({ kind: 'new', terms: 1 });
});

describe('the configuration', () => {
  it('gives instruments and positions as the engine counts them', () => {
    const config = parseConfig(
      [
        'instruments: { ES: { multiplier: 50, tickSize: "0.25" }, AAPL: {} }',
        'positions:',
        '  - { symbol: ES, quantity: -3, averagePrice: 4500.333333 }',
      ].join('\n'),
      'engine.yaml',
    );
    expect(instrumentSpecs(config.instruments)).toEqual({
      ES: { priceScale: 10_000, tickSize: 2_500, lotSize: 1, multiplier: 50 },
      AAPL: DEFAULT_INSTRUMENT,
    });
    expect(startPositions(config.positions)).toEqual([
      { strategy: 'house', symbol: 'ES', quantity: -3, cost: -135_010_000 },
    ]);
  });

  it.each([
    'instruments: { ES: { tickSize: 0.00001 } }',
    'instruments: { ES: { multiplier: 0 } }',
    'positions: [{ symbol: ES, quantity: 1.5, averagePrice: 1 }]',
    'positions: [{ symbol: ES, quantity: 1 }]',
    'positions: [{ symbol: "", quantity: 1, averagePrice: 1 }]',
  ])('refuses %s', (text) => {
    expect(() => parseConfig(text, 'engine.yaml')).toThrow(/engine\.yaml:1/);
  });
});
