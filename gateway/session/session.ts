import type { FixMessage, MessageTemplate, MessageValidator, MessageWriter, TemplateBuilder } from 'fix-parser';
import type { EngineClock } from '../../engine/ports/clock.ts';
import { CELL, STREAM_RESULT } from '../../native/layout.ts';
import { MAX_MSG_SEQ_NUM, type SessionStore } from '../store/session-store.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import type { SessionApplication } from './application.ts';
import { awaitingLogon } from './awaiting-logon.ts';
import { checkConfig } from './check-config.ts';
import { closing } from './closing.ts';
import type { SessionConfig } from './config.ts';
import { connecting } from './connecting.ts';
import { type LogLevel, SessionContext, TIME, transportFailure } from './context.ts';
import { disconnected } from './disconnected.ts';
import { logoutSent } from './logout-sent.ts';
import { endOfSession } from './out-of-session.ts';
import { Outbound } from './outbound.ts';
import { MessageReader, READ } from './reader.ts';
import { Reconnect } from './reconnect.ts';
import { connect, connectIn } from './reconnecting.ts';
import { resending } from './resending.ts';
import type { SessionState } from './state.ts';

/** Messages handled in one poll. */
const MAX_MESSAGES_PER_POLL = 64;

export interface FixSessionOptions {
  stream: ByteStream;
  clock: EngineClock;
  config: SessionConfig;
  store: SessionStore;
  application: SessionApplication;
  /** Says what messages of this version may hold; absent: only headers are checked. One of its own for each session. */
  validator?: MessageValidator | undefined;
  onLog?: ((level: LogLevel, text: string) => void) | undefined;
}

/**
 * One FIX session over a byte stream, initiator or acceptor. It owns no thread and no clock: `poll` does what has
 * become possible or due, bounded, and answers are sent from within. An acceptor listens again after each connection.
 *
 * An application message is a template that `place` laid into the stream's tx; the session patches its number and time:
 *
 *   const report = new ExecutionReportMessage(session);   // messages/execution-report.ts
 *   report.trade(…);                                      // sets slots
 *   session.send(report.template, CAUSE.none);
 */
export class FixSession {
  /** [0]: engine time in ns at which `poll` is next needed without a byte received; Infinity for never. */
  readonly dueCells: Float64Array = new Float64Array([Number.POSITIVE_INFINITY]);
  /** Counters since creation. */
  readonly counts = { messagesIn: 0, garbled: 0 };
  readonly #session: SessionContext;
  readonly #outbound: Outbound;
  readonly #reader: MessageReader;
  readonly #clockNs: Float64Array;
  #state: SessionState = disconnected;
  #stopping = false;
  /** The application has heard onLogon of this connection. */
  #wasUp = false;
  readonly #reconnect = new Reconnect();

