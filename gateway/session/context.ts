import { getSystemErrorMap } from 'node:util';
import { asciiBytes, FixMessage, type MessageValidator, MessageWriter, TAG, UtcTimestampText } from 'fix-parser';
import type { EngineClock } from '../../engine/ports/clock.ts';
import { CAUSE, CELL, STREAM, STREAM_RESULT } from '../../native/layout.ts';
import { timestampPrecision } from '../messages/header.ts';
import type { ResentHeader } from '../messages/resent-message.ts';
import { SESSION_MESSAGE_BYTES, SessionMessages } from '../messages/session-messages.ts';
import { MAX_MSG_SEQ_NUM, type SessionStore } from '../store/session-store.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import type { SessionApplication } from './application.ts';
import {
  DEFAULT_MAX_MESSAGE_BYTES,
  DEFAULT_RESEND_CHUNK,
  DEFAULT_RESEND_TIMEOUT_MS,
  type SessionConfig,
} from './config.ts';
import { disconnected } from './disconnected.ts';
import { type FixVersion, fixVersion } from './fix-version.ts';
import { GapQueue } from './gap-queue.ts';
import { Outbox } from './outbox.ts';
import { NO_REF_TAG, REJECT_TEXT } from './reject-reasons.ts';
import { Resend } from './resend.ts';
import { secretMask } from './secrets.ts';
import { SessionHours } from './session-hours.ts';
import type { SessionState } from './state.ts';
import { Throttle } from './throttle.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** Times of the session in ms of engine time: doubles in cells, so that the loop allocates none. */
export const TIME = {
  lastSent: 0,
  lastReceived: 1,
  /** When the outstanding TestRequest left; NaN when there is none. */
  testRequest: 2,
  /** When the present state was entered. */
  since: 3,
  /** When the last ResendRequest left. */
  resend: 4,
  /** When the oldest message in the outbox began to wait. */
  outbox: 5,
  /** When an initiator connects again. */
  retry: 6,
  /** By the schedule: when the present or next session starts, and when the present one ends (Infinity for never). */
  sessionStart: 7,
  sessionEnd: 8,
} as const;

/** How long a session message may wait for a transport that is full. */
const MAX_OUTBOX_MS = 10_000;

/** What the states of one session share: its numbers, times, peers, and the ways to say something. */
export class SessionContext {
  readonly config: SessionConfig;
  readonly version: FixVersion;
  /** Read for each message: of the configuration's own shape there are as many as places that write one. */
  readonly sendingTimeAccuracyMs: number | undefined;
  readonly stream: ByteStream;
  readonly sequence: SessionStore;
  readonly application: SessionApplication;
  /** Absent: only headers are checked. */
  readonly validator: MessageValidator | undefined;
  readonly messages: SessionMessages;
  readonly time: UtcTimestampText;
  readonly times = new Float64Array(9);
  readonly queue = new GapQueue();
  readonly outbox = new Outbox();
  /** Reads what comes out of the queue. */
  readonly queuedMessage: FixMessage;
  readonly expectedBeginString: Uint8Array;
  /** The peer's SenderCompID(49) and TargetCompID(56) as we expect them. */
  readonly peerSender: Uint8Array;
  readonly peerTarget: Uint8Array;
  /** Third parties that may be named, null for any. */
  readonly onBehalfOf: readonly Uint8Array[] | null;
  readonly deliverTo: readonly Uint8Array[] | null;
  readonly resendTimeoutMs: number;
  readonly resendChunk: number;
  readonly maxMessageBytes: number;
  /** Composed and resent messages are written behind the session messages in tx. */
  readonly writer: MessageWriter;
  readonly throttle: Throttle | null;
  readonly hours: SessionHours;
  /** What the peer wants to have again, and the state that goes on behind it. */
  readonly resend: Resend;
  behind: SessionState = disconnected;
  /** Agreed in Logon; 0 for no heartbeats. */
  heartBtIntMs: number;
  /** Highest MsgSeqNum seen beyond the gap that is being filled, and how often it was asked for. */
  gapEnd = 0;
  gapRequests = 0;
  /** BeginSeqNo(7) of the last ResendRequest of ours under the present numbers; 0 for none. */
  askedFrom = 0;
  /** Last number that the outstanding ResendRequest asks for; 0 for all that follow. */
  #requestEnd = 0;
  /** Highest BeginSeqNo(7) that the peer asked for, and how many requests in a row began no higher. */
  #resendHigh = 0;
  #resendRepeats = 0;
  /** Why the session ends; told to the application. */
  reason = '';
  /** The present state's: application messages may be sent. */
  loggedOn = false;
  /** Our Logout has left on this connection. */
  logoutSaid = false;
  /** The peer's Logout was read. Without it ours counts as heard once it has left: nobody waits for the answer for ever. */
  loggedOut = false;
  /** A send failed: the next poll ends the session. */
  broken = false;
  readonly #clockNs: Float64Array;
  readonly #day0Ms: number;
  /** No secret ever leaves in a log line or a reason. */
  readonly masked: (text: string) => string;
  readonly #log: (level: LogLevel, text: string) => void;

