import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import type { Instrument } from '../../../engine/domain/instrument.ts';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE, CELL, STAMP, STREAM } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { bodyOf, messagesIn, wire } from '../../support/fix-wire.ts';

const instrument = (handle: number, symbol: string, priceScale = 10_000, multiplier = 1): Instrument => ({
  handle,
  symbol,
  priceScale,
  tickSize: 100,
  lotSize: 1,
  multiplier,
});
const AAPL = 3;
const BRK = 70;
/** Gasoline: 42,000 gallons, priced to a hundredth of a cent. */
const RB = 71;
const { Buy, Sell } = Side;
const { Day, ImmediateOrCancel } = TimeInForce;

let clock: TestClock;
let reports: (ExecutionReport & { words: string; id: string })[];
let session: string[];
let stamps: number[];
let commits: number[];
let venueSeq: number;
let pair: ReturnType<typeof createMemoryPair>;
let gateway: FixOrderGateway;
let numbers: Int32Array;

function venueSends(body: string): void {
  const message = wire(`${body.replace('|', `|34=${venueSeq++}|49=PEER|52=${clock.text()}|56=US|`)}`);
  pair.b.tx.set(message);
  expect(pair.b.send(0, message.length, CAUSE.none)).toBe(message.length);
  gateway.poll();
}

function venueReceives(): string[] {
  pair.b.poll();
  const { cells, rx } = pair.b;
  const found = messagesIn(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).map(bodyOf);
  cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  return found.map((body) => body.replaceAll(clock.text(), '<time>').replace('49=US|52=<time>|56=PEER|', '52=<time>|'));
}

beforeEach(() => {
  clock = new TestClock();
  reports = [];
  session = [];
  stamps = [];
  commits = [];
  venueSeq = 1;
  numbers = new Int32Array(2);
  pair = createMemoryPair({ bytes: 16_384, latency: { commit: (cause) => commits.push(cause) } });
  gateway = new FixOrderGateway({
    stream: pair.a,
    clock,
    session: { ...CONFIG, role: 'initiator', resetOnLogon: true },
    clOrdIdPrefix: 'T7-',
    store: new MemoryStore(numbers),
    feedCells: clock.cells,
    latency: { stamp: (stage) => stamps.push(stage) },
    sink: {
      onExecution: (report) =>
        reports.push({ ...report, words: report.text(), id: report.execId(), text: () => '', execId: () => '' }),
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: (ordinal, reason) => session.push(`in doubt: ${ordinal}, ${reason}`),
      onSessionUp: () => session.push('up'),
      onSessionDown: (reason) => session.push(`down: ${reason}`),
    },
  });
  gateway.addInstrument(instrument(AAPL, 'AAPL'));
  gateway.addInstrument(instrument(BRK, 'BRK A', 100));
  gateway.addInstrument(instrument(RB, 'RB', 10_000, 42_000));
  gateway.start();
  pair.b.open();
  gateway.poll();
  venueReceives();
  gateway.poll();
  expect(venueReceives()).toEqual(['35=A|34=1|52=<time>|98=0|108=30|141=Y|']);
  venueSends('35=A|98=0|108=30|141=Y|');
  expect(session).toEqual(['up']);
});

