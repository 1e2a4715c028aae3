import { asciiBytes, type MessageTemplate } from 'fix-parser';
import { executionReport, type FixSession, orderCancelReject, orderMassCancelReport } from '../../gateway/index.ts';
import { CAUSE } from '../../native/layout.ts';
import { FEE_DECIMALS } from '../fees/fees.ts';
import { type Identifiers, MAX_CLORDID_BYTES, MAX_SYMBOL_BYTES } from './identifiers.ts';
import { REFUSALS } from './refusals.ts';
import { REPORT, type ReportQueue } from './report-queue.ts';

/** Prices of TotalView-ITCH have four decimals; an average is given with two more. */
const PRICE_DECIMALS = 4;
const AVERAGE_DECIMALS = 6;
const AVERAGE_FACTOR = 10 ** (AVERAGE_DECIMALS - PRICE_DECIMALS);
/** OrderID(37) of an unknown order (FIX 4.4, OrderCancelReject). */
const NO_ORDER = asciiBytes('NONE');

/** CommType(13): the amount itself. */
const ABSOLUTE = 0x33;
const YES = 0x59;
const NO = 0x4e;

/** Writes queued reports as ExecutionReport(8), OrderCancelReject(9) and OrderMassCancelReport(r). */
export class ReportSender {
  readonly #session: FixSession;
  readonly #queue: ReportQueue;
  readonly #identifiers: Identifiers;
  readonly #execution: ReturnType<typeof executionReport>;
  readonly #executionTemplate: MessageTemplate;
  readonly #reject: ReturnType<typeof orderCancelReject>;
  readonly #rejectTemplate: MessageTemplate;
  readonly #mass: ReturnType<typeof orderMassCancelReport>;
  readonly #massTemplate: MessageTemplate;

  /** @param isCopy it sends drop copies */
  constructor(session: FixSession, queue: ReportQueue, identifiers: Identifiers, isCopy = false) {
    this.#session = session;
    this.#queue = queue;
    this.#identifiers = identifiers;
    this.#execution = executionReport(session.config, isCopy);
    this.#executionTemplate = session.place(this.#execution.builder);
    this.#reject = orderCancelReject(session.config);
    this.#rejectTemplate = session.place(this.#reject.builder);
    this.#mass = orderMassCancelReport(session.config);
    this.#massTemplate = session.place(this.#mass.builder);
  }

  /** Sends one entry. @returns one of GATEWAY_RESULT */
  send(entry: number): number {
    this.#session.time.update();
    const kind = this.#queue.kind[entry];
    if (kind === REPORT.execution) return this.#sendExecution(entry);
    return kind === REPORT.cancelReject ? this.#sendCancelReject(entry) : this.#sendMassCancel(entry);
  }