  constructor(
    config: SessionConfig,
    stream: ByteStream,
    clock: EngineClock,
    sequence: SessionStore,
    application: SessionApplication,
    log: (level: LogLevel, text: string) => void,
    validator: MessageValidator | undefined,
  ) {
    this.validator = validator;
    this.onBehalfOf = config.onBehalfOfCompIds?.map(asciiBytes) ?? null;
    this.deliverTo = config.deliverToCompIds?.map(asciiBytes) ?? null;
    this.config = config;
    this.queuedMessage = new FixMessage({
      maxMessageBytes: config.maxMessageBytes,
      maxFields: config.maxMessageFields,
      ...(config.dataFields && { dataFields: config.dataFields }),
    });
    this.version = fixVersion(config.beginString, config.defaultApplVerId);
    this.stream = stream;
    this.sequence = sequence;
    this.application = application;
    this.heartBtIntMs = config.heartBtIntMs;
    this.sendingTimeAccuracyMs = config.sendingTimeAccuracyMs;
    this.resendTimeoutMs = config.resendTimeoutMs ?? DEFAULT_RESEND_TIMEOUT_MS;
    this.resendChunk = config.resendChunk ?? DEFAULT_RESEND_CHUNK;
    // A message that could not be received whole would never complete.
    this.maxMessageBytes = Math.min(config.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES, stream.rx.length);
    this.writer = new MessageWriter(stream.tx, SESSION_MESSAGE_BYTES, this.maxMessageBytes, config.beginString);
    this.throttle = config.throttle === undefined ? null : new Throttle(config.throttle, clock.cells);
    this.hours = new SessionHours(config.schedule);
    this.resend = new Resend(config, this.maxMessageBytes);
    this.expectedBeginString = asciiBytes(config.beginString);
    this.peerSender = asciiBytes(config.targetCompId);
    this.peerTarget = asciiBytes(config.senderCompId);
    this.#clockNs = clock.cells;
    this.#day0Ms = clock.day0Ms;
    this.#log = log;
    this.masked = secretMask(config);
    this.time = new UtcTimestampText(clock.cells, CELL.nowNs, clock.day0Ms, timestampPrecision(config));
    this.messages = new SessionMessages(stream.tx, config, this.version, this.time, sequence);
    this.times[TIME.testRequest] = Number.NaN;
    this.times[TIME.sessionEnd] = Number.POSITIVE_INFINITY;
  }

