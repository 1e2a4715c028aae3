import { beforeEach, describe, expect, it } from 'vitest';
import { simulatedExchange } from '../../support/simulated-exchange.ts';

let market: ReturnType<typeof simulatedExchange>;

beforeEach(() => {
  market = simulatedExchange();
  market.book.add(11, 2, 2_265_100, 100);
  market.book.add(21, 1, 2_265_000, 200);
});

const order = (id: string, rest = '54=1|38=100|44=226.4|') => market.says(`35=D|55=AAPL|40=2|11=${id}|${rest}`);
const status = (rest = '585=7|') => market.says(`35=AF|584=Q1|${rest}`);
const cancel = (id = 'C1', rest = '530=7|') => market.says(`35=q|11=${id}|60=20260105-14:30:00|${rest}`);

describe('an OrderMassStatusRequest(AF)', () => {
  it('is answered with a report for each open order, in the order in which they came', () => {
    order('A1', '54=1|38=150|44=226.51|');
    order('A2', '54=2|38=80|44=226.6|');
    order('A3', '54=1|38=10|44=226.4|59=3|');
    expect(status()).toEqual([
      '35=8|150=I|39=1|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=50|6=226.51|44=226.51|584=Q1|911=2|912=N|',
      '35=8|150=I|39=0|54=2|37=2|55=AAPL|11=A2|38=80|14=0|151=80|6=0|44=226.6|584=Q1|911=2|912=Y|',
    ]);
  });

  it('is told where there is none, and may ask again', () => {
    const none =
      '35=8|150=I|39=8|54=7|37=0|55=[N/A]|11=Q1|38=0|14=0|151=0|6=0|103=5|58=No open orders|584=Q1|911=0|912=Y|';
    expect(status()).toEqual([none]);
    expect(status()).toEqual([none]);
  });

  it('may be about one security', () => {
    order('A1');
    expect(status('585=1|55=AAPL|')[0]).toContain('11=A1|');
    expect(status('585=1|')[0]).toMatch(/39=8\|.*103=1\|58=Unknown symbol.*911=0\|/);
    expect(status('585=3|')[0]).toMatch(/39=8\|.*103=99\|58=Only 1 .*911=0\|/);
  });

  it('carries ExecID 0: it is no execution', () => {
    order('A1');
    market.client.sends('35=AF|584=Q1|585=7|');
    market.settle();
    expect(market.client.receives(true)[0]).toContain('|17=0|');
  });

  it('lacks a tag: the session says which', () => {
    expect(market.says('35=AF|585=7|')[0]).toMatch(/^35=3\|.*371=584\|/);
    expect(market.says(`35=AF|585=7|584=${'Q'.repeat(49)}|`)[0]).toMatch(/^35=3\|.*371=584\|372=AF\|373=5\|/);
  });
});

describe('an OrderMassCancelRequest(q)', () => {
  it('cancels every open order, says how many, and each order says it, too', () => {
    order('A1', '54=1|38=150|44=226.51|');
    order('A2', '54=2|38=80|44=226.6|');
    expect(cancel()).toEqual([
      expect.stringMatching(/^35=r\|530=7\|531=7\|37=\d+\|11=C1\|533=2\|$/),
      '35=8|150=4|39=4|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=0|6=226.51|44=226.51|',
      '35=8|150=4|39=4|54=2|37=2|55=AAPL|11=A2|38=80|14=0|151=0|6=0|44=226.6|',
    ]);
    expect(market.exchange.stats()).toMatchObject({ openOrders: 0, cancelled: 2 });
    expect(cancel('C2')).toEqual([expect.stringMatching(/^35=r\|530=7\|531=7\|37=\d+\|11=C2\|533=0\|$/)]);
  });

  it('may be about one security', () => {
    order('A1');
    expect(cancel('C1', '530=1|55=AAPL|').map((text) => text.slice(0, 17))).toEqual([
      '35=r|530=1|531=1|',
      '35=8|150=4|39=4|5',
    ]);
  });

  it('is refused by name: its type, its symbol, its ClOrdID', () => {
    order('A1');
    expect(cancel('C1', '530=3|')[0]).toMatch(/^35=r\|530=3\|531=0\|.*11=C1\|532=0\|58=Only 1 /);
    expect(cancel('C2', '530=1|55=NO SUCH ONE|')[0]).toMatch(/^35=r\|530=1\|531=0\|.*532=1\|58=Unknown symbol/);
    expect(cancel('A1')[0]).toMatch(/^35=r\|530=7\|531=0\|.*11=A1\|532=6\|58=ClOrdID\(11\) has been used before\|/);
    expect(market.exchange.stats().openOrders).toBe(1);
    expect(market.says('35=q|11=C4|530=7|')[0]).toMatch(/^35=3\|.*371=60\|/);
  });
});

describe('time in force and identifiers', () => {
  it('takes Good Till Cancel', () => {
    expect(order('A1', '54=1|38=100|44=226.4|59=1|')[0]).toMatch(/^35=8\|150=0\|39=0\|/);
    expect(order('A2', '54=1|38=100|44=226.4|59=6|')[0]).toContain('58=TimeInForce(59) must be 0 (Day), 1 (Good Till');
  });

  it('begins its ExecIDs where it is told', () => {
    market = simulatedExchange({ firstExecId: 1_792_000_000_000_000 });
    market.book.add(11, 2, 2_265_100, 100);
    market.client.sends('35=D|55=AAPL|40=2|11=A1|54=1|38=100|44=226.51|');
    market.settle();
    expect(market.client.receives(true).map((text) => /\|17=(\d+)\|/.exec(text)?.[1])).toEqual([
      '1792000000000000',
      '1792000000000001',
    ]);
  });
});
