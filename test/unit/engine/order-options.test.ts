import { expect, it } from 'vitest';
import { type OrderOptions, Side, TimeInForce } from '../../../engine/index.ts';
import { createOrderTerms, OrderTermsTable, readOrderTerms } from '../../../engine/orders/order-terms-table.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

const BID = 3_200_000;
const ASK = 3_201_000;

it('sends plain orders under their TimeInForce(59), and prepares each other set of options once', () => {
  const { ctx, stock, gateway } = puppetEngine();
  const passive: OrderOptions = { postOnly: true, account: 'FUND-7' };
  ctx.orders.limit(stock(), Side.Buy, BID, 1);
  ctx.orders.limit(stock(), Side.Buy, BID, 2, { timeInForce: TimeInForce.GoodTillCancel });
  ctx.orders.limit(stock(), Side.Buy, BID, 3, passive);
  ctx.orders.limit(stock(), Side.Buy, BID, 4, { account: 'FUND-7', postOnly: true });
  ctx.orders.ioc(stock(), Side.Buy, ASK, 5, { tags: { 9001: 'x' } });
  ctx.orders.ioc(stock(), Side.Buy, ASK, 6, { tags: { 9001: 'y' } });
  ctx.orders.ioc(stock(), Side.Buy, ASK, 7, { tags: { 9001: 'x' }, session: 'venue' });
  expect(gateway.sent.map(({ quantity, terms }) => [quantity, terms])).toEqual([
    [1, 0],
    [2, 1],
    [3, 16],
    [4, 16],
    [5, 17],
    [6, 18],
    [7, 17],
  ]);
  expect([...gateway.terms]).toEqual([
    [16, { isMarket: false, timeInForce: 0, account: 'FUND-7', execInst: '6' }],
    [17, { isMarket: false, timeInForce: 3, fields: { 9001: 'x' } }],
    [18, { isMarket: false, timeInForce: 3, fields: { 9001: 'y' } }],
  ]);
});

it('does not mistake an object that was changed for what it was', () => {
  const { ctx, stock, gateway } = puppetEngine();
  const options = { tags: { 9001: 'x' } };
  ctx.orders.limit(stock(), Side.Buy, BID, 1, options);
  options.tags[9001] = 'y';
  ctx.orders.limit(stock(), Side.Buy, BID, 2, options);
  expect(gateway.sent.map(({ terms }) => gateway.terms.get(terms)?.fields)).toEqual([{ 9001: 'x' }, { 9001: 'y' }]);
});

it('names the account of an order in its replacement and its cancel', () => {
  const { ctx, stock, gateway, settle } = puppetEngine();
  const sent = ctx.orders.limit(stock(), Side.Buy, BID, 100, { account: 'FUND-7' });
  if (!sent.ok) throw new Error(sent.reason);
  gateway.acknowledge(1);
  settle();
  ctx.orders.replace(sent.order, BID, 50);
  expect(gateway.last).toMatchObject({ kind: 'replace', terms: 16 });
  gateway.reply({
    clOrdOrdinal: 2,
    origClOrdOrdinal: 1,
    execType: '5',
    ordStatus: '5',
    cumQuantity: 0,
    leavesQuantity: 50,
  });
  settle();
  ctx.orders.cancel(sent.order);
  expect(gateway.last).toMatchObject({ kind: 'cancel', terms: 16 });
});

it.each<[string, object, string]>([
  ['another session', { session: 'nasdaq' }, "session must be venue, the venue's name"],
  ['a misspelt option', { postonly: true }, 'has no postonly; there are session, account, timeInForce'],
  ['a time in force that is none', { timeInForce: 9 }, 'timeInForce must be one of TimeInForce'],
  ['post-only and immediate', { postOnly: true, timeInForce: TimeInForce.ImmediateOrCancel }, 'postOnly is for limit'],
])('refuses %s', (_what, options, sentence) => {
  const { ctx, stock } = puppetEngine();
  expect(() => ctx.orders.limit(stock(), Side.Buy, BID, 1, options)).toThrow(sentence);
});

it('holds a market order against what it would trade at first, and gives it no price', () => {
  const { ctx, stock, gateway } = puppetEngine({ risk: { maxNotional: 640 } });
  expect(ctx.orders.market(stock(), Side.Sell, 2)).toMatchObject({ ok: true });
  expect(gateway.last).toMatchObject({ side: 2, quantity: 2, price: Number.NaN, terms: 16 });
  expect(gateway.terms.get(16)).toEqual({ isMarket: true, timeInForce: 0 });
  // At the ask of 320.10 two cost more than 640.
  expect(ctx.orders.market(stock(), Side.Buy, 2)).toEqual({ ok: false, reason: 'MaxNotional' });
});

it('refuses a market order without a market, where the venue takes none, and its replacement', () => {
  const empty = puppetEngine({}, Number.NaN, ASK);
  expect(empty.ctx.orders.market(empty.stock(), Side.Sell, 1)).toEqual({ ok: false, reason: 'NoPrice' });
  const { ctx, stock, gateway, settle } = puppetEngine();
  const bought = ctx.orders.market(stock(), Side.Buy, 1);
  if (!bought.ok) throw new Error(bought.reason);
  gateway.acknowledge(1);
  settle();
  expect(ctx.orders.replace(bought.order, ASK, 2)).toEqual({ ok: false, reason: 'InvalidOrder' });
  gateway.offers = { ...gateway.offers, market: false };
  expect(ctx.orders.market(stock(), Side.Buy, 1)).toEqual({ ok: false, reason: 'NotOffered' });
});

it('keeps terms under their numbers over a restart, and in memory that another thread reads', () => {
  const memory = createOrderTerms();
  const first = new OrderTermsTable(memory, () => {});
  const fund = { isMarket: false, timeInForce: TimeInForce.Day, account: 'FUND-7' };
  const tagged = { isMarket: false, timeInForce: TimeInForce.Day, fields: { 9002: 'é', 9001: 'x' } };
  expect([first.numberOf(fund), first.numberOf(tagged), first.numberOf({ ...fund })]).toEqual([16, 17, 16]);
  expect(readOrderTerms(memory)).toEqual([
    { number: 16, terms: fund },
    { number: 17, terms: tagged },
  ]);
  const second = new OrderTermsTable(createOrderTerms(), () => {});
  second.restore(readOrderTerms(memory).reverse());
  expect([second.numberOf(tagged), second.numberOf(fund)]).toEqual([17, 16]);
});

it('has room for 240 different ones, and says so when there are more', () => {
  const table = new OrderTermsTable(createOrderTerms(), () => {});
  const of = (account: string) => table.numberOf({ isMarket: false, timeInForce: TimeInForce.Day, account });
  for (let index = 0; index < 240; index += 1) expect(of(`A${index}`)).toBe(16 + index);
  expect(() => of('B')).toThrow('240 different options');
  expect(of('A7')).toBe(23);
  const fields = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [9_000 + index, 'x'.repeat(60)]));
  const long = new OrderTermsTable(createOrderTerms(), () => {});
  expect(() => long.numberOf({ isMarket: false, timeInForce: TimeInForce.Day, fields })).toThrow(
    /take \d+ bytes, and 1023/,
  );
});
