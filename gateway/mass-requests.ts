import { type FixMessage, type MessageTemplate, TAG } from 'fix-parser';
import { GATEWAY_RESULT, type OrderEventSink } from '../engine/ports/order-gateway.ts';
import type { ClOrdIds } from './clord-id.ts';
import { orderMassCancelRequest } from './messages/order-mass-cancel-request.ts';
import { orderMassStatusRequest } from './messages/order-mass-status-request.ts';
import type { OrderDialect } from './order-dialect.ts';
import { REJECT } from './session/reject-reasons.ts';
import type { FixSession } from './session/session.ts';
import type { SessionStore } from './store/session-store.ts';

/** MassCancelResponse(531): the venue rejected the request. */
const RESPONSE_REJECTED = 0x30;
const NO = -1;

/** OrderMassCancelRequest(q) and OrderMassStatusRequest(AF), and what the venue says to them. One of each at a time. Cold. */
export class MassRequests {
  readonly #session: FixSession;
  readonly #store: SessionStore;
  readonly #ids: ClOrdIds;
  readonly #sink: OrderEventSink;
  readonly #cancel;
  readonly #cancelMessage: MessageTemplate;
  readonly #status;
  readonly #statusMessage: MessageTemplate;
  /** MsgSeqNum(34) and ordinal of the request that waits for its answer; -1 for none. */
  #cancelSeq = NO;
  #cancelOrdinal = NO;
  #statusSeq = NO;
  #statusOrdinal = NO;
  #statusReports = 0;

  constructor(session: FixSession, store: SessionStore, ids: ClOrdIds, sink: OrderEventSink, dialect: OrderDialect) {
    this.#session = session;
    this.#store = store;
    this.#ids = ids;
    this.#sink = sink;
    this.#cancel = orderMassCancelRequest(session.config, dialect);
    this.#cancelMessage = session.place(this.#cancel.builder);
    this.#status = orderMassStatusRequest(session.config, dialect);
    this.#statusMessage = session.place(this.#status.builder);
  }

  cancel(ordinal: number, cause: number): number {
    const message = this.#cancelMessage;
    const time = this.#session.time;
    time.update();
    message.setTimestamp(this.#cancel.transactTime, time);
    this.#ids.write(message, this.#cancel.clOrdId, ordinal);
    const seq = this.#send(message, cause, true);
    if (seq < 0) return seq;
    this.#cancelSeq = seq;
    this.#cancelOrdinal = ordinal;
    return GATEWAY_RESULT.sent;
  }

  status(ordinal: number, cause: number): number {
    if (this.#session.isResending()) return GATEWAY_RESULT.resending;
    this.#ids.write(this.#statusMessage, this.#status.massStatusReqId, ordinal);
    const seq = this.#send(this.#statusMessage, cause, false);
    if (seq < 0) return seq;
    this.#statusSeq = seq;
    this.#statusOrdinal = ordinal;
    this.#statusReports = 0;
    return GATEWAY_RESULT.sent;
  }

  /** An OrderMassCancelReport(r). One that does not say what was done answers nothing. */
  onCancelReport(message: FixMessage): void {
    if (!message.has(TAG.MassCancelResponse)) {
      this.#session.reject(message, TAG.MassCancelResponse, REJECT.requiredTagMissing);
      return;
    }
    const isRejected = message.char(TAG.MassCancelResponse) === RESPONSE_REJECTED;
    const ordinal = this.#ids.read(message, TAG.ClOrdID);
    if (ordinal === this.#cancelOrdinal) this.#forgetCancel();
    this.#sink.onMassCancel(ordinal, !isRejected, isRejected ? refusalText(message) : '');
  }

  /**
   * A report that answers a mass status request, before it is delivered.
   * @returns false where it is about no order: the venue has none
   */
  isAboutOrder(message: FixMessage): boolean {
    return message.int(TAG.TotNumReports, NO) !== 0;
  }

  /** The same after it was delivered: tells when it was the last. */
  onStatusReport(message: FixMessage): void {
    const ordinal = this.#ids.read(message, TAG.MassStatusReqID);
    if (ordinal < 0 || ordinal !== this.#statusOrdinal) return;
    const total = message.int(TAG.TotNumReports, NO);
    if (total !== 0) this.#statusReports++;
    if (total !== this.#statusReports && total !== 0 && !message.flag(TAG.LastRptRequested)) return;
    const reports = this.#statusReports;
    this.#forgetStatus();
    this.#sink.onMassStatus(ordinal, reports);
  }

  /** A Reject(3) or BusinessMessageReject(j) by RefSeqNum(45). @returns true where it was of a mass request */
  onRefusal(message: FixMessage): boolean {
    const seq = message.int(TAG.RefSeqNum, 0);
    if (seq === this.#cancelSeq) {
      const ordinal = this.#cancelOrdinal;
      this.#forgetCancel();
      this.#sink.onMassCancel(ordinal, false, refusalText(message));
      return true;
    }
    if (seq !== this.#statusSeq) return false;
    const ordinal = this.#statusOrdinal;
    this.#forgetStatus();
    this.#sink.onMassStatus(ordinal, NO);
    return true;
  }

  /** The numbers of the session began anew: an old number says nothing any more. */
  reset(): void {
    this.#cancelSeq = NO;
    this.#statusSeq = NO;
  }

  #send(message: MessageTemplate, cause: number, urgent: boolean): number {
    const length = this.#session.prepare(message);
    if (length < 0) return length;
    const seq = this.#store.nextSenderMsgSeqNum();
    const result = this.#session.transmit(message, length, cause, urgent);
    return result === GATEWAY_RESULT.sent ? seq : result;
  }

  #forgetCancel(): void {
    this.#cancelSeq = NO;
    this.#cancelOrdinal = NO;
  }

  #forgetStatus(): void {
    this.#statusSeq = NO;
    this.#statusOrdinal = NO;
  }
}

const refusalText = (message: FixMessage): string => {
  const text = message.text(TAG.Text);
  return text === '' ? 'The venue refused the request without saying why.' : text;
};
