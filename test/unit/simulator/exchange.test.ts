import { beforeEach, describe, expect, it } from 'vitest';
import { INTEREST } from '../../../native/layout.ts';
import { constantDelays, perShareFees } from '../../../simulator/index.ts';
import { ACCEPTOR, simulatedExchange } from '../../support/simulated-exchange.ts';

const BUY = 1;
const SELL = 2;

let market: ReturnType<typeof simulatedExchange>;

function quote(): void {
  market.book.add(11, SELL, 2_265_100, 100);
  market.book.add(12, SELL, 2_265_200, 300);
  market.book.add(21, BUY, 2_265_000, 200);
}

beforeEach(() => {
  market = simulatedExchange();
  quote();
});

const order = (fields: string) => market.says(`35=D|55=AAPL|40=2|${fields}`);
/** Picks tags of a message, in the order asked for. */
const pick = (message: string, ...tags: number[]) =>
  tags.map((tag) => new RegExp(`(?:^|\\|)(${tag}=[^|]*)`).exec(message)?.[1] ?? `${tag}?`).join('|');

describe('order entry', () => {
  it('answers Logon', () => {
    expect(market.logon).toEqual(['35=A|98=0|108=30|141=Y|']);
  });

  it('reports an order that trades level by level', () => {
    expect(order('11=A1|54=1|38=150|44=226.52|59=3|')).toEqual([
      '35=8|150=0|39=0|54=1|37=1|55=AAPL|11=A1|38=150|14=0|151=150|6=0|44=226.52|',
      '35=8|150=F|39=1|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=50|6=226.51|44=226.52|32=100|31=226.51|',
      '35=8|150=F|39=2|54=1|37=1|55=AAPL|11=A1|38=150|14=150|151=0|6=226.513333|44=226.52|32=50|31=226.52|',
    ]);
  });

  it('cancels what an immediate order could not trade', () => {
    const reports = order('11=A1|54=1|38=150|44=226.51|59=3|');
    expect(reports.at(-1)).toBe('35=8|150=4|39=4|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=0|6=226.51|44=226.51|');
  });

  it('gives every report its own ExecID and a TransactTime', () => {
    market.client.sends('35=D|55=AAPL|40=2|11=A1|54=1|38=100|44=226.51|');
    market.settle();
    const ids = market.client.receives(true).map((message) => pick(message, 17, 60));
    expect(ids).toEqual(['17=1|60=20260105-14:30:00.000', '17=2|60=20260105-14:30:00.000']);
  });

  it('fills a resting order later, by the recording', () => {
    expect(order('11=A1|54=1|38=100|44=226.5|').map((report) => pick(report, 150))).toEqual(['150=0']);
    market.book.delete(21);
    market.book.add(22, BUY, 2_265_000, 500);
    market.book.execute(22, 30);
    market.settle();
    expect(market.client.receives()).toEqual([
      '35=8|150=F|39=1|54=1|37=1|55=AAPL|11=A1|38=100|14=30|151=70|6=226.5|44=226.5|32=30|31=226.5|',
    ]);
  });

  it('cancels on request', () => {
    order('11=A1|54=1|38=100|44=226.5|');
    expect(market.says('35=F|11=A2|41=A1|55=AAPL|54=1|38=100|')).toEqual([
      '35=8|150=4|39=4|54=1|37=1|55=AAPL|11=A2|38=100|14=0|151=0|6=0|44=226.5|41=A1|',
    ]);
    expect(market.exchange.stats().openOrders).toBe(0);
  });

  it('replaces price and quantity under a new ClOrdID, which the next request names', () => {
    order('11=A1|54=1|38=100|44=226.5|');
    expect(market.says('35=G|11=A2|41=A1|55=AAPL|54=1|38=60|40=2|44=226.49|')).toEqual([
      '35=8|150=5|39=0|54=1|37=1|55=AAPL|11=A2|38=60|14=0|151=60|6=0|44=226.49|41=A1|',
    ]);
    const late = market.says('35=F|11=A3|41=A1|55=AAPL|54=1|');
    expect(late.map((report) => pick(report, 35, 102, 434))).toEqual(['35=9|102=0|434=1']);
    expect(market.says('35=F|11=A4|41=A2|55=AAPL|54=1|').map((report) => pick(report, 150, 11, 41))).toEqual([
      '150=4|11=A4|41=A2',
    ]);
  });

  it('sums up what happened', () => {
    market = simulatedExchange({ fees: perShareFees(0.003, -0.00205) });
    quote();
    order('11=A1|54=1|38=100|44=226.51|');
    order('11=A2|54=2|38=100|44=-1|');
    order('11=A3|54=1|38=10|44=226.5|');
    market.book.trade(2_200_000, 10);
    expect(market.exchange.stats()).toMatchObject({
      orders: 3,
      rejected: 1,
      fills: 2,
      filledShares: 110,
      fees: 100 * 300_000 - 10 * 205_000,
      openOrders: 0,
    });
  });
});

