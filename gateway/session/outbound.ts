import { type MessageTemplate, MessageWriter, type TemplateBuilder } from 'fix-parser';
import { HotlapError } from '../../engine/domain/errors.ts';
import { GATEWAY_RESULT } from '../../engine/ports/order-gateway.ts';
import { STREAM_RESULT } from '../../native/layout.ts';
import { HEADER_SLOT } from '../messages/header.ts';
import { SESSION_MESSAGE_BYTES } from '../messages/session-messages.ts';
import { STORE } from '../store/session-store.ts';
import { type SessionContext, TIME, transportFailure } from './context.ts';

/**
 * Application messages on their way out, as templates or field by field. The stream's tx is shared out once:
 *
 *   ┌ session messages │ template │ template │ … │ composed message ┐
 */
export class Outbound {
  readonly #session: SessionContext;
  readonly #maxMessageBytes: number;
  #placed = SESSION_MESSAGE_BYTES;
  #writer: MessageWriter | undefined;
  /** MsgSeqNum of the message that is being composed; 0 for none. */
  #composedSeq = 0;

  constructor(session: SessionContext, maxMessageBytes: number) {
    this.#session = session;
    this.#maxMessageBytes = maxMessageBytes;
    const { tx } = session.stream;
    if (tx.length < SESSION_MESSAGE_BYTES) throw tooSmall(tx.length, SESSION_MESSAGE_BYTES);
  }

  place(builder: TemplateBuilder): MessageTemplate {
    return builder.build(this.#session.stream.tx, this.#reserve(builder.capacity));
  }

  prepare(template: MessageTemplate): number {
    const session = this.#session;
    if (!session.loggedOn || session.broken) return GATEWAY_RESULT.notLoggedOn;
    const time = session.time;
    time.update();
    template.setUint(HEADER_SLOT.msgSeqNum, session.sequence.nextSenderMsgSeqNum());
    template.setTimestamp(HEADER_SLOT.sendingTime, time);
    return template.finish();
  }

  /** Takes tx[offset, offset + length) under the next number. @returns one of GATEWAY_RESULT */
  transmit(offset: number, length: number, cause: number): number {
    const session = this.#session;
    const { sequence, stream } = session;
    if (session.outbox.count > 0) return GATEWAY_RESULT.transportFull;
    const seq = sequence.nextSenderMsgSeqNum();
    const kept = sequence.keep(seq, stream.tx, offset, offset + length);
    if (kept !== STORE.ok) return this.#notKept(kept);
    // Counted before it leaves: whoever resumes the session never uses a number twice.
    sequence.setNextSender(seq + 1);
    const taken = stream.send(offset, length, cause);
    if (taken === length) {
      session.mark(TIME.lastSent);
      return GATEWAY_RESULT.sent;
    }
    sequence.setNextSender(seq);
    if (taken === STREAM_RESULT.full) return GATEWAY_RESULT.transportFull;
    session.reason = transportFailure(stream);
    session.broken = true;
    return GATEWAY_RESULT.notLoggedOn;
  }

  compose(msgType: string): MessageWriter {
    const session = this.#session;
    const { tx } = session.stream;
    this.#writer ??= new MessageWriter(
      tx,
      this.#reserve(this.#maxMessageBytes),
      this.#maxMessageBytes,
      session.config.beginString,
    );
    this.#composedSeq = session.nextSeq();
    return session.messages.begin(this.#writer, msgType, this.#composedSeq);
  }

  sendComposed(cause: number): number {
    const session = this.#session;
    const writer = this.#writer;
    if (!session.loggedOn || session.broken) return GATEWAY_RESULT.notLoggedOn;
    // Another message has taken the number since: the header no longer tells the truth.
    if (writer === undefined || this.#composedSeq !== session.sequence.nextSenderMsgSeqNum())
      return GATEWAY_RESULT.invalid;
    const length = writer.finish();
    if (length === 0) return GATEWAY_RESULT.invalid;
    return this.transmit(writer.offset, length, cause);
  }

  #notKept(kept: number): number {
    if (kept === STORE.full) return GATEWAY_RESULT.transportFull;
    this.#session.reason = 'the message store has failed';
    this.#session.broken = true;
    return GATEWAY_RESULT.notLoggedOn;
  }

  #reserve(bytes: number): number {
    const { tx } = this.#session.stream;
    const at = this.#placed;
    if (at + bytes > tx.length) throw tooSmall(tx.length, at + bytes);
    this.#placed += bytes;
    return at;
  }
}

const tooSmall = (bytes: number, needed: number): HotlapError =>
  new HotlapError(
    'ERR_FIX_BUFFER',
    `The stream's tx of ${bytes} bytes does not hold the session's messages: give it ${needed} bytes and more.`,
  );
