import assert from 'node:assert/strict';
import { Dictionary, loadTable, type MessageTemplate, MessageValidator } from 'fix-parser';
import {
  type BeginString,
  type ByteStream,
  createMemoryPair,
  FixSession,
  HANDLED,
  MemoryStore,
  type SessionConfig,
  withHeader,
} from '../../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, STREAM, STREAM_STATE } from '../../../native/layout.ts';
import { sealed } from '../../support/fix-wire.ts';
import type { Mutator } from './mutator.ts';
import type { Random } from './random.ts';
import { checkSent } from './wire-check.ts';

const PAIR_BYTES = 65_536;
const DAY0_MS = Date.UTC(2020, 0, 30);
/** More polls than any message may cause work for. */
const MAX_POLLS = 20_000;
/** What one step may make a session say at most: a resend of all that is kept, and a little. */
const MAX_ANSWER_BYTES = 4 << 20;
/** No log and no reason may tell it. */
const PASSWORD = 'correct-horse';
/** Fields of the header that `#plausible` writes itself. */
const OWN_TAGS = new Set(['8', '9', '10', '34', '35', '49', '52', '56']);

interface Body {
  type: string;
  rest: string;
}

/**
 * A whole FixSession, initiator or acceptor, behind a pair in memory and under a clock of its own: messages in and out
 * of turn, mutated or not, in pieces, time that passes, orders, logouts, lost connections. What must hold of everything
 * that it sends, and of its numbers, is checked after each step.
 */
export class SessionTarget {
  readonly counts = { lives: 0, sent: 0, resent: 0, logons: 0, heard: 0 };
  readonly #random: Random;
  readonly #mutator: Mutator;
  readonly #bodies: readonly Body[];
  readonly #dictionaries: ReadonlyMap<string, Dictionary>;

  private constructor(
    random: Random,
    mutator: Mutator,
    bodies: readonly Body[],
    dictionaries: ReadonlyMap<string, Dictionary>,
  ) {
    this.#random = random;
    this.#mutator = mutator;
    this.#bodies = bodies;
    this.#dictionaries = dictionaries;
  }

  static async create(random: Random, mutator: Mutator, corpus: readonly Uint8Array[]): Promise<SessionTarget> {
    const dictionaries = new Map<string, Dictionary>();
    for (const version of ['FIX.4.0', 'FIX.4.2', 'FIX.4.4', 'FIXT.1.1', 'FIX.5.0SP2'] as const)
      dictionaries.set(version, new Dictionary(await loadTable(version)));
    return new SessionTarget(random, mutator, [...corpus.flatMap(bodyOf), ...ECHOES], dictionaries);
  }

  /** One life of a session. @returns the number of messages that it was sent */
  run(): number {
    const random = this.#random;
    this.counts.lives++;
    const beginString = random.of(['FIX.4.4', 'FIX.4.4', 'FIX.4.2', 'FIX.4.0', 'FIXT.1.1'] as const);
    const life = new Life(
      random,
      this.#mutator,
      this.#bodies,
      configOf(random, beginString),
      this.#validator(beginString),
    );
    const steps = random.oneIn(20) ? 600 : 60;
    for (let i = 0; i < steps; i++) life.step();
    this.counts.sent += life.checked;
    this.counts.resent += life.resent;
    this.counts.logons += life.logons;
    this.counts.heard += life.heard;
    return life.messages;
  }

