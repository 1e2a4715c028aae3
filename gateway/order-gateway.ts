import { type FixMessage, isEncodable, type MessageTemplate, type MessageValidator, MSG_TYPE, TAG } from 'fix-parser';
import type { Instrument } from '../engine/domain/instrument.ts';
import type { OrderTerms } from '../engine/domain/order-terms.ts';
import type { Side } from '../engine/domain/side.ts';
import type { EngineClock } from '../engine/ports/clock.ts';
import {
  GATEWAY_RESULT,
  type OrderEventSink,
  type OrderGateway,
  type VenueOffers,
} from '../engine/ports/order-gateway.ts';
import { CELL, STAMP } from '../native/layout.ts';
import { BorrowedReport } from './borrowed-report.ts';
import { ClOrdIds } from './clord-id.ts';
import { Doubts } from './doubts.ts';
import { InstrumentTable } from './instrument-table.ts';
import { MassRequests } from './mass-requests.ts';
import { EXEC_TYPE, missingTag } from './messages/execution-report.ts';
import { newOrderSingle } from './messages/new-order-single.ts';
import { orderCancelReplaceRequest } from './messages/order-cancel-replace-request.ts';
import { orderCancelRequest } from './messages/order-cancel-request.ts';
import { orderStatusRequest } from './messages/order-status-request.ts';
import type { OrderDialect } from './order-dialect.ts';
import { OrderTemplate, OrderTermsBytes } from './order-terms.ts';
import { SENT_REQUESTS, SentRequests } from './sent-requests.ts';
import { HANDLED, type SessionApplication } from './session/application.ts';
import type { SessionConfig } from './session/config.ts';
import type { LogLevel } from './session/context.ts';
import { REJECT } from './session/reject-reasons.ts';
import { FixSession } from './session/session.ts';
import type { SessionStore } from './store/session-store.ts';
import type { ByteStream } from './transport/byte-stream.ts';

const DIGIT_ZERO = 48;

export interface FixOrderGatewayOptions {
  stream: ByteStream;
  clock: EngineClock;
  sink: OrderEventSink;
  session: SessionConfig;
  /** How the venue wants its orders; absent: plain FIX. */
  orders?: OrderDialect | undefined;
  /** Unique for each start, so that a ClOrdID(11) is never used twice. */
  clOrdIdPrefix: string;
  store: SessionStore;
  /** Holds every message of the venue against its dictionary; absent: they are only parsed. */
  validator?: MessageValidator | undefined;
  /** Stamps the stage `encode` of sampled events; with feedCells. */
  latency?: { stamp(stage: number): number } | undefined;
  feedCells?: Float64Array | undefined;
  onLog?: ((level: LogLevel, text: string) => void) | undefined;
}

/** Why an order that the venue asks for again is in doubt. */
const NOT_SENT_AGAIN = 'The venue asked for it again after a gap; it is not sent a second time.';

/** Why a request of the numbers before is in doubt. */
const LOST = 'The numbers of the session began anew, and nobody will ask for it again.';

/** Orders over one FIX session: templates out, reports parsed in place. Nothing is allocated for an order or a report. */
export class FixOrderGateway implements OrderGateway, SessionApplication {
  readonly session: FixSession;
  readonly offers: VenueOffers;
  /** Since creation: orders and replacements that the venue asked for again, and that were not sent again. */
  readonly counts = { notResent: 0 };
  readonly #sink: OrderEventSink;
  readonly #ids: ClOrdIds;
  readonly #onLog: (level: LogLevel, text: string) => void;
  readonly #instruments: InstrumentTable;
  readonly #report = new BorrowedReport();
  readonly #sent = new SentRequests();
  readonly #store: SessionStore;
  readonly #doubts = new Doubts();
  /** Ordinals of requests whose numbers are gone, until there is a session in which something can be done about them. */
  readonly #lost: number[] = [];
  readonly #tellDoubt: (ordinal: number) => void;
  readonly #latency: { stamp(stage: number): number } | undefined;
  readonly #feedCells: Float64Array;
  readonly #new;
  readonly #cancel;
  readonly #replace;
  readonly #status;
  readonly #terms: OrderTermsBytes;
  readonly #mass: MassRequests;
  /** True once people know that the venue answers no status request. */
  #toldRefusedQuery = false;

