import { beforeEach, describe, expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import {
  createMemoryPair,
  FixSession,
  HANDLED,
  MemoryStore,
  type SessionConfig,
  withHeader,
} from '../../../gateway/index.ts';
import { CAUSE, STREAM } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';
import { bodyOf, messagesIn, wire } from '../../support/fix-wire.ts';

/** Seconds of the test's clock; SendingTime of what was sent at 09:30:00. */
const FIRST = '20200130-09:30:00.000';

/** A session and its peer, turn by turn, with everything that a resend can meet. */
class Bench {
  readonly clock = new TestClock();
  readonly cells = new Int32Array(2);
  readonly pair: ReturnType<typeof createMemoryPair>;
  readonly session: FixSession;
  readonly store: MemoryStore;
  readonly heard: string[] = [];
  readonly asked: string[] = [];
  veto: (text: string) => boolean = () => false;
  onAsked: () => void = () => undefined;
  peerSeq = 1;

  constructor(config: Partial<SessionConfig> = {}, bytes = 65_536, store?: MemoryStore) {
    this.pair = createMemoryPair({ bytes });
    this.store = store ?? new MemoryStore(this.cells);
    this.session = new FixSession({
      stream: this.pair.a,
      clock: this.clock,
      config: { ...CONFIG, ...config },
      store: this.store,
      application: {
        onMessage: (message) => {
          this.heard.push(bodyOf(message.bytes.subarray(message.start, message.end)));
          return HANDLED.ok;
        },
        onLogon: () => undefined,
        onLogout: (reason) => this.heard.push(`logout: ${reason}`),
        mayResend: (message) => {
          const text = bodyOf(message.bytes.subarray(message.start, message.end));
          this.asked.push(text);
          this.onAsked();
          return !this.veto(text);
        },
      },
    });
    this.connect();
  }

  connect(): void {
    this.session.start();
    this.pair.b.open();
    for (let i = 0; i < 3; i++) {
      this.session.poll();
      this.pair.b.poll();
    }
    this.peerSends('35=A|98=0|108=30|');
    this.turn();
    expect(this.received()).toHaveLength(1);
  }

  /** Without a turn of the session. */
  peerSends(body: string, seq = this.peerSeq++): void {
    const message = wire(`${body.replace('|', `|34=${seq}|49=PEER|52=${this.clock.text()}|56=US|`)}`);
    this.pair.b.tx.set(message);
    expect(this.pair.b.send(0, message.length, CAUSE.none)).toBe(message.length);
  }

  turn(): number {
    return this.session.poll();
  }

  /** Takes what has arrived, header fields that never change left out. */
  received(): string[] {
    const { b } = this.pair;
    const found: string[] = [];
    while (b.poll() > 0) {
      const { cells, rx } = b;
      found.push(...messagesIn(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).map(bodyOf));
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    }
    return found.map((body) =>
      body.replace('|49=US|', '|').replace('|56=PEER|', '|').replaceAll(this.clock.text(), 'now'),
    );
  }

  /** Sends an application message; its number is the store's. */
  order(id: string): number {
    this.session.compose('D').text(11, id);
    return this.session.sendComposed(CAUSE.none);
  }

  /** Sends, and forgets what the wire got. */
  orders(...ids: string[]): void {
    for (const id of ids) expect(this.order(id)).toBe(GATEWAY_RESULT.sent);
    this.received();
  }

  /** Until the resend is over; at most 10,000 polls. @returns how many it took */
  until(state: string): number {
    let polls = 0;
    while (this.session.stateName() !== state) {
      expect(++polls).toBeLessThan(10_000);
      this.turn();
    }
    return polls;
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('what was kept is sent again', () => {
  it('with PossDupFlag, OrigSendingTime and a new SendingTime, its tags in ascending order (8_OnlyApplicationMessages)', () => {
    bench.orders('ONE', 'TWO');
    bench.clock.advance(5_000);
    bench.peerSends('35=2|7=2|16=3|');
    bench.turn();
    expect(bench.received()).toEqual([
      `35=D|34=2|43=Y|52=now|122=${FIRST}|11=ONE|`,
      `35=D|34=3|43=Y|52=now|122=${FIRST}|11=TWO|`,
    ]);
    expect([...bench.cells]).toEqual([4, 3]);
    expect(bench.session.stateName()).toBe('logged-on');
  });

  it('puts the two tags where ascending order has them, whatever the header holds', () => {
    bench.session
      .compose('D')
      .text(50, 'DESK')
      .text(97, 'Y')
      .text(115, 'CLIENT')
      .text(128, 'THIRD')
      .text(129, 'SUB')
      .text(11, 'A')
      .text(58, 'x');
    bench.session.sendComposed(CAUSE.none);
    bench.received();
    bench.peerSends('35=2|7=2|16=2|');
    bench.turn();
    expect(bench.received()).toEqual([
      '35=D|34=2|43=Y|52=now|50=DESK|97=Y|115=CLIENT|122=now|128=THIRD|129=SUB|11=A|58=x|',
    ]);
  });

  it('copies values byte for byte, data fields with SOH among them', () => {
    bench.session
      .compose('B')
      .text(95, '5')
      .bytesOf(96, Uint8Array.of(65, 1, 66, 61, 67), 0, 5)
      .text(148, '');
    expect(bench.session.sendComposed(CAUSE.none)).toBe(GATEWAY_RESULT.sent);
    bench.received();
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    expect(bench.received()).toEqual(['35=B|34=2|43=Y|52=now|122=now|95=5|96=A|B=C|148=|']);
  });

  it('collapses runs of session messages into one gap fill each (8_AdminAndApplicationMessages)', () => {
    for (const id of ['A', 'B', 'C']) bench.peerSends(`35=1|112=${id}|`);
    bench.turn();
    bench.orders('ONE', 'TWO');
    bench.peerSends('35=1|112=D|');
    bench.turn();
    bench.orders('THREE');
    bench.peerSends('35=1|112=E|');
    bench.turn();
    bench.received();
    bench.clock.advance(1_000);
    bench.peerSends('35=2|7=1|16=0|');
    bench.turn();
    expect(bench.received()).toEqual([
      '35=4|34=1|43=Y|52=now|122=now|36=5|123=Y|',
      `35=D|34=5|43=Y|52=now|122=${FIRST}|11=ONE|`,
      `35=D|34=6|43=Y|52=now|122=${FIRST}|11=TWO|`,
      '35=4|34=7|43=Y|52=now|122=now|36=8|123=Y|',
      `35=D|34=8|43=Y|52=now|122=${FIRST}|11=THREE|`,
      '35=4|34=9|43=Y|52=now|122=now|36=10|123=Y|',
    ]);
  });

  it('fills up to the end of what was asked for, not beyond', () => {
    for (let id = 0; id < 4; id++) bench.peerSends(`35=1|112=${id}|`);
    bench.turn();
    bench.received();
    bench.peerSends('35=2|7=2|16=3|');
    bench.turn();
    expect(bench.received()).toEqual(['35=4|34=2|43=Y|52=now|122=now|36=4|123=Y|']);
  });

  it('as it was sent first, also the second time it is asked for', () => {
    bench.orders('ONE');
    for (let time = 0; time < 2; time++) {
      bench.clock.advance(1_000);
      bench.peerSends('35=2|7=2|16=2|');
      bench.turn();
      expect(bench.received()).toEqual([`35=D|34=2|43=Y|52=now|122=${FIRST}|11=ONE|`]);
    }
  });

  it('by a template as well as composed, without disturbing it', () => {
    const slots = withHeader(CONFIG, 'D');
    const id = slots.slot(11, 20);
    const template = bench.session.place(slots);
    const send = (text: string): number => {
      template.setBytes(id, Buffer.from(text), 0, text.length);
      return bench.session.send(template, CAUSE.none);
    };
    expect(send('FIRST')).toBe(GATEWAY_RESULT.sent);
    bench.received();
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    expect(bench.received()).toEqual(['35=D|34=2|43=Y|52=now|122=now|11=FIRST|']);
    expect(send('SECOND')).toBe(GATEWAY_RESULT.sent);
    expect(bench.received()).toEqual(['35=D|34=3|52=now|11=SECOND|']);
  });
});

describe('what cannot or must not be sent again is gap-filled', () => {
  it('vetoed messages join the run around them, and the application is asked once each', () => {
    bench.orders('KEEP', 'STALE', 'STALE2');
    bench.peerSends('35=1|112=A|');
    bench.turn();
    bench.orders('KEEP2');
    bench.received();
    bench.veto = (text) => text.includes('11=STALE');
    bench.peerSends('35=2|7=1|16=0|');
    bench.until('logged-on');
    bench.turn();
    expect(bench.received()).toEqual([
      '35=4|34=1|43=Y|52=now|122=now|36=2|123=Y|',
      '35=D|34=2|43=Y|52=now|122=now|11=KEEP|',
      '35=4|34=3|43=Y|52=now|122=now|36=6|123=Y|',
      '35=D|34=6|43=Y|52=now|122=now|11=KEEP2|',
    ]);
    expect(bench.asked).toHaveLength(4);
  });

  it('messages that the store has forgotten, in one leap', () => {
    bench = new Bench({}, 65_536, new MemoryStore(new Int32Array(2), 1_024, 4));
    for (let n = 0; n < 20; n++) bench.orders(`O${n}`);
    bench.peerSends('35=2|7=1|16=999999999|');
    bench.turn();
    expect(bench.session.stateName()).toBe('logged-on');
    expect(bench.received().map((text) => text.split('|52')[0])).toEqual([
      '35=4|34=1|43=Y',
      '35=D|34=18|43=Y',
      '35=D|34=19|43=Y',
      '35=D|34=20|43=Y',
      '35=D|34=21|43=Y',
    ]);
  });

  it('bytes in the store that are no message', () => {
    bench.orders('ONE', 'TWO');
    const noise = Uint8Array.from({ length: 200 }, (_, at) => (at * 37) & 255);
    bench.store.keep(2, noise, 0, 200);
    bench.store.setNextSender(4);
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    expect(bench.received()).toEqual(['35=4|34=2|43=Y|52=now|122=now|36=4|123=Y|']);
  });

  it('a message that outgrows what a message may be', () => {
    bench = new Bench({ maxMessageBytes: 256 });
    bench.orders('x'.repeat(150));
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    expect(bench.received()).toEqual(['35=4|34=2|43=Y|52=now|122=now|36=3|123=Y|']);
  });
});

describe('a resend is bounded', () => {
  it('by chunks: so many messages a poll, in order', () => {
    bench = new Bench({ resendChunk: 3 });
    for (let n = 2; n <= 11; n++) bench.orders(`O${n}`);
    bench.peerSends('35=2|7=2|16=0|');
    const perPoll: number[] = [];
    for (let poll = 0; poll < 5; poll++) {
      bench.turn();
      perPoll.push(bench.received().length);
    }
    expect(perPoll).toEqual([3, 3, 3, 1, 0]);
    expect(bench.session.stateName()).toBe('logged-on');
  });

  it('by the transport: what does not go stays, and the application is not asked again', () => {
    bench = new Bench({ maxMessageBytes: 512 }, 4_096);
    for (let n = 0; n < 40; n++) bench.orders(`ORDER-${String(n).padStart(60, '0')}`);
    bench.peerSends('35=2|7=2|16=0|');
    for (let poll = 0; poll < 10; poll++) bench.turn();
    const first = bench.received();
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(40);
    const all = [...first];
    for (let poll = 0; poll < 40; poll++) {
      bench.turn();
      all.push(...bench.received());
    }
    expect(all.map((text) => Number(/34=(\d+)/.exec(text)?.[1]))).toEqual(Array.from({ length: 40 }, (_, n) => n + 2));
    expect(bench.asked).toHaveLength(40);
  });

  it('by what was sent, though the peer asks for 1 to 999999999 of a session a million messages old', () => {
    bench.store.setNextSender(1_000_000);
    bench.orders('LAST');
    bench.peerSends('35=2|7=1|16=999999999|');
    bench.turn();
    expect(bench.session.stateName()).toBe('logged-on');
    expect(bench.received()).toEqual([
      '35=4|34=1|43=Y|52=now|122=now|36=1000000|123=Y|',
      '35=D|34=1000000|43=Y|52=now|122=now|11=LAST|',
    ]);
  });

  it('a long run of session messages between two orders takes several polls, and one gap fill', () => {
    bench = new Bench({ resendChunk: 1 });
    bench.orders('ONE');
    bench.store.setNextSender(1_000);
    bench.orders('TWO');
    bench.peerSends('35=2|7=2|16=0|');
    expect(bench.until('resending') + bench.until('logged-on')).toBeGreaterThan(50);
    expect(bench.received().map((text) => text.split('|52')[0])).toEqual([
      '35=D|34=2|43=Y',
      '35=4|34=3|43=Y',
      '35=D|34=1000|43=Y',
    ]);
  });

  it('by repetition: the same again and again ends the session, however the beginnings alternate', () => {
    bench.orders('ONE', 'TWO');
    for (let time = 0; time < 40 && bench.session.isLoggedOn(); time++) {
      bench.peerSends(`35=2|7=${2 + (time % 2)}|16=0|`);
      bench.turn();
      bench.turn();
    }
    expect(bench.received().at(-1)).toContain('58=ResendRequest from');
  });
});

describe('while messages are sent again', () => {
  beforeEach(() => {
    bench = new Bench({ resendChunk: 2 });
    for (let n = 2; n <= 9; n++) bench.orders(`O${n}`);
  });

  it('a live message goes between two chunks, never into one', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    expect(bench.session.isResending()).toBe(true);
    expect(bench.order('LIVE')).toBe(GATEWAY_RESULT.sent);
    bench.turn();
    expect(bench.received().map((text) => /11=(\w+)/.exec(text)?.[1])).toEqual(['O2', 'O3', 'LIVE', 'O4', 'O5']);
    bench.until('logged-on');
    expect(bench.received().map((text) => /11=(\w+)/.exec(text)?.[1])).toEqual(['O6', 'O7', 'O8', 'O9']);
  });

  it('nothing is sent from within a chunk', () => {
    const results: number[] = [];
    bench.onAsked = () => results.push(bench.order('INSIDE'));
    bench.peerSends('35=2|7=2|16=3|');
    bench.turn();
    expect(results).toEqual([GATEWAY_RESULT.resending, GATEWAY_RESULT.resending]);
    expect(bench.received()).toHaveLength(2);
  });

  it('a TestRequest is answered between two chunks', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    bench.peerSends('35=1|112=alive?|');
    bench.turn();
    expect(bench.received().map((text) => text.slice(0, 9))).toEqual([
      '35=D|34=2',
      '35=D|34=3',
      '35=0|34=1',
      '35=D|34=4',
      '35=D|34=5',
    ]);
  });

  it('a second request for what is still to come changes nothing', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    bench.peerSends('35=2|7=6|16=8|');
    bench.until('logged-on');
    expect(bench.received().map((text) => /34=(\d+)/.exec(text)?.[1])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
  });

  it('a second request for more is served in one go', () => {
    bench.peerSends('35=2|7=2|16=4|');
    bench.turn();
    bench.peerSends('35=2|7=5|16=0|');
    bench.until('logged-on');
    expect(bench.received().map((text) => /34=(\d+)/.exec(text)?.[1])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
  });

  it('requests for what has gone already are served when the first is over, all in one', () => {
    bench.peerSends('35=2|7=6|16=0|');
    bench.turn();
    bench.peerSends('35=2|7=3|16=4|');
    bench.peerSends('35=2|7=2|16=2|');
    bench.until('logged-on');
    expect(bench.received().map((text) => /34=(\d+)/.exec(text)?.[1])).toEqual(['6', '7', '8', '9', '2', '3', '4']);
  });

  it('a gap of our own is asked for, and both are served (20)', () => {
    bench.peerSends('35=2|7=2|16=0|', 5);
    bench.turn();
    bench.peerSends('35=0|', 6);
    bench.turn();
    expect(bench.received().map((text) => text.replace('|52=now', ''))).toContain('35=2|34=10|7=2|16=0|');
    bench.until('awaiting-resend');
    bench.peerSends(`35=4|43=Y|122=${FIRST}|36=6|123=Y|`, 2);
    bench.until('logged-on');
    expect(bench.cells[1]).toBe(7);
  });

  it('the end of the connection ends it, and a new one begins clean', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    bench.pair.b.close();
    bench.turn();
    bench.turn();
    expect(bench.heard.at(-1)).toMatch(/^logout: /);
    bench.connect();
    bench.turn();
    expect(bench.received()).toEqual([]);
    expect(bench.session.stateName()).toBe('logged-on');
  });

  it('a Logout ends it', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    bench.received();
    bench.peerSends('35=5|');
    for (let poll = 0; poll < 4; poll++) bench.turn();
    expect(bench.received().map((text) => text.slice(0, 4))).toEqual(['35=5']);
  });

  it('a reset of the numbers ends it (SessionReset)', () => {
    bench.peerSends('35=2|7=2|16=0|');
    bench.turn();
    bench.received();
    bench.peerSends('35=A|98=0|108=30|141=Y|', 1);
    for (let poll = 0; poll < 4; poll++) bench.turn();
    expect(bench.received()).toEqual(['35=A|34=1|52=now|98=0|108=30|141=Y|']);
    bench.peerSends('35=2|7=1|16=0|', 2);
    bench.turn();
    expect(bench.received()).toEqual(['35=4|34=1|43=Y|52=now|122=now|36=2|123=Y|']);
  });

  it('our own Logout stands, and a peer that then asks for messages gets them (logout, resend, answer)', () => {
    bench.session.logout('done');
    bench.received();
    bench.peerSends('35=2|7=8|16=0|');
    bench.turn();
    expect(bench.session.isLoggedOn()).toBe(false);
    expect(bench.order('LATE')).toBe(GATEWAY_RESULT.notLoggedOn);
    bench.until('logout-sent');
    expect(bench.received().map((text) => text.split('|52')[0])).toEqual([
      '35=D|34=8|43=Y',
      '35=D|34=9|43=Y',
      '35=4|34=10|43=Y',
    ]);
    bench.clock.advance(CONFIG.logoutTimeoutMs);
    bench.turn();
    expect(bench.session.stateName()).toBe('disconnected');
  });
});
