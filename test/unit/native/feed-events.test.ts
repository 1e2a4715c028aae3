/** Each message as the record shows it, and where `poll` stops. */
import { describe, expect, test } from 'vitest';
import {
  CELL,
  DEPTH,
  DETAIL,
  depthStride,
  EVENT,
  FLAG,
  INTEREST,
  POLL,
  RECORD_DOUBLES,
  TICK,
} from '../../../native/index.ts';
import { DEPTH_LEVELS, drain, openFeed, play, type TestFeed } from '../../support/feed.ts';
import * as itch from '../../support/itch-messages.ts';
import { binaryFile, frame, mold, pcap } from '../../support/mold-packets.ts';

const EVERYTHING = INTEREST.book | INTEREST.trade | INTEREST.status | INTEREST.imbalance;

function feedOf(interest: number = EVERYTHING): TestFeed {
  const feed = openFeed('binaryfile');
  expect(feed.receiver.subscribe('TEST', interest)).toBe(0);
  return feed;
}

/** The slots of a record that are not what an empty one has. */
function shown(record: Float64Array): Record<string, number> {
  const entries = Object.entries({ ...TICK, ...DETAIL }).map(([name, slot]) => [name, record[slot]!] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0 && !Number.isNaN(value)));
}

const base = [
  itch.directory('TEST', { timeNs: 1000 }),
  itch.add({ reference: 0x1_0000_0005, side: 'B', shares: 100, price: 10_000, timeNs: 2000 }),
  itch.add({ reference: 6, side: 'S', shares: 50, price: 10_100, timeNs: 3000 }),
];
const top = { bid: 10_000, bidSize: 100, ask: 10_100, askSize: 50 };

function last(message: Buffer): Record<string, number> {
  const feed = feedOf();
  const events = play(feed, binaryFile([...base, message]));
  expect(events).toHaveLength(3);
  return shown(events[2]!);
}

const common = { sequence: 4, exchangeTimeNs: 4000, receiveTimeNs: 4000, flags: FLAG.eventEnd };
const at = { timeNs: 4000 };

test('add', () => {
  const message = itch.add({ reference: 7, side: 'S', shares: 25, price: 10_050, type: 'F', ...at });
  expect(last(message)).toEqual({
    ...{ ...common, ...top, kind: EVENT.add, side: 2, price: 10_050, size: 25, ask: 10_050, askSize: 25 },
    ...{ idLow: 7, levelPrice: 10_050, remaining: 25, entrySequence: 4, messageType: 'F'.charCodeAt(0) },
  });
});

test('execute', () => {
  expect(last(itch.execute(0x1_0000_0005, 40, { ...at, match: 0x2_0000_0009 }))).toEqual({
    ...{ ...common, ...top, kind: EVENT.execute, side: 1, price: 10_000, size: 40, bidSize: 60 },
    ...{ idHigh: 1, idLow: 5, levelPrice: 10_000, sizeBefore: 100, remaining: 60, entrySequence: 2 },
    ...{ matchHigh: 2, matchLow: 9, printable: 1, messageType: 'E'.charCodeAt(0) },
  });
});

test('execute with price takes from the level of its order', () => {
  expect(last(itch.executeWithPrice(6, 50, 10_075, 'N', at))).toEqual({
    ...{ ...common, kind: EVENT.executeWithPrice, side: 2, price: 10_075, size: 50, bid: 10_000, bidSize: 100 },
    ...{ idLow: 6, levelPrice: 10_100, sizeBefore: 50, entrySequence: 3, messageType: 'C'.charCodeAt(0) },
  });
});

test('cancel', () => {
  expect(last(itch.cancel(6, 20, at))).toEqual({
    ...{ ...common, ...top, kind: EVENT.cancel, side: 2, price: 10_100, size: 20, askSize: 30, idLow: 6 },
    ...{ levelPrice: 10_100, sizeBefore: 50, remaining: 30, entrySequence: 3, messageType: 'X'.charCodeAt(0) },
  });
});

