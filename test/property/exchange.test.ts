import fc from 'fast-check';
import { describe, it } from 'vitest';
import { simulatedExchange } from '../support/simulated-exchange.ts';

/** Values that a field may have on the wire: right ones often, wrong ones of every kind. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('1', '2', '0', '3', '100', '226.5', '226.51', '0.0001', 'AAPL') },
  { weight: 1, arbitrary: fc.constantFrom('-1', '1e5', '99999999999999999999', '0.00001', '+1', ' ', 'Y', '1.2.3') },
  { weight: 1, arbitrary: fc.stringMatching(/^[\x21-\x3c\x3e-\x7b\x7d\x7e]{1,60}$/) },
);
const request = fc.record({
  type: fc.constantFrom('D', 'F', 'G'),
  own: fc.nat(30),
  original: fc.nat(30),
  fields: fc.record(
    { 55: value, 54: value, 38: value, 40: value, 44: value, 59: value },
    { requiredKeys: ['55', '54'] },
  ),
  usual: fc.boolean(),
  trade: fc.boolean(),
});

const field = (report: string, tag: number): string => new RegExp(`(?:^|\\|)${tag}=([^|]*)`).exec(report)?.[1] ?? '';

describe('an exchange under any requests', () => {
  it('answers each one, and its reports add up', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
        const market = simulatedExchange();
        market.book.add(1, 2, 2_265_100, 1_000);
        market.book.add(2, 1, 2_264_900, 1_000);
        const traded = new Map<string, number>();
        for (const { type, own, original, fields, usual, trade } of requests) {
          const usualFields = { 55: 'AAPL', 54: '1', 38: '100', 40: '2', 44: '226.5' };
          const body = Object.entries({ ...fields, ...(usual ? usualFields : {}) }).map(
            ([tag, text]) => `${tag}=${text}`,
          );
          const reports = market.says([`35=${type}`, `11=R${own}`, `41=R${original}`, ...body].join('|'));
          if (reports.length === 0) throw new Error('no answer');
          if (trade) market.book.trade(2_264_000, 37);
          market.settle();
          for (const report of [...reports, ...market.client.receives()]) check(report, traded);
        }
        const { lostReports, openOrders } = market.exchange.stats();
        if (lostReports !== 0 || openOrders > requests.length) throw new Error('reports lost or orders invented');
      }),
      { numRuns: 150 },
    );
  });
});

/** LeavesQty + CumQty = OrderQty while an order lives; CumQty is the sum of its fills; every refusal has words. */
function check(report: string, traded: Map<string, number>): void {
  const type = field(report, 35);
  if (type === '3' || type === 'j') return;
  const text = field(report, 58);
  if (type === '9') {
    if (text === '' || !/^[0-9]+$/.test(field(report, 102))) throw new Error(`no reason: ${report}`);
    return;
  }
  if (type !== '8') throw new Error(`an answer of type ${type}`);
  const [ordered, filled, leaves] = [38, 14, 151].map((tag) => Number(field(report, tag)));
  const [execType, status, order] = [150, 39, 37].map((tag) => field(report, tag));
  if (execType === '8') {
    if (text === '' || leaves !== 0 || filled !== 0) throw new Error(`a rejection without words: ${report}`);
    return;
  }
  const sum = (traded.get(order) ?? 0) + (execType === 'F' ? Number(field(report, 32)) : 0);
  traded.set(order, sum);
  if (filled !== sum) throw new Error(`CumQty is ${filled}, its fills ${sum}: ${report}`);
  if (leaves !== (status === '4' ? 0 : ordered - filled)) throw new Error(`LeavesQty does not add up: ${report}`);
  if ((status === '2') !== (leaves === 0 && status !== '4')) throw new Error(`a status that does not fit: ${report}`);
}