  /** Engine time in whole ms; a small integer for 24 days. */
  nowMs(): number {
    return Math.floor(this.#clockNs[CELL.nowNs] / 1e6);
  }

  /** The end that the schedule has for this session has come. */
  isOver(): boolean {
    return this.nowMs() >= this.times[TIME.sessionEnd];
  }

  /** Milliseconds since 1970. */
  epochMs(): number {
    return this.#day0Ms + this.nowMs();
  }

  /** Writes the present into times[cell]. */
  mark(cell: number): void {
    this.times[cell] = Math.floor(this.#clockNs[CELL.nowNs] / 1e6);
  }

  elapsedMs(cell: number): number {
    return this.nowMs() - this.times[cell];
  }

  log(level: LogLevel, text: string): void {
    this.#log(level, this.masked(text));
  }

  /** Sends what `messages` wrote last, under the next number. @returns false where the transport did not take it */
  sendOwn(length: number): boolean {
    const seq = this.sequence.nextSenderMsgSeqNum();
    if (seq > this.sequence.lastReservedMsgSeqNum()) {
      this.reason = 'the store has not reserved another MsgSeqNum';
      this.broken = true;
      return false;
    }
    this.sequence.setNextSender(seq + 1);
    if (this.sendUnnumbered(length)) return true;
    this.sequence.setNextSender(seq);
    return false;
  }

  /** Sends what `messages` wrote last under an old number (gap fill). A full transport lets it wait, in order. */
  sendUnnumbered(length: number): boolean {
    const { stream, outbox } = this;
    const { offset } = this.messages;
    const taken =
      length === 0
        ? STREAM_RESULT.failed
        : outbox.count > 0
          ? STREAM_RESULT.full
          : stream.send(offset, length, CAUSE.none);
    if (taken === STREAM_RESULT.full) {
      if (outbox.count === 0) this.mark(TIME.outbox);
      if (outbox.push(stream.tx, offset, length)) return true;
    }
    if (taken !== length) {
      this.reason =
        length === 0
          ? 'a session message was too long to be sent'
          : taken === STREAM_RESULT.full
            ? 'the peer does not read: too many session messages wait for it'
            : transportFailure(stream);
      this.broken = true;
      return false;
    }
    this.mark(TIME.lastSent);
    return true;
  }

  /** Sends what waits, as far as the transport takes it. @returns the number of messages that left */
  flushOutbox(): number {
    const { stream, outbox } = this;
    let sent = 0;
    while (outbox.count > 0) {
      const length = outbox.copyFirst(stream.tx, 0);
      const taken = stream.send(0, length, CAUSE.none);
      if (taken === STREAM_RESULT.full) break;
      if (taken !== length) {
        this.reason = transportFailure(stream);
        this.broken = true;
        break;
      }
      outbox.shift();
      sent++;
      this.mark(TIME.outbox);
      this.mark(TIME.lastSent);
    }
    return sent;
  }

  outboxDueMs(): number {
    return this.times[TIME.outbox] + MAX_OUTBOX_MS;
  }

  /** A peer that reads nothing for so long is gone. */
  outboxLate(): boolean {
    if (this.nowMs() < this.outboxDueMs()) return false;
    this.reason = `the peer has read nothing for ${MAX_OUTBOX_MS} ms`;
    this.log('error', `FIX session ends: ${this.reason}`);
    return true;
  }

  /** The number that the next own message takes; brings SendingTime up to date. */
  nextSeq(): number {
    this.time.update();
    return this.sequence.nextSenderMsgSeqNum();
  }

  /** @param first the initiator's, which brings its credentials */
  sendLogon(resetSeqNum: boolean, first: boolean): void {
    const heartBtIntSeconds = this.heartBtIntMs / 1_000;
    this.sendOwn(this.messages.logon(this.nextSeq(), { heartBtIntSeconds, resetSeqNum, first }));
  }

  /** Once for each connection: whatever follows our Logout, a second one says nothing new. */
  sendLogout(text: string): void {
    if (this.logoutSaid) return;
    this.logoutSaid = true;
    this.sendOwn(this.messages.logout(this.nextSeq(), text));
  }

  sendHeartbeat(request: FixMessage | null): void {
    this.sendOwn(this.messages.heartbeat(this.nextSeq(), request));
  }

  sendTestRequest(): void {
    this.sendOwn(this.messages.testRequest(this.nextSeq()));
    this.mark(TIME.testRequest);
  }

  sendResendRequest(): void {
    const begin = this.sequence.nextTargetMsgSeqNum();
    const chunk = this.config.resendRequestChunk ?? 0;
    // What waits in the queue is not missing.
    const last = Math.max(begin, this.queue.firstSeq() === 0 ? this.gapEnd : this.queue.firstSeq() - 1);
    this.#requestEnd = chunk === 0 ? 0 : Math.min(begin + chunk - 1, last);
    this.queue.lostSeq = 0;
    this.gapRequests++;
    this.askedFrom = begin;
    this.mark(TIME.resend);
    this.sendOwn(this.messages.resendRequest(this.nextSeq(), begin, this.#requestEnd));
  }

  /**
   * Asks for the next part of the gap where nothing under way will close it: the part that was asked for is there, or
   * the queue had no room for what followed.
   */
  askOn(): void {
    const expected = this.sequence.nextTargetMsgSeqNum();
    const { queue } = this;
    const asked = this.#requestEnd === 0 || expected <= this.#requestEnd;
    const lost = queue.lostSeq !== 0 && expected >= queue.lostSeq && queue.firstSeq() === 0;
    if (asked && !lost) return;
    this.gapRequests = 0;
    this.sendResendRequest();
  }

  /** Reject(3) of a message. @param refTagId a tag or NO_REF_TAG @param reason one of REJECT */
  sendReject(message: FixMessage, refTagId: number, reason: number): void {
    const text = REJECT_TEXT[reason] ?? 'Rejected';
    const about = refTagId === NO_REF_TAG ? '' : ` (tag ${refTagId})`;
    this.log('warn', `FIX message ${message.int(TAG.MsgSeqNum, 0)} rejected: ${text}${about}`);
    this.sendOwn(this.messages.reject(this.nextSeq(), message, refTagId, reason, text));
  }

  /** BusinessMessageReject(j); before FIX.4.2 a Reject(3) says it. @param reason one of BUSINESS_REJECT */
  sendBusinessReject(message: FixMessage, reason: number, text: string): void {
    this.log('warn', `FIX message ${message.int(TAG.MsgSeqNum, 0)} rejected: ${text}`);
    this.sendOwn(this.messages.businessReject(this.nextSeq(), message, reason, text));
  }

  advanceTarget(): void {
    const next = this.sequence.nextTargetMsgSeqNum();
    if (next <= MAX_MSG_SEQ_NUM) this.sequence.setNextTarget(next + 1);
  }

  /** A new session, not logged on yet: what waited for the old numbers means nothing any more. */
  resetSequence(): void {
    this.sequence.reset(this.epochMs());
    this.forgetGap();
    this.askedFrom = 0;
    this.forgetResend();
    this.application.onReset?.();
  }

  forgetGap(): void {
    this.queue.clear();
    this.queue.lostSeq = 0;
    this.gapEnd = 0;
    this.gapRequests = 0;
    this.#requestEnd = 0;
  }

  forgetResend(): void {
    this.resend.clear();
    this.#resendHigh = 0;
    this.#resendRepeats = 0;
  }

  /** Counts a ResendRequest of the peer. @returns how many in a row have not begun beyond those before */
  repeatsResend(begin: number): number {
    if (begin > this.#resendHigh) {
      this.#resendHigh = begin;
      this.#resendRepeats = 0;
    } else this.#resendRepeats++;
    return this.#resendRepeats;
  }

  resentHeader(): ResentHeader {
    this.time.update();
    return {
      time: this.time,
      lastProcessed: this.sequence.nextTargetMsgSeqNum() - 1,
    };
  }

  /** Everything that `send` took has left. */
  flushed(): boolean {
    return this.outbox.count === 0 && this.stream.cells[STREAM.txPending] === 0;
  }
}

/** In the system's words: `connection refused`. */
export function transportFailure(stream: ByteStream): string {
  const told = stream.failure?.() ?? '';
  if (told !== '') return told;
  const errno = stream.cells[STREAM.errno];
  const [, text] = getSystemErrorMap().get(-errno) ?? ['', `errno ${errno}`];
  return `the connection failed (${text})`;
}
