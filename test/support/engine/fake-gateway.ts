import { EMPTY_REPORT } from '../../../bench/strategy/empty-report.ts';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import type { Instrument } from '../../../engine/domain/instrument.ts';
import type { OrderTerms } from '../../../engine/domain/order-terms.ts';
import { GATEWAY_RESULT, type OrderEventSink, type OrderGateway } from '../../../engine/ports/order-gateway.ts';

export interface SentMessage {
  kind: 'new' | 'cancel' | 'replace';
  ordinal: number;
  orig: number;
  instrument: number;
  side: number;
  price: number;
  quantity: number;
  terms: number;
  cause: number;
}

/** A venue that remembers what it was sent and answers what the test tells it to, when it is polled. */
export class FakeGateway implements OrderGateway {
  readonly sent: SentMessage[] = [];
  /** Ordinals of the orders whose status was asked for. */
  readonly queries: number[] = [];
  readonly instruments: Instrument[] = [];
  /** By number, what `addTerms` was told. */
  readonly terms = new Map<number, OrderTerms>();
  readonly sink: OrderEventSink;
  offers = { market: true, massStatus: false, massCancel: false };
  /** Ordinals of the mass requests. */
  readonly massCancels: number[] = [];
  readonly massStatuses: number[] = [];
  ready = true;
  loggedOut = '';
  /** What the next sends return. */
  result: number = GATEWAY_RESULT.sent;
  /** Answers in the same breath, against the port's promise: emissions must wait all the same. */
  onSend: ((message: SentMessage) => void) | undefined;
  private readonly inbox: (() => void)[] = [];

  constructor(sink: OrderEventSink) {
    this.sink = sink;
  }

  get last(): SentMessage {
    return this.sent[this.sent.length - 1] as SentMessage;
  }

  /** Queues a report, e.g. `reply({ clOrdOrdinal: 1, execType: 'F', lastQuantity: 100, … })`. */
  reply(report: Omit<Partial<ExecutionReport>, 'execType' | 'ordStatus'> & { execType?: string; ordStatus?: string }) {
    const full: ExecutionReport = {
      ...EMPTY_REPORT,
      ...report,
      execType: report.execType?.charCodeAt(0) ?? 0,
      ordStatus: report.ordStatus?.charCodeAt(0) ?? 0,
    };
    this.inbox.push(() => this.sink.onExecution(full));
  }

  acknowledge(ordinal: number): void {
    this.reply({ clOrdOrdinal: ordinal, execType: '0', ordStatus: '0', cumQuantity: 0 });
  }

  fill(ordinal: number, quantity: number, price: number, cumQuantity: number, leavesQuantity: number): void {
    const status = leavesQuantity === 0 ? '2' : '1';
    this.reply({
      clOrdOrdinal: ordinal,
      execType: 'F',
      ordStatus: status,
      lastQuantity: quantity,
      lastPrice: price,
      cumQuantity,
      leavesQuantity,
    });
  }

  inDoubt(ordinal: number, reason: string): void {
    this.inbox.push(() => this.sink.onInDoubt(ordinal, reason));
  }

  /** The session is lost, and comes again by itself. */
  interruptSession(reason: string): void {
    this.inbox.push(() => {
      this.ready = false;
      this.sink.onSessionDown(reason, false);
    });
  }

  resumeSession(): void {
    this.inbox.push(() => {
      this.ready = true;
      this.sink.onSessionUp();
    });
  }

  dropSession(reason: string): void {
    this.inbox.push(() => {
      this.ready = false;
      this.sink.onSessionDown(reason, true);
    });
  }

  addInstrument(instrument: Instrument): void {
    this.instruments.push(instrument);
  }

  addTerms(number: number, terms: OrderTerms): void {
    this.terms.set(number, terms);
  }

  poll(): number {
    const due = this.inbox.splice(0);
    for (const deliver of due) deliver();
    return due.length;
  }

  isReady(): boolean {
    return this.ready;
  }

  newOrder(
    ordinal: number,
    instrument: number,
    side: number,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    return this.send({ kind: 'new', ordinal, orig: 0, instrument, side, price, quantity, terms, cause });
  }

  cancel(
    ordinal: number,
    orig: number,
    instrument: number,
    side: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    return this.send({ kind: 'cancel', ordinal, orig, instrument, side, price: Number.NaN, quantity, terms, cause });
  }

  replace(
    ordinal: number,
    orig: number,
    instrument: number,
    side: number,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number {
    return this.send({ kind: 'replace', ordinal, orig, instrument, side, price, quantity, terms, cause });
  }

  queryStatus(ordinal: number): number {
    if (this.result === GATEWAY_RESULT.sent) this.queries.push(ordinal);
    return this.result;
  }

  massStatus(ordinal: number): number {
    if (this.result === GATEWAY_RESULT.sent) this.massStatuses.push(ordinal);
    return this.result;
  }

  massCancel(ordinal: number): number {
    if (this.result === GATEWAY_RESULT.sent) this.massCancels.push(ordinal);
    return this.result;
  }

  logout(text: string): void {
    this.loggedOut = text;
    this.dropSession('logged out');
  }

  private send(message: SentMessage): number {
    if (this.result !== GATEWAY_RESULT.sent) return this.result;
    this.sent.push(message);
    this.onSend?.(message);
    return GATEWAY_RESULT.sent;
  }
}