test('delete', () => {
  expect(last(itch.remove(6, at))).toEqual({
    ...{ ...common, kind: EVENT.delete, side: 2, price: 10_100, size: 50, bid: 10_000, bidSize: 100, idLow: 6 },
    ...{ levelPrice: 10_100, sizeBefore: 50, entrySequence: 3, messageType: 'D'.charCodeAt(0) },
  });
});

test('replace', () => {
  expect(last(itch.replace(0x1_0000_0005, 8, 70, 9_900, at))).toEqual({
    ...{ ...common, ...top, kind: EVENT.replace, side: 1, price: 9_900, size: 70, bid: 9_900, bidSize: 70 },
    ...{ idLow: 8, oldIdHigh: 1, oldIdLow: 5, levelPrice: 10_000, sizeBefore: 100, entrySequence: 2 },
    messageType: 'U'.charCodeAt(0),
  });
});

test('trade, cross and broken trade leave the book alone', () => {
  expect(last(itch.trade(30, 10_060, 77, at))).toEqual({
    ...{ ...common, ...top, kind: EVENT.trade, side: 1, price: 10_060, size: 30 },
    ...{ matchLow: 77, printable: 1, messageType: 'P'.charCodeAt(0) },
  });
  expect(last(itch.cross(5_000_000_000n, 10_000, 78, 'O', at))).toEqual({
    ...{ ...common, ...top, kind: EVENT.crossTrade, price: 10_000, size: 5_000_000_000 },
    ...{ matchLow: 78, printable: 1, messageType: 'Q'.charCodeAt(0), code: 'O'.charCodeAt(0) },
  });
  const broken = itch.itch('B', at);
  broken.writeBigUInt64BE(77n, 11);
  expect(last(broken)).toEqual({ ...common, ...top, kind: EVENT.brokenTrade, matchLow: 77, messageType: 66 });
});

test('imbalance', () => {
  expect(last(itch.imbalance(900n, 'S', 10_020, at))).toEqual({
    ...{ ...common, ...top, kind: EVENT.imbalance, side: 2, price: 10_020, size: 900 },
    ...{ messageType: 'I'.charCodeAt(0), code: 'O'.charCodeAt(0), pairedShares: 7_000, farPrice: 10_220 },
  });
});

test('status messages of a stock', () => {
  for (const type of ['Y', 'K', 'J', 'N', 'O']) {
    expect(last(itch.itch(type, at))).toMatchObject({ ...common, ...top, kind: EVENT.status });
  }
});

test('events of the whole feed have no instrument', () => {
  for (const [type, kind] of [
    ['S', EVENT.systemEvent],
    ['W', EVENT.status],
    ['V', EVENT.status],
  ] as const) {
    expect(last(itch.itch(type, at))).toEqual({
      ...{ ...common, kind, instrument: -1, messageType: type.charCodeAt(0) },
    });
  }
});

test('the directory and market participant positions are no events', () => {
  const feed = feedOf();
  expect(play(feed, binaryFile([itch.directory('TEST'), itch.itch('L')]))).toEqual([]);
  expect(feed.receiver.summary().countsByType).toEqual({ L: 1, R: 1 });
});

