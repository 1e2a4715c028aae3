import { asciiBytes, type FixMessage, MSG_TYPE, TAG, VALUE } from 'fix-parser';
import { POST_ONLY as PARTICIPATE_DO_NOT_INITIATE } from '../../engine/domain/order-terms.ts';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import type { EngineClock } from '../../engine/ports/clock.ts';
import { BUSINESS_REJECT, type FixSession, HANDLED, REJECT, type SessionApplication } from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import type { Delays } from '../delays/delays.ts';
import { NO_LIMIT } from '../matching/order-table.ts';
import { type Identifiers, MAX_CLORDID_BYTES, MAX_SYMBOL_BYTES } from './identifiers.ts';
import { MAX_ORDER_QUANTITY, REFUSAL } from './refusals.ts';
import { REQUEST, type RequestQueue } from './request-queue.ts';
import type { SymbolTable } from './symbol-table.ts';

const PRICE_DECIMALS = 4;
/** In 1/10,000: 200,000.0000, the highest price that TotalView-ITCH can carry. */
const MAX_PRICE = 2_000_000_000;
/** Rule 612 of Regulation NMS: whole cents from one dollar on. */
const ONE_DOLLAR = 10_000;
const CENT = 100;
const MARKET = 0x31;
const LIMIT = 0x32;
const DAY = 0x30;
const TIMES_IN_FORCE: ReadonlySet<number> = new Set(Object.values(TimeInForce).map((code) => DAY + code));
const POST_ONLY = PARTICIPATE_DO_NOT_INITIATE.charCodeAt(0);
const BUY = 0x31;
const SELL = 0x32;

/** Symbol(55) of an answer that is about no instrument, as FIX 4.4 has it. */
const NO_SYMBOL = asciiBytes('[N/A]');

/** Tags without which a message is no request; Reject(3) names the first that is missing. */
const REQUIRED_OF_ORDER = [TAG.ClOrdID, TAG.Symbol, TAG.Side, TAG.OrderQty, TAG.OrdType];
const REQUIRED_OF_CANCEL = [TAG.ClOrdID, TAG.OrigClOrdID, TAG.Symbol, TAG.Side];
const REQUIRED_OF_STATUS = [TAG.ClOrdID, TAG.Symbol, TAG.Side];
const REQUIRED_OF_MASS_STATUS = [TAG.MassStatusReqID, TAG.MassStatusReqType];
const REQUIRED_OF_MASS_CANCEL = [TAG.ClOrdID, TAG.MassCancelRequestType, TAG.TransactTime];
const REQUIRED_OF_REPLACE = [TAG.ClOrdID, TAG.OrigClOrdID, TAG.Symbol, TAG.Side, TAG.OrderQty, TAG.OrdType];

export interface OrderEntryOptions {
  clock: EngineClock;
  delays: Delays;
  requests: RequestQueue;
  identifiers: Identifiers;
  symbols: SymbolTable;
  /** Hears the number at the end of each ClOrdID(11) as the request arrives; the feed may be brought up to then. */
  onArrival?: ((ordinal: number) => void) | undefined;
  /** A request was queued; without a delay it is due at once, before the next one is read. */
  onRequest: () => void;
  onLogon?: () => void;
  onLogout?: (reason: string) => void;
}

/** Reads NewOrderSingle(D), cancels, replacements and questions, one order's or all orders', into the queue. */
export class OrderEntry implements SessionApplication {
  readonly #options: OrderEntryOptions;
  readonly #decimal = new Float64Array(1);
  #session: FixSession | undefined;

  constructor(options: OrderEntryOptions) {
    this.#options = options;
  }

  /** The session and its application hold each other. */
  attach(session: FixSession): void {
    this.#session = session;
  }

  onLogon(): void {
    this.#options.onLogon?.();
  }

  onLogout(reason: string): void {
    this.#options.onLogout?.(reason);
  }

  onMessage(message: FixMessage): number {
    switch (message.msgType) {
      case MSG_TYPE.NewOrderSingle:
        return this.#accept(message, REQUEST.newOrder, REQUIRED_OF_ORDER);
      case MSG_TYPE.OrderCancelRequest:
        return this.#accept(message, REQUEST.cancel, REQUIRED_OF_CANCEL);
      case MSG_TYPE.OrderCancelReplaceRequest:
        return this.#accept(message, REQUEST.replace, REQUIRED_OF_REPLACE);
      case MSG_TYPE.OrderStatusRequest:
        return this.#accept(message, REQUEST.status, REQUIRED_OF_STATUS);
      case MSG_TYPE.OrderMassStatusRequest:
        return this.#acceptMass(message, REQUEST.massStatus, REQUIRED_OF_MASS_STATUS);
      case MSG_TYPE.OrderMassCancelRequest:
        return this.#acceptMass(message, REQUEST.massCancel, REQUIRED_OF_MASS_CANCEL);
      case MSG_TYPE.Reject:
        return HANDLED.ok;
      default:
        return HANDLED.unsupported;
    }
  }

