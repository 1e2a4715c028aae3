import type { MessageTemplate, MessageWriter, TemplateBuilder } from 'fix-parser';
import { HotlapError } from '../../engine/domain/errors.ts';
import { GATEWAY_RESULT } from '../../engine/ports/order-gateway.ts';
import { STREAM, STREAM_RESULT } from '../../native/layout.ts';
import { HEADER_SLOT } from '../messages/header.ts';
import { SESSION_MESSAGE_BYTES } from '../messages/session-messages.ts';
import { STORE } from '../store/session-store.ts';
import { type SessionContext, TIME, transportFailure } from './context.ts';

/** Numbers that are left to session messages while a store reserves its next block: as many as may wait in the outbox. */
const NUMBERS_FOR_SESSION = 128;

/** Beyond what any stream holds, and still a small integer. */
const NO_BOUND = 2 ** 30 - 1;

/**
 * Application messages on their way out, as templates or field by field. The stream's tx is shared out once:
 *
 *   ┌ session messages │ composed or resent message │ template │ template │ … ┐
 */
export class Outbound {
  readonly #session: SessionContext;
  readonly #tellsProcessed: boolean;
  #placed: number;
  /** The fewest pending bytes, a message's own among them, that the stream has refused: its bound never changes. */
  #tooMuch = NO_BOUND;
  /** MsgSeqNum of the message that is being composed; 0 for none. */
  #composedSeq = 0;

  constructor(session: SessionContext) {
    this.#session = session;
    this.#tellsProcessed = session.config.lastMsgSeqNumProcessed === true;
    this.#placed = SESSION_MESSAGE_BYTES + session.maxMessageBytes;
    const { tx } = session.stream;
    if (tx.length < this.#placed) throw tooSmall(tx.length, this.#placed);
  }

  place(builder: TemplateBuilder): MessageTemplate {
    return builder.build(this.#session.stream.tx, this.#reserve(builder.capacity));
  }

  prepare(template: MessageTemplate): number {
    const session = this.#session;
    if (!session.loggedOn || session.broken || session.resend.sending) return notReady(session);
    const time = session.time;
    time.update();
    template.setUint(HEADER_SLOT.msgSeqNum, session.sequence.nextSenderMsgSeqNum());
    template.setTimestamp(HEADER_SLOT.sendingTime, time);
    if (this.#tellsProcessed)
      template.setUint(HEADER_SLOT.lastMsgSeqNumProcessed, session.sequence.nextTargetMsgSeqNum() - 1);
    return template.finish();
  }

  /** Takes tx[offset, offset + length) under the next number. @param urgent a cancel @returns one of GATEWAY_RESULT */
  transmit(offset: number, length: number, cause: number, urgent: boolean): number {
    const session = this.#session;
    const { sequence, stream, throttle } = session;
    if (session.outbox.count > 0) return GATEWAY_RESULT.transportFull;
    const pending = stream.cells[STREAM.txPending];
    // Known before the message is kept: each one that is kept and taken back costs a store room that others need.
    if (pending > 0 && pending + length >= this.#tooMuch) return GATEWAY_RESULT.transportFull;
    if (throttle !== null && !throttle.has(urgent)) return GATEWAY_RESULT.throttled;
    const seq = sequence.nextSenderMsgSeqNum();
    // Session messages always find a number: application messages stop short of the last one reserved.
    if (seq + NUMBERS_FOR_SESSION > sequence.lastReservedMsgSeqNum()) return GATEWAY_RESULT.storeFull;
    const kept = sequence.keep(seq, stream.tx, offset, offset + length);
    // A cancel leaves though it is not kept: asked for again it is gap-filled, and an order that stays does more harm.
    if (kept !== STORE.ok && !urgent)
      return kept === STORE.full ? GATEWAY_RESULT.storeFull : GATEWAY_RESULT.storeFailed;
    // Counted before it leaves: whoever resumes the session never uses a number twice.
    sequence.setNextSender(seq + 1);
    const taken = stream.send(offset, length, cause);
    if (taken === length) {
      if (throttle !== null) throttle.take();
      session.mark(TIME.lastSent);
      return GATEWAY_RESULT.sent;
    }
    sequence.setNextSender(seq);
    if (taken === STREAM_RESULT.full) {
      if (pending > 0) this.#tooMuch = pending + length;
      return GATEWAY_RESULT.transportFull;
    }
    session.reason = transportFailure(stream);
    session.broken = true;
    return GATEWAY_RESULT.notLoggedOn;
  }

  compose(msgType: string): MessageWriter {
    const session = this.#session;
    this.#composedSeq = session.nextSeq();
    return session.messages.begin(session.writer, msgType, this.#composedSeq);
  }

  sendComposed(cause: number): number {
    const session = this.#session;
    const { writer } = session;
    if (!session.loggedOn || session.broken || session.resend.sending) return notReady(session);
    // Another message has taken the number since: the header no longer tells the truth.
    if (this.#composedSeq !== session.sequence.nextSenderMsgSeqNum()) return GATEWAY_RESULT.invalid;
    const length = writer.finish();
    if (length === 0) return GATEWAY_RESULT.invalid;
    return this.transmit(writer.offset, length, cause, false);
  }

  #reserve(bytes: number): number {
    const { tx } = this.#session.stream;
    const at = this.#placed;
    if (at + bytes > tx.length) throw tooSmall(tx.length, at + bytes);
    this.#placed += bytes;
    return at;
  }
}

const notReady = (session: SessionContext): number =>
  session.resend.sending ? GATEWAY_RESULT.resending : GATEWAY_RESULT.notLoggedOn;

const tooSmall = (bytes: number, needed: number): HotlapError =>
  new HotlapError(
    'ERR_FIX_BUFFER',
    `The stream's tx of ${bytes} bytes does not hold the session's messages: give it ${needed} bytes and more.`,
  );
