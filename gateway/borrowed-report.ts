import { type FixMessage, MSG_TYPE, TAG } from 'fix-parser';
import type { ExecutionReport } from '../engine/domain/execution.ts';
import type { Side } from '../engine/domain/side.ts';
import type { ClOrdIds } from './clord-id.ts';
import type { InstrumentTable } from './instrument-table.ts';
import { EXEC_TYPE } from './messages/execution-report.ts';

const DIGIT_ZERO = 48;
/** CommType(13): per share, a part of what was traded (0.05 are five per cent), and the amount itself. */
const PER_UNIT = 0x31;
const PERCENT = 0x32;
const ABSOLUTE = 0x33;
/** Of Commission(12): finer than any price list, and exact to 90 million. */
const COMMISSION_DECIMALS = 8;

/**
 * The one report of a session, filled from each message in turn. Fields that hold doubles begin as NaN, so that the
 * engine keeps them as doubles in place and no write allocates.
 */
export class BorrowedReport implements ExecutionReport {
  clOrdOrdinal = -1;
  origClOrdOrdinal = -1;
  execType = 0;
  ordStatus = 0;
  instrument = -1;
  side: Side | 0 = 0;
  lastQuantity = Number.NaN;
  commission = Number.NaN;
  lastPrice = Number.NaN;
  leavesQuantity = Number.NaN;
  cumQuantity = Number.NaN;
  price = Number.NaN;
  orderQuantity = Number.NaN;
  cancelReject = false;
  possDup = false;
  msgSeqNum = 0;
  restatementReason = -1;
  rejectReason = -1;
  massStatus = false;
  bytes: Uint8Array = new Uint8Array(0);
  execIdStart = 0;
  execIdEnd = 0;
  execRefIdStart = 0;
  execRefIdEnd = 0;
  #message: FixMessage | null = null;
  #decimals = 0;
  readonly #scratch = new Float64Array(1);

  /** Reads an ExecutionReport(8) or OrderCancelReject(9). */
  read(message: FixMessage, ids: ClOrdIds, instruments: InstrumentTable): void {
    const scratch = this.#scratch;
    this.#message = message;
    this.clOrdOrdinal = ids.read(message, TAG.ClOrdID);
    this.origClOrdOrdinal = ids.read(message, TAG.OrigClOrdID);
    this.execType = execTypeOf(message);
    this.ordStatus = message.char(TAG.OrdStatus);
    this.cancelReject = message.msgType === MSG_TYPE.OrderCancelReject;
    this.possDup = message.flag(TAG.PossDupFlag);
    this.msgSeqNum = message.int(TAG.MsgSeqNum, 0);
    this.restatementReason = message.int(TAG.ExecRestatementReason, -1);
    this.rejectReason = message.int(this.cancelReject ? TAG.CxlRejReason : TAG.OrdRejReason, -1);
    this.massStatus = message.has(TAG.MassStatusReqID);
    this.bytes = message.bytes;
    const execId = message.indexOf(TAG.ExecID);
    this.execIdStart = execId < 0 ? 0 : message.startAt(execId);
    this.execIdEnd = execId < 0 ? 0 : message.endAt(execId);
    const execRefId = message.indexOf(TAG.ExecRefID);
    this.execRefIdStart = execRefId < 0 ? 0 : message.startAt(execRefId);
    this.execRefIdEnd = execRefId < 0 ? 0 : message.endAt(execRefId);
    const side = message.char(TAG.Side) - DIGIT_ZERO;
    this.side = side === 1 || side === 2 ? side : 0;
    const instrument = instruments.of(message);
    this.instrument = instrument;
    message.decimal(TAG.LastQty, 0, scratch, 0);
    this.lastQuantity = scratch[0];
    message.decimal(TAG.LeavesQty, 0, scratch, 0);
    this.leavesQuantity = scratch[0];
    message.decimal(TAG.CumQty, 0, scratch, 0);
    this.cumQuantity = scratch[0];
    message.decimal(TAG.OrderQty, 0, scratch, 0);
    this.orderQuantity = scratch[0];
    if (instrument < 0) {
      this.lastPrice = Number.NaN;
      this.price = Number.NaN;
      this.commission = Number.NaN;
      return;
    }
    const decimals = instruments.decimals(instrument);
    this.#decimals = decimals;
    message.decimal(TAG.LastPx, decimals, scratch, 0);
    this.lastPrice = scratch[0];
    message.decimal(TAG.Price, decimals, scratch, 0);
    this.price = scratch[0];
    this.#readCommission(message, instruments.multipliers[instrument]);
  }

