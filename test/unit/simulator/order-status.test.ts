import { beforeEach, describe, expect, it } from 'vitest';
import { simulatedExchange } from '../../support/simulated-exchange.ts';

let market: ReturnType<typeof simulatedExchange>;

beforeEach(() => {
  market = simulatedExchange();
  market.book.add(11, 2, 2_265_100, 100);
  market.book.add(21, 1, 2_265_000, 200);
});

const order = (id: string, rest = '54=1|38=150|44=226.51|') => market.says(`35=D|55=AAPL|40=2|11=${id}|${rest}`);
const status = (id: string) => market.says(`35=H|11=${id}|55=AAPL|54=1|`);

describe('an OrderStatusRequest(H)', () => {
  it('is answered with the order as it is, again and again, and uses up no ClOrdID', () => {
    order('A1');
    const answer = '35=8|150=I|39=1|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=50|6=226.51|44=226.51|';
    expect(status('A1')).toEqual([answer]);
    expect(status('A1')).toEqual([answer]);
  });

  it('about one that is filled tells its end', () => {
    order('A1', '54=1|38=100|44=226.51|');
    expect(status('A1')).toEqual(['35=8|150=I|39=2|54=1|37=1|55=AAPL|11=A1|38=100|14=100|151=0|6=226.51|44=226.51|']);
  });

  it('about one that is cancelled tells its end, by any name it had', () => {
    order('A1');
    market.says('35=G|55=AAPL|54=1|40=2|11=A2|41=A1|38=180|44=226.5|');
    expect(status('A1')).toEqual(['35=8|150=I|39=1|54=1|37=1|55=AAPL|11=A2|38=180|14=100|151=80|6=226.51|44=226.5|']);
    market.says('35=F|11=A3|41=A2|55=AAPL|54=1|38=180|');
    const end = '35=8|150=I|39=4|54=1|37=1|55=AAPL|11=A2|38=180|14=100|151=0|6=226.51|44=226.5|';
    expect(status('A1')).toEqual([end]);
    expect(status('A2')).toEqual([end]);
  });

  it('about one that was rejected says why', () => {
    order('A1', '54=1|38=0|44=226.51|');
    expect(status('A1')[0]).toMatch(/^35=8\|150=I\|39=8\|.*11=A1\|.*103=13\|/);
  });

  it('about an unknown one says so, and the identifier stays free', () => {
    expect(status('A9')).toEqual([
      '35=8|150=I|39=8|54=1|37=0|55=AAPL|11=A9|38=0|14=0|151=0|6=0|103=5|58=Unknown order: ClOrdID(11) names none|',
    ]);
    expect(order('A9')[0]).toContain('150=0');
  });

  it('lacks a tag: the session says which', () => {
    expect(market.says('35=H|11=A1|54=1|')[0]).toMatch(/^35=3\|.*371=55\|/);
  });
});