  #validator(beginString: BeginString): MessageValidator | undefined {
    if (this.#random.oneIn(2)) return undefined;
    const session = this.#dictionaries.get(beginString) as Dictionary;
    return new MessageValidator(
      session,
      beginString === 'FIXT.1.1' ? (this.#dictionaries.get('FIX.5.0SP2') as Dictionary) : session,
    );
  }
}

/** A venue may repeat what it was told. */
const ECHOES: readonly Body[] = ['5', '3', 'j', '1'].map((type) => ({
  type,
  rest: `58=no ${PASSWORD} here\x01112=${PASSWORD}\x01`,
}));

function bodyOf(bytes: Uint8Array): Body[] {
  const fields = Buffer.from(bytes).toString('latin1').split('\x01');
  const type = fields.find((field) => field.startsWith('35='));
  if (type === undefined) return [];
  const rest = fields.filter((field) => field.includes('=') && !OWN_TAGS.has(field.slice(0, field.indexOf('='))));
  return [{ type: type.slice(3), rest: rest.map((field) => `${field}\x01`).join('') }];
}

function configOf(random: Random, beginString: BeginString): SessionConfig {
  const role = random.oneIn(2) ? 'initiator' : 'acceptor';
  return {
    role,
    beginString,
    ...(beginString === 'FIXT.1.1' ? { defaultApplVerId: '9' } : {}),
    senderCompId: 'US',
    targetCompId: 'PEER',
    heartBtIntMs: random.of([0, 1_000, 30_000]),
    resetOnLogon: random.oneIn(4),
    resetOnLogout: random.oneIn(8),
    resetOnDisconnect: random.oneIn(8),
    logonTimeoutMs: 5_000,
    logoutTimeoutMs: 2_000,
    maxMessageBytes: random.of([512, 8_192]),
    resync: random.of(['bodyLength', 'beginString']),
    resendChunk: random.of([1, 16, 1_024]),
    resendRequestChunk: random.of([0, 2]),
    ...(random.oneIn(2) ? { sendingTimeAccuracyMs: 120_000 } : {}),
    ...(random.oneIn(3) ? { username: 'trader', password: PASSWORD } : {}),
    ...(random.oneIn(3) ? { nextExpectedMsgSeqNum: true } : {}),
    ...(random.oneIn(3) ? { lastMsgSeqNumProcessed: true } : {}),
    ...(random.oneIn(4) ? { throttle: { messages: 5, perMs: 1_000 } } : {}),
    ...(role === 'initiator' && random.oneIn(3) ? { reconnect: { intervalMs: 500, maxAttempts: 0 } } : {}),
  };
}

/** One session and its peer. */
class Life {
  messages = 0;
  checked = 0;
  resent = 0;
  logons = 0;
  heard = 0;
  readonly #random: Random;
  readonly #mutator: Mutator;
  readonly #bodies: readonly Body[];
  readonly #config: SessionConfig;
  readonly #session: FixSession;
  readonly #numbers = new Int32Array(2);
  readonly #clock = new Float64Array(CELLS_DOUBLES);
  readonly #peer: ByteStream;
  readonly #order: MessageTemplate;
  readonly #orderId: number;
  /** What the peer expects next, as far as it has seen; 0 right after connecting, when it may be any higher one. */
  #expected = 1;
  #connected = false;
  #received = Buffer.alloc(0);
  /** In the present step a reset was in the air, and the numbers may go back. */
  #mayReset = false;
  /** On this connection one was, and our numbers have not yet been seen to begin again. */
  #resetAwaited = false;
  /** What was last said and done. */
  readonly #trace: string[] = [];
  #starts = 0;
  #ends = 0;
  #finals = 0;

  constructor(
    random: Random,
    mutator: Mutator,
    bodies: readonly Body[],
    config: SessionConfig,
    validator: MessageValidator | undefined,
  ) {
    this.#random = random;
    this.#mutator = mutator;
    this.#bodies = bodies;
    this.#config = config;
    this.#clock[CELL.nowNs] = 34_200e9;
    const pair = createMemoryPair({ bytes: PAIR_BYTES });
    this.#peer = pair.b;
    this.#session = new FixSession({
      stream: pair.a,
      clock: { cells: this.#clock, day0Ms: DAY0_MS },
      config,
      store: new MemoryStore(this.#numbers, 16_384, 64),
      validator,
      onLog: (_, text) => this.#isSecret(text),
      application: {
        onMessage: () => this.#onMessage(),
        mayResend: () => !random.oneIn(3),
        onLogon: () => {
          this.logons++;
        },
        onLogout: (reason, final) => {
          this.#isSecret(reason);
          this.#ends++;
          if (final) this.#finals++;
        },
      },
    });
    const builder = withHeader(config, 'D');
    this.#orderId = builder.slot(11, 12, '1');
    builder.constant(55, 'ABC').constant(54, '1').constant(38, '100').constant(40, '1');
    this.#order = this.#session.place(builder);
    this.#begin();
  }

  /** One thing happens, and what follows from it is looked at. @throws with the last words of both sides */
  step(): void {
    try {
      this.#step();
    } catch (error) {
      const { message, stack } = error as Error;
      const told = `${message}\n  ${JSON.stringify(this.#config)}\n  ${this.#trace.join('\n  ')}\n${stack}`;
      throw new Error(told.replaceAll('\x01', '|'));
    }
  }

