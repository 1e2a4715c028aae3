import type { FixMessage, MessageValidator } from 'fix-parser';
import { expect } from 'vitest';
import {
  createMemoryPair,
  FixSession,
  HANDLED,
  MemoryStore,
  type SessionApplication,
  type SessionConfig,
  type SessionStore,
} from '../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, STREAM } from '../../native/layout.ts';
import { bodyOf, messagesIn, readable, wire } from './fix-wire.ts';

export const DAY0_MS = Date.UTC(2020, 0, 30);

export class TestClock {
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly day0Ms = DAY0_MS;

  constructor() {
    this.cells[CELL.nowNs] = 34_200e9;
  }

  advance(ms: number): void {
    this.cells[CELL.nowNs] += ms * 1e6;
  }

  text(): string {
    return new Date(DAY0_MS + this.cells[CELL.nowNs] / 1e6)
      .toISOString()
      .replaceAll(/-/g, '')
      .replace('T', '-')
      .replace('Z', '');
  }
}

export const CONFIG: SessionConfig = {
  role: 'acceptor',
  beginString: 'FIX.4.4',
  senderCompId: 'US',
  targetCompId: 'PEER',
  heartBtIntMs: 30_000,
  resetOnLogon: false,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 2_000,
};

export interface FixPeerOptions {
  validator?: MessageValidator;
  /** What the application does instead of being heard. */
  application?: Partial<SessionApplication>;
  /** Absent: in memory, its numbers in `sequence`. */
  store?: SessionStore;
  /** Of the connection, in each direction. */
  bytes?: number;
}

/**
 * The far end of a session under test, by hand: it sends what it is told and compares what comes, with the header's
 * constant fields left out. Nothing happens but what `poll` of the session does.
 */
export class FixPeer {
  readonly clock = new TestClock();
  readonly sequence = new Int32Array(2);
  readonly session: FixSession;
  readonly log: string[] = [];
  /** What the application heard: `logon`, `logout: reason`, and messages as text. */
  readonly heard: string[] = [];
  answer: number = HANDLED.ok;
  readonly #pair;
  readonly #beginString: string;
  readonly #defaultApplVerId: string;
  #received: Uint8Array[] = [];
  #down = false;

  constructor(config: Partial<SessionConfig> = {}, options: FixPeerOptions = {}) {
    this.#pair = createMemoryPair({ bytes: options.bytes ?? 65_536 });
    this.#beginString = config.beginString ?? CONFIG.beginString;
    this.#defaultApplVerId = config.defaultApplVerId ?? '';
    this.session = new FixSession({
      stream: this.#pair.a,
      clock: this.clock,
      config: { ...CONFIG, ...config },
      store: options.store ?? new MemoryStore(this.sequence),
      onLog: (_level, text) => this.log.push(text),
      application: {
        onMessage: (message: FixMessage) => {
          this.heard.push(bodyOf(message.bytes.subarray(message.start, message.end)));
          return this.answer;
        },
        onLogon: () => this.heard.push('logon'),
        onLogout: (reason: string) => this.heard.push(`logout: ${reason}`),
        ...options.application,
      },
      validator: options.validator,
    });
  }

  /** A session that has exchanged Logons: next numbers are 2 and 2. */
  static loggedOn(config: Partial<SessionConfig> = {}, options: FixPeerOptions = {}): FixPeer {
    const peer = new FixPeer(config, options);
    const logon = `35=A|34=1|98=0|108=30|${peer.#defaultApplVerId === '' ? '' : `1137=${peer.#defaultApplVerId}|`}`;
    peer.connects();
    if ((config.role ?? CONFIG.role) === 'initiator') {
      expect(peer.next()).toMatch(/^35=A\|34=1\|/);
      peer.sends(logon);
    } else {
      peer.sends(logon);
      peer.expects(logon);
    }
    expect(peer.heard).toEqual(['logon']);
    peer.heard.length = 0;
    return peer;
  }

  connects(): void {
    this.session.start();
    this.#pair.b.open();
    this.#down = false;
    for (let i = 0; i < 3; i++) this.#turn();
  }

  /** `35=…|34=…|rest|`: CompIDs and SendingTime are put in where they are absent. */
  sends(body: string): void {
    const [type, seq, ...rest] = body.split('|');
    const missing = [
      rest.some((field) => field.startsWith('49=')) ? '' : '49=PEER|',
      rest.some((field) => field.startsWith('52=')) ? '' : `52=${this.clock.text()}|`,
      rest.some((field) => field.startsWith('56=')) ? '' : '56=US|',
    ];
    this.sendsBytes(wire(`${type}|${seq}|${missing.join('')}${rest.join('|')}`, this.#beginString));
  }

  sendsBytes(bytes: Uint8Array): void {
    const { b } = this.#pair;
    b.tx.set(bytes, 0);
    expect(b.send(0, bytes.length, CAUSE.none)).toBe(bytes.length);
    this.#turn();
  }

  /** The next message: type and number first, without 8, 9, 49, 56, 52, 10; 122 and 60 as `<time>` when they are now. */
  next(): string {
    this.#turn();
    const message = this.#received.shift();
    if (message === undefined) return '';
    const body = bodyOf(message);
    const now = this.#time();
    const header = `|49=US|52=${now}|56=PEER|`;
    expect(body).toContain(header);
    return body.replace(header, '|').replace(`|122=${now}|`, '|122=<time>|').replace(`|60=${now}|`, '|60=<time>|');
  }

  /** As the session writes it: before FIX.4.2 without milliseconds. */
  #time(): string {
    const text = this.clock.text();
    return this.#beginString < 'FIX.4.2' ? text.slice(0, 17) : text;
  }

  /** What has come, byte for byte. */
  received(): Uint8Array[] {
    this.#turn();
    return this.#received.splice(0);
  }

  expects(body: string): void {
    expect(this.next()).toBe(body);
  }

  expectsNothing(): void {
    expect(this.next()).toBe('');
    expect(this.#down).toBe(false);
  }

  /** Nothing more was said and the connection is gone. */
  expectsDisconnect(): void {
    for (let i = 0; i < 3; i++) this.#turn();
    expect(this.#received.map((message) => readable(message))).toEqual([]);
    expect(this.#down).toBe(true);
  }

  /** The session gets a turn, and what it says is not taken from the connection. */
  doesNotRead(): void {
    this.session.poll();
  }

  /** Sends without a turn of the session, and without reading. */
  puts(body: string): void {
    const { b } = this.#pair;
    const bytes = wire(body, this.#beginString);
    b.tx.set(bytes, 0);
    expect(b.send(0, bytes.length, CAUSE.none)).toBe(bytes.length);
  }

  disconnects(): void {
    this.#pair.b.close();
    this.#turn();
  }

  /** Lets time pass and gives the session one turn. */
  after(ms: number): void {
    this.clock.advance(ms);
    this.#turn();
  }

  #turn(): void {
    this.session.poll();
    const { b } = this.#pair;
    const event = b.poll();
    if (event < -1) this.#down = true;
    if (event <= 0) return;
    const { cells } = b;
    this.#received.push(...messagesIn(b.rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
    cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  }
}