  constructor(options: FixSessionOptions) {
    const { config, stream, clock } = options;
    checkConfig(config);
    this.#session = new SessionContext(
      config,
      stream,
      clock,
      options.store,
      options.application,
      options.onLog ?? (() => undefined),
      options.validator,
    );
    this.#clockNs = clock.cells;
    const { maxMessageBytes } = this.#session;
    this.#reader = new MessageReader(stream, config, maxMessageBytes);
    this.#outbound = new Outbound(this.#session);
  }

  /** Opens the stream, at once or when the schedule says. The application hears onLogon, or onLogout with the reason. */
  start(): void {
    if (this.#state !== disconnected) return;
    this.#stopping = false;
    this.#session.reason = '';
    this.#session.broken = false;
    this.#session.forgetResend();
    this.#reconnect.begin();
    this.#enter(connect(this.#session));
  }

  /** @returns the number of messages and timers handled; 0 for nothing to do */
  poll(): number {
    const session = this.#session;
    const received = session.stream.poll();
    // A closed stream may still be sending its last bytes.
    if (this.#state === disconnected) return 0;
    let work = 0;
    if (received < 0) {
      work = this.#onStreamEvent(received);
    } else if (session.outbox.count > 0) {
      work = session.flushOutbox();
    } else if (this.#reader.hasNews()) {
      work = this.#read();
    }
    if (session.broken) {
      this.#disconnect();
      work += 1;
    } else if (this.#clockNs[CELL.nowNs] >= this.dueCells[0]) work += this.#onTime();
    return work;
  }

  /** Application messages may be sent. */
  isLoggedOn(): boolean {
    return this.#session.loggedOn;
  }

  /** Messages are being sent again: what is not urgent waits. */
  isResending(): boolean {
    return this.#state === resending;
  }

  stateName(): string {
    return this.#state.name;
  }

  /** Agreed HeartBtInt(108) in ms. */
  heartBtIntMs(): number {
    return this.#session.heartBtIntMs;
  }

  /** Says Logout and waits for the answer; the application hears `onLogout`. An acceptor does not listen again. */
  logout(text: string): void {
    this.#stopping = true;
    const session = this.#session;
    if (!this.#state.loggedOn) {
      if (this.#state === disconnected || this.#state === logoutSent || this.#state === closing) return;
      session.reason = text;
      this.#enter(closing);
      return;
    }
    session.reason = text;
    session.sendLogout(text);
    this.#enter(logoutSent);
  }

  /** Drops the connection at once, without a word. */
  stop(reason: string): void {
    this.#stopping = true;
    if (this.#state === disconnected) return;
    this.#session.reason = reason;
    this.#disconnect();
  }

  /** Engine time in ns at which `poll` is next needed; in a loop read `dueCells` instead. */
  nextDueNs(): number {
    return this.dueCells[0];
  }

  /** Current time as FIX text, for TransactTime(60) and the like; call `time.update()` before use. */
  get time(): SessionContext['time'] {
    return this.#session.time;
  }

  get config(): SessionConfig {
    return this.#session.config;
  }

  /** Lays a template into the stream's tx, where it stays. Its first two slots are those of `withHeader`. */
  place(builder: TemplateBuilder): MessageTemplate {
    return this.#outbound.place(builder);
  }

  /** Number, time, length and checksum of an application message. @returns its length, or GATEWAY_RESULT.notLoggedOn */
  prepare(template: MessageTemplate): number {
    return this.#outbound.prepare(template);
  }

  /**
   * Hands a prepared message over.
   * @param cause one of CAUSE @param urgent a cancel: it may use the throttle's reserve @returns one of GATEWAY_RESULT
   */
  transmit(template: MessageTemplate, length: number, cause: number, urgent = false): number {
    return this.#outbound.transmit(template.offset, length, cause, urgent);
  }

  /** @returns one of GATEWAY_RESULT */
  send(template: MessageTemplate, cause: number): number {
    const length = this.#outbound.prepare(template);
    return length < 0 ? length : this.#outbound.transmit(template.offset, length, cause, false);
  }

  /**
   * Begins an application message of any type: the header up to TargetCompID(56) is written, the caller adds the rest,
   * routing tags of the header first, then says `sendComposed`. For what is rare or varies; an order is a template.
   * @param msgType MsgType(35) @returns a writer of maxMessageBytes, the same one each time
   */
  compose(msgType: string): MessageWriter {
    return this.#outbound.compose(msgType);
  }

  /** @returns one of GATEWAY_RESULT: `invalid` where it did not fit, or another message was sent since `compose` */
  sendComposed(cause: number): number {
    return this.#outbound.sendComposed(cause);
  }

  /**
   * Gives up the numbers below `newSeqNo` (SequenceReset-Reset, case 9): for an application that has lost what it sent.
   * @returns false where the session is not logged on or the number would not rise
   */
  skipTo(newSeqNo: number): boolean {
    const session = this.#session;
    if (!session.loggedOn || newSeqNo <= session.sequence.nextSenderMsgSeqNum()) return false;
    if (newSeqNo > MAX_MSG_SEQ_NUM) return false;
    session.log('warn', `FIX sequence number set to ${newSeqNo}, the peer is told`);
    session.sendUnnumbered(session.messages.sequenceReset(session.nextSeq(), newSeqNo));
    session.sequence.setNextSender(newSeqNo);
    return true;
  }

  /** Reject(3) of an application message, from within `onMessage`. @param refTagId a tag or NO_REF_TAG @param reason one of REJECT */
  reject(message: FixMessage, refTagId: number, reason: number): void {
    this.#session.sendReject(message, refTagId, reason);
  }

  /** BusinessMessageReject(j), before FIX.4.2 a Reject(3), from within `onMessage`. @param reason one of BUSINESS_REJECT */
  businessReject(message: FixMessage, reason: number, text: string): void {
    this.#session.sendBusinessReject(message, reason, text);
  }

  #read(): number {
    const session = this.#session;
    const reader = this.#reader;
    let handled = 0;
    // While something waits in the outbox nothing is read: what it might be answered would wait behind it.
    while (
      handled < MAX_MESSAGES_PER_POLL &&
      this.#state !== disconnected &&
      !session.broken &&
      session.outbox.count === 0
    ) {
      const found = reader.next();
      if (found === READ.nothing) break;
      handled++;
      if (found === READ.message) this.#onMessage(reader.message);
      else this.#onGarbled();
    }
    return handled;
  }

  #onMessage(message: FixMessage): void {
    const session = this.#session;
    this.counts.messagesIn++;
    session.mark(TIME.lastReceived);
    // Any word is a sign of life, not only the Heartbeat that was asked for.
    const asked = !Number.isNaN(session.times[TIME.testRequest]);
    session.times[TIME.testRequest] = Number.NaN;
    const heartBtIntMs = session.heartBtIntMs;
    const before = this.#state;
    const next = before.onMessage(session, message);
    // The application said logout or stop meanwhile: that stands, unless the session must end at once.
    if (this.#state !== before) {
      // What the session still had to answer has nowhere to go.
      if (this.#state === disconnected || this.#state === connecting) session.broken = false;
      else if (next === closing && this.#state === logoutSent) this.#enter(closing);
    } else if (next !== before) this.#enter(next);
    else if (next === resending) this.#schedule();
    else if (asked || heartBtIntMs !== session.heartBtIntMs || session.outbox.count > 0) this.#schedule();
  }

  /** Ignored (2d), except in place of a Logon: who begins with garbage is no peer (1d). */
  #onGarbled(): void {
    const session = this.#session;
    this.counts.garbled++;
    if (this.#state === awaitingLogon) {
      session.reason = 'the first message was garbled';
      this.#enter(closing);
      return;
    }
    session.log('warn', this.#reader.garbledText());
  }

  #onStreamEvent(event: number): number {
    const session = this.#session;
    if (event === STREAM_RESULT.opened) {
      this.#reader.clear();
      session.forgetGap();
      session.logoutSaid = false;
      this.#enter(this.#state.onOpened(session));
      return 1;
    }
    if (session.reason === '') {
      session.reason =
        event === STREAM_RESULT.closed ? 'the peer closed the connection' : transportFailure(session.stream);
    }
    // What arrived before the end still counts: one receive may bring more messages than one poll handles.
    const { reason } = session;
    let read = 1;
    while (read > 0 && this.#state !== disconnected && !session.broken) read = this.#read();
    session.reason = reason;
    if (this.#state !== disconnected) this.#disconnect();
    return 1;
  }

  #onTime(): number {
    const session = this.#session;
    const before = this.#state;
    const next = session.isOver()
      ? endOfSession(session, before)
      : session.outbox.count > 0 && session.outboxLate()
        ? disconnected
        : before.onTime(session);
    if (this.#state !== before) return 1;
    if (next !== before) this.#enter(next);
    else this.#schedule();
    return 1;
  }

  #enter(state: SessionState): void {
    if (state === disconnected) {
      this.#disconnect();
      return;
    }
    const session = this.#session;
    const wasLoggedOn = session.loggedOn;
    const before = this.#state;
    this.#state = state;
    // Messages that are sent again are an interlude: the state behind them goes on as it was.
    if (before !== resending || state !== session.behind) session.mark(TIME.since);
    if (before === resending) session.resend.clear();
    this.#schedule();
    if (!session.loggedOn || wasLoggedOn) return;
    this.#wasUp = true;
    this.#reconnect.loggedOn(session);
    // Last, for it may send, log out or stop.
    session.application.onLogon();
  }

  /** The due time only needs to be early enough: times of the last message move on without it. */
  #schedule(): void {
    const session = this.#session;
    const state = this.#state;
    session.loggedOn = state === resending ? session.behind.loggedOn : state.loggedOn;
    const dueMs = Math.min(state.dueMs(session), session.times[TIME.sessionEnd]);
    this.dueCells[0] = (session.outbox.count > 0 ? Math.min(dueMs, session.outboxDueMs()) : dueMs) * 1e6;
  }

  #disconnect(): void {
    const session = this.#session;
    const reason = session.masked(session.reason);
    const { resetOnDisconnect, resetOnLogout, role } = session.config;
    const loggedOut = session.loggedOut || (session.logoutSaid && session.flushed());
    session.stream.close();
    session.broken = false;
    session.loggedOn = false;
    session.outbox.clear();
    session.forgetGap();
    session.resend.clear();
    session.times[TIME.testRequest] = Number.NaN;
    if (resetOnDisconnect === true || (resetOnLogout === true && loggedOut)) session.resetSequence();
    session.loggedOut = false;
    session.logoutSaid = false;
    const called = role === 'acceptor' && this.#state !== connecting;
    const wasUp = this.#wasUp;
    this.#wasUp = false;
    this.#state = disconnected;
    this.dueCells[0] = Number.POSITIVE_INFINITY;
    session.log('info', `FIX session disconnected: ${reason}`);
    const nextMs = this.#reconnect.waitMs(session);
    const waitMs = this.#stopping ? -1 : nextMs;
    if (wasUp || called || waitMs < 0) session.application.onLogout(reason, waitMs < 0);
    // The application may have said stop, or start, when it heard of it.
    if (waitMs < 0 || this.#stopping || this.#state !== disconnected) return;
    session.reason = '';
    this.#enter(role === 'acceptor' ? connect(session) : connectIn(session, waitMs));
  }
}
