import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT } from '../../../native/layout.ts';
import { simulatedExchange } from '../../support/simulated-exchange.ts';

const BUY = 1;
const SELL = 2;
const OPENING = 0x4f;
const CLOSING = 0x43;

let market: ReturnType<typeof simulatedExchange>;

beforeEach(() => {
  market = simulatedExchange();
  market.book.add(11, SELL, 2_265_100, 100);
  market.book.add(12, SELL, 2_265_200, 300);
  market.book.add(21, BUY, 2_265_000, 200);
});

const order = (fields: string) => market.says(`35=D|55=AAPL|${fields}`).map(short);
const arrives = () => {
  market.settle();
  return market.client.receives().map(short);
};
/** ExecType(150) or MsgType(35), then what was executed, how much is left, why not. */
const short = (message: string): string =>
  [150, 32, 31, 151, 103, 102]
    .flatMap((tag) => new RegExp(`(?:^|\\|)(${tag}=[^|]*)`).exec(message)?.[1] ?? [])
    .join(' ');

describe('a market order', () => {
  it('takes what there is at any price, and does not rest', () => {
    expect(order('11=A1|54=1|38=500|40=1|')).toEqual([
      '150=0 151=500',
      '150=F 32=100 31=226.51 151=400',
      '150=F 32=300 31=226.52 151=100',
      '150=4 151=0',
    ]);
    expect(order('11=A2|54=2|38=50|40=1|59=3|')).toEqual(['150=0 151=50', '150=F 32=50 31=226.5 151=0']);
    expect(market.exchange.stats().openOrders).toBe(0);
  });

  it('has no Price(44) in its reports', () => {
    expect(market.says('35=D|55=AAPL|11=A1|54=1|38=50|40=1|').join('')).not.toContain('|44=');
  });
});

describe('Fill or Kill', () => {
  it('trades all of it or nothing', () => {
    expect(order('11=A1|54=1|38=150|40=2|44=226.51|59=4|')).toEqual(['150=0 151=150', '150=4 151=0']);
    expect(order('11=A2|54=1|38=150|40=2|44=226.52|59=4|')).toEqual([
      '150=0 151=150',
      '150=F 32=100 31=226.51 151=50',
      '150=F 32=50 31=226.52 151=0',
    ]);
    // What an order of ours has taken is there no more, though the recording still shows it.
    expect(order('11=A3|54=1|38=251|40=2|44=226.52|59=4|')).toEqual(['150=0 151=251', '150=4 151=0']);
  });
});

describe('an order that must not initiate', () => {
  it('is refused where it would trade, and rests where it would not', () => {
    expect(order('11=A1|54=1|38=100|40=2|44=226.51|18=6|')).toEqual(['150=8 151=0 103=99']);
    expect(order('11=A2|54=1|38=100|40=2|44=226.5|18=G 6|')).toEqual(['150=0 151=100']);
    expect(order('11=A3|54=2|38=100|40=2|44=226.5|18=6|')).toEqual(['150=8 151=0 103=99']);
  });

  it('keeps its old terms where its replacement would trade', () => {
    order('11=A1|54=1|38=100|40=2|44=226.5|18=6|');
    const replace = (fields: string) => market.says(`35=G|41=A1|55=AAPL|54=1|38=100|40=2|${fields}`).map(short);
    expect(replace('11=A2|44=226.52|18=6|')).toEqual(['102=99']);
    expect(market.exchange.stats().openOrders).toBe(1);
    expect(replace('11=A3|44=226.49|18=6|')).toEqual(['150=5 151=100']);
  });

  it('may take its turn where all that is displayed has been taken by us', () => {
    order('11=A1|54=1|38=100|40=2|44=226.51|59=3|');
    expect(order('11=A2|54=1|38=100|40=2|44=226.51|18=6|')).toEqual(['150=0 151=100']);
  });
});

describe('At the Opening and At the Close', () => {
  it('waits for its auction, trades at its price as far as its shares go, and ends', () => {
    expect(order('11=A1|54=1|38=100|40=2|44=226.51|59=7|')).toEqual(['150=0 151=100']);
    expect(order('11=A2|54=1|38=100|40=1|59=7|')).toEqual(['150=0 151=100']);
    expect(order('11=A3|54=1|38=100|40=2|44=226.3|59=7|')).toEqual(['150=0 151=100']);
    expect(order('11=A4|54=1|38=100|40=1|59=2|')).toEqual(['150=0 151=100']);
    market.book.trade(2_264_000, 1_000);
    expect(arrives(), 'a trade is no auction').toEqual([]);
    market.book.trade(2_264_000, 130, EVENT.crossTrade, CLOSING);
    expect(arrives()).toEqual([
      '150=F 32=100 31=226.4 151=0',
      '150=F 32=30 31=226.4 151=70',
      '150=4 151=0',
      '150=4 151=0',
    ]);
    expect(market.exchange.stats().openOrders).toBe(1);
    market.book.trade(2_264_000, 130, EVENT.crossTrade, OPENING);
    expect(arrives()).toEqual(['150=F 32=100 31=226.4 151=0']);
    expect(market.exchange.stats().openOrders).toBe(0);
  });

  it('is cancelled and replaced as any other', () => {
    order('11=A1|54=1|38=100|40=2|44=226.51|59=7|');
    const replaced = market.says('35=G|11=A2|41=A1|55=AAPL|54=1|38=80|40=2|44=226.6|59=7|').map(short);
    expect(replaced).toEqual(['150=5 151=80']);
    expect(market.says('35=F|11=A3|41=A2|55=AAPL|54=1|').map(short)).toEqual(['150=4 151=0']);
    market.book.trade(2_264_000, 130, EVENT.crossTrade, CLOSING);
    expect(arrives()).toEqual([]);
  });
});