describe('orders', () => {
  it('leave as NewOrderSingle', () => {
    expect(gateway.newOrder(1, AAPL, Buy, 3_201_400, 100, ImmediateOrCancel, CAUSE.tick)).toBe(GATEWAY_RESULT.sent);
    expect(gateway.newOrder(12, BRK, Sell, 54_321_000, 7, Day, CAUSE.timer)).toBe(GATEWAY_RESULT.sent);
    expect(venueReceives()).toEqual([
      '35=D|34=2|52=<time>|40=2|59=3|54=1|60=<time>|55=AAPL|11=T7-1|38=100|44=320.14|',
      '35=D|34=3|52=<time>|40=2|59=0|54=2|60=<time>|55=BRK A|11=T7-12|38=7|44=543210|',
    ]);
    expect(commits).toEqual([CAUSE.tick, CAUSE.timer]);
    expect([...numbers]).toEqual([4, 2]);
  });

  it('are cancelled and replaced under ordinals of their own', () => {
    gateway.cancel(2, 1, AAPL, Buy, 100, Day, CAUSE.report);
    gateway.replace(3, 1, AAPL, Buy, 3_201_450, 50, Day, CAUSE.tick);
    expect(venueReceives()).toEqual([
      '35=F|34=2|52=<time>|54=1|60=<time>|55=AAPL|41=T7-1|11=T7-2|38=100|',
      '35=G|34=3|52=<time>|40=2|59=0|54=1|60=<time>|55=AAPL|41=T7-1|11=T7-3|38=50|44=320.145|',
    ]);
  });

  it.each([
    ['an unknown instrument', 4, 100, 1],
    ['no price', AAPL, Number.NaN, 1],
    ['a fraction of a price unit', AAPL, 0.5, 1],
    ['an infinite price', AAPL, Number.POSITIVE_INFINITY, 1],
    ['no quantity', AAPL, 100, 0],
    ['a negative quantity', AAPL, 100, -5],
    ['a fraction of a share', AAPL, 100, 1.5],
  ])('with %s are refused, and nothing leaves', (_what, handle, price, quantity) => {
    expect(gateway.newOrder(1, handle, Buy, price, quantity, Day, CAUSE.tick)).toBe(GATEWAY_RESULT.invalid);
    expect(gateway.replace(2, 1, handle, Buy, price, quantity, Day, CAUSE.tick)).toBe(GATEWAY_RESULT.invalid);
    expect(venueReceives()).toEqual([]);
    expect(numbers[0]).toBe(2);
  });

  it('carry a negative price and one beyond 32 bits', () => {
    gateway.newOrder(1, AAPL, Buy, -12_500, 1, Day, CAUSE.tick);
    gateway.newOrder(2, AAPL, Buy, 6_000_001_200, 1, Day, CAUSE.tick);
    expect(venueReceives().map((text) => /44=([^|]*)/.exec(text)?.[1])).toEqual(['-1.25', '600000.12']);
  });

  it('do not leave before the Logon, nor use a number', () => {
    const idle = createMemoryPair({ bytes: 16_384 });
    const early = new FixOrderGateway({
      stream: idle.a,
      clock,
      session: { ...CONFIG, role: 'initiator' },
      clOrdIdPrefix: '',
      store: new MemoryStore(numbers),
      sink: {
        onExecution: () => undefined,
        onMassCancel: () => undefined,
        onMassStatus: () => undefined,
        onInDoubt: () => undefined,
        onSessionUp: () => undefined,
        onSessionDown: () => undefined,
      },
    });
    early.addInstrument(instrument(0, 'X'));
    expect(early.newOrder(1, 0, Buy, 1, 1, Day, CAUSE.tick)).toBe(GATEWAY_RESULT.notLoggedOn);
    expect(numbers[0]).toBe(2);
  });

  it('that the transport does not take give their number back', () => {
    let sent = 0;
    while (gateway.newOrder(sent + 1, AAPL, Buy, 100, 1, Day, CAUSE.tick) === GATEWAY_RESULT.sent) sent++;
    expect(sent).toBeGreaterThan(50);
    expect(gateway.newOrder(sent + 1, AAPL, Buy, 100, 1, Day, CAUSE.tick)).toBe(GATEWAY_RESULT.transportFull);
    expect(numbers[0]).toBe(2 + sent);
    expect(venueReceives()).toHaveLength(sent);
    expect(gateway.newOrder(sent + 1, AAPL, Buy, 100, 1, Day, CAUSE.tick)).toBe(GATEWAY_RESULT.sent);
    expect(venueReceives()[0]).toContain(`34=${2 + sent}|`);
  });

  it('stamp the encode stage of sampled events only', () => {
    gateway.newOrder(1, AAPL, Buy, 100, 1, Day, CAUSE.tick);
    expect(stamps).toEqual([]);
    clock.cells[CELL.sampled] = 1;
    gateway.newOrder(2, AAPL, Buy, 100, 1, Day, CAUSE.tick);
    expect(stamps).toEqual([STAMP.encodeDone]);
  });

  it('carry the Account of the session', () => {
    const config = { ...CONFIG, role: 'initiator', account: 'ACC-1' } as const;
    const other = createMemoryPair({ bytes: 16_384 });
    const sink = {
      onExecution: () => undefined,
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: () => undefined,
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    };
    const own = new FixOrderGateway({
      stream: other.a,
      clock,
      session: config,
      clOrdIdPrefix: '',
      store: new MemoryStore(new Int32Array(2)),
      sink,
    });
    own.addInstrument(instrument(0, 'X'));
    own.start();
    pair = other;
    gateway = own;
    venueSeq = 1;
    other.b.open();
    own.poll();
    venueReceives();
    own.poll();
    venueReceives();
    venueSends('35=A|98=0|108=30|');
    own.newOrder(1, 0, Buy, 1, 1, Day, CAUSE.tick);
    expect(venueReceives()[0]).toContain('|1=ACC-1|40=2|');
  });
});