describe('halts', () => {
  const halted = (feed: TestFeed) => feed.depth[DEPTH.halted];

  test('a trading state other than T halts the stock', () => {
    for (const state of ['H', 'P', 'Q'] as const) {
      const feed = feedOf();
      const events = play(feed, binaryFile([...base, itch.tradingAction(state)]));
      expect(events.at(-1)![TICK.kind]).toBe(EVENT.tradingAction);
      expect(events.at(-1)![TICK.flags]).toBe(FLAG.eventEnd | FLAG.halted);
      expect(events.at(-1)![DETAIL.code]).toBe(state.charCodeAt(0));
      expect(halted(feed)).toBe(1);
    }
    const resumed = feedOf();
    play(resumed, binaryFile([...base, itch.tradingAction('H'), itch.tradingAction('T')]));
    expect(halted(resumed)).toBe(0);
  });

  test('an operational halt of one market does not end with the resumption of another', () => {
    const feed = feedOf();
    play(feed, binaryFile([...base, itch.operationalHalt('Q', 'H'), itch.operationalHalt('B', 'T')]));
    expect(halted(feed)).toBe(1);
    const resumed = feedOf();
    play(resumed, binaryFile([...base, itch.operationalHalt('Q', 'H'), itch.operationalHalt('Q', 'T')]));
    expect(halted(resumed)).toBe(0);
  });
});

describe('where poll stops', () => {
  const stream = [
    ...base,
    itch.execute(6, 10),
    itch.trade(5, 10_000, 1),
    itch.tradingAction('H'),
    itch.imbalance(1n, 'B', 1),
  ];
  const counts: [string, number, number][] = [
    ['book', INTEREST.book, 3],
    ['matching', INTEREST.matching, 3],
    ['trade', INTEREST.trade, 2],
    ['status', INTEREST.status, 1],
    ['imbalance', INTEREST.imbalance, 1],
    ['nothing', 0, 0],
  ];
  for (const [name, interest, expected] of counts) {
    test(`interest in ${name}`, () => {
      const feed = feedOf(interest);
      expect(play(feed, binaryFile(stream))).toHaveLength(expected);
      expect(feed.cells[CELL.events]).toBe(expected);
      expect(feed.receiver.summary().liveOrders).toBe(2);
    });
  }

  test('after the first event: the depth is never newer than the record', () => {
    const feed = feedOf(INTEREST.book);
    feed.writer.write(binaryFile([...base, itch.execute(6, 10)]));
    feed.writer.end();
    const bestAskSize = DEPTH.header + DEPTH_LEVELS * DEPTH.perLevel + DEPTH.size;
    for (const expected of [Number.NaN, 50, 40]) {
      expect(feed.receiver.poll()).toBe(POLL.event);
      expect(feed.record[TICK.askSize]).toBe(expected);
      expect(feed.depth[bestAskSize]).toBe(expected);
    }
    expect(feed.receiver.poll()).toBe(POLL.idle);
  });

  test('after 256 messages that nobody wants', () => {
    const feed = feedOf(0);
    feed.writer.write(binaryFile(Array.from({ length: 300 }, (_, n) => itch.add({ ...addOf(n) }))));
    expect(feed.receiver.poll()).toBe(POLL.progress);
    expect(feed.cells[CELL.messages]).toBeLessThanOrEqual(256);
    while (feed.receiver.poll() === POLL.progress);
    expect(feed.cells[CELL.messages]).toBe(300);
  });

  test('after 256 packets of other groups', () => {
    const feed = openFeed('pcap', { source: { group: '239.1.1.1' } });
    const other = frame(mold({ sequence: 1 }), { group: '239.2.2.2' });
    feed.writer.write(pcap(Array(300).fill(other)));
    expect(feed.receiver.poll()).toBe(POLL.progress);
    expect(feed.cells[CELL.filtered]).toBeLessThanOrEqual(256);
  });

  const addOf = (n: number) => ({ reference: n, side: 'B' as const, shares: 1, price: 100 + n });
});

