import { describe, expect, it } from 'vitest';
import type { QuoteLevel, QuoteOptions } from '../../../engine/index.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

const BID = 3_200_000;
const ASK = 3_201_000;
const TICK = 100;

function maker(options: Parameters<typeof puppetEngine>[0] = {}) {
  const made = puppetEngine(options);
  const { ctx, stock, gateway, settle } = made;
  let seen = 0;
  /** What has left since the last look. */
  const sent = (): string[] => {
    const news = gateway.sent.slice(seen).map((message) => {
      const { kind, ordinal, orig, side, price, quantity } = message;
      const of = orig === 0 ? '' : ` of ${orig}`;
      return kind === 'cancel' ? `cancel ${ordinal}${of}` : `${kind} ${ordinal}${of}: ${side} ${quantity}@${price}`;
    });
    seen = gateway.sent.length;
    return news;
  };
  const quote = (bids: QuoteLevel[], asks: QuoteLevel[], quoteOptions?: QuoteOptions) =>
    ctx.orders.quote(stock(), { bids, asks }, quoteOptions);
  const answer = (report: Parameters<typeof gateway.reply>[0]): string[] => {
    gateway.reply(report);
    settle();
    return sent();
  };
  const acknowledge = (ordinal: number) =>
    answer({ clOrdOrdinal: ordinal, execType: '0', ordStatus: '0', cumQuantity: 0 });
  const replaced = (ordinal: number, orig: number, cumQuantity = 0) =>
    answer({ clOrdOrdinal: ordinal, origClOrdOrdinal: orig, execType: '5', ordStatus: '5', cumQuantity });
  const cancelled = (ordinal: number, orig: number) =>
    answer({
      clOrdOrdinal: ordinal,
      origClOrdOrdinal: orig,
      execType: '4',
      ordStatus: '4',
      cumQuantity: 0,
      leavesQuantity: 0,
    });
  return { ...made, quote, sent, answer, acknowledge, replaced, cancelled };
}

const at = (price: number, quantity = 100): QuoteLevel => ({ price, quantity });

