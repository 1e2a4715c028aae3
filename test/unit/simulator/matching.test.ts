import { beforeEach, describe, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { EVENT, INTEREST } from '../../../native/layout.ts';
import { matchingOn } from '../../support/matching-log.ts';
import { RecordedBook } from '../../support/recorded-book.ts';

const { Buy, Sell } = Side;
const { Day, ImmediateOrCancel } = TimeInForce;

let book: RecordedBook;
let exchange: ReturnType<typeof matchingOn>;
let identifier: number;
/** Sends an order. @returns what happened at once, without its own number */
function send(side: Side, price: number, quantity: number, timeInForce: TimeInForce = Day): string[] {
  exchange.matching.submit(identifier++, 0, side, price, quantity, timeInForce);
  return exchange.said();
}

beforeEach(() => {
  book = new RecordedBook();
  exchange = matchingOn(book);
  identifier = 1;
  book.add(11, Sell, 10_100, 100);
  book.add(12, Sell, 10_100, 50);
  book.add(13, Sell, 10_200, 300);
  book.add(21, Buy, 10_000, 200);
});

describe('an arriving order', () => {
  it('takes level by level at the recorded prices up to its limit', () => {
    expect(send(Buy, 10_200, 250, ImmediateOrCancel)).toEqual([
      '1 accepted',
      '1 took 150 at 10100',
      '1 took 100 at 10200',
    ]);
  });

  it('leaves nothing behind when immediate, and rests when good for the day', () => {
    expect(send(Buy, 10_100, 400, ImmediateOrCancel)).toEqual(['1 accepted', '1 took 150 at 10100', '1 cancelled']);
    expect(send(Buy, 10_100, 400)).toEqual(['2 accepted']);
    expect([...exchange.rows.keys()]).toEqual([2]);
  });

  it('never gets what an earlier order took', () => {
    expect(send(Buy, 10_100, 120, ImmediateOrCancel)).toEqual(['1 accepted', '1 took 120 at 10100']);
    expect(send(Buy, 10_100, 120, ImmediateOrCancel)).toEqual(['2 accepted', '2 took 30 at 10100', '2 cancelled']);
    expect(send(Buy, 10_100, 1, ImmediateOrCancel)).toEqual(['3 accepted', '3 cancelled']);
  });

  it('gets new liquidity of the same level', () => {
    send(Buy, 10_100, 150, ImmediateOrCancel);
    book.add(14, Sell, 10_100, 70);
    expect(send(Buy, 10_100, 100, ImmediateOrCancel)).toEqual(['2 accepted', '2 took 70 at 10100', '2 cancelled']);
  });

  it('finds a recorded order that was replaced after we took it still missing those shares', () => {
    send(Buy, 10_100, 80, ImmediateOrCancel);
    book.replace(11, 2 ** 32 + 5, 10_050, 100);
    expect(send(Buy, 10_050, 100, ImmediateOrCancel)).toEqual(['2 accepted', '2 took 20 at 10050', '2 cancelled']);
  });

  it('is refused when there are too many open orders', () => {
    exchange = matchingOn(book, 1);
    send(Buy, 9_000, 1);
    expect(exchange.matching.submit(9, 0, Buy, 9_000, 1, Day)).toBe(-1);
    expect(exchange.said()).toEqual([]);
  });
});

describe('a resting order', () => {
  it('waits for the queue ahead, and goes first against what came later', () => {
    send(Buy, 10_000, 100);
    book.add(22, Buy, 10_000, 500);
    book.execute(21, 150);
    expect(exchange.said()).toEqual([]);
    book.execute(21, 50);
    expect(exchange.said()).toEqual([]);
    book.execute(22, 60);
    expect(exchange.said()).toEqual(['1 made 60 at 10000']);
    book.execute(22, 60);
    expect(exchange.said()).toEqual(['1 made 40 at 10000']);
    expect(exchange.rows.size).toBe(0);
  });

  it('moves up when orders ahead are cancelled', () => {
    send(Buy, 10_000, 100);
    book.cancel(21, 100);
    book.delete(21);
    book.add(22, Buy, 10_000, 100);
    book.execute(22, 100);
    expect(exchange.said()).toEqual(['1 made 100 at 10000']);
  });

  it('is behind an order that stays, ahead of one that was replaced at the same price', () => {
    send(Buy, 10_000, 100);
    book.replace(21, 22, 10_000, 200);
    book.execute(22, 30);
    expect(exchange.said()).toEqual(['1 made 30 at 10000']);
  });

  it('fills at its own price when the market trades through it', () => {
    send(Buy, 10_000, 100);
    book.add(23, Buy, 9_900, 100);
    book.execute(23, 40);
    expect(exchange.said()).toEqual(['1 made 40 at 10000']);
    book.trade(9_950, 10);
    expect(exchange.said()).toEqual(['1 made 10 at 10000']);
    book.trade(9_950, 20, EVENT.crossTrade);
    expect(exchange.said()).toEqual(['1 made 20 at 10000']);
  });

  it('does not fill by a hidden trade at its price, nor by an execution that is not printable', () => {
    send(Buy, 10_000, 100);
    book.trade(10_000, 10);
    book.add(22, Buy, 10_000, 100);
    book.execute(22, 50, { price: 9_990, printable: false });
    expect(exchange.said()).toEqual([]);
  });

  it('fills at the level where the recorded order rested, whatever price the execution had', () => {
    send(Buy, 10_000, 100);
    book.add(22, Buy, 10_000, 100);
    book.execute(22, 50, { price: 9_950 });
    expect(exchange.said()).toEqual(['1 made 50 at 10000']);
  });

  it('meets an order that comes to rest at its price on the other side', () => {
    book.delete(21);
    send(Buy, 10_000, 100);
    book.add(14, Sell, 10_000, 60);
    expect(exchange.said()).toEqual([]);
    book.execute(14, 60);
    expect(exchange.said()).toEqual(['1 made 60 at 10000']);
  });

  it('shares one recorded trade in order of price and entry, and gives no more than was traded', () => {
    send(Buy, 10_000, 30);
    send(Buy, 10_000, 30);
    send(Buy, 10_050, 30);
    book.add(23, Buy, 9_900, 100);
    book.execute(23, 75);
    expect(exchange.said()).toEqual(['3 made 30 at 10050', '1 made 30 at 10000', '2 made 15 at 10000']);
  });

  it('gets no second fill from a recorded execution of shares that we had taken', () => {
    send(Buy, 10_100, 100, ImmediateOrCancel);
    send(Sell, 10_100, 500);
    book.execute(11, 100);
    book.execute(12, 50);
    expect(exchange.said()).toEqual([]);
    book.add(14, Sell, 10_100, 10);
    book.execute(14, 10);
    expect(exchange.said()).toEqual(['2 made 10 at 10100']);
  });
});

describe('a replace', () => {
  it('keeps its place only when the quantity goes down at the same price', () => {
    send(Buy, 10_000, 100);
    book.add(22, Buy, 10_000, 100);
    exchange.matching.replace(exchange.rows.get(1)!, 2, 10_000, 60);
    book.execute(22, 20);
    expect(exchange.said()).toEqual(['1 became 2', '2 made 20 at 10000']);
    exchange.matching.replace(exchange.rows.get(2)!, 3, 10_000, 200);
    book.execute(22, 20);
    expect(exchange.said()).toEqual(['2 became 3']);
    book.add(23, Buy, 10_000, 10);
    book.execute(23, 10);
    expect(exchange.said()).toEqual(['3 made 10 at 10000']);
  });

  it('may trade at its new price', () => {
    send(Buy, 10_000, 200);
    exchange.matching.replace(exchange.rows.get(1)!, 2, 10_100, 200);
    expect(exchange.said()).toEqual(['1 became 2', '2 took 150 at 10100']);
    book.delete(21);
    book.add(24, Buy, 10_100, 10);
    book.execute(24, 10);
    expect(exchange.said()).toEqual(['2 made 10 at 10100']);
  });
});

describe('a cancel', () => {
  it('takes the order out of the way', () => {
    send(Buy, 10_000, 100);
    exchange.matching.cancel(exchange.rows.get(1)!, 77);
    book.trade(9_000, 1_000);
    expect(exchange.said()).toEqual(['1 cancelled by 77']);
  });
});

describe('interest in the feed', () => {
  it('is there only while something rests or is missing', () => {
    expect(book.interest).toBe(0);
    send(Buy, 10_100, 100, ImmediateOrCancel);
    expect(book.interest).toBe(INTEREST.matching);
    book.delete(11);
    expect(book.interest).toBe(0);
    send(Buy, 9_000, 1);
    expect(book.interest).toBe(INTEREST.matching | INTEREST.trade);
    exchange.matching.cancel(exchange.rows.get(2)!, -1);
    expect(book.interest).toBe(0);
  });
});
