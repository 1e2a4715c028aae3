import type { ExecutionReport } from '../domain/execution.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderTerms } from '../domain/order-terms.ts';
import type { Side } from '../domain/side.ts';

/** Results of the gateway's send calls; 0 is accepted. */
export const GATEWAY_RESULT = {
  sent: 0,
  /** The session is not logged on. */
  notLoggedOn: -1,
  /** The transport's pending bytes reached their bound. */
  transportFull: -2,
  /** No such instrument, or a price or quantity that is no whole number: nothing was sent. */
  invalid: -3,
  /** The session's store has no room just now: nothing is sent that could not be sent again. */
  storeFull: -4,
  /** The session's store has failed (no space, a broken disk): nothing is sent any more. */
  storeFailed: -5,
  /** Messages are being sent again; a new order waits until that is over, a cancel does not. */
  resending: -6,
  /** As many messages have left as the venue takes in this stretch of time; cancels have a reserve. */
  throttled: -7,
} as const;

/**
 * Carries orders to a venue. Every call is made on the hot thread, allocates nothing and returns an int32.
 * `ordinal` is the number that becomes ClOrdID(11); `cause` is one of CAUSE in native/layout.ts; `terms` is a number of
 * `addTerms`, or the TimeInForce(59) of a plain limit order.
 */
export interface OrderGateway {
  /** Makes the instrument's Symbol(55) and price scale known; before the first order. */
  addInstrument(instrument: Instrument): void;
  /** Makes terms of orders known by a number from 16 on; before the first order with them. @throws HotlapError ERR_ORDER_OPTIONS */
  addTerms(number: number, terms: OrderTerms): void;
  /** Receives, answers and keeps the session's timers: bounded. Returns the number of messages handled. */
  poll(): number;
  /** True while the session is logged on. */
  isReady(): boolean;
  newOrder(
    ordinal: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number;
  cancel(
    ordinal: number,
    origOrdinal: number,
    instrument: number,
    side: Side,
    quantity: number,
    terms: number,
    cause: number,
  ): number;
  replace(
    ordinal: number,
    origOrdinal: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    terms: number,
    cause: number,
  ): number;
  /**
   * Asks what the venue knows of an order; the answer is a report with ExecType(150) `I`, or one that says it is unknown.
   * @param ordinal of the order, or of the replacement
   */
  queryStatus(ordinal: number, instrument: number, side: Side, terms: number, cause: number): number;
  /** What this venue takes beside single requests and limit orders. */
  readonly offers: VenueOffers;
  /** OrderMassStatusRequest(AF) for all orders of the session. @param ordinal becomes MassStatusReqID(584) */
  massStatus(ordinal: number, cause: number): number;
  /** OrderMassCancelRequest(q) for all orders of the session. @param ordinal becomes ClOrdID(11) */
  massCancel(ordinal: number, cause: number): number;
  /** Engine time at which `poll` has something to do though nothing arrived (heartbeats, timeouts); for replay. */
  nextDueNs?(): number;
  /** Starts an orderly Logout(5); the sink hears `onSessionDown` when it is over. */
  logout(text: string): void;
}

/** What only some venues take; the configuration says which. */
export interface VenueOffers {
  readonly market: boolean;
  readonly massStatus: boolean;
  readonly massCancel: boolean;
}

/** Who hears what the venue says. Called inside `poll`, never re-entrantly from a send; it may send orders itself. */
export interface OrderEventSink {
  /** @param report Borrowed: valid until this call returns. */
  onExecution(report: ExecutionReport): void;
  /**
   * The venue asks for a message again that it may never have had, and that is not sent again: an order or a replacement,
   * which is old by now, or anything that is kept no more.
   * @param ordinal of the message @param reason One sentence.
   */
  onInDoubt(ordinal: number, reason: string): void;
  /**
   * The answer to `massCancel`: an OrderMassCancelReport(r), or a rejection of the request. The orders' own reports follow.
   * @param accepted false where nothing is cancelled @param reason one sentence, empty where accepted
   */
  onMassCancel(ordinal: number, accepted: boolean, reason: string): void;
  /** The venue has answered `massStatus`: how many orders it named, 0 where it has none; -1 where it refused the question. */
  onMassStatus(ordinal: number, orders: number): void;
  onSessionUp(): void;
  /**
   * Comes once for each `onSessionUp`, and once more where the gateway gives up before it was up.
   * @param reason One sentence. @param final false where the gateway connects again by itself
   */
  onSessionDown(reason: string, final: boolean): void;
}