  #accept(message: FixMessage, kind: number, required: readonly number[]): number {
    if (!this.#isAcceptable(message, required)) return HANDLED.ok;
    const { requests, identifiers, symbols, onArrival, onRequest, clock, delays } = this.#options;
    const clOrdId = message.indexOf(TAG.ClOrdID);
    const from = message.startAt(clOrdId);
    const to = message.endAt(clOrdId);
    if (kind === REQUEST.status) return this.#acceptStatus(message, from, to);
    if (onArrival !== undefined) onArrival(ordinalAtEnd(message.bytes, from, to));

    const isDuplicate = identifiers.find(message.bytes, from, to) >= 0;
    // Sent again, and taken before: it was answered, whatever became of the connection (FIX session layer, 19a).
    if (isDuplicate && isRepeated(message)) return HANDLED.ok;
    const entry = requests.free();
    const slot = identifiers.take(message.bytes, from, to);
    const symbol = message.indexOf(TAG.Symbol);
    identifiers.setSymbol(slot, message.bytes, message.startAt(symbol), message.endAt(symbol));
    requests.kind[entry] = kind;
    requests.identifier[entry] = slot;
    requests.original[entry] = -1;
    requests.instrument[entry] = symbols.find(message.bytes, message.startAt(symbol), message.endAt(symbol));
    const side = message.char(TAG.Side);
    requests.side[entry] = side === SELL ? Side.Sell : Side.Buy;
    let refusal: number = side === BUY || side === SELL ? REFUSAL.none : REFUSAL.side;
    if (kind !== REQUEST.newOrder) {
      refusal = first(refusal, this.#readOriginal(message, entry));
    }
    if (kind !== REQUEST.cancel) refusal = first(refusal, this.#readTerms(message, entry));
    if (isDuplicate) refusal = REFUSAL.duplicate;
    else identifiers.register(slot);
    requests.refusal[entry] = refusal;
    requests.dueNs[entry] = clock.cells[CELL.nowNs] + delays.orderNs();
    requests.push();
    onRequest();
    return HANDLED.ok;
  }

  /** False where it was refused without becoming a request. */
  #isAcceptable(message: FixMessage, required: readonly number[]): boolean {
    const session = this.#session!;
    for (let i = 0; i < required.length; i++) {
      if (message.has(required[i])) continue;
      session.reject(message, required[i], REJECT.requiredTagMissing);
      return false;
    }
    const tooLong = this.#tooLong(message);
    if (tooLong !== 0) {
      session.reject(message, tooLong, REJECT.valueIncorrect);
      return false;
    }
    if (!this.#options.requests.isFull) return true;
    session.businessReject(message, BUSINESS_REJECT.other, 'Too many requests are waiting, send it again later');
    return false;
  }

  /** What is about many orders has an identifier of its own, and at most a symbol. */
  #acceptMass(message: FixMessage, kind: number, required: readonly number[]): number {
    if (!this.#isAcceptable(message, required)) return HANDLED.ok;
    const { requests, identifiers, symbols, onRequest, clock, delays } = this.#options;
    const isCancel = kind === REQUEST.massCancel;
    const id = message.indexOf(isCancel ? TAG.ClOrdID : TAG.MassStatusReqID);
    const from = message.startAt(id);
    const to = message.endAt(id);
    const isDuplicate = isCancel && identifiers.find(message.bytes, from, to) >= 0;
    if (isDuplicate && isRepeated(message)) return HANDLED.ok;
    const entry = requests.free();
    const slot = identifiers.take(message.bytes, from, to);
    if (isCancel && !isDuplicate) identifiers.register(slot);
    const symbol = message.indexOf(TAG.Symbol);
    const start = symbol < 0 ? 0 : message.startAt(symbol);
    const end = symbol < 0 ? 0 : message.endAt(symbol);
    if (symbol < 0) identifiers.setSymbol(slot, NO_SYMBOL, 0, NO_SYMBOL.length);
    else identifiers.setSymbol(slot, message.bytes, start, end);
    requests.kind[entry] = kind;
    requests.identifier[entry] = slot;
    requests.original[entry] = -1;
    requests.instrument[entry] = symbols.find(message.bytes, start, end);
    requests.massType[entry] = message.char(isCancel ? TAG.MassCancelRequestType : TAG.MassStatusReqType);
    requests.side[entry] = 0;
    requests.price[entry] = 0;
    requests.quantity[entry] = 0;
    requests.refusal[entry] = isDuplicate ? REFUSAL.duplicate : REFUSAL.none;
    requests.dueNs[entry] = clock.cells[CELL.nowNs] + delays.orderNs();
    requests.push();
    onRequest();
    return HANDLED.ok;
  }

  /** A question names an order by an identifier that it does not use up. */
  #acceptStatus(message: FixMessage, from: number, to: number): number {
    const { requests, identifiers, symbols, onRequest, clock, delays } = this.#options;
    const entry = requests.free();
    const found = identifiers.find(message.bytes, from, to);
    const slot = found >= 0 ? found : identifiers.take(message.bytes, from, to);
    const symbol = message.indexOf(TAG.Symbol);
    const symbolStart = message.startAt(symbol);
    if (found < 0) identifiers.setSymbol(slot, message.bytes, symbolStart, message.endAt(symbol));
    requests.kind[entry] = REQUEST.status;
    requests.identifier[entry] = slot;
    requests.original[entry] = -1;
    requests.instrument[entry] = symbols.find(message.bytes, symbolStart, message.endAt(symbol));
    requests.side[entry] = message.char(TAG.Side) === SELL ? Side.Sell : Side.Buy;
    requests.price[entry] = 0;
    requests.quantity[entry] = 0;
    requests.refusal[entry] = REFUSAL.none;
    requests.dueNs[entry] = clock.cells[CELL.nowNs] + delays.orderNs();
    requests.push();
    onRequest();
    return HANDLED.ok;
  }

  /** The first tag whose value could not be echoed, else 0. */
  #tooLong(message: FixMessage): number {
    if (widthOf(message, TAG.ClOrdID) > MAX_CLORDID_BYTES) return TAG.ClOrdID;
    if (widthOf(message, TAG.MassStatusReqID) > MAX_CLORDID_BYTES) return TAG.MassStatusReqID;
    if (widthOf(message, TAG.OrigClOrdID) > MAX_CLORDID_BYTES) return TAG.OrigClOrdID;
    if (widthOf(message, TAG.Symbol) > MAX_SYMBOL_BYTES) return TAG.Symbol;
    return 0;
  }