describe('what is refused, with words', () => {
  it.each([
    ['a stop order', '35=D|55=AAPL|54=1|38=1|40=3|44=1|', '103=11', /OrdType\(40\) must be/],
    ['a market order with a price', '35=D|55=AAPL|54=1|38=1|40=1|44=1|', '103=99', /has no Price/],
    ['a foreign time in force', '35=D|55=AAPL|54=1|38=1|40=2|44=1|59=6|', '103=11', /TimeInForce/],
    ['a short sale', '35=D|55=AAPL|54=5|38=1|40=2|44=1|', '103=99', /Side/],
    ['no price', '35=D|55=AAPL|54=1|38=1|40=2|', '103=99', /needs a Price/],
    ['a price of nothing', '35=D|55=AAPL|54=1|38=1|40=2|44=0|', '103=99', /above 0/],
    ['a price beyond the feed', '35=D|55=AAPL|54=1|38=1|40=2|44=200000.01|', '103=99', /at most 200000/],
    ['a price with five decimals', '35=D|55=AAPL|54=1|38=1|40=2|44=0.00001|', '103=99', /four decimals/],
    ['a price between ticks', '35=D|55=AAPL|54=1|38=1|40=2|44=1.0001|', '103=99', /multiple of 0.01/],
    ['a price that is no number', '35=D|55=AAPL|54=1|38=1|40=2|44=1e3|', '103=99', /above 0/],
    ['a quantity of nothing', '35=D|55=AAPL|54=1|38=0|40=2|44=1|', '103=13', /1 to 1000000/],
    ['half a share', '35=D|55=AAPL|54=1|38=0.5|40=2|44=1|', '103=13', /whole number/],
    ['too many shares', '35=D|55=AAPL|54=1|38=1000001|40=2|44=1|', '103=13', /1 to 1000000/],
    ['a symbol too long for the feed', '35=D|55=AAPLAAPLA|54=1|38=1|40=2|44=1|', '103=1', /Unknown symbol/],
  ])('%s', (_what, fields, reason, words) => {
    const [report] = market.says(`${fields}11=A1|`);
    expect(pick(report, 35, 150, 39, 11, 103, 151)).toBe(`35=8|150=8|39=8|11=A1|${reason}|151=0`);
    expect(pick(report, 58)).toMatch(words);
    expect(market.exchange.stats()).toMatchObject({ rejected: 1, openOrders: 0 });
  });

  it('a symbol that the feed has no book of', () => {
    market = simulatedExchange();
    expect(pick(order('11=A1|54=1|38=1|44=1|')[0], 39, 103, 58)).toMatch(/39=8\|103=1\|58=Unknown symbol/);
  });

  it('a ClOrdID that was used before, for a new order or a cancel', () => {
    order('11=A1|54=1|38=1|44=226.5|');
    expect(pick(order('11=A1|54=1|38=1|44=226.5|')[0], 39, 103)).toBe('39=8|103=6');
    expect(pick(market.says('35=F|11=A1|41=A1|55=AAPL|54=1|')[0], 35, 102)).toBe('35=9|102=6');
    expect(market.exchange.stats().openOrders).toBe(1);
  });

  it('an order on a halted or stale book, while cancels pass', () => {
    order('11=A1|54=1|38=1|44=226.5|');
    market.halt(true);
    expect(pick(order('11=A2|54=1|38=1|44=226.5|')[0], 39, 58)).toMatch(/39=8\|58=Trading .* halted/);
    expect(pick(market.says('35=F|11=A3|41=A1|55=AAPL|54=1|')[0], 150)).toBe('150=4');
    market.halt(false);
    market.goStale();
    expect(pick(order('11=A4|54=1|38=1|44=226.5|')[0], 39, 58)).toMatch(/39=8\|58=.*stale/);
  });

  it('more open orders than it holds', () => {
    market = simulatedExchange({ maxOpenOrders: 1 });
    quote();
    order('11=A1|54=1|38=1|44=226.5|');
    expect(pick(order('11=A2|54=1|38=1|44=226.5|')[0], 39, 103, 58)).toBe('39=8|103=3|58=Too many open orders');
  });

  it('changes to orders that are unknown, over, or another', () => {
    expect(market.says('35=F|11=C1|41=X9|55=AAPL|54=1|')).toEqual([
      '35=9|39=8|434=1|37=NONE|11=C1|41=X9|102=1|58=Unknown order: OrigClOrdID(41) names none|',
    ]);
    order('11=A1|54=1|38=1|44=226.51|59=3|');
    expect(pick(market.says('35=F|11=C2|41=A1|55=AAPL|54=1|')[0], 102, 58)).toBe(
      '102=0|58=Too late: the order is no longer open',
    );
    order('11=A2|54=1|38=10|44=226.5|');
    expect(pick(market.says('35=F|11=C3|41=A2|55=AAPL|54=2|')[0], 39, 37, 102)).toBe('39=0|37=2|102=1');
  });

  it('a replace that asks for what has traded, or that is no limit order', () => {
    order('11=A1|54=1|38=150|44=226.51|');
    const less = market.says('35=G|11=G1|41=A1|55=AAPL|54=1|38=100|40=2|44=226.51|');
    expect(pick(less[0], 35, 39, 434, 102, 58)).toBe(
      '35=9|39=1|434=2|102=0|58=Too late: OrderQty(38) must exceed what has traded',
    );
    const market1 = market.says('35=G|11=G2|41=A1|55=AAPL|54=1|38=200|40=1|');
    expect(pick(market1[0], 35, 102, 58)).toMatch(
      /35=9\|102=99\|58=OrdType\(40\) must be .* only limit orders are replaced/,
    );
    expect(market.exchange.stats().openOrders).toBe(1);
  });

  it('a message without a required tag, by a Reject that names it', () => {
    expect(pick(market.says('35=D|55=AAPL|40=2|54=1|38=1|44=1|')[0], 35, 371, 373)).toBe('35=3|371=11|373=1');
    expect(pick(market.says('35=F|11=A1|55=AAPL|54=1|')[0], 35, 371, 373)).toBe('35=3|371=41|373=1');
  });

  it('an identifier too long to be echoed', () => {
    expect(pick(order(`11=${'A'.repeat(49)}|54=1|38=1|44=226.5|`)[0], 35, 371, 373)).toBe('35=3|371=11|373=5');
    expect(pick(order(`11=${'A'.repeat(48)}|54=1|38=1|44=226.5|`)[0], 39)).toBe('39=0');
  });

  it('a kind of message that it does not take', () => {
    expect(pick(market.says('35=V|262=1|')[0], 35, 372, 380)).toBe('35=j|372=V|380=3');
  });
});

