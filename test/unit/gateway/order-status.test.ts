import { Dictionary, FixMessage, loadTable, MessageValidator, PARSE, VALID } from 'fix-parser';
import { expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import {
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

interface Heard {
  clOrdOrdinal: number;
  execType: string;
  ordStatus: string;
  cumQuantity: number;
  averagePrice: number;
}

function opened(session: Partial<SessionConfig> = {}, orders: OrderDialect = {}) {
  const clock = new TestClock();
  const { a, b } = createMemoryPair({ bytes: 65_536 });
  const log: string[] = [];
  const reports: Heard[] = [];
  const beginString = session.beginString ?? 'FIX.4.4';
  const gateway = new FixOrderGateway({
    stream: a,
    clock,
    session: { ...CONFIG, role: 'initiator', resendChunk: 2, ...session },
    orders,
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    onLog: (level, text) => log.push(`${level}: ${text}`),
    sink: {
      onExecution: (report) =>
        reports.push({
          clOrdOrdinal: report.clOrdOrdinal,
          execType: String.fromCharCode(report.execType),
          ordStatus: String.fromCharCode(report.ordStatus),
          cumQuantity: report.cumQuantity,
          averagePrice: report.averagePrice(),
        }),
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: () => undefined,
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    },
  });
  const instrument = { handle: AAPL, symbol: 'AAPL', priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 };
  gateway.addInstrument(instrument);
  let seq = 1;
  const venue = (body: string): void => {
    const message = wire(body.replace('|', `|34=${seq++}|49=PEER|52=${clock.text()}|56=US|`), beginString);
    b.tx.set(message);
    expect(b.send(0, message.length, CAUSE.none)).toBe(message.length);
    gateway.poll();
  };
  const received = (): Uint8Array[] => {
    const found: Uint8Array[] = [];
    while (b.poll() > 0) {
      const { cells, rx } = b;
      found.push(...messagesIn(rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    }
    return found;
  };
  gateway.start();
  b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  venue(`35=A|98=0|108=30|${beginString === 'FIXT.1.1' ? '1137=9|' : ''}`);
  // The first poll of this end tells that it was opened.
  b.poll();
  received();
  const query = (ordinal = 1) => gateway.queryStatus(ordinal, AAPL, Side.Buy, TimeInForce.Day, CAUSE.control);
  return { gateway, venue, received, query, log, reports };
}

const bodyOf = (message: Uint8Array): string =>
  readable(message)
    .replace(/^.*\|56=PEER\|/, '')
    .replace(/10=...\|$/, '');

it.each([
  ['FIX.4.2', {}, 'FIX.4.2'],
  ['FIX.4.4', {}, 'FIX.4.4'],
  ['FIXT.1.1', { defaultApplVerId: '7' }, 'FIX.5.0'],
  ['FIXT.1.1', { defaultApplVerId: '9' }, 'FIX.5.0SP2'],
] as const)(
  'an OrderStatusRequest(H) over %s %o holds against the dictionary of %s',
  async (beginString, more, table) => {
    const dialect: OrderDialect = {
      account: 'ACC',
      handlInst: '2',
      fields: { OrderStatusRequest: { 129: 'DESK', 167: 'CS' } },
      symbols: { AAPL: { symbol: 'AAPL US', securityId: 'US0378331005', idSource: '4' } },
    };
    const { received, query } = opened({ beginString, ...more }, dialect);
    expect(query(7)).toBe(GATEWAY_RESULT.sent);
    const [bytes] = received();
    expect(bodyOf(bytes)).toBe('129=DESK|1=ACC|167=CS|54=1|55=AAPL US|48=US0378331005|22=4|11=T-7|');
    const message = new FixMessage();
    expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
    const application = new Dictionary(await loadTable(table));
    const session = beginString === 'FIXT.1.1' ? new Dictionary(await loadTable('FIXT.1.1')) : application;
    expect(new MessageValidator(session, application).validate(message)).toBe(VALID);
  },
);

it('has no account before FIX.4.2, which knows none', () => {
  const { received, query } = opened({ beginString: 'FIX.4.1' }, { account: 'ACC' });
  expect(query()).toBe(GATEWAY_RESULT.sent);
  expect(bodyOf(received()[0])).toBe('54=1|55=AAPL|11=T-1|');
});

it('is not sent while messages are sent again, nor for an instrument that nobody named', () => {
  const { gateway, venue, query } = opened();
  for (let ordinal = 1; ordinal <= 9; ordinal++)
    gateway.newOrder(ordinal, AAPL, Side.Buy, 3_201_400, 100, TimeInForce.Day, CAUSE.tick);
  venue('35=2|7=2|16=0|');
  expect(gateway.session.isResending()).toBe(true);
  expect(query()).toBe(GATEWAY_RESULT.resending);
  for (let poll = 0; gateway.session.isResending() && poll < 50; poll++) gateway.poll();
  expect(query()).toBe(GATEWAY_RESULT.sent);
  expect(gateway.queryStatus(1, 99, Side.Buy, TimeInForce.Day, CAUSE.control)).toBe(GATEWAY_RESULT.invalid);
});

it('is answered by ExecType(150) I, or ExecTransType(20) 3 before FIX.4.3', () => {
  const { venue, reports } = opened();
  venue('35=8|37=1|17=1|11=T-1|150=I|39=1|55=AAPL|54=1|14=40|151=60|6=226.513333|');
  venue('35=8|37=1|17=2|11=T-1|20=3|150=0|39=0|55=AAPL|54=1|14=0|151=100|6=0|');
  expect(reports).toMatchObject([
    { clOrdOrdinal: 1, execType: 'I', ordStatus: '1', cumQuantity: 40 },
    { clOrdOrdinal: 1, execType: 'I', ordStatus: '0', cumQuantity: 0, averagePrice: 0 },
  ]);
  expect(reports[0].averagePrice).toBeCloseTo(2_265_133.33, 6);
});

it('that the venue refuses says nothing of the order, and people are told once', () => {
  const { venue, query, reports, log } = opened();
  query();
  query();
  log.length = 0;
  venue('35=j|45=2|372=H|380=3|58=Unsupported Message Type|');
  venue('35=3|45=3|372=H|373=11|');
  expect(reports).toEqual([]);
  expect(log).toEqual([
    'error: The venue refuses an OrderStatusRequest(H): Unsupported Message Type. Orders in doubt stay so until it says something of them: ask the venue.',
  ]);
});