describe('recorded time', () => {
  const timed = (...times: number[]) =>
    binaryFile(times.map((timeNs, n) => itch.add({ reference: n, side: 'B', shares: 1, price: 100, timeNs })));

  test('is the message time and never goes back', () => {
    const feed = feedOf(INTEREST.book);
    const seen: number[] = [];
    feed.writer.write(timed(5000, 4000, 6000));
    while (feed.receiver.poll() === POLL.event) seen.push(feed.cells[CELL.nowNs]!, feed.record[TICK.exchangeTimeNs]!);
    expect(seen).toEqual([5000, 5000, 5000, 4000, 6000, 6000]);
  });

  test('stops at the deadline between two messages, and goes on once it is moved', () => {
    const feed = feedOf(INTEREST.book);
    feed.cells[CELL.deadlineNs] = 5500;
    feed.writer.write(timed(5000, 5500, 6000));
    expect([feed.receiver.poll(), feed.receiver.poll()]).toEqual([POLL.event, POLL.event]);
    expect(feed.receiver.poll()).toBe(POLL.deadline);
    expect(feed.cells[CELL.nowNs]).toBe(5500);
    feed.cells[CELL.deadlineNs] = 5700;
    expect(feed.receiver.poll()).toBe(POLL.deadline);
    expect(feed.cells[CELL.nowNs]).toBe(5700);
    feed.cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
    expect(feed.receiver.poll()).toBe(POLL.event);
    expect(feed.cells[CELL.nowNs]).toBe(6000);
  });

  test('a deadline that has passed is due at once and does not turn time back', () => {
    const feed = feedOf(INTEREST.book);
    feed.writer.write(timed(5000, 6000));
    feed.receiver.poll();
    feed.cells[CELL.deadlineNs] = 10;
    expect(feed.receiver.poll()).toBe(POLL.deadline);
    expect(feed.cells[CELL.nowNs]).toBe(5000);
  });

  test('paced: a message waits for its own time', () => {
    const feed = openFeed('binaryfile', { source: { speed: 1 } });
    feed.receiver.subscribe('TEST', INTEREST.book);
    feed.writer.write(timed(1e9, 1e9, 100e9));
    expect(drain(feed)).toHaveLength(2);
    expect(feed.receiver.poll()).toBe(POLL.idle);
    const fast = openFeed('binaryfile', { source: { speed: 1e9 } });
    fast.receiver.subscribe('TEST', INTEREST.book);
    fast.writer.write(timed(1e9, 1e9, 2e9));
    let events = 0;
    while (events < 3) if (fast.receiver.poll() === POLL.event) events++;
  });
});

describe('subscriptions', () => {
  test('after the directory sees the book that is there', () => {
    const feed = openFeed('binaryfile');
    play(feed, binaryFile(base));
    expect(feed.receiver.subscribe('TEST', INTEREST.book)).toBe(0);
    expect(feed.depth[DEPTH.bidLevels]).toBe(1);
    expect(feed.depth[DEPTH.header]).toBe(10_000);
  });

  test('of the same symbol share one handle; each symbol has its own depth', () => {
    const feed = openFeed('binaryfile');
    expect(feed.receiver.subscribe('AAA', INTEREST.book)).toBe(0);
    expect(feed.receiver.subscribe('BBB', INTEREST.trade)).toBe(1);
    expect(feed.receiver.subscribe('AAA', INTEREST.trade)).toBe(0);
    const orderOf = (symbol: string, locate: number, price: number) => [
      itch.directory(symbol, { locate }),
      itch.add({ reference: locate, side: 'B', shares: 1, price, locate, symbol }),
    ];
    const events = play(
      feed,
      binaryFile([...orderOf('BBB', 2, 200), ...orderOf('AAA', 1, 100), ...orderOf('CCC', 3, 300)]),
    );
    expect(events.map((event) => event[TICK.instrument])).toEqual([0]);
    expect(feed.depth[DEPTH.header]).toBe(100);
    // Nobody wants BBB's book events, but its depth is there to be read.
    expect(feed.depth[depthStride(DEPTH_LEVELS) + DEPTH.header]).toBe(200);
  });

  test('interest can be taken away and given back', () => {
    const feed = feedOf(INTEREST.book);
    feed.writer.write(binaryFile(base));
    feed.receiver.poll();
    feed.receiver.setInterest(0, 0);
    expect(drain(feed)).toEqual([]);
  });

  test('the symbol is learnt from an order where the directory is missing', () => {
    expect(play(feedOf(INTEREST.book), binaryFile(base.slice(1)))).toHaveLength(2);
  });
});

