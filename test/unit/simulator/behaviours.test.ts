import { describe, expect, it } from 'vitest';
import {
  type BehaviourName,
  type BehaviourSettings,
  ledgerPositions,
  type Scenario,
} from '../../../simulator/index.ts';
import { ACCEPTOR, simulatedExchange } from '../../support/simulated-exchange.ts';

const MS = 1e6;
const always: BehaviourSettings = { share: 1, minMs: 10, maxMs: 10, atMost: 1 };
const only = (name: BehaviourName, settings: Partial<BehaviourSettings> = {}): Scenario => ({
  seed: 7,
  behaviours: { [name]: { ...always, ...settings } },
});

/** A market with 100 shares on offer at 226.51, and one behaviour. */
function market(name: BehaviourName, settings: Partial<BehaviourSettings> = {}) {
  const made = simulatedExchange({ scenario: only(name, settings), session: { ...ACCEPTOR, resetOnLogon: false } });
  made.book.add(11, 2, 2_265_100, 100);
  made.book.add(21, 1, 2_264_900, 100);
  return made;
}

const resting = '35=D|55=AAPL|40=2|11=A1|54=1|38=100|44=226.5|';
const trading = '35=D|55=AAPL|40=2|11=A1|54=1|38=100|44=226.51|';
const pick = (message: string | undefined, ...tags: number[]) =>
  tags.map((tag) => new RegExp(`(?:^|\\|)(${tag}=[^|]*)`).exec(message ?? '')?.[1] ?? `${tag}?`).join('|');

describe('what happens to orders', () => {
  it('reject: a new order is refused with words, and no more often than the scenario says', () => {
    const { says, exchange } = market('reject');
    expect(says(resting)).toEqual([
      '35=8|150=8|39=8|54=1|37=0|55=AAPL|11=A1|38=100|14=0|151=0|6=0|44=226.5|103=99|58=Refused by the scenario that is being rehearsed|',
    ]);
    expect(says(resting.replace('A1', 'A2')).map((report) => pick(report, 150))).toEqual(['150=0']);
    expect(exchange.stats().behaviours).toEqual({ reject: 1 });
  });

  it('reject: so is a replacement, and the order lives', () => {
    const answers = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const { says, book } = simulatedExchange({ scenario: { ...only('reject', { share: 0.5 }), seed } });
      book.add(11, 2, 2_265_100, 100);
      if (pick(says(resting)[0], 150) !== '150=0') continue;
      answers.add(pick(says('35=G|55=AAPL|40=2|41=A1|11=A2|54=1|38=50|44=226.5|')[0], 35, 150, 39, 102));
    }
    expect([...answers].sort()).toEqual(['35=8|150=5|39=0|102?', '35=9|150?|39=0|102=99']);
  });

  it('pending: new, replace and cancel are first received', () => {
    const { says } = market('pending', { atMost: null });
    expect(says(resting).map((report) => pick(report, 150, 39))).toEqual(['150=A|39=A', '150=0|39=0']);
    const replaced = says('35=G|55=AAPL|40=2|41=A1|11=A2|54=1|38=50|44=226.5|');
    expect(replaced.map((report) => pick(report, 150, 39, 11, 41))).toEqual([
      '150=E|39=E|11=A2|41=A1',
      '150=5|39=0|11=A2|41=A1',
    ]);
    const cancelled = says('35=F|55=AAPL|41=A2|11=A3|54=1|38=50|');
    expect(cancelled.map((report) => pick(report, 150, 39, 11, 41))).toEqual([
      '150=6|39=6|11=A3|41=A2',
      '150=4|39=4|11=A3|41=A2',
    ]);
  });

  it('delay: a report leaves late, and those behind it with it', () => {
    const { says, pass, client } = market('delay');
    expect(says(trading)).toEqual([]);
    pass(9 * MS);
    expect(client.receives()).toEqual([]);
    pass(1 * MS);
    expect(client.receives().map((report) => pick(report, 150))).toEqual(['150=0', '150=F']);
  });

  it('partialFill: some shares of a resting order trade at its price', () => {
    const { says, pass, client, exchange } = market('partialFill');
    says(resting);
    pass(10 * MS);
    const [fill] = client.receives();
    expect(pick(fill, 150, 39, 31)).toBe('150=F|39=1|31=226.5');
    const [order] = exchange.ledger();
    expect(order.filled).toBeGreaterThan(0);
    expect(order.filled).toBeLessThan(100);
    expect(order.notional).toBe(order.filled * 2_265_000);
  });

  it('cancel: an order ends though nobody asked', () => {
    const { says, pass, client, exchange } = market('cancel');
    says(resting);
    pass(10 * MS);
    expect(client.receives().map((report) => pick(report, 150, 39, 41))).toEqual(['150=4|39=4|41?']);
    expect(exchange.stats().openOrders).toBe(0);
  });

  it('restate: its quantity is cut, and the reason is told', () => {
    const { says, pass, client, exchange } = market('restate');
    says(resting);
    pass(10 * MS);
    const [report] = client.receives();
    const [{ quantity, isOpen }] = exchange.ledger();
    expect(quantity).toBeLessThan(100);
    expect(isOpen).toBe(true);
    expect(pick(report, 150, 378, 38, 151)).toBe(`150=D|378=5|38=${quantity}|151=${quantity}`);
  });
});