describe('reports', () => {
  it('are read in place', () => {
    venueSends(
      '35=8|150=F|39=1|54=2|37=9|17=E1|55=AAPL|11=T7-5|41=T7-4|38=100|14=40|151=60|6=320.1|44=320.14|32=40|31=320.1300|58=ok|',
    );
    expect(reports).toMatchObject([
      {
        clOrdOrdinal: 5,
        origClOrdOrdinal: 4,
        execType: 0x46,
        ordStatus: 0x31,
        instrument: AAPL,
        side: Sell,
        lastQuantity: 40,
        lastPrice: 3_201_300,
        leavesQuantity: 60,
        cumQuantity: 40,
        price: 3_201_400,
        orderQuantity: 100,
        cancelReject: false,
        possDup: false,
        words: 'ok',
        id: 'E1',
      },
    ]);
  });

  it('of other orders and instruments say so', () => {
    venueSends('35=8|150=0|39=0|55=MSFT|11=U7-5|31=1|44=1|');
    venueSends('35=8|150=0|39=0|55=AAPL|11=T7-05|');
    venueSends('35=8|150=0|39=0|55=AAPL|11=T7-|');
    venueSends('35=8|150=0|39=0|11=T7-123456789012345678901234|');
    expect(reports.map((report) => [report.clOrdOrdinal, report.instrument])).toEqual([
      [-1, -1],
      [-1, AAPL],
      [-1, AAPL],
      [-1, -1],
    ]);
    expect(reports[0].lastPrice).toBeNaN();
    expect(reports[0].price).toBeNaN();
    expect(reports[1].side).toBe(0);
    expect(reports[1].origClOrdOrdinal).toBe(-1);
  });

  it.each([
    ['as it is', 'AAPL', '12=1.25|', 12_500],
    ['CommType 3, the same', 'AAPL', '12=1.25|13=3|', 12_500],
    ['a rebate', 'AAPL', '12=-0.2|13=3|', -2_000],
    ['finer than a price', 'AAPL', '12=0.29515|13=3|', 2_951.5],
    ['per share, finer than a price', 'AAPL', '12=0.00295|13=1|', 2_950],
    ['on prices of two decimals', 'BRK A', '12=0.00295|13=1|', 29.5],
    ['per cent of what was traded', 'AAPL', '12=0.0005|13=2|', 112_505],
    ['per cent with a multiplier', 'RB', '12=0.00001|13=2|', 94_504_200],
    ['per contract with a multiplier', 'RB', '12=0.85|13=1|', 850_000],
    ['in the currency of the price', 'AAPL', '15=USD|12=1|479=USD|', 10_000],
    ['in a currency that it names alone', 'AAPL', '12=1|479=USD|', 10_000],
    ['in another currency', 'AAPL', '15=USD|12=1|479=EUR|', Number.NaN],
    ['in a currency of another length', 'AAPL', '15=USD|12=1|479=USDT|', Number.NaN],
    ['points per bond', 'AAPL', '12=1|13=6|', Number.NaN],
    ['a CommType of two characters', 'AAPL', '12=1|13=10|', Number.NaN],
    ['no number', 'AAPL', '12=much|', Number.NaN],
    ['none', 'AAPL', '', Number.NaN],
  ])('tell a commission: %s', (_, symbol, fields, expected) => {
    venueSends(`35=8|150=F|39=2|54=1|55=${symbol}|11=T7-5|38=100|14=100|151=0|32=100|31=225.01|${fields}`);
    expect(reports[0].commission).toBe(expected);
  });

  it('leave nothing behind for the next', () => {
    venueSends('35=8|150=F|39=2|54=1|55=AAPL|11=T7-5|41=T7-4|38=1|14=1|151=0|44=1|32=1|31=1|43=Y|');
    venueSends('35=8|150=0|39=0|');
    expect(reports[0].possDup).toBe(true);
    const { lastQuantity, lastPrice, leavesQuantity, cumQuantity, price, orderQuantity } = reports[1];
    for (const value of [lastQuantity, lastPrice, leavesQuantity, cumQuantity, price, orderQuantity])
      expect(value).toBeNaN();
    expect(reports[1]).toMatchObject({
      clOrdOrdinal: -1,
      origClOrdOrdinal: -1,
      instrument: -1,
      side: 0,
      possDup: false,
      words: '',
    });
  });

  it('of a refused cancel are told apart', () => {
    venueSends('35=9|37=NONE|39=2|434=1|102=0|11=T7-2|41=T7-1|58=too late|');
    expect(reports).toMatchObject([
      { clOrdOrdinal: 2, origClOrdOrdinal: 1, cancelReject: true, execType: 0, ordStatus: 0x32, words: 'too late' },
    ]);
  });

  it('without the fields that make them one are rejected', () => {
    venueSends('35=8|150=0|11=T7-1|');
    venueSends('35=9|39=0|');
    expect(reports).toEqual([]);
    expect(venueReceives()).toEqual([
      '35=3|34=2|52=<time>|45=2|58=Required tag missing|371=39|372=8|373=1|',
      '35=3|34=3|52=<time>|45=3|58=Required tag missing|371=11|372=9|373=1|',
    ]);
  });

  it('that the venue did not write become rejected reports: Reject and BusinessMessageReject', () => {
    gateway.newOrder(1, AAPL, Buy, 100, 1, Day, CAUSE.tick);
    gateway.cancel(2, 1, AAPL, Buy, 1, Day, CAUSE.tick);
    venueSends('35=3|45=2|58=no such tag|371=44|372=D|373=0|');
    venueSends('35=j|45=3|372=F|380=4|58=closed|');
    venueSends('35=j|45=999|372=F|380=4|');
    expect(reports).toMatchObject([
      {
        clOrdOrdinal: 1,
        origClOrdOrdinal: -1,
        execType: 0x38,
        ordStatus: 0x38,
        cancelReject: false,
        instrument: AAPL,
        words: 'no such tag',
      },
      { clOrdOrdinal: 2, origClOrdOrdinal: 1, cancelReject: true, instrument: AAPL, words: 'closed' },
    ]);
  });

  it('of a kind it does not handle are answered', () => {
    venueSends('35=B|148=news|');
    expect(venueReceives()).toEqual(['35=j|34=2|52=<time>|45=2|58=Unsupported Message Type|372=B|380=3|']);
  });
});