test('queue: orders of a level in their order', () => {
  const feed = feedOf();
  const orders = [11, 12, 13].map((reference) => itch.add({ reference, side: 'B', shares: reference, price: 10_000 }));
  play(feed, binaryFile([itch.directory('TEST'), ...orders, itch.replace(11, 14, 1, 10_000), itch.cancel(12, 2)]));
  const out = new Float64Array(4 * 8);
  expect(feed.receiver.queue(0, 1, 10_000, out)).toBe(3);
  expect(Array.from(out.subarray(0, 12))).toEqual([0, 12, 10, 3, 0, 13, 13, 4, 0, 14, 1, 5]);
  expect(feed.receiver.queue(0, 1, 10_000, new Float64Array(7))).toBe(1);
  expect(feed.receiver.queue(0, 2, 10_000, out)).toBe(0);
  expect(feed.receiver.queue(0, 1, 10_000.5, out)).toBe(0);
  expect(feed.receiver.queue(0, 1, Number.NaN, out)).toBe(0);
});

describe('messages that make no sense are counted and change nothing', () => {
  const cases: [string, Buffer, object][] = [
    ['execute of an unknown order', itch.execute(99, 1), { unknownOrders: 1, malformed: 0 }],
    ['delete of an unknown order', itch.remove(99), { unknownOrders: 1 }],
    ['replace of an unknown order', itch.replace(99, 100, 1, 1), { unknownOrders: 1 }],
    [
      'add of a reference that lives',
      itch.add({ reference: 6, side: 'B', shares: 1, price: 1 }),
      { duplicateOrders: 1 },
    ],
    ['order of no shares', itch.add({ reference: 9, side: 'B', shares: 0, price: 1 }), { malformed: 1 }],
    ['side X', itch.add({ reference: 9, side: 'X' as 'B', shares: 1, price: 1 }), { malformed: 1 }],
    ["another stock's locate", itch.remove(6, { locate: 2 }), { malformed: 1 }],
    ['replace to no shares', itch.replace(6, 9, 0, 1), { malformed: 1 }],
  ];
  for (const [name, message, expected] of cases) {
    test(name, () => {
      const feed = feedOf();
      expect(play(feed, binaryFile([...base, message]))).toHaveLength(2);
      expect(feed.receiver.summary()).toMatchObject({ liveOrders: 2, ...expected });
      expect(feed.depth[DEPTH.header + DEPTH.size]).toBe(100);
    });
  }

  test('an execution of more than an order had removes it', () => {
    const feed = feedOf();
    play(feed, binaryFile([...base, itch.execute(6, 51)]));
    expect(feed.receiver.summary()).toMatchObject({ overReductions: 1, liveOrders: 1 });
  });

  test('a replace by a reference that lives is told as the delete that it amounts to', () => {
    const feed = feedOf();
    const events = play(feed, binaryFile([...base, itch.replace(0x1_0000_0005, 6, 10, 9_000)]));
    expect(shown(events[2]!)).toMatchObject({ kind: EVENT.delete, idHigh: 1, idLow: 5, size: 100 });
    expect(feed.receiver.summary()).toMatchObject({ duplicateOrders: 1, liveOrders: 1 });
  });
});

test('a record holds nothing of the event before it', () => {
  const feed = feedOf();
  const [, , execution, trade] = play(feed, binaryFile([...base, itch.execute(6, 1, { match: 5 }), itch.itch('Y')]));
  expect(execution![DETAIL.matchLow]).toBe(5);
  expect(trade![DETAIL.matchLow]).toBe(0);
  expect(trade![TICK.idLow]).toBe(0);
  expect(trade!).toHaveLength(RECORD_DOUBLES);
});
