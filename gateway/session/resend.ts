import { FixMessage, PARSE } from 'fix-parser';
import { CAUSE, STREAM_RESULT } from '../../native/layout.ts';
import { writeResent } from '../messages/resent-message.ts';
import type { SessionConfig } from './config.ts';
import { type SessionContext, TIME, transportFailure } from './context.ts';

/** Looking whether a number was kept is this much less work than sending a message again. */
const LOOKS_PER_MESSAGE = 16;

/**
 * What the peer wants to have again: the messages `next` to `end`, told in one pass however often it asks. Numbers that
 * are not sent again (session messages, messages forgotten or vetoed) collapse into gap fills:
 *
 *   begin … sent again … │ gapBegin … next │ … end          wantedBegin … wantedEnd: asked for meanwhile
 *                          └ told by the next gap fill
 *
 * All of it is bounded: numbers, not messages, are remembered, and a chunk is a fixed amount of work.
 */
export class Resend {
  active = false;
  /** True within a chunk: nothing else may be sent. */
  sending = false;
  readonly #original: Uint8Array;
  readonly #message: FixMessage;
  #next = 0;
  #end = 0;
  /** First number of the run that is to be gap-filled, 0 for none. */
  #gapBegin = 0;
  /** Number of a message that may be sent, and waits for the transport: the application is asked once. */
  #allowed = 0;
  #wantedBegin = 0;
  #wantedEnd = 0;
  #messages = 0;
  #filled = 0;

  constructor({ maxMessageFields, dataFields }: SessionConfig, maxMessageBytes: number) {
    this.#original = new Uint8Array(maxMessageBytes);
    this.#message = new FixMessage({ maxMessageBytes, maxFields: maxMessageFields, ...(dataFields && { dataFields }) });
  }

  /** Messages begin to end, both included. While others are being sent these follow, as far as they are not under way already. */
  ask(begin: number, end: number): void {
    if (!this.active) {
      this.#begin(begin, end);
      return;
    }
    const ahead = this.#gapBegin === 0 ? this.#next : this.#gapBegin;
    if (begin >= ahead && begin <= this.#end + 1) {
      if (end > this.#end) this.#end = end;
      return;
    }
    this.#wantedBegin = this.#wantedBegin === 0 ? begin : Math.min(begin, this.#wantedBegin);
    this.#wantedEnd = Math.max(end, this.#wantedEnd);
  }

  clear(): void {
    this.active = false;
    this.#wantedBegin = 0;
    this.#wantedEnd = 0;
    this.#allowed = 0;
  }

  /** Sends up to `resendChunk` messages, as far as the transport takes them. It is over when `active` is false. */
  sendChunk(session: SessionContext): void {
    this.sending = true;
    let work = session.resendChunk * LOOKS_PER_MESSAGE;
    while (work > 0 && this.active && !session.broken && session.outbox.count === 0) work -= this.#step(session);
    this.sending = false;
  }

  #begin(begin: number, end: number): void {
    this.active = true;
    this.#next = begin;
    this.#end = end;
    this.#gapBegin = 0;
    this.#allowed = 0;
    this.#messages = 0;
    this.#filled = 0;
  }

  /** One number, or one message. @returns the work it was; Infinity where the transport or the throttle takes no more */
  #step(session: SessionContext): number {
    if (this.#next > this.#end) return this.#finish(session);
    const oldest = session.sequence.oldestKept();
    if (oldest === 0 || this.#next < oldest) {
      const begin = this.#next;
      if (this.#gapBegin === 0) this.#gapBegin = begin;
      this.#next = oldest === 0 ? this.#end + 1 : Math.min(oldest, this.#end + 1);
      session.application.onForgotten?.(begin, this.#next - 1);
      return 1;
    }
    const length = session.sequence.read(this.#next, this.#original, 0);
    if (length === 0) {
      this.#skip(session, true);
      return 1;
    }
    if (this.#message.parse(this.#original, 0, length) !== PARSE.ok) {
      this.#skip(session, true);
      return LOOKS_PER_MESSAGE;
    }
    if (!this.#mayResend(session)) {
      this.#skip(session, false);
      return LOOKS_PER_MESSAGE;
    }
    if (this.#gapBegin !== 0) {
      this.#fill(session);
      return LOOKS_PER_MESSAGE;
    }
    return this.#send(session);
  }

  /** The next number is gap-filled. @param isLost the application has not decided so: it hears of it */
  #skip(session: SessionContext, isLost: boolean): void {
    const seq = this.#next++;
    if (this.#gapBegin === 0) this.#gapBegin = seq;
    if (isLost) session.application.onForgotten?.(seq, seq);
  }

  /** Asks the application once for each message. */
  #mayResend(session: SessionContext): boolean {
    if (this.#allowed === this.#next) return true;
    if (session.application.mayResend?.(this.#message) === false) return false;
    this.#allowed = this.#next;
    return true;
  }

  #send(session: SessionContext): number {
    const { stream, throttle, writer } = session;
    if (throttle !== null && !throttle.has(false)) return Number.POSITIVE_INFINITY;
    const length = writeResent(writer, this.#message, session.resentHeader());
    if (length === 0) {
      // It has grown beyond what a message of this session may be: it cannot be sent again.
      this.#skip(session, true);
      return LOOKS_PER_MESSAGE;
    }
    const taken = stream.send(writer.offset, length, CAUSE.none);
    if (taken === STREAM_RESULT.full) return Number.POSITIVE_INFINITY;
    if (taken !== length) {
      session.reason = transportFailure(stream);
      session.broken = true;
      return Number.POSITIVE_INFINITY;
    }
    throttle?.take();
    session.mark(TIME.lastSent);
    this.#messages++;
    this.#next++;
    return LOOKS_PER_MESSAGE;
  }

  #fill(session: SessionContext): void {
    session.nextSeq();
    session.sendUnnumbered(session.messages.gapFill(this.#gapBegin, this.#next));
    this.#filled += this.#next - this.#gapBegin;
    this.#gapBegin = 0;
  }

  #finish(session: SessionContext): number {
    if (this.#gapBegin !== 0) this.#fill(session);
    session.log('info', `FIX messages sent again: ${this.#messages}, gap-filled: ${this.#filled}`);
    this.active = false;
    if (this.#wantedBegin !== 0) {
      this.#begin(this.#wantedBegin, this.#wantedEnd);
      this.#wantedBegin = 0;
      this.#wantedEnd = 0;
    }
    return LOOKS_PER_MESSAGE;
  }
}