  #readOriginal(message: FixMessage, entry: number): number {
    const { requests, identifiers } = this.#options;
    const index = message.indexOf(TAG.OrigClOrdID);
    const from = message.startAt(index);
    const to = message.endAt(index);
    const slot = identifiers.find(message.bytes, from, to);
    if (slot >= 0) {
      requests.original[entry] = slot;
      return REFUSAL.none;
    }
    // Kept to be echoed in the OrderCancelReject.
    requests.original[entry] = identifiers.take(message.bytes, from, to);
    return REFUSAL.unknownOrder;
  }

  #readTerms(message: FixMessage, entry: number): number {
    const { requests } = this.#options;
    const value = this.#decimal;
    const timeInForce = message.has(TAG.TimeInForce) ? message.char(TAG.TimeInForce) : DAY;
    const isKnown = TIMES_IN_FORCE.has(timeInForce);
    requests.timeInForce[entry] = isKnown ? timeInForce - DAY : TimeInForce.Day;

    const quantityRead = message.decimal(TAG.OrderQty, 0, value, 0);
    const quantity = value[0];
    const quantityGood = quantityRead === VALUE.ok && quantity >= 1 && quantity <= MAX_ORDER_QUANTITY;
    requests.quantity[entry] = quantityGood ? quantity : 0;

    const priceRead = message.decimal(TAG.Price, PRICE_DECIMALS, value, 0);
    const price = value[0];
    const priceGood = priceRead === VALUE.ok && price > 0 && price <= MAX_PRICE;
    const ordType = message.char(TAG.OrdType);
    const isMarket = ordType === MARKET && requests.kind[entry] === REQUEST.newOrder;
    requests.price[entry] = priceGood && !isMarket ? price : NO_LIMIT;
    requests.postOnly[entry] = hasInstruction(message, POST_ONLY) ? 1 : 0;

    if (ordType !== LIMIT && !isMarket) return REFUSAL.orderType;
    if (!isKnown) return REFUSAL.timeInForce;
    if (!quantityGood) return REFUSAL.quantity;
    if (isMarket) return priceRead === VALUE.absent ? REFUSAL.none : REFUSAL.priceOfMarket;
    if (priceRead === VALUE.absent) return REFUSAL.priceMissing;
    if (!priceGood) return REFUSAL.price;
    if (price >= ONE_DOLLAR && price % CENT !== 0) return REFUSAL.tick;
    return REFUSAL.none;
  }
}

const isRepeated = (message: FixMessage): boolean => message.flag(TAG.PossDupFlag) || message.flag(TAG.PossResend);

/** Whether ExecInst(18) has a value of one character among those between spaces. */
function hasInstruction(message: FixMessage, code: number): boolean {
  const index = message.indexOf(TAG.ExecInst);
  if (index < 0) return false;
  for (let at = message.startAt(index); at < message.endAt(index); at += 2) if (message.bytes[at] === code) return true;
  return false;
}

function first(refusal: number, other: number): number {
  return refusal === REFUSAL.none ? other : refusal;
}

function widthOf(message: FixMessage, tag: number): number {
  const index = message.indexOf(tag);
  return index < 0 ? 0 : message.endAt(index) - message.startAt(index);
}

/** The decimal number that ends a ClOrdID; -1 where it ends in no digit or the number is too large to be exact. */
export function ordinalAtEnd(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  let scale = 1;
  let at = to;
  while (at > from) {
    const digit = bytes[at - 1] - 0x30;
    if (digit < 0 || digit > 9) break;
    if (scale > 1e14) return -1;
    value += digit * scale;
    scale *= 10;
    at--;
  }
  return at === to ? -1 : value;
}
