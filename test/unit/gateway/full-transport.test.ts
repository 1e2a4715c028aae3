/** A transport that takes no more, and messages beyond the limits of a session. */
import { describe, expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import {
  type ByteStream,
  createMemoryPair,
  FixSession,
  HANDLED,
  MemoryStore,
  withHeader,
} from '../../../gateway/index.ts';
import { CAUSE, STREAM, STREAM_RESULT } from '../../../native/layout.ts';
import { CONFIG, FixPeer, TestClock } from '../../support/fix-peer.ts';
import { wire } from '../../support/fix-wire.ts';

const SMALL = 32_768;

/** A session whose peer does not read, with less room left than an order needs; `orders` have left. */
function nearlyFull(): { peer: FixPeer; orders: number } {
  const peer = FixPeer.loggedOn({}, { bytes: SMALL });
  const builder = withHeader(peer.session.config, 'D').constant(58, 'x'.repeat(600));
  const order = peer.session.place(builder);
  let orders = 0;
  while (peer.session.send(order, CAUSE.none) === 0) orders++;
  expect(orders).toBeGreaterThan(40);
  return { peer, orders };
}

/** TestRequests that ask for long answers. */
function asks(peer: FixPeer, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    peer.puts(`35=1|34=${from + i}|49=PEER|52=${peer.clock.text()}|56=US|112=${String(from + i).padEnd(300, 'x')}|`);
    peer.doesNotRead();
  }
}

describe('a transport that is full', () => {
  it('lets answers wait, in order and under their numbers, and nothing overtakes them', () => {
    const { peer, orders } = nearlyFull();
    asks(peer, 2, 12);
    const order = peer.session.compose('D').text(11, 'LATE');
    expect(order.offset).toBeGreaterThanOrEqual(0);
    expect(peer.session.sendComposed(CAUSE.none)).toBeLessThan(0);
    const said: string[] = [];
    for (let text = peer.next(); text !== ''; text = peer.next()) said.push(text);
    expect(said.map((text) => Number(/34=(\d+)/.exec(text)?.[1]))).toEqual(
      Array.from({ length: orders + 12 }, (_, i) => i + 2),
    );
    expect(said.slice(orders).map((text) => Number(/112=(\d+)/.exec(text)?.[1]))).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 2),
    );
    expect(peer.session.isLoggedOn()).toBe(true);
    peer.session.compose('D').text(11, 'LATE');
    expect(peer.session.sendComposed(CAUSE.none)).toBe(0);
  });

  it('stops the reading, so that the peer causes no more answers', () => {
    const { peer } = nearlyFull();
    asks(peer, 2, 40);
    expect(peer.sequence[1]).toBeLessThan(20);
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it('ends the session when the peer reads nothing for 10 s', () => {
    const { peer } = nearlyFull();
    asks(peer, 2, 12);
    peer.clock.advance(9_999);
    peer.doesNotRead();
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(peer.session.nextDueNs()).toBe(34_210e9);
    peer.clock.advance(1);
    peer.doesNotRead();
    expect(peer.heard).toEqual(['logout: the peer has read nothing for 10000 ms']);
  });

  it('is forgotten with the connection', () => {
    const { peer, orders } = nearlyFull();
    asks(peer, 2, 12);
    const next = peer.sequence[0];
    expect(next).toBeGreaterThan(orders + 2);
    peer.disconnects();
    peer.connects();
    for (let text = peer.next(); text !== ''; text = peer.next());
    peer.sends(`35=A|34=${peer.sequence[1]}|98=0|108=30|`);
    peer.expects(`35=A|34=${next}|98=0|108=30|`);
  });
});

/** As a kernel: what it has taken and not yet sent stays pending, up to a bound. */
class SlowStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #stream: ByteStream;

  constructor(stream: ByteStream) {
    this.rx = stream.rx;
    this.tx = stream.tx;
    this.cells = stream.cells;
    this.#stream = stream;
  }

  open(): void {
    this.#stream.open();
  }

  poll(): number {
    return this.#stream.poll();
  }

  send(offset: number, length: number, cause: number): number {
    if (this.cells[STREAM.txPending] + length > 8_192) return STREAM_RESULT.full;
    this.cells[STREAM.txPending] += length;
    return this.#stream.send(offset, length, cause);
  }

  close(): void {
    this.#stream.close();
  }
}