  /** A request that the session layer or the business layer of the venue refused: no report of its own says so. */
  refuse(message: FixMessage, ordinal: number, origOrdinal: number, instrument: number, rejected: number): void {
    this.#message = message;
    this.clOrdOrdinal = ordinal;
    this.origClOrdOrdinal = origOrdinal;
    this.cancelReject = origOrdinal >= 0;
    this.execType = this.cancelReject ? 0 : rejected;
    this.ordStatus = this.cancelReject ? 0 : rejected;
    this.instrument = instrument;
    this.side = 0;
    this.possDup = message.flag(TAG.PossDupFlag);
    this.msgSeqNum = message.int(TAG.MsgSeqNum, 0);
    this.restatementReason = -1;
    this.rejectReason = -1;
    this.massStatus = false;
    this.bytes = message.bytes;
    this.execIdStart = 0;
    this.execIdEnd = 0;
    this.execRefIdStart = 0;
    this.execRefIdEnd = 0;
    this.lastQuantity = Number.NaN;
    this.commission = Number.NaN;
    this.lastPrice = Number.NaN;
    this.leavesQuantity = Number.NaN;
    this.cumQuantity = Number.NaN;
    this.price = Number.NaN;
    this.orderQuantity = Number.NaN;
  }

  /** Behind LastPx(31) and LastQty(32). */
  #readCommission(message: FixMessage, multiplier: number): void {
    this.commission = Number.NaN;
    const at = message.indexOf(TAG.Commission);
    if (at < 0 || isOtherCurrency(message)) return;
    const scratch = this.#scratch;
    message.decimalAt(at, COMMISSION_DECIMALS, scratch, 0);
    // Divided once, at the end: until then they are whole numbers.
    const toPriceScale = 10 ** (COMMISSION_DECIMALS - this.#decimals);
    switch (message.has(TAG.CommType) ? message.char(TAG.CommType) : ABSOLUTE) {
      case ABSOLUTE:
        this.commission = scratch[0] / toPriceScale;
        break;
      case PER_UNIT:
        this.commission = (scratch[0] * this.lastQuantity) / toPriceScale;
        break;
      case PERCENT:
        this.commission = (scratch[0] * this.lastPrice * this.lastQuantity * multiplier) / 10 ** COMMISSION_DECIMALS;
    }
  }

  averagePrice(): number {
    const text = this.#message?.text(TAG.AvgPx) ?? '';
    // An average may have more decimals than any price.
    return text === '' || this.instrument < 0 ? Number.NaN : Number(text) * 10 ** this.#decimals;
  }

  text(): string {
    return this.#message?.text(TAG.Text) ?? '';
  }

  execId(): string {
    return this.#message?.text(TAG.ExecID) ?? '';
  }

  clOrdId(): string {
    return this.#message?.text(TAG.ClOrdID) ?? '';
  }

  symbol(): string {
    return this.#message?.text(TAG.Symbol) ?? '';
  }
}

/** ExecTransType(20) of FIX.4.2 and before. */
const EXEC_TRANS_TYPE = { cancel: 0x31, correct: 0x32, status: 0x33 } as const;

/**
 * ExecType(150) in the terms of FIX.4.4: before it, a fill was told as partial fill or fill, and whether a report is
 * news at all stood in ExecTransType(20).
 */
function execTypeOf(message: FixMessage): number {
  const execType = message.char(TAG.ExecType);
  switch (message.char(TAG.ExecTransType)) {
    case EXEC_TRANS_TYPE.cancel:
      return EXEC_TYPE.tradeCancel;
    case EXEC_TRANS_TYPE.correct:
      return EXEC_TYPE.tradeCorrect;
    case EXEC_TRANS_TYPE.status:
      return EXEC_TYPE.orderStatus;
  }
  return execType === EXEC_TYPE.partialFill || execType === EXEC_TYPE.fill ? EXEC_TYPE.trade : execType;
}

/** A commission in another currency than that of the price. */
function isOtherCurrency(message: FixMessage): boolean {
  const ours = message.indexOf(TAG.Currency);
  const theirs = message.indexOf(TAG.CommCurrency);
  if (ours < 0 || theirs < 0) return false;
  const { bytes } = message;
  const start = message.startAt(ours);
  const length = message.endAt(ours) - start;
  const other = message.startAt(theirs);
  if (message.endAt(theirs) - other !== length) return true;
  for (let index = 0; index < length; index++) if (bytes[start + index] !== bytes[other + index]) return true;
  return false;
}
