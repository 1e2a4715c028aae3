import { beforeEach, describe, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE, STREAM } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { bodyOf, messagesIn, wire } from '../../support/fix-wire.ts';

const AAPL = 3;
let clock: TestClock;
let pair: ReturnType<typeof createMemoryPair>;
let gateway: FixOrderGateway;
let doubts: string[];
let onDoubt: () => void;
let venueSeq: number;

beforeEach(() => {
  clock = new TestClock();
  pair = createMemoryPair({ bytes: 65_536 });
  doubts = [];
  onDoubt = () => undefined;
  venueSeq = 1;
  gateway = new FixOrderGateway({
    stream: pair.a,
    clock,
    session: { ...CONFIG, role: 'initiator', resendChunk: 4 },
    clOrdIdPrefix: 'T7-',
    store: new MemoryStore(new Int32Array(2), 1 << 20, 64),
    sink: {
      onExecution: () => undefined,
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: (ordinal, reason) => {
        doubts.push(`${ordinal}: ${reason}`);
        onDoubt();
      },
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    },
  });
  gateway.addInstrument({ handle: AAPL, symbol: 'AAPL', priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
  gateway.start();
  pair.b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  received();
  venue('35=A|98=0|108=30|');
  expect(gateway.isReady()).toBe(true);
});

function venue(body: string): void {
  const message = wire(`${body.replace('|', `|34=${venueSeq++}|49=PEER|52=${clock.text()}|56=US|`)}`);
  pair.b.tx.set(message);
  expect(pair.b.send(0, message.length, CAUSE.none)).toBe(message.length);
  gateway.poll();
}

/** Type, number, and ClOrdID or NewSeqNo of what the venue got. */
function received(): string[] {
  const { b } = pair;
  const found: string[] = [];
  while (b.poll() > 0) {
    const { cells, rx } = b;
    found.push(...messagesIn(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).map(bodyOf));
    cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  }
  return found.map((body) =>
    [/35=\w/, /34=\d+/, /43=Y/, /(?<=\|)(11|36)=[^|]*/].map((part) => part.exec(body)?.[0] ?? '').join(' '),
  );
}

const buy = (ordinal: number): number =>
  gateway.newOrder(ordinal, AAPL, Side.Buy, 3_201_400, 100, TimeInForce.Day, CAUSE.tick);
const cancel = (ordinal: number, orig: number): number =>
  gateway.cancel(ordinal, orig, AAPL, Side.Buy, 100, TimeInForce.Day, CAUSE.tick);
const replace = (ordinal: number, orig: number): number =>
  gateway.replace(ordinal, orig, AAPL, Side.Buy, 3_201_500, 100, TimeInForce.Day, CAUSE.tick);
const REASON = 'The venue asked for it again after a gap; it is not sent a second time.';

describe('orders that the venue asks for again', () => {
  it('are gap-filled and in doubt, replacements too; cancels are sent again', () => {
    buy(1);
    buy(2);
    replace(3, 1);
    cancel(4, 2);
    received();
    venue('35=2|7=2|16=0|');
    gateway.poll();
    expect(received()).toEqual(['35=4 34=2 43=Y 36=5', '35=F 34=5 43=Y 11=T7-4']);
    expect(doubts).toEqual([`1: ${REASON}`, `2: ${REASON}`, `3: ${REASON}`]);
    expect(gateway.counts.notResent).toBe(3);
  });

  it('tell who hears of it after the chunk has left, so that a cancel may follow at once', () => {
    buy(1);
    received();
    const results: number[] = [];
    onDoubt = () => results.push(cancel(2, 1));
    venue('35=2|7=2|16=0|');
    expect(results).toEqual([GATEWAY_RESULT.sent]);
    expect(received()).toEqual(['35=4 34=2 43=Y 36=3', '35=F 34=3  11=T7-2']);
  });

  it('of another start are not sent again either, and people are told', () => {
    const log: string[] = [];
    const early = new FixOrderGateway({
      stream: createMemoryPair({ bytes: 16_384 }).a,
      clock,
      session: { ...CONFIG, role: 'initiator' },
      clOrdIdPrefix: 'OTHER-',
      store: new MemoryStore(new Int32Array(2)),
      sink: {
        onExecution: () => undefined,
        onMassCancel: () => undefined,
        onMassStatus: () => undefined,
        onInDoubt: (ordinal) => doubts.push(String(ordinal)),
        onSessionUp: () => undefined,
        onSessionDown: () => undefined,
      },
      onLog: (level, text) => log.push(`${level}: ${text}`),
    });
    buy(1);
    received();
    let mine: boolean | undefined;
    const message = gateway.mayResend.bind(gateway);
    gateway.mayResend = (asked) => {
      mine = early.mayResend(asked);
      return message(asked);
    };
    venue('35=2|7=2|16=0|');
    expect(mine).toBe(false);
    early.poll();
    expect(log).toEqual([
      expect.stringMatching(/^error: The venue asks for T7-1, an order of an earlier run, again: it is in doubt/),
    ]);
    expect(doubts).toEqual([`1: ${REASON}`]);
  });
});

it('orders that the store has forgotten are in doubt too, and told after the chunk has left', () => {
  for (let ordinal = 1; ordinal <= 70; ordinal++) buy(ordinal);
  received();
  const results: number[] = [];
  onDoubt = () => results.push(cancel(100 + results.length, 1));
  venue('35=2|7=2|16=0|');
  // Numbers 2 to 7 are kept no more; of the others a chunk looks at four. Each is cancelled between two chunks.
  expect(received()).toEqual(Array.from({ length: 10 }, (_, n) => `35=F 34=${72 + n}  11=T7-${100 + n}`));
  expect(new Set(doubts)).toEqual(new Set(Array.from({ length: 10 }, (_, n) => `${n + 1}: ${REASON}`)));
  for (let poll = 0; poll < 40; poll++) gateway.poll();
  expect(received()).toContain('35=4 34=2 43=Y 36=72');
  expect(new Set(doubts).size).toBe(70);
  expect(doubts).toHaveLength(70);
});

it('what was sent before the numbers began anew is in doubt: nobody will ask for it', () => {
  buy(1);
  cancel(2, 1);
  received();
  venue('35=A|98=0|108=30|');
  pair.b.close();
  gateway.poll();
  expect(doubts).toEqual([]);
  gateway.session.start();
  pair.b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  // The venue resets: our Logon was number 1 of the new session.
  venueSeq = 1;
  venue('35=A|98=0|108=30|141=Y|');
  expect(gateway.isReady()).toBe(true);
  const lost = 'The numbers of the session began anew, and nobody will ask for it again.';
  expect(doubts).toEqual([`1: ${lost}`, `2: ${lost}`]);
  expect(buy(3)).toBe(GATEWAY_RESULT.sent);
});

describe('until a resend is over', () => {
  beforeEach(() => {
    for (let ordinal = 1; ordinal <= 40; ordinal += 2) {
      buy(ordinal);
      cancel(ordinal + 1, ordinal);
    }
    received();
    venue('35=2|7=2|16=0|');
    expect(gateway.session.isResending()).toBe(true);
  });

  it('new orders and replacements wait, with a result that says so', () => {
    expect(buy(100)).toBe(GATEWAY_RESULT.resending);
    expect(replace(101, 1)).toBe(GATEWAY_RESULT.resending);
    for (let poll = 0; gateway.session.isResending(); poll++) {
      expect(poll).toBeLessThan(100);
      gateway.poll();
    }
    expect(buy(100)).toBe(GATEWAY_RESULT.sent);
    expect(received().at(-1)).toBe('35=D 34=42  11=T7-100');
  });

  it('a cancel waits one chunk at most', () => {
    const before = received().length;
    expect(before).toBeLessThanOrEqual(4);
    expect(cancel(100, 1)).toBe(GATEWAY_RESULT.sent);
    expect(received()).toEqual(['35=F 34=42  11=T7-100']);
  });

  it('each order is in doubt once', () => {
    for (let poll = 0; poll < 100; poll++) gateway.poll();
    expect(doubts).toHaveLength(20);
    expect(new Set(doubts).size).toBe(20);
  });
});
