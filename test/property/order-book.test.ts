/** The native book against a model too simple to be wrong: a list of orders, sorted when somebody looks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEPTH, depthStride, INTEREST, POLL, TICK } from '../../native/index.ts';
import { DEPTH_LEVELS, openFeed, play, type TestFeed } from '../support/feed.ts';
import * as itch from '../support/itch-messages.ts';
import { binaryFile } from '../support/mold-packets.ts';

interface Order {
  reference: number;
  locate: number;
  side: 1 | 2;
  price: number;
  shares: number;
  /** Sequence number that gave it its place in the queue. */
  entry: number;
}

interface Level {
  price: number;
  size: number;
  orders: Order[];
}

class NaiveBooks {
  orders: Order[] = [];
  unknown = 0;
  duplicates = 0;
  overReductions = 0;
  malformed = 0;
  maxLive = 0;

  apply(operation: Operation, sequence: number): void {
    const { kind, locate, reference, shares } = operation;
    const order = this.orders.find((candidate) => candidate.reference === reference);
    if (kind === 'add') {
      if (shares === 0) this.malformed++;
      else this.#append({ ...operation, entry: sequence });
    } else if (!order) this.unknown++;
    else if (order.locate !== locate) this.malformed++;
    else if (kind === 'delete') this.#drop(order);
    else if (kind === 'replace') {
      if (shares === 0) {
        this.malformed++;
        return;
      }
      this.#drop(order);
      this.#append({ ...order, reference: operation.newReference, shares, price: operation.price, entry: sequence });
    } else if (shares < order.shares) order.shares -= shares;
    else {
      if (shares > order.shares) this.overReductions++;
      this.#drop(order);
    }
  }

  #append(order: Order): void {
    if (this.orders.some(({ reference }) => reference === order.reference)) this.duplicates++;
    else this.orders.push(order);
    this.maxLive = Math.max(this.maxLive, this.orders.length);
  }

  #drop(order: Order): void {
    this.orders = this.orders.filter((other) => other !== order);
  }

  levels(locate: number, side: 1 | 2): Level[] {
    const own = this.orders.filter((order) => order.locate === locate && order.side === side);
    const prices = [...new Set(own.map(({ price }) => price))].sort((a, b) => (side === 1 ? b - a : a - b));
    return prices.map((price) => {
      const orders = own.filter((order) => order.price === price).sort((a, b) => a.entry - b.entry);
      return { price, orders, size: orders.reduce((sum, { shares }) => sum + shares, 0) };
    });
  }
}

interface Operation {
  kind: 'add' | 'execute' | 'executeWithPrice' | 'cancel' | 'delete' | 'replace';
  locate: number;
  side: 1 | 2;
  reference: number;
  newReference: number;
  shares: number;
  price: number;
}

const SYMBOLS = ['AAA', 'BBB'];

function encode(operation: Operation): Buffer {
  const { kind, locate, side, reference, newReference, shares, price } = operation;
  switch (kind) {
    case 'add': {
      const symbol = SYMBOLS[locate - 1]!;
      return itch.add({ locate, reference, side: side === 1 ? 'B' : 'S', shares, price, symbol });
    }
    case 'execute':
      return itch.execute(reference, shares, { locate });
    case 'executeWithPrice':
      return itch.executeWithPrice(reference, shares, price + 1, 'Y', { locate });
    case 'cancel':
      return itch.cancel(reference, shares, { locate });
    case 'delete':
      return itch.remove(reference, { locate });
    case 'replace':
      return itch.replace(reference, newReference, shares, price, { locate });
  }
}

/** Few references, prices and sizes, so that operations meet one another. */
const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('add' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Operation['kind'][]>('execute', 'executeWithPrice', 'cancel', 'delete', 'replace'),
    },
  ),
  locate: fc.constantFrom(1, 2),
  side: fc.constantFrom(1 as const, 2 as const),
  reference: fc.integer({ min: 0, max: 60 }),
  newReference: fc.integer({ min: 0, max: 80 }),
  shares: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 8 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  price: fc.integer({ min: 100, max: 130 }),
});

