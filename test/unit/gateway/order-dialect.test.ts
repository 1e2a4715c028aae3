import { Dictionary, FixMessage, loadTable, MessageValidator, PARSE, TAG, VALID } from 'fix-parser';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import {
  type BeginString,
  createMemoryPair,
  FixOrderGateway,
  MemoryStore,
  type OrderDialect,
  type SessionConfig,
} from '../../../gateway/index.ts';
import { CAUSE, STREAM } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { messagesIn, readable, wire } from '../../support/fix-wire.ts';

const AAPL = 3;
const MSFT = 4;

let clock: TestClock;
let pair: ReturnType<typeof createMemoryPair>;
let gateway: FixOrderGateway;
let reports: ExecutionReport[];
/** ExecRefID(19) of each. */
let references: string[];
let log: string[];
let beginString: BeginString;
let venueSeq: number;

function venueSends(body: string): void {
  const header = `|34=${venueSeq++}|49=PEER|52=${clock.text()}|56=US|`;
  const message = wire(body.replace('|', header), beginString);
  pair.b.tx.set(message);
  expect(pair.b.send(0, message.length, CAUSE.none)).toBe(message.length);
  gateway.poll();
}

/** Bodies as the venue reads them, from TargetCompID(56) on, length and checksum proven. */
function venueReceives(): string[] {
  pair.b.poll();
  const { cells, rx } = pair.b;
  const found = messagesIn(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).map((message) => {
    const text = readable(message);
    const body = text.slice(text.indexOf('|35=') + 1, text.lastIndexOf('10='));
    expect(text).toBe(readable(wire(body, beginString)));
    return body.replaceAll(clock.text(), '<time>').replace(/\|34=.*\|56=PEER\|/, '|');
  });
  cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  return found;
}