  constructor(options: FixOrderGatewayOptions) {
    const { session: config, store } = options;
    const dialect: OrderDialect = {
      ...(config.account !== undefined && { account: config.account }),
      ...options.orders,
    };
    this.#instruments = new InstrumentTable(dialect.symbols);
    this.#onLog = options.onLog ?? (() => {});
    this.#sink = options.sink;
    this.#ids = new ClOrdIds(options.clOrdIdPrefix);
    this.#store = store;
    this.#tellDoubt = (ordinal) => this.#sink.onInDoubt(ordinal, NOT_SENT_AGAIN);
    this.#latency = options.latency;
    this.#feedCells = options.feedCells ?? new Float64Array(CELL.sampled + 1);
    this.session = new FixSession({
      config,
      stream: options.stream,
      clock: options.clock,
      store,
      validator: options.validator,
      application: this,
      onLog: options.onLog,
    });
    this.#new = new OrderTemplate(this.session, newOrderSingle(config, dialect));
    this.#cancel = new OrderTemplate(this.session, orderCancelRequest(config, dialect));
    this.#replace = new OrderTemplate(this.session, orderCancelReplaceRequest(config, dialect));
    this.#status = new OrderTemplate(this.session, orderStatusRequest(config, dialect));
    this.#terms = new OrderTermsBytes(dialect);
    this.offers = {
      market: dialect.market === true,
      massCancel: dialect.massCancel === true,
      massStatus: dialect.massStatus === true,
    };
    this.#mass = new MassRequests(this.session, store, this.#ids, this.#sink, dialect);
  }

  start(): void {
    this.session.start();
  }

  addInstrument(instrument: Instrument): void {
    this.#instruments.add(instrument);
  }

  poll(): number {
    const work = this.session.poll();
    return this.#doubts.some ? work + this.#doubts.tell(this.#tellDoubt) : work;
  }

  isReady(): boolean {
    return this.session.isLoggedOn();
  }

  logout(text: string): void {
    this.session.logout(text);
  }

  nextDueNs(): number {
    return this.session.nextDueNs();
  }

  addTerms(number: number, terms: OrderTerms): void {
    this.#terms.add(number, terms);
  }