describe('time', () => {
  it('matches an order and sends its report exactly when their delays have passed', () => {
    market = simulatedExchange({ delays: constantDelays(10_000, 5_000) });
    quote();
    const sentNs = market.nowNs();
    expect(order('11=A1|54=1|38=100|44=226.51|59=3|')).toEqual([]);
    expect(market.exchange.nextDueNs()).toBe(sentNs + 10_000);
    market.book.execute(11, 60);
    market.pass(9_999);
    expect(market.exchange.stats().orders).toBe(0);
    market.pass(1);
    expect(market.exchange.stats().orders).toBe(1);
    expect(market.client.receives()).toEqual([]);
    expect(market.exchange.nextDueNs()).toBe(sentNs + 15_000);
    market.pass(5_000);
    expect(market.client.receives().map((report) => pick(report, 150, 14))).toEqual([
      '150=0|14=0',
      '150=F|14=40',
      '150=4|14=40',
    ]);
    expect(market.exchange.nextDueNs()).toBeGreaterThan(sentNs + 1e9);
  });

  it('keeps reports for a client that is away, and sends them in order when it is back', () => {
    market = simulatedExchange({ session: { ...ACCEPTOR, resetOnLogon: false } });
    quote();
    order('11=A1|54=1|38=100|44=226.5|');
    market.client.stream.close();
    market.settle();
    expect(market.exchange.isLoggedOn()).toBe(false);
    market.book.trade(2_264_000, 40);
    market.book.trade(2_264_000, 60);
    market.settle();
    expect(market.exchange.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    market.client.stream.open();
    market.client.stream.poll();
    market.settle();
    const reports = market.says('35=A|98=0|108=30|');
    expect(reports.map((report) => pick(report, 35, 14))).toEqual(['35=A|14?', '35=8|14=40', '35=8|14=100']);
  });
});

describe('the exchange and its feed', () => {
  it('asks for events only while they matter', () => {
    order('11=A1|54=1|38=100|44=226.5|');
    expect(market.book.interest).toBe(INTEREST.matching | INTEREST.trade);
    market.says('35=F|11=A2|41=A1|55=AAPL|54=1|');
    expect(market.book.interest).toBe(0);
  });

  it('tells of each arrival by the number at the end of its ClOrdID', () => {
    const arrivals: number[] = [];
    market = simulatedExchange({ onArrival: (ordinal) => arrivals.push(ordinal) });
    quote();
    order('11=K7-A12|54=1|38=100|44=226.5|');
    market.says('35=F|11=K7-A13|41=K7-A12|55=AAPL|54=1|');
    order('11=NONUMBER|54=1|38=100|44=226.5|');
    expect(arrivals).toEqual([12, 13, -1]);
  });

  it('remembers a bounded number of identifiers, and open orders for ever', () => {
    order('11=OPEN|54=1|38=100|44=226|');
    for (let i = 0; i < 70_000; i++) {
      market.client.sends(`35=D|55=AAPL|40=2|11=A${i}|54=1|38=1|44=1|59=3|`);
      if (i % 32 === 0) {
        market.settle();
        market.client.receives();
      }
    }
    market.settle();
    market.client.receives();
    expect(pick(market.says('35=F|11=C1|41=A1|55=AAPL|54=1|')[0], 35, 102)).toBe('35=9|102=1');
    expect(pick(market.says('35=F|11=C2|41=A69999|55=AAPL|54=1|')[0], 35, 102)).toBe('35=9|102=0');
    expect(pick(market.says('35=F|11=C3|41=OPEN|55=AAPL|54=1|')[0], 35, 150)).toBe('35=8|150=4');
  });
});