  #sendExecution(entry: number): number {
    const queue = this.#queue;
    const t = this.#executionTemplate;
    const slot = this.#execution;
    t.setChar(slot.execType, queue.execType[entry]);
    t.setChar(slot.ordStatus, queue.ordStatus[entry]);
    t.setChar(slot.side, 0x30 + queue.side[entry]);
    t.setTimestamp(slot.transactTime, this.#session.time);
    t.setUint(slot.orderId, queue.orderNumber[entry]);
    t.setUint(slot.execId, queue.execId[entry]);
    if (queue.execRefId[entry] > 0) t.setUint(slot.execRefId, queue.execRefId[entry]);
    else t.hide(slot.execRefId);
    if (queue.restatement[entry] > 0) t.setUint(slot.execRestatementReason, queue.restatement[entry]);
    else t.hide(slot.execRestatementReason);
    this.#setIdentifier(t, slot.clOrdId, queue.identifier[entry]);
    this.#setIdentifier(t, slot.origClOrdId, queue.original[entry]);
    const symbol = queue.identifier[entry] * MAX_SYMBOL_BYTES;
    const symbolEnd = symbol + this.#identifiers.symbolBytes[queue.identifier[entry]];
    t.setBytes(slot.symbol, this.#identifiers.symbols, symbol, symbolEnd);
    t.setUint(slot.orderQty, queue.quantity[entry]);
    t.setUint(slot.cumQty, queue.filled[entry]);
    t.setUint(slot.leavesQty, queue.leaves[entry]);
    const filled = queue.filled[entry];
    const average = filled === 0 ? 0 : Math.round((queue.notional[entry] / filled) * AVERAGE_FACTOR);
    t.setDecimal(slot.avgPx, average, AVERAGE_DECIMALS);
    if (queue.price[entry] > 0) t.setDecimal(slot.price, queue.price[entry], PRICE_DECIMALS);
    else t.hide(slot.price);
    if (queue.lastQuantity[entry] > 0) {
      t.setUint(slot.lastQty, queue.lastQuantity[entry]);
      t.setDecimal(slot.lastPx, queue.lastPrice[entry], PRICE_DECIMALS);
    } else {
      t.hide(slot.lastQty);
      t.hide(slot.lastPx);
    }
    if (queue.fee[entry] === 0) {
      t.hide(slot.commission);
      t.hide(slot.commType);
    } else {
      t.setDecimal(slot.commission, queue.fee[entry], FEE_DECIMALS);
      t.setChar(slot.commType, ABSOLUTE);
    }
    const refusal = queue.refusal[entry];
    if (refusal === 0) {
      t.hide(slot.ordRejReason);
      t.hide(slot.text);
    } else {
      t.setUint(slot.ordRejReason, REFUSALS[refusal].order);
      t.setBytes(slot.text, REFUSALS[refusal].text, 0, REFUSALS[refusal].text.length);
    }
    this.#setMassStatus(t, entry);
    return this.#session.send(t, CAUSE.none);
  }

  /** What an answer to an OrderMassStatusRequest(AF) says beside the order. */
  #setMassStatus(t: MessageTemplate, entry: number): void {
    const queue = this.#queue;
    const slot = this.#execution;
    this.#setIdentifier(t, slot.massStatusReqId, queue.massRequest[entry]);
    if (queue.massRequest[entry] < 0) {
      t.hide(slot.totNumReports);
      t.hide(slot.lastRptRequested);
      return;
    }
    t.setUint(slot.totNumReports, queue.massTotal[entry]);
    t.setChar(slot.lastRptRequested, queue.isLast[entry] === 1 ? YES : NO);
  }

  #sendCancelReject(entry: number): number {
    const queue = this.#queue;
    const t = this.#rejectTemplate;
    const slot = this.#reject;
    const refusal = REFUSALS[queue.refusal[entry]];
    t.setChar(slot.ordStatus, queue.ordStatus[entry]);
    t.setChar(slot.responseTo, queue.responseTo[entry]);
    if (queue.orderNumber[entry] > 0) t.setUint(slot.orderId, queue.orderNumber[entry]);
    else t.setBytes(slot.orderId, NO_ORDER, 0, NO_ORDER.length);
    this.#setIdentifier(t, slot.clOrdId, queue.identifier[entry]);
    this.#setIdentifier(t, slot.origClOrdId, queue.original[entry]);
    t.setUint(slot.reason, refusal.cancel);
    t.setBytes(slot.text, refusal.text, 0, refusal.text.length);
    return this.#session.send(t, CAUSE.none);
  }

  #sendMassCancel(entry: number): number {
    const queue = this.#queue;
    const t = this.#massTemplate;
    const slot = this.#mass;
    t.setChar(slot.requestType, queue.massType[entry]);
    t.setChar(slot.response, queue.responseTo[entry]);
    t.setTimestamp(slot.transactTime, this.#session.time);
    t.setUint(slot.orderId, queue.execId[entry]);
    this.#setIdentifier(t, slot.clOrdId, queue.identifier[entry]);
    const refusal = queue.refusal[entry];
    if (refusal === 0) {
      t.setUint(slot.totalAffectedOrders, queue.massTotal[entry]);
      t.hide(slot.rejectReason);
      t.hide(slot.text);
    } else {
      t.hide(slot.totalAffectedOrders);
      t.setUint(slot.rejectReason, REFUSALS[refusal].cancel);
      t.setBytes(slot.text, REFUSALS[refusal].text, 0, REFUSALS[refusal].text.length);
    }
    return this.#session.send(t, CAUSE.none);
  }

  #setIdentifier(t: MessageTemplate, slot: number, identifier: number): void {
    if (identifier < 0) {
      t.hide(slot);
      return;
    }
    const at = identifier * MAX_CLORDID_BYTES;
    t.setBytes(slot, this.#identifiers.clOrdIds, at, at + this.#identifiers.clOrdIdBytes[identifier]);
  }
}
