import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SentMessage } from '../support/engine/fake-gateway.ts';
import { puppetEngine } from '../support/engine/puppet.ts';

const BID = 3_200_000;
const ASK = 3_201_000;
const TICK = 100;

interface Held {
  readonly side: number;
  price: number;
  quantity: number;
  filled: number;
}

/** A venue that answers requests one by one, when it is told to, with an acceptance or a refusal. */
class Venue {
  readonly open = new Map<number, Held>();
  private readonly waiting: SentMessage[] = [];
  private readonly made;
  private taken = 0;
  private executions = 0;

  constructor(made: ReturnType<typeof puppetEngine>) {
    this.made = made;
  }

  get idle(): boolean {
    this.receive();
    return this.waiting.length === 0;
  }

  private receive(): void {
    const { sent } = this.made.gateway;
    this.waiting.push(...sent.slice(this.taken));
    this.taken = sent.length;
  }

  /** Orders as the venue has them and as it soon will. */
  get most(): number {
    this.receive();
    return this.open.size + this.waiting.filter(({ kind }) => kind === 'new').length;
  }

  answer(accept: boolean): void {
    this.receive();
    const request = this.waiting.shift();
    if (request === undefined) return;
    const { kind, ordinal, orig, side, price, quantity } = request;
    const ids = { clOrdOrdinal: ordinal, ...(orig !== 0 && { origClOrdOrdinal: orig }) };
    const held = this.open.get(orig);
    const left = { cumQuantity: held?.filled ?? 0 };
    if (kind === 'new') {
      if (accept) this.open.set(ordinal, { side, price, quantity, filled: 0 });
      this.tell({ ...ids, ...left, execType: accept ? '0' : '8', ordStatus: accept ? '0' : '8' });
    } else if (held === undefined || !accept || (kind === 'replace' && quantity <= held.filled)) {
      this.tell({ ...ids, cancelReject: true, ordStatus: held === undefined ? '2' : '0' });
    } else {
      this.open.delete(orig);
      if (kind === 'replace') this.open.set(ordinal, { ...held, price, quantity });
      const type = kind === 'replace' ? '5' : '4';
      this.tell({
        ...ids,
        ...left,
        execType: type,
        ordStatus: type,
        leavesQuantity: kind === 'replace' ? quantity - held.filled : 0,
      });
    }
  }

  execute(which: number, shares: number): void {
    const entries = [...this.open];
    const entry = entries[which % Math.max(1, entries.length)];
    if (entry === undefined) return;
    const [ordinal, held] = entry;
    const lastQuantity = Math.min(shares, held.quantity - held.filled);
    held.filled += lastQuantity;
    const leavesQuantity = held.quantity - held.filled;
    if (leavesQuantity === 0) this.open.delete(ordinal);
    const ordStatus = leavesQuantity === 0 ? '2' : '1';
    const execId = `E${(this.executions += 1)}`;
    this.tell({
      ...{ clOrdOrdinal: ordinal, execType: 'F', ordStatus, lastQuantity, leavesQuantity },
      ...{ lastPrice: held.price, cumQuantity: held.filled, execId: () => execId },
    });
  }

  private tell(report: Parameters<(typeof this.made)['gateway']['reply']>[0]): void {
    this.made.gateway.reply(report);
    this.made.settle();
  }
}

const level = fc.record({ offset: fc.integer({ min: 0, max: 6 }), quantity: fc.constantFrom(0, 50, 100, 150) });
const side = fc.array(level, { maxLength: 4 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('quote' as const), bids: side, asks: side, ticks: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('answer' as const), accept: fc.boolean() }),
  fc.record({ kind: fc.constant('accept' as const) }),
  fc.record({ kind: fc.constant('execute' as const), which: fc.nat(20), shares: fc.integer({ min: 1, max: 160 }) }),
);

it('is shown as it was last declared once the venue has answered everything, with one order a level at the most', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), side, side, (steps, lastBids, lastAsks) => {
      const made = puppetEngine();
      const venue = new Venue(made);
      const declare = (bids: typeof lastBids, asks: typeof lastAsks, keepWithinTicks: number) => {
        const sides = {
          bids: bids.map(({ offset, quantity }) => ({ price: BID - offset * TICK, quantity })),
          asks: asks.map(({ offset, quantity }) => ({ price: ASK + offset * TICK, quantity })),
        };
        made.ctx.orders.quote(made.stock(), sides, { keepWithinTicks });
        return sides;
      };
      for (const each of steps) {
        if (each.kind === 'quote') declare(each.bids, each.asks, each.ticks);
        else if (each.kind === 'execute') venue.execute(each.which, each.shares);
        else venue.answer(each.kind === 'accept' || each.accept);
        expect(venue.most).toBeLessThanOrEqual(8);
      }
      for (let round = 0; !venue.idle; round += 1) {
        if (round === 200) throw new Error('it never comes to rest');
        venue.answer(true);
      }
      // What was refused before was not to be tried again without a word.
      const { bids, asks } = declare(lastBids, lastAsks, 0);
      while (!venue.idle) venue.answer(true);
      const wanted = [...bids.map((each) => ({ ...each, side: 1 })), ...asks.map((each) => ({ ...each, side: 2 }))];
      const shown = [...venue.open.values()].map(({ side, price, quantity, filled }) => [
        side,
        price,
        quantity - filled,
      ]);
      expect(shown.sort()).toEqual(
        wanted
          .filter(({ quantity }) => quantity > 0)
          .map(({ side, price, quantity }) => [side, price, quantity])
          .sort(),
      );
    }),
    { numRuns: 300 },
  );
});
