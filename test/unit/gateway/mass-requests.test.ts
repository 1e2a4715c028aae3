import { Dictionary, FixMessage, loadTable, MessageValidator, PARSE, VALID } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { CAUSE, STREAM } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { messagesIn, readable, wire } from '../../support/fix-wire.ts';

const AAPL = 3;
const OFFERED = { massCancel: true, massStatus: true };

/** A gateway that is logged on to a venue by hand; `heard` is what the sink heard. */
function opened(session: Partial<SessionConfig> = {}, orders: object = OFFERED) {
  const clock = new TestClock();
  const { a, b } = createMemoryPair({ bytes: 65_536 });
  const heard: string[] = [];
  const beginString = session.beginString ?? 'FIX.4.4';
  const gateway = new FixOrderGateway({
    stream: a,
    clock,
    session: { ...CONFIG, role: 'initiator', ...session },
    orders,
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    sink: {
      onExecution: ({ clOrdOrdinal, ordStatus }) =>
        heard.push(`report ${clOrdOrdinal} ${String.fromCharCode(ordStatus)}`),
      onMassCancel: (ordinal, accepted, reason) => heard.push(`cancel ${ordinal} ${accepted} ${reason}`.trim()),
      onMassStatus: (ordinal, orders) => heard.push(`status ${ordinal}: ${orders}`),
      onInDoubt: (ordinal) => heard.push(`in doubt ${ordinal}`),
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    },
  });
  gateway.addInstrument({
    handle: AAPL,
    symbol: 'AAPL',
    priceScale: 10_000,
    tickSize: 100,
    lotSize: 1,
    multiplier: 1,
  });
  let seq = 1;
  const says = (body: string): void => {
    const message = wire(body.replace('|', `|34=${seq++}|49=PEER|52=${clock.text()}|56=US|`), beginString);
    b.tx.set(message);
    expect(b.send(0, message.length, CAUSE.none)).toBe(message.length);
    for (let poll = 0; poll < 4; poll++) gateway.poll();
  };
  const bytes = (): Uint8Array[] => {
    const found: Uint8Array[] = [];
    while (b.poll() > 0) {
      const { cells, rx } = b;
      found.push(...messagesIn(rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    }
    return found;
  };
  /** Without header and trailer. */
  const received = (): string[] =>
    bytes().map((message) =>
      readable(message)
        .replaceAll(clock.text(), '<time>')
        .replace(/^.*\|(35=\w+\|).*?\|56=PEER\|/, '$1')
        .replace(/10=\d+\|$/, ''),
    );
  gateway.start();
  b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  says(`35=A|98=0|108=30|${beginString === 'FIXT.1.1' ? '1137=9|' : ''}`);
  b.poll();
  expect(gateway.isReady()).toBe(true);
  bytes();
  /** The venue begins the numbers anew in mid-session. */
  const resets = (): void => {
    seq = 1;
    says('35=A|98=0|108=30|141=Y|');
  };
  return { gateway, says, received, bytes, heard, resets };
}

const report = (id: string, rest: string): string =>
  `35=8|37=V${id}|17=0|150=I|39=0|11=${id}|55=AAPL|54=1|38=100|151=100|14=0|6=0|${rest}`;

it('offers what the dialect says, and nothing by itself', () => {
  expect(opened().gateway.offers).toEqual({ market: false, massCancel: true, massStatus: true });
  expect(opened({}, {}).gateway.offers).toEqual({ market: false, massCancel: false, massStatus: false });
});

describe('an OrderMassCancelRequest(q)', () => {
  it('is about all orders of the session', () => {
    const { gateway, received } = opened();
    expect(gateway.massCancel(7, CAUSE.control)).toBe(GATEWAY_RESULT.sent);
    expect(received()).toEqual(['35=q|530=7|60=<time>|11=T-7|']);
  });

  it.each([
    ['taken', '531=7|', 'cancel 7 true'],
    ['refused with a reason', '531=0|532=0|58=Not supported|', 'cancel 7 false Not supported'],
    ['refused without one', '531=0|532=99|', 'cancel 7 false The venue refused the request without saying why.'],
  ])('is %s', (_what, rest, told) => {
    const { gateway, says, heard } = opened();
    gateway.massCancel(7, CAUSE.control);
    says(`35=r|37=V1|11=T-7|530=7|${rest}`);
    expect(heard).toEqual([told]);
  });

  it('of which the answer does not say what was done is rejected, and stays unanswered', () => {
    const { gateway, says, heard, received } = opened();
    gateway.massCancel(7, CAUSE.control);
    received();
    says('35=r|37=V1|11=T-7|530=7|');
    expect(received()[0]).toMatch(/^35=3\|.*371=531\|372=r\|373=1\|/);
    expect(heard).toEqual([]);
  });

  it.each([
    ['35=3|45=2|372=q|373=3|58=Unknown message|', 'cancel 7 false Unknown message'],
    ['35=j|45=2|372=q|380=3|', 'cancel 7 false The venue refused the request without saying why.'],
  ])('that the session refuses with %s is refused', (message, told) => {
    const { gateway, says, heard } = opened();
    gateway.massCancel(7, CAUSE.control);
    says(message);
    says(message);
    expect(heard).toEqual([told]);
  });

  it('is not what a refusal of another number is about', () => {
    const { gateway, says, heard } = opened();
    gateway.newOrder(6, AAPL, Side.Buy, 3_200_000, 100, TimeInForce.Day, CAUSE.tick);
    gateway.massCancel(7, CAUSE.control);
    says('35=j|45=2|372=D|380=0|');
    expect(heard).toEqual(['report 6 8']);
  });

  it('passes while old messages are sent again, as a question does not', () => {
    const { gateway, says, received } = opened({ resendChunk: 1 });
    for (let ordinal = 10; ordinal < 30; ordinal++)
      gateway.cancel(ordinal, 1, AAPL, Side.Buy, 100, TimeInForce.Day, CAUSE.control);
    received();
    says('35=2|7=2|16=0|');
    expect(gateway.massCancel(7, CAUSE.control)).toBe(GATEWAY_RESULT.sent);
    expect(gateway.massStatus(8, CAUSE.control)).toBe(GATEWAY_RESULT.resending);
    for (let poll = 0; poll < 4; poll++) gateway.poll();
    const sent = received().map((message) => message.slice(0, 5));
    expect(sent.slice(-5)).toEqual(['35=q|', '35=F|', '35=F|', '35=F|', '35=F|']);
  });

  it('is never sent again itself: it would cancel what came after it', () => {
    const { gateway, says, received, heard } = opened();
    gateway.newOrder(6, AAPL, Side.Buy, 3_200_000, 100, TimeInForce.Day, CAUSE.tick);
    gateway.massCancel(7, CAUSE.control);
    gateway.newOrder(8, AAPL, Side.Buy, 3_200_000, 100, TimeInForce.Day, CAUSE.tick);
    received();
    says('35=2|7=2|16=0|');
    expect(received()).toEqual([expect.stringMatching(/^35=4\|.*36=5\|123=Y\|/)]);
    expect(heard).toEqual(['in doubt 6', 'in doubt 8']);
  });

  it('is refused without a session', () => {
    const { gateway, says } = opened();
    says('35=5|');
    expect(gateway.massCancel(7, CAUSE.control)).toBe(GATEWAY_RESULT.notLoggedOn);
  });
});

describe('an OrderMassStatusRequest(AF)', () => {
  it('is about all orders of the session', () => {
    const { gateway, received } = opened({}, { ...OFFERED, account: 'ACC-1' });
    expect(gateway.massStatus(9, CAUSE.control)).toBe(GATEWAY_RESULT.sent);
    expect(received()).toEqual(['35=AF|1=ACC-1|585=7|584=T-9|']);
  });

  it('has been answered with as many reports as the venue announced', () => {
    const { gateway, says, heard } = opened();
    gateway.massStatus(9, CAUSE.control);
    says(report('T-1', '584=T-9|911=2|'));
    expect(heard).toEqual(['report 1 0']);
    says(report('T-2', '584=T-9|911=2|'));
    expect(heard).toEqual(['report 1 0', 'report 2 0', 'status 9: 2']);
  });

  it('or with one that says it is the last', () => {
    const { gateway, says, heard } = opened();
    gateway.massStatus(9, CAUSE.control);
    says(report('T-1', '584=T-9|912=N|'));
    says(report('T-2', '584=T-9|912=Y|'));
    says(report('T-3', '584=T-9|912=Y|'));
    expect(heard).toEqual(['report 1 0', 'report 2 0', 'status 9: 2', 'report 3 0']);
  });

  it('or with one that says there is none, which is about no order', () => {
    const { gateway, says, heard } = opened();
    gateway.massStatus(9, CAUSE.control);
    says('35=8|37=0|17=0|150=I|39=8|11=T-9|55=[N/A]|54=7|38=0|151=0|14=0|6=0|584=T-9|911=0|912=Y|');
    expect(heard).toEqual(['status 9: 0']);
  });

  it('is not over with the answer to an earlier one', () => {
    const { gateway, says, heard } = opened();
    gateway.massStatus(9, CAUSE.control);
    gateway.massStatus(10, CAUSE.control);
    says(report('T-1', '584=T-9|911=1|912=Y|'));
    expect(heard).toEqual(['report 1 0']);
    says(report('T-1', '584=T-10|911=1|912=Y|'));
    expect(heard.at(-1)).toBe('status 10: 1');
  });

  it('that the venue does not take is refused', () => {
    const { gateway, says, heard } = opened();
    gateway.massStatus(9, CAUSE.control);
    says('35=j|45=2|372=AF|380=3|58=Unsupported|');
    expect(heard).toEqual(['status 9: -1']);
  });
});

it('numbers that begin anew mean neither request', () => {
  const { gateway, says, heard, resets } = opened();
  gateway.massCancel(7, CAUSE.control);
  gateway.massStatus(8, CAUSE.control);
  resets();
  says('35=3|45=2|372=q|373=3|');
  says('35=3|45=3|372=AF|373=3|');
  expect(heard).toEqual([]);
});

it.each([
  ['FIX.4.3', undefined, ['FIX.4.3']],
  ['FIX.4.4', undefined, ['FIX.4.4']],
  ['FIXT.1.1', '7', ['FIXT.1.1', 'FIX.5.0']],
  ['FIXT.1.1', '9', ['FIXT.1.1', 'FIX.5.0SP2']],
] as const)('both stand in the dictionary of %s %s', async (beginString, defaultApplVerId, tables) => {
  const version = defaultApplVerId === undefined ? { beginString } : { beginString, defaultApplVerId };
  const { gateway, bytes } = opened(version as Partial<SessionConfig>, { ...OFFERED, account: 'ACC-1' });
  gateway.massCancel(7, CAUSE.control);
  gateway.massStatus(8, CAUSE.control);
  const dictionaries = await Promise.all(tables.map(async (name) => new Dictionary(await loadTable(name))));
  const validator = new MessageValidator(dictionaries[0]!, dictionaries.at(-1)!);
  const sent = bytes();
  expect(sent.length).toBe(2);
  for (const message of sent) {
    const parsed = new FixMessage();
    expect(parsed.parse(message, 0, message.length)).toBe(PARSE.ok);
    expect(validator.validate(parsed)).toBe(VALID);
  }
});