  newOrder(
    ordinal: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    const isMarket = this.#terms.isMarket(terms);
    if (isMarket ? !this.#countable(instrument, quantity) : !this.#encodable(instrument, price, quantity))
      return GATEWAY_RESULT.invalid;
    if (this.session.isResending()) return GATEWAY_RESULT.resending;
    const { message, slots } = this.#new;
    const time = this.session.time;
    time.update();
    this.#terms.show(this.#new, terms);
    message.setChar(slots.side, DIGIT_ZERO + side);
    message.setTimestamp(slots.transactTime, time);
    const symbol = this.#instruments.symbol(instrument);
    message.setBytes(slots.symbol, symbol, 0, symbol.length);
    this.#ids.write(message, slots.clOrdId, ordinal);
    message.setUint(slots.orderQty, quantity);
    if (isMarket) message.hide(slots.price);
    else message.setDecimal(slots.price, price, this.#instruments.decimals(instrument));
    return this.#send(message, ordinal, -1, instrument, cause, false);
  }

  cancel(
    ordinal: number,
    origOrdinal: number,
    instrument: number,
    side: Side,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    if (!this.#instruments.has(instrument) || !(quantity >= 0 && isEncodable(quantity))) return GATEWAY_RESULT.invalid;
    const { message, slots } = this.#cancel;
    const time = this.session.time;
    time.update();
    this.#terms.show(this.#cancel, terms);
    message.setChar(slots.side, DIGIT_ZERO + side);
    message.setTimestamp(slots.transactTime, time);
    const symbol = this.#instruments.symbol(instrument);
    message.setBytes(slots.symbol, symbol, 0, symbol.length);
    this.#ids.write(message, slots.origClOrdId, origOrdinal);
    this.#ids.write(message, slots.clOrdId, ordinal);
    message.setUint(slots.orderQty, quantity);
    return this.#send(message, ordinal, origOrdinal, instrument, cause, true);
  }

  replace(
    ordinal: number,
    origOrdinal: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    if (!this.#encodable(instrument, price, quantity)) return GATEWAY_RESULT.invalid;
    if (this.session.isResending()) return GATEWAY_RESULT.resending;
    const { message, slots } = this.#replace;
    const time = this.session.time;
    time.update();
    this.#terms.show(this.#replace, terms);
    message.setChar(slots.side, DIGIT_ZERO + side);
    message.setTimestamp(slots.transactTime, time);
    const symbol = this.#instruments.symbol(instrument);
    message.setBytes(slots.symbol, symbol, 0, symbol.length);
    this.#ids.write(message, slots.origClOrdId, origOrdinal);
    this.#ids.write(message, slots.clOrdId, ordinal);
    message.setUint(slots.orderQty, quantity);
    message.setDecimal(slots.price, price, this.#instruments.decimals(instrument));
    return this.#send(message, ordinal, origOrdinal, instrument, cause, false);
  }

  queryStatus(ordinal: number, instrument: number, side: Side, terms: number, cause: number): number {
    if (!this.#instruments.has(instrument)) return GATEWAY_RESULT.invalid;
    if (this.session.isResending()) return GATEWAY_RESULT.resending;
    const { message, slots } = this.#status;
    this.#terms.show(this.#status, terms);
    message.setChar(slots.side, DIGIT_ZERO + side);
    const symbol = this.#instruments.symbol(instrument);
    message.setBytes(slots.symbol, symbol, 0, symbol.length);
    this.#ids.write(message, slots.clOrdId, ordinal);
    // Not among the sent requests: whatever becomes of a question says nothing of the order.
    const length = this.session.prepare(message);
    return length < 0 ? length : this.session.transmit(message, length, cause, false);
  }

  massStatus(ordinal: number, cause: number): number {
    return this.#mass.status(ordinal, cause);
  }

  massCancel(ordinal: number, cause: number): number {
    return this.#mass.cancel(ordinal, cause);
  }

  /** Of the session: reports to the sink, refusals as rejected reports. */
  onMessage(message: FixMessage): number {
    switch (message.msgType) {
      case MSG_TYPE.ExecutionReport:
      case MSG_TYPE.OrderCancelReject:
        return this.#onReport(message);
      case MSG_TYPE.OrderMassCancelReport:
        this.#mass.onCancelReport(message);
        return HANDLED.ok;
      case MSG_TYPE.BusinessMessageReject:
      case MSG_TYPE.Reject:
        return this.#onRefusal(message);
      default:
        return HANDLED.unsupported;
    }
  }

  onLogon(): void {
    this.#tellLost();
    this.#sink.onSessionUp();
  }

  /** The numbers mean other messages now: nobody will ask for what was lost with the old ones, nor refuse it by number. */
  onReset(): void {
    this.#sent.each((ordinal) => this.#lost.push(ordinal));
    this.#sent.clear();
    this.#mass.reset();
    if (this.session.isLoggedOn()) this.#tellLost();
  }

  /**
   * Asked for again, an order is old, and may have been replaced or canceled since: it is never sent twice, and neither
   * is a replacement; who sent it hears that it is in doubt. A cancel does no harm by coming late.
   */
  mayResend(message: FixMessage): boolean {
    const { msgType } = message;
    // It would cancel what has been ordered since; who sent it asks again, or not any more.
    if (msgType === MSG_TYPE.OrderMassCancelRequest) return false;
    if (msgType !== MSG_TYPE.NewOrderSingle && msgType !== MSG_TYPE.OrderCancelReplaceRequest) return true;
    this.counts.notResent++;
    const ordinal = this.#ids.read(message, TAG.ClOrdID);
    if (ordinal >= 0) this.#doubts.add(ordinal);
    // Nobody in this process knows it: people must.
    else
      this.#onLog(
        'error',
        `The venue asks for ${message.text(TAG.ClOrdID)}, an order of an earlier run, again: it is in doubt and not sent a second time. Ask the venue what it knows of it.`,
      );
    return false;
  }

  onForgotten(begin: number, end: number): void {
    // Older ones than these lie in no table any more.
    for (let seq = Math.max(begin, end - SENT_REQUESTS + 1); seq <= end; seq++) {
      const at = this.#sent.find(seq);
      if (at >= 0) this.#doubts.add(this.#sent.ordinal(at));
    }
  }

  onLogout(reason: string, final: boolean): void {
    this.#sink.onSessionDown(reason, final);
  }

  #send(
    message: MessageTemplate,
    ordinal: number,
    origOrdinal: number,
    instrument: number,
    cause: number,
    urgent: boolean,
  ): number {
    const length = this.session.prepare(message);
    if (length < 0) return length;
    if (this.#feedCells[CELL.sampled] === 1 && this.#latency !== undefined) this.#latency.stamp(STAMP.encodeDone);
    const seq = this.#store.nextSenderMsgSeqNum();
    const result = this.session.transmit(message, length, cause, urgent);
    if (result === GATEWAY_RESULT.sent) this.#sent.add(seq, ordinal, origOrdinal, instrument);
    return result;
  }

  /** Who hears of it may send at once. */
  #tellLost(): void {
    for (const ordinal of this.#lost.splice(0)) this.#sink.onInDoubt(ordinal, LOST);
  }

  /** An order with a price of NaN or a fraction of a tick unit would become another order on the wire. */
  #encodable(instrument: number, price: number, quantity: number): boolean {
    return this.#countable(instrument, quantity) && isEncodable(price);
  }

  #countable(instrument: number, quantity: number): boolean {
    return this.#instruments.has(instrument) && quantity > 0 && isEncodable(quantity);
  }

  #onReport(message: FixMessage): number {
    const missing = missingTag(message);
    if (missing !== 0) {
      this.session.reject(message, missing, REJECT.requiredTagMissing);
      return HANDLED.ok;
    }
    this.#report.read(message, this.#ids, this.#instruments);
    if (this.#report.massStatus) return this.#onMassStatus(message);
    this.#sink.onExecution(this.#report);
    return HANDLED.ok;
  }

  #onMassStatus(message: FixMessage): number {
    if (this.#mass.isAboutOrder(message)) this.#sink.onExecution(this.#report);
    this.#mass.onStatusReport(message);
    return HANDLED.ok;
  }

  #tellRefusedQuery(message: FixMessage): void {
    if (this.#toldRefusedQuery) return;
    this.#toldRefusedQuery = true;
    const text = message.text(TAG.Text);
    this.#onLog(
      'error',
      `The venue refuses an OrderStatusRequest(H)${text === '' ? '' : `: ${text}`}. Orders in doubt stay so until it says something of them: ask the venue.`,
    );
  }

  #onRefusal(message: FixMessage): number {
    if (this.#mass.onRefusal(message)) return HANDLED.ok;
    const at = this.#sent.find(message.int(TAG.RefSeqNum, 0));
    if (at < 0) {
      if (message.char(TAG.RefMsgType) === STATUS_REQUEST) this.#tellRefusedQuery(message);
      return HANDLED.ok;
    }
    const sent = this.#sent;
    this.#report.refuse(message, sent.ordinal(at), sent.origOrdinal(at), sent.instrument(at), EXEC_TYPE.rejected);
    this.#sink.onExecution(this.#report);
    return HANDLED.ok;
  }
}

/** MsgType(35) H. */
const STATUS_REQUEST = 0x48;