function compareDepth(feed: TestFeed, naive: NaiveBooks, handle: number): void {
  const stride = depthStride(DEPTH_LEVELS);
  const drawing = feed.depth.subarray(handle * stride, (handle + 1) * stride);
  for (const side of [1, 2] as const) {
    const expected = naive.levels(handle + 1, side);
    expect(drawing[side === 1 ? DEPTH.bidLevels : DEPTH.askLevels]).toBe(expected.length);
    const levels = Array.from({ length: DEPTH_LEVELS }, (_, n) => {
      const { price = Number.NaN, size = Number.NaN, orders = [] } = expected[n] ?? {};
      return [price, size, orders.length];
    });
    const from = DEPTH.header + (side - 1) * DEPTH_LEVELS * DEPTH.perLevel;
    expect(Array.from(drawing.subarray(from, from + DEPTH_LEVELS * DEPTH.perLevel))).toEqual(levels.flat());
  }
}

function compare(operations: Operation[]): void {
  const naive = new NaiveBooks();
  const feed = openFeed('binaryfile');
  for (const symbol of SYMBOLS) feed.receiver.subscribe(symbol, INTEREST.book);
  const directory = SYMBOLS.map((symbol, n) => itch.directory(symbol, { locate: n + 1 }));
  feed.writer.write(binaryFile([...directory, ...operations.map(encode)]));

  // What each event shows is the model right after the same message, never later.
  let applied = directory.length;
  for (let result = feed.receiver.poll(); result !== POLL.idle; result = feed.receiver.poll()) {
    if (result !== POLL.event) continue;
    const sequence = feed.record[TICK.sequence]!;
    for (; applied < sequence; applied++) naive.apply(operations[applied - directory.length]!, applied + 1);
    const handle = feed.record[TICK.instrument]!;
    const [bid] = naive.levels(handle + 1, 1);
    const [ask] = naive.levels(handle + 1, 2);
    expect(Array.from(feed.record.subarray(TICK.bid, TICK.askSize + 1))).toEqual([
      bid?.price ?? Number.NaN,
      bid?.size ?? Number.NaN,
      ask?.price ?? Number.NaN,
      ask?.size ?? Number.NaN,
    ]);
    compareDepth(feed, naive, handle);
  }
  for (; applied < directory.length + operations.length; applied++) {
    naive.apply(operations[applied - directory.length]!, applied + 1);
  }

  expect(feed.receiver.summary()).toMatchObject({
    liveOrders: naive.orders.length,
    maxLiveOrders: naive.maxLive,
    unknownOrders: naive.unknown,
    duplicateOrders: naive.duplicates,
    overReductions: naive.overReductions,
    malformed: naive.malformed,
  });
  const pairs = new Float64Array(200);
  const queue = new Float64Array(400);
  for (const handle of [0, 1]) {
    compareDepth(feed, naive, handle);
    for (const side of [1, 2] as const) {
      const expected = naive.levels(handle + 1, side);
      const written = feed.receiver.levels(handle, side, pairs);
      expect(Array.from(pairs.subarray(0, 2 * written))).toEqual(expected.flatMap(({ price, size }) => [price, size]));
      for (const { price, orders } of expected) {
        const count = feed.receiver.queue(handle, side, price, queue);
        expect(Array.from(queue.subarray(0, 4 * count))).toEqual(
          orders.flatMap(({ reference, shares, entry }) => [0, reference, shares, entry]),
        );
      }
    }
  }
  feed.receiver.close();
}

test('the native book equals a naive one over any operations', () => {
  fc.assert(fc.property(fc.array(operation, { maxLength: 400, size: 'max' }), compare), { numRuns: 150 });
});

test('tables that must grow lose nothing', () => {
  // 1,024 orders are expected; these are five times as many, in references that step by four.
  const operations = Array.from(
    { length: 5000 },
    (_, n): Operation => ({
      ...{ kind: 'add', locate: 1, side: n % 2 === 0 ? 1 : 2, reference: 4 * n, newReference: 0, shares: 1 },
      price: n % 2 === 0 ? 1_000_000 - n : 1_000_000 + n,
    }),
  );
  const feed = openFeed('binaryfile');
  feed.receiver.subscribe('AAA', INTEREST.book);
  play(feed, binaryFile(operations.map(encode)));
  expect(feed.receiver.summary()).toMatchObject({ liveOrders: 5000, duplicateOrders: 0 });
  const removals = operations.map(({ reference }) => itch.remove(reference));
  const again = openFeed('binaryfile');
  again.receiver.subscribe('AAA', INTEREST.book);
  play(again, binaryFile([...operations.map(encode), ...removals]));
  expect(again.receiver.summary()).toMatchObject({ liveOrders: 0, maxLiveOrders: 5000, unknownOrders: 0 });
  expect(again.receiver.books(1)[0]).toMatchObject({ bidLevels: 0, askLevels: 0, bidOrders: 0, askOrders: 0 });
});