describe('ctx.orders.quote', () => {
  it('sends a level each side, leaves what is right, and tells one result a level', () => {
    const { quote, sent, acknowledge } = maker();
    const result = quote([at(BID), at(BID - TICK)], [at(ASK)]);
    expect(sent()).toEqual(['new 1: 1 100@3200000', 'new 2: 1 100@3199900', 'new 3: 2 100@3201000']);
    expect([result.ok, result.bid(0).action, result.bid(1).action, result.ask(0).action]).toEqual([
      true,
      'sent',
      'sent',
      'sent',
    ]);
    expect([result.ask(1).action, result.bid(0).order?.price]).toEqual(['none', BID]);
    for (const ordinal of [1, 2, 3]) expect(acknowledge(ordinal)).toEqual([]);
    quote([at(BID), at(BID - TICK)], [at(ASK)]);
    expect(sent()).toEqual([]);
    expect([result.bid(0).action, result.ask(0).action]).toEqual(['kept', 'kept']);
  });

  it('replaces what has moved and cancels what is wanted no more', () => {
    const { quote, sent, acknowledge } = maker();
    const result = quote([at(BID), at(BID - TICK)], [at(ASK)]);
    for (const ordinal of [1, 2, 3]) acknowledge(ordinal);
    sent();
    quote([at(BID - TICK, 80)], [at(ASK)]);
    expect(sent()).toEqual(['replace 4 of 1: 1 80@3199900', 'cancel 5 of 2']);
    expect([result.bid(0).action, result.bid(1).action]).toEqual(['replaced', 'cancelled']);
  });

  it('lets the side in the way of the market give way first', () => {
    const { quote, sent, acknowledge } = maker();
    quote([at(BID)], [at(ASK)]);
    for (const ordinal of [1, 2]) acknowledge(ordinal);
    sent();
    quote([at(BID + TICK)], [at(ASK + TICK)]);
    expect(sent()).toEqual(['replace 3 of 2: 2 100@3201100', 'replace 4 of 1: 1 100@3200100']);
  });

  it('keeps an order within the tolerance, and changes only its quantity there', () => {
    const { quote, sent, acknowledge } = maker();
    quote([at(BID)], []);
    acknowledge(1);
    sent();
    quote([at(BID + 2 * TICK)], [], { keepWithinTicks: 2 });
    expect(sent()).toEqual([]);
    quote([at(BID + 2 * TICK, 60)], [], { keepWithinTicks: 2 });
    expect(sent()).toEqual(['replace 2 of 1: 1 60@3200000']);
  });

  it('waits for an answer, then works what is still to do', () => {
    const { quote, sent, acknowledge, replaced, cancelled } = maker();
    const result = quote([at(BID)], []);
    sent();
    quote([at(BID - TICK)], []);
    expect([sent(), result.bid(0).action]).toEqual([[], 'waiting']);
    expect(acknowledge(1)).toEqual(['replace 2 of 1: 1 100@3199900']);
    quote([], []);
    expect([sent(), result.bid(0).action]).toEqual([[], 'waiting']);
    expect(replaced(2, 1)).toEqual(['cancel 3 of 2']);
    quote([at(BID)], []);
    expect(sent()).toEqual([]);
    expect(cancelled(3, 2)).toEqual(['new 4: 1 100@3200000']);
  });

  it('does not replenish what has executed before it is told to', () => {
    const { quote, sent, acknowledge, answer } = maker();
    const result = quote([at(BID)], []);
    acknowledge(1);
    sent();
    const fill = {
      clOrdOrdinal: 1,
      execType: 'F',
      lastQuantity: 40,
      lastPrice: BID,
      cumQuantity: 40,
      leavesQuantity: 60,
    };
    expect(answer({ ...fill, ordStatus: '1' })).toEqual([]);
    expect(result.bid(0).action).toBe('kept');
    quote([at(BID)], []);
    expect(sent(), 'a hundred more: what has executed counts').toEqual(['replace 2 of 1: 1 140@3200000']);
  });

  it('takes no order that the venue has refused or cancelled for one to be sent again at once', () => {
    const { quote, sent, acknowledge, answer } = maker();
    quote([at(BID)], [at(ASK)]);
    acknowledge(2);
    sent();
    expect(answer({ clOrdOrdinal: 1, execType: '8', ordStatus: '8', cumQuantity: 0, leavesQuantity: 0 })).toEqual([]);
    expect(answer({ clOrdOrdinal: 2, execType: '4', ordStatus: '4', cumQuantity: 0, leavesQuantity: 0 })).toEqual([]);
    quote([at(BID)], [at(ASK)]);
    expect(sent()).toEqual(['new 3: 1 100@3200000', 'new 4: 2 100@3201000']);
  });

  it('tells which level was refused and why, and tries one that ran into its own other side again', () => {
    const { quote, sent, acknowledge, replaced } = maker({ risk: { refuseSelfMatch: true, maxQuantity: 500 } });
    const result = quote([at(BID), at(BID - TICK, 501)], [at(ASK)]);
    expect(result.ok).toBe(false);
    expect(result.bid(1)).toMatchObject({ action: 'refused', reason: 'MaxQuantity', order: null });
    for (const ordinal of [1, 2]) acknowledge(ordinal);
    sent();
    quote([at(ASK)], [at(ASK + TICK)]);
    expect(sent(), 'the old ask stands until it is replaced').toEqual(['replace 3 of 2: 2 100@3201100']);
    expect(result.bid(0)).toMatchObject({ action: 'refused', reason: 'SelfMatch' });
    expect(replaced(3, 2)).toEqual(['replace 4 of 1: 1 100@3201000']);
    expect(result.ok).toBe(true);
  });

  it('shows nothing at a price that is none, and refuses more levels than there are', () => {
    const { quote, sent } = maker();
    const result = quote([at(Number.NaN)], [at(ASK, 0)]);
    expect([sent(), result.bid(0).action, result.ask(0).action]).toEqual([[], 'none', 'none']);
    const many = Array.from({ length: 17 }, (_, level) => at(BID - level * TICK));
    expect(() => quote(many, [])).toThrow('at most 16 levels');
  });

  it('sends with the options it is given', () => {
    const { quote, gateway } = maker();
    quote([at(BID)], [], { postOnly: true, keepWithinTicks: 1 });
    expect(gateway.terms.get(gateway.last.terms)).toEqual({ isMarket: false, timeInForce: 0, execInst: '6' });
  });
});