it('a failed connection is told once', () => {
  pair.b.close();
  for (let i = 0; i < 3; i++) gateway.poll();
  expect(session).toEqual(['up', 'down: the peer closed the connection']);
  expect(gateway.isReady()).toBe(false);
});

it('logs out', () => {
  gateway.logout('done');
  expect(venueReceives()).toEqual(['35=5|34=2|52=<time>|58=done|']);
  venueSends('35=5|');
  gateway.poll();
  expect(session).toEqual(['up', 'down: done']);
});

it('refuses what cannot be an instrument or a prefix', () => {
  expect(() => gateway.addInstrument(instrument(1, ''))).toThrow(/Symbol/);
  expect(() => gateway.addInstrument(instrument(1, 'A\x01'))).toThrow(/Symbol/);
  expect(() => gateway.addInstrument(instrument(1, 'A', 64))).toThrow(/power of ten/);
  expect(
    () =>
      new FixOrderGateway({
        stream: createMemoryPair({ bytes: 16_384 }).a,
        clock,
        session: CONFIG,
        clOrdIdPrefix: 'x'.repeat(40),
        store: new MemoryStore(numbers),
        sink: {
          onExecution: () => undefined,
          onMassCancel: () => undefined,
          onMassStatus: () => undefined,
          onInDoubt: () => undefined,
          onSessionUp: () => undefined,
          onSessionDown: () => undefined,
        },
      }),
  ).toThrow(/ClOrdID/);
});