function open(orders: OrderDialect, session: Partial<SessionConfig> = {}): void {
  beginString = session.beginString ?? 'FIX.4.4';
  gateway = new FixOrderGateway({
    stream: pair.a,
    clock,
    session: { ...CONFIG, role: 'initiator', resetOnLogon: true, ...session },
    orders,
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    onLog: (level, text) => log.push(`${level}: ${text}`),
    sink: {
      onExecution: (report) => {
        reports.push({ ...report, text: () => '', execId: () => '' });
        references.push(String.fromCharCode(...report.bytes.subarray(report.execRefIdStart, report.execRefIdEnd)));
      },
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: () => undefined,
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    },
  });
  for (const [handle, symbol] of [
    [AAPL, 'AAPL'],
    [MSFT, 'MSFT'],
  ] as const)
    gateway.addInstrument({ handle, symbol, priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
  gateway.start();
  pair.b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  pair.b.poll();
  gateway.poll();
  venueReceives();
  venueSends(
    beginString === 'FIXT.1.1' ? `35=A|98=0|108=30|141=Y|1137=${session.defaultApplVerId}|` : '35=A|98=0|108=30|141=Y|',
  );
  expect(gateway.isReady()).toBe(true);
}

beforeEach(() => {
  clock = new TestClock();
  pair = createMemoryPair({ bytes: 32_768 });
  reports = [];
  references = [];
  log = [];
  venueSeq = 1;
});

const { Buy } = Side;
const { Day } = TimeInForce;

function sendsAllThree(handle: number): string[] {
  expect(gateway.newOrder(1, handle, Buy, 1_500_000, 100, Day, CAUSE.tick)).toBe(0);
  expect(gateway.replace(2, 1, handle, Buy, 1_500_100, 50, Day, CAUSE.tick)).toBe(0);
  expect(gateway.cancel(3, 2, handle, Buy, 50, Day, CAUSE.tick)).toBe(0);
  return venueReceives();
}

describe('terms of an order', () => {
  it('go into order, replacement, cancel and question, and leave with the next order', () => {
    open({ account: 'ACC-1', execInst: 'G' });
    gateway.addTerms(16, {
      isMarket: false,
      timeInForce: TimeInForce.FillOrKill,
      account: 'FUND-7',
      execInst: '6',
      fields: { '9001': 'a', '9002': 'b' },
    });
    expect(gateway.newOrder(1, AAPL, Buy, 1_500_000, 100, 16, CAUSE.tick)).toBe(0);
    expect(gateway.replace(2, 1, AAPL, Buy, 1_500_100, 50, 16, CAUSE.tick)).toBe(0);
    expect(gateway.cancel(3, 2, AAPL, Buy, 50, 16, CAUSE.tick)).toBe(0);
    expect(gateway.queryStatus(2, AAPL, Buy, 16, CAUSE.tick)).toBe(0);
    expect(gateway.newOrder(4, AAPL, Buy, 1_500_000, 100, Day, CAUSE.tick)).toBe(0);
    expect(venueReceives()).toEqual([
      '35=D|1=FUND-7|18=G 6|40=2|59=4|9001=a|9002=b|54=1|60=<time>|55=AAPL|11=T-1|38=100|44=150|',
      '35=G|1=FUND-7|18=G 6|40=2|59=4|9001=a|9002=b|54=1|60=<time>|55=AAPL|41=T-1|11=T-2|38=50|44=150.01|',
      '35=F|1=FUND-7|54=1|60=<time>|55=AAPL|41=T-2|11=T-3|38=50|',
      '35=H|1=FUND-7|54=1|55=AAPL|11=T-2|',
      '35=D|1=ACC-1|18=G|40=2|59=0|54=1|60=<time>|55=AAPL|11=T-4|38=100|44=150|',
    ]);
  });

  it('make a market order, which has no price', () => {
    open({ market: true });
    expect(gateway.offers.market).toBe(true);
    gateway.addTerms(16, { isMarket: true, timeInForce: Day });
    expect(gateway.newOrder(1, AAPL, Buy, Number.NaN, 100, 16, CAUSE.tick)).toBe(0);
    expect(gateway.newOrder(2, AAPL, Buy, 1_500_000, 100, Day, CAUSE.tick)).toBe(0);
    expect(venueReceives()).toEqual([
      '35=D|40=1|59=0|54=1|60=<time>|55=AAPL|11=T-1|38=100|',
      '35=D|40=2|59=0|54=1|60=<time>|55=AAPL|11=T-2|38=100|44=150|',
    ]);
  });

  it.each([
    [{ account: '' }, 'account must be 1 to 64 printable characters'],
    [{ account: 'a\u000138=9' }, 'account must be'],
    [{ execInst: 'x'.repeat(65) }, 'execInst must be 1 to 64'],
    [{ fields: { '44': '1' } }, '44 among `tags` is written already'],
    [{ fields: { '9009': 'x' } }, '9009 among `tags` is written already'],
    [{ fields: { '50': 'x' } }, '50 among `tags` is of the header'],
    [{ fields: { '0': 'x' } }, '0 among `tags` is no tag'],
    [{ fields: { '9001': 'x'.repeat(257) } }, 'tags[9001] must be 1 to 256'],
  ])('are refused where they would spoil the message: %j', (terms, sentence) => {
    open({ fields: { NewOrderSingle: { '9009': 'configured' } } });
    expect(() => gateway.addTerms(16, { isMarket: false, timeInForce: Day, ...terms })).toThrow(sentence);
  });
});

describe('a dialect', () => {
  it('puts account, handling and own fields where the message has them', () => {
    open({
      account: 'ACC-1',
      handlInst: '2',
      execInst: 'G',
      fields: { NewOrderSingle: { '1133': 'G', '9001': 'Y' }, OrderCancelRequest: { '9002': 'X' } },
    });
    expect(sendsAllThree(AAPL)).toEqual([
      '35=D|1=ACC-1|21=2|18=G|1133=G|9001=Y|40=2|59=0|54=1|60=<time>|55=AAPL|11=T-1|38=100|44=150|',
      '35=G|1=ACC-1|21=2|18=G|40=2|59=0|54=1|60=<time>|55=AAPL|41=T-1|11=T-2|38=50|44=150.01|',
      '35=F|1=ACC-1|9002=X|54=1|60=<time>|55=AAPL|41=T-2|11=T-3|38=50|',
    ]);
  });

  it('names instruments as the venue does, in one message after the other, and reads them back', () => {
    open({
      symbols: {
        AAPL: { symbol: 'AAPL.O', securityId: 'US0378331005', idSource: '4', securityExchange: 'XNAS' },
      },
    });
    for (const handle of [AAPL, MSFT, AAPL])
      expect(gateway.newOrder(1 + handle, handle, Buy, 1_500_000, 100, Day, CAUSE.tick)).toBe(0);
    const [first, second, third] = venueReceives();
    expect(first).toContain('|55=AAPL.O|48=US0378331005|22=4|207=XNAS|11=T-4|');
    expect(second).toContain('|55=MSFT|11=T-5|');
    expect(third).toBe(first);
    venueSends('35=8|150=0|39=0|55=AAPL.O|11=T-4|44=150|');
    venueSends('35=8|150=0|39=0|55=[N/A]|48=US0378331005|22=4|11=T-4|44=150|');
    venueSends('35=8|150=0|39=0|55=MSFT|11=T-5|44=151|');
    venueSends('35=8|150=0|39=0|55=AAPL|11=T-4|44=150|');
    expect(reports.map((report) => [report.instrument, report.price])).toEqual([
      [AAPL, 1_500_000],
      [AAPL, 1_500_000],
      [MSFT, 1_510_000],
      [-1, Number.NaN],
    ]);
  });

  it('may not give two instruments one name', () => {
    const symbols = { AAPL: { symbol: 'X' }, MSFT: { symbol: 'X' } };
    expect(() => open({ symbols })).toThrow(/Symbol\(55\) X is the name of two instruments, MSFT one of them/);
  });

  it('tells two listings of one symbol apart by their SecurityID', () => {
    open({
      symbols: {
        AAPL: { symbol: 'X', securityId: 'ONE', idSource: '8' },
        MSFT: { symbol: 'X', securityId: 'TWO', idSource: '8' },
      },
    });
    venueSends('35=8|150=0|39=0|55=X|48=ONE|22=8|11=T-1|');
    venueSends('35=8|150=0|39=0|55=X|48=TWO|22=8|11=T-2|');
    expect(reports.map((report) => report.instrument)).toEqual([AAPL, MSFT]);
  });
});

describe('FIX.4.2', () => {
  beforeEach(() => open({}, { beginString: 'FIX.4.2' }));

  it('gets HandlInst in orders and replaces, whatever was configured', () => {
    expect(sendsAllThree(AAPL)).toEqual([
      '35=D|21=1|40=2|59=0|54=1|60=<time>|55=AAPL|11=T-1|38=100|44=150|',
      '35=G|21=1|40=2|59=0|54=1|60=<time>|55=AAPL|41=T-1|11=T-2|38=50|44=150.01|',
      '35=F|54=1|60=<time>|55=AAPL|41=T-2|11=T-3|38=50|',
    ]);
  });

  it('tells trades as partial fill and fill', () => {
    venueSends('35=8|20=0|150=1|39=1|55=AAPL|54=1|11=T-1|17=E1|32=40|31=150|14=40|151=60|6=150|');
    venueSends('35=8|20=0|150=2|39=2|55=AAPL|54=1|11=T-1|17=E2|32=60|31=150|14=100|151=0|6=150|');
    expect(reports.map((report) => [String.fromCharCode(report.execType), report.lastQuantity])).toEqual([
      ['F', 40],
      ['F', 60],
    ]);
    expect(log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('takes a report that cancels, corrects or repeats a trade for no trade, and names the execution that it is about', () => {
    venueSends('35=8|20=1|150=2|39=1|55=AAPL|54=1|11=T-1|17=E3|19=E2|32=60|31=150|14=40|151=60|6=150|');
    venueSends('35=8|20=2|150=2|39=2|55=AAPL|54=1|11=T-1|17=E4|19=E2|32=60|31=149|14=100|151=0|6=149|');
    venueSends('35=8|20=3|150=2|39=2|55=AAPL|54=1|11=T-1|17=0|32=0|31=0|14=100|151=0|6=149|');
    expect(reports.map((report) => String.fromCharCode(report.execType)).join('')).toBe('HGI');
    expect(references).toEqual(['E2', 'E2', '']);
  });
});

describe('FIX.5.0SP2 over FIXT.1.1', () => {
  it('trades as FIX.4.4 does', () => {
    open({}, { beginString: 'FIXT.1.1', defaultApplVerId: '9' });
    expect(sendsAllThree(MSFT)[0]).toBe('35=D|40=2|59=0|54=1|60=<time>|55=MSFT|11=T-1|38=100|44=150|');
    venueSends('35=8|150=F|39=2|55=MSFT|54=1|11=T-1|17=E1|32=100|31=150|14=100|151=0|');
    expect(reports[0]).toMatchObject({ clOrdOrdinal: 1, lastQuantity: 100, lastPrice: 1_500_000, instrument: MSFT });
  });
});

describe('orders, replaces and cancels', () => {
  it.each([
    ['FIX.4.2', 'FIX.4.2', undefined],
    ['FIX.4.4', 'FIX.4.4', undefined],
    ['FIXT.1.1', 'FIX.5.0', '7'],
    ['FIXT.1.1', 'FIX.5.0SP2', '9'],
  ] as const)('of %s are what the dictionary of %s defines', async (begin, version, defaultApplVerId) => {
    const session = new Dictionary(await loadTable(begin));
    const validator = new MessageValidator(
      session,
      begin === version ? session : new Dictionary(await loadTable(version)),
    );
    const symbols = { AAPL: { securityId: 'US0378331005', idSource: '4', securityExchange: 'XNAS' } };
    const sender = { '50': 'DESK7' };
    const fields = { NewOrderSingle: sender, OrderCancelRequest: sender, OrderCancelReplaceRequest: sender };
    open(
      { account: 'ACC-1', handlInst: '1', execInst: 'G', fields, symbols },
      { beginString: begin, ...(defaultApplVerId !== undefined && { defaultApplVerId }) },
    );
    const message = new FixMessage();
    const checked: string[] = [];
    for (const body of sendsAllThree(AAPL)) {
      const header = `|34=2|49=US|52=${clock.text()}|56=PEER|`;
      const bytes = wire(body.replace('|', header).replaceAll('<time>', clock.text()), begin);
      expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
      expect([validator.validate(message), body]).toEqual([VALID, body]);
      checked.push(message.text(TAG.MsgType));
    }
    expect(checked).toEqual(['D', 'G', 'F']);
  });
});