  #step(): void {
    const random = this.#random;
    const [out, back] = this.#numbers;
    this.#note(`${this.#session.stateName()} ${out} ${back}`);
    const { resetOnLogon, resetOnLogout, resetOnDisconnect } = this.#config;
    this.#mayReset = resetOnLogon || resetOnLogout === true || resetOnDisconnect === true;
    if (this.#peer.cells[STREAM.state] === STREAM_STATE.closed) {
      if (this.#session.stateName() === 'disconnected') this.#begin();
      else this.#connects();
    }
    const what = random.below(100);
    if (what < 68) this.#says();
    else if (what < 80) this.#clock[CELL.nowNs] += random.below(random.of([100, 3_000, 40_000])) * 1e6;
    else if (what < 94) this.#sendsOrder();
    else if (what < 95) this.#session.logout('enough');
    else if (what < 96) this.#session.stop('stop');
    else if (what < 97) this.#session.skipTo(this.#numbers[0] + random.below(10));
    else this.#loses();
    this.#rests();
    if (!this.#mayReset) {
      assert(this.#numbers[0] >= out, `MsgSeqNum out fell from ${out} to ${this.#numbers[0]}`);
      assert(this.#numbers[1] >= back, `MsgSeqNum in fell from ${back} to ${this.#numbers[1]}`);
    }
    assert(this.#numbers[0] >= 1 && this.#numbers[1] >= 1, `numbers ${this.#numbers.join(', ')}`);
    // Once for each start or call, and for each connection that was logged on where the session connects again by itself.
    assert(this.#ends <= this.#starts + this.logons, `onLogout told ${this.#ends} times`);
    assert(this.#finals <= this.#starts, `the end told ${this.#finals} times`);
  }

  #isSecret(text: string): void {
    if (this.#config.password === undefined) return;
    assert(!text.includes(PASSWORD), `the password is told: ${text}`);
  }

  #note(text: string): void {
    if (this.#trace.push(text) > 40) this.#trace.shift();
  }

  #begin(): void {
    this.#note('start');
    this.#starts++;
    this.#session.start();
    this.#connects();
  }

  /** The peer connects, or listens. Most often what a venue says first follows at once. */
  #connects(): void {
    this.#note('connect');
    this.#peer.open();
    this.#connected = true;
    this.#received = Buffer.alloc(0);
    this.#expected = 0;
    // Every connection of an acceptor is told about.
    if (this.#config.role === 'acceptor') this.#starts++;
    for (let i = 0; i < 4; i++) {
      this.#session.poll();
      this.#peer.poll();
    }
    this.#drain();
    if (!this.#random.oneIn(10)) this.#logsOn();
  }

  #logsOn(): void {
    const reset = this.#random.oneIn(6);
    const [seq, flag] = reset ? [1, '141=Y\x01'] : [this.#numbers[1], ''];
    const credentials = `553=trader\x01554=${this.#random.oneIn(20) ? 'wrong' : PASSWORD}\x01`;
    const version = this.#config.beginString === 'FIXT.1.1' ? '1137=9\x01' : '';
    this.#writes(this.#plausible({ type: 'A', rest: `98=0\x01108=30\x01${flag}${credentials}${version}` }, seq));
    this.#rests();
  }

  #loses(): void {
    this.#note('close');
    this.#peer.close();
    this.#connected = false;
    this.#rests();
    if (this.#random.oneIn(2)) this.#connects();
  }

  /** As a template, or composed field by field. */
  #sendsOrder(): void {
    if (this.#random.oneIn(2)) {
      this.#session
        .compose('D')
        .uint(11, this.#random.below(1_000_000))
        .text(55, 'ABC')
        .text(58, 'x'.repeat(this.#random.below(300)));
      this.#session.sendComposed(CAUSE.none);
      return;
    }
    this.#order.setUint(this.#orderId, this.#random.below(1_000_000));
    this.#session.send(this.#order, CAUSE.none);
  }

  #onMessage(): number {
    this.heard++;
    const what = this.#random.below(20);
    if (what === 0) this.#sendsOrder();
    else if (what === 1 && this.#random.oneIn(10)) this.#session.logout('from within');
    else if (what === 2 && this.#random.oneIn(10)) this.#session.stop('from within');
    return what < 16 ? HANDLED.ok : HANDLED.unsupported;
  }

  #says(): void {
    const random = this.#random;
    if (!this.#session.isLoggedOn() && !random.oneIn(4)) this.#logsOn();
    const count = random.oneIn(6) ? 1 + random.below(20) : 1;
    for (let i = 0; i < count; i++) {
      this.messages++;
      if (random.oneIn(15)) {
        this.#mutator.next();
        this.#writes(this.#mutator.bytes.subarray(0, this.#mutator.length));
        continue;
      }
      const off = random.oneIn(12) ? random.of([1, 1, 2, 7, -1, -3, 1_000_000, 2_147_483_600]) : 0;
      const seq = this.#numbers[1] + (i === 0 || off !== 0 ? off : i);
      const body = random.of(this.#bodies);
      // What ends the session comes often enough by itself.
      if ((body.type === '5' || body.type === 'A') && !random.oneIn(6)) continue;
      const plain = this.#plausible(body, seq);
      if (random.oneIn(4)) {
        this.#mutator.take(plain);
        this.#mutator.change(1);
        this.#writes(this.#mutator.bytes.subarray(0, this.#mutator.length));
      } else {
        this.#writes(plain);
      }
    }
  }

  /** A message as this session's peer might send it now. */
  #plausible({ type, rest }: Body, seq: number): Uint8Array {
    const time = new Date(DAY0_MS + this.#clock[CELL.nowNs] / 1e6).toISOString();
    const sendingTime = `${time.slice(0, 4)}${time.slice(5, 7)}${time.slice(8, 10)}-${time.slice(11, 23)}`;
    const possDup = this.#random.oneIn(8) ? `43=Y\x01122=${sendingTime}\x01` : '';
    const body = `35=${type}\x0134=${seq}\x0149=PEER\x0152=${sendingTime}\x0156=US\x01${possDup}${rest}`;
    return sealed(`8=${this.#config.beginString}\x019=${body.length}\x01${body}`);
  }

  /** Bytes to the session, now and then in pieces with a turn between. */
  #writes(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.#note(`> ${text}`);
    if (text.includes('141=')) this.#mayReset = this.#resetAwaited = true;
    const { tx, cells } = this.#peer;
    const piece = this.#random.oneIn(8) ? 1 + this.#random.below(bytes.length) : bytes.length;
    for (let at = 0; at < bytes.length; at += piece) {
      const part = bytes.subarray(at, at + piece);
      tx.set(part);
      if (this.#peer.send(0, part.length, CAUSE.none) !== part.length) return;
      if (at + piece < bytes.length) this.#session.poll();
      assert(cells[STREAM.rxEnd] <= PAIR_BYTES);
    }
  }

  /** Turns until nothing happens any more. */
  #rests(): void {
    let bytes = 0;
    for (let i = 0; ; i++) {
      assert(i < MAX_POLLS, `the session does not come to rest, in state ${this.#session.stateName()}`);
      const work = this.#session.poll();
      const event = this.#peer.poll();
      bytes += Math.max(0, event);
      assert(bytes <= MAX_ANSWER_BYTES, `one step is answered with ${bytes} bytes`);
      this.#drain();
      if (work === 0 && event === 0) return;
    }
  }

  #drain(): void {
    const { rx, cells } = this.#peer;
    const start = cells[STREAM.rxStart];
    const end = cells[STREAM.rxEnd];
    if (end === start) return;
    this.#received = Buffer.concat([this.#received, rx.subarray(start, end)]);
    cells[STREAM.rxStart] = end;
    for (;;) {
      const trailer = this.#received.indexOf('\x0110=');
      const over = trailer < 0 ? -1 : this.#received.indexOf('\x01', trailer + 1);
      if (over < 0) return;
      this.#check(this.#received.subarray(0, over + 1));
      this.#received = this.#received.subarray(over + 1);
    }
  }

  #check(bytes: Uint8Array): void {
    this.checked++;
    this.#note(`< ${Buffer.from(bytes).toString('latin1')}`);
    const { beginString, senderCompId, targetCompId } = this.#config;
    const { type, seq, possDup, reset, newSeqNo, text } = checkSent(bytes, beginString, senderCompId, targetCompId);
    if (reset) this.#mayReset = this.#resetAwaited = true;
    const readable = text.replaceAll('\x01', '|');
    assert(this.#connected, `said after the end: ${readable}`);
    if (possDup) {
      // In the order of the wire: behind a reset nothing of the numbers before it may come.
      assert(seq < this.#expected, `sent again, but the next is ${this.#expected}: ${readable}`);
      if (type === '4') assert(newSeqNo > seq && newSeqNo <= this.#expected, `gap fill to ${newSeqNo}: ${readable}`);
      else this.resent++;
      return;
    }
    // After a reset our Logon is number 1, even where the peer's answer to it began the reset.
    if (this.#expected === 0 || (this.#resetAwaited && seq <= 2)) this.#expected = seq;
    if (seq === 2) this.#resetAwaited = false;
    assert.equal(seq, this.#expected, `expected MsgSeqNum ${this.#expected}: ${readable}`);
    this.#expected = type === '4' ? newSeqNo : seq + 1;
  }
}