describe('what happens to trades', () => {
  it('bust: one is taken back, by the name that it had', () => {
    const { client, settle, pass, exchange } = market('bust');
    client.sends(trading);
    settle();
    const [, trade] = client.receives(true);
    pass(10 * MS);
    const [bust] = client.receives(true);
    const [, name] = pick(trade, 17).split('=');
    expect(pick(bust, 150, 19, 32, 31, 14, 151)).toBe(`150=H|19=${name}|32=100|31=226.51|14=0|151=0`);
    expect(pick(bust, 17)).not.toBe(pick(trade, 17));
    expect(ledgerPositions(exchange.ledger()).get('AAPL')).toEqual({ bought: 0, sold: 0, cash: 0 });
  });

  it('bust: a live order gets the shares back', () => {
    const { says, pass, client } = market('bust');
    says('35=D|55=AAPL|40=2|11=A1|54=1|38=150|44=226.51|');
    pass(10 * MS);
    expect(pick(client.receives()[0], 150, 39, 14, 151)).toBe('150=H|39=0|14=0|151=150');
  });

  it('correct: another quantity and price, and the average follows', () => {
    const { says, pass, client, exchange } = market('correct');
    says(trading);
    pass(10 * MS);
    const [report] = client.receives();
    const [{ filled, notional }] = exchange.ledger();
    const price = notional / filled;
    expect([2_265_000, 2_265_200]).toContain(price);
    expect(pick(report, 150, 32, 31, 14)).toBe(`150=G|32=${filled}|31=${price / 10_000}|14=${filled}`);
  });
});

describe('what happens on the way', () => {
  it('duplicate: a report comes again with its ExecID, under a number of its own', () => {
    const { client, settle, pass } = market('duplicate');
    client.sends(resting);
    settle();
    const [first] = client.receives(true);
    pass(10 * MS);
    const [second] = client.receives(true);
    expect(pick(second, 150, 17)).toBe(pick(first, 150, 17));
    expect(pick(second, 34)).not.toBe(pick(first, 34));
  });

  it('reorder: a trade comes before the acceptance', () => {
    const { says } = market('reorder');
    expect(says(trading).map((report) => pick(report, 150))).toEqual(['150=F', '150=0']);
  });

  it('silence: nothing is said or heard until it is over', () => {
    const { says, pass, client, exchange, nowNs } = market('silence');
    expect(says(resting)).toHaveLength(1);
    expect(says('35=1|112=there|')).toEqual([]);
    expect(exchange.nextDueNs()).toBe(nowNs() + 10 * MS);
    pass(10 * MS);
    expect(client.receives()).toEqual(['35=0|112=there|']);
  });

  it('disconnect: the connection ends within a message, which is kept for whoever asks again', () => {
    const { client, settle, exchange } = market('disconnect');
    client.sends(resting);
    settle();
    const [part] = client.receives(true);
    expect(part ?? '').not.toContain('10=');
    expect(exchange.isLoggedOn()).toBe(false);
    expect(exchange.stats()).toMatchObject({ openOrders: 1, behaviours: { disconnect: 1 } });
  });

  it('sequence: numbers jump, or one message comes twice under its number', () => {
    const jumps = new Set<number>();
    for (let seed = 0; seed < 12; seed++) {
      const scenario = { ...only('sequence'), seed };
      const { client, settle, book } = simulatedExchange({ scenario });
      book.add(11, 2, 2_265_100, 100);
      client.sends(resting);
      settle();
      const numbers = client.receives(true).map((message) => Number(pick(message, 34).slice(3)));
      // The Logon was number 1.
      jumps.add(numbers.length === 2 ? 0 : numbers[0] - 2);
      if (numbers.length === 2) expect(numbers[0]).toBe(numbers[1]);
    }
    expect(jumps.has(0)).toBe(true);
    expect(Math.max(...jumps)).toBeGreaterThan(1);
    expect(Math.min(...jumps)).toBe(0);
  });
});

describe('a seed', () => {
  const everything = (seed: number): Scenario => ({
    seed,
    behaviours: {
      reject: { share: 0.2, minMs: 1, maxMs: 9, atMost: null },
      partialFill: { share: 0.5, minMs: 1, maxMs: 9, atMost: null },
      bust: { share: 0.5, minMs: 1, maxMs: 9, atMost: null },
      duplicate: { share: 0.5, minMs: 1, maxMs: 9, atMost: null },
    },
  });
  const heard = (scenario: Scenario): string[] => {
    const { client, pass, book } = simulatedExchange({ scenario });
    book.add(11, 2, 2_265_100, 100);
    for (let order = 0; order < 40; order++) {
      client.sends(resting.replace('A1', `A${order}`));
      pass(1 * MS);
    }
    pass(100 * MS);
    return client.receives(true);
  };

  it('misbehaves in the same way each time, another one in another way', () => {
    expect(heard(everything(3))).toEqual(heard(everything(3)));
    expect(heard(everything(3))).not.toEqual(heard(everything(4)));
  });

  it('refuses the same orders whatever else the scenario does', () => {
    const refused = (scenario: Scenario): Set<string> =>
      new Set(
        heard(scenario)
          .filter((report) => report.includes('|150=8|'))
          .map((report) => pick(report, 11)),
      );
    const { reject = always } = everything(3).behaviours;
    expect(refused(everything(3)).size).toBeGreaterThan(3);
    expect(refused(everything(3))).toEqual(refused({ seed: 3, behaviours: { reject } }));
  });
});