it('a full transport does not wipe what the store keeps, however often an order is tried', () => {
  class CountingStore extends MemoryStore {
    keeps = 0;
    override keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
      this.keeps++;
      return super.keep(seq, bytes, start, end);
    }
  }
  const pair = createMemoryPair({ bytes: 65_536 });
  const stream = new SlowStream(pair.a);
  const store = new CountingStore(new Int32Array(2));
  const application = { onMessage: () => HANDLED.ok, onLogon: () => undefined, onLogout: () => undefined };
  const clock = new TestClock();
  const session = new FixSession({ stream, clock, config: CONFIG, store, application });
  session.start();
  pair.b.open();
  for (let i = 0; i < 3; i++) session.poll();
  const logon = wire(`35=A|34=1|49=PEER|52=${clock.text()}|56=US|98=0|108=30|`);
  pair.b.tx.set(logon);
  pair.b.send(0, logon.length, CAUSE.none);
  session.poll();
  const long = session.place(withHeader(CONFIG, 'D').constant(58, 'x'.repeat(600)));
  const short = session.place(withHeader(CONFIG, 'D').constant(58, 'x'));
  let sent = 0;
  while (session.send(long, CAUSE.none) === GATEWAY_RESULT.sent) sent++;
  expect(sent).toBe(11);
  expect(store.keeps).toBe(12);
  for (let i = 0; i < 1_000; i++) expect(session.send(long, CAUSE.none)).toBe(GATEWAY_RESULT.transportFull);
  expect(store.keeps).toBe(12);
  // There is room for a shorter one, and as soon as something has left for a long one again.
  expect(session.send(short, CAUSE.none)).toBe(GATEWAY_RESULT.sent);
  expect(session.send(long, CAUSE.none)).toBe(GATEWAY_RESULT.transportFull);
  stream.cells[STREAM.txPending] -= 1_000;
  expect(session.send(long, CAUSE.none)).toBe(GATEWAY_RESULT.sent);
  expect(store.keeps).toBe(14);
});

describe('a message beyond the limits', () => {
  it('of bytes is ignored, and the log says which setting to raise', () => {
    const peer = FixPeer.loggedOn({ maxMessageBytes: 512 });
    peer.sends(`35=8|34=2|58=${'x'.repeat(600)}|`);
    peer.expectsNothing();
    expect(peer.log.find((line) => line.includes('maxMessageBytes'))).toMatch(
      /^FIX: a message of 6\d\d bytes was ignored because it is longer than 512: raise maxMessageBytes$/,
    );
    expect(peer.session.counts.garbled).toBeGreaterThan(0);
  });

  it('of fields is ignored, and the log says which setting to raise', () => {
    const peer = FixPeer.loggedOn({ maxMessageFields: 16 });
    peer.sends(`35=8|34=2|${Array.from({ length: 16 }, (_, i) => `${5_001 + i}=x|`).join('')}`);
    peer.expectsNothing();
    expect(peer.log.at(-1)).toContain('raise maxMessageFields');
    peer.sends('35=1|34=2|112=x|');
    peer.expects('35=0|34=2|112=x|');
  });

  it('is garbage where it is just that', () => {
    const peer = FixPeer.loggedOn({ maxMessageBytes: 512 });
    peer.sendsBytes(Buffer.from('8=FIX.4.4\x019=5\x0135=0\x0110=000\x01'));
    expect(peer.log.at(-1)).toBe('FIX: garbled bytes ignored');
  });
});

describe('a composed message', () => {
  it('has the header written, and is sent as a template is', () => {
    const peer = FixPeer.loggedOn();
    peer.session.compose('B').text(128, 'DESK').text(148, 'Headline');
    expect(peer.session.sendComposed(CAUSE.none)).toBe(0);
    peer.expects('35=B|34=2|128=DESK|148=Headline|');
  });

  it('is refused before the Logon, where it does not fit, and where its number is taken', () => {
    const peer = new FixPeer();
    peer.session.compose('B').text(148, 'Headline');
    expect(peer.session.sendComposed(CAUSE.none)).toBeLessThan(0);
    const up = FixPeer.loggedOn({ maxMessageBytes: 512 });
    up.session.compose('B').text(148, 'x'.repeat(600));
    expect(up.session.sendComposed(CAUSE.none)).toBeLessThan(0);
    up.session.compose('B').text(148, 'Headline');
    up.sends('35=1|34=2|112=x|');
    up.expects('35=0|34=2|112=x|');
    expect(up.session.sendComposed(CAUSE.none)).toBeLessThan(0);
    up.expectsNothing();
    expect(up.sequence[0]).toBe(3);
  });
});

it('a reset by the peer in mid-session is told to the application', () => {
  let resets = 0;
  const peer = FixPeer.loggedOn({}, { application: { onReset: () => resets++, onMessage: () => HANDLED.ok } });
  peer.sends('35=A|34=1|98=0|108=30|141=Y|');
  peer.expects('35=A|34=1|98=0|108=30|141=Y|');
  expect(resets).toBe(1);
  expect(peer.heard).toEqual([]);
});
