import type { Side } from './side.ts';

/** ExecType(150) and OrdStatus(39) as the ASCII code of their FIX character; 0 where the message has none. */
export type FixCode = number;

/** ExecType(150) as FIX 4.4 codes it; the gateway translates what earlier versions say. */
export const EXEC_TYPE = {
  new: 0x30,
  /** Of FIX.4.2 and before; a trade since. */
  partialFill: 0x31,
  fill: 0x32,
  doneForDay: 0x33,
  canceled: 0x34,
  replaced: 0x35,
  pendingCancel: 0x36,
  stopped: 0x37,
  rejected: 0x38,
  suspended: 0x39,
  pendingNew: 0x41,
  calculated: 0x42,
  expired: 0x43,
  restated: 0x44,
  pendingReplace: 0x45,
  trade: 0x46,
  tradeCorrect: 0x47,
  tradeCancel: 0x48,
  orderStatus: 0x49,
} as const;

/**
 * One ExecutionReport(8) or OrderCancelReject(9) as the gateway read it.
 * Borrowed: one object a session, valid until the sink returns.
 */
export interface ExecutionReport {
  /** Ordinal in ClOrdID(11); -1 where the identifier is not one of ours. */
  clOrdOrdinal: number;
  /** Ordinal in OrigClOrdID(41); -1 where there is none. */
  origClOrdOrdinal: number;
  /** ASCII code of ExecType(150), e.g. 0x46 'F' for a trade; 0 in an OrderCancelReject. */
  execType: FixCode;
  /** ASCII code of OrdStatus(39). */
  ordStatus: FixCode;
  /** Handle of the instrument by Symbol(55); -1 when it is not one of the run's. */
  instrument: number;
  side: Side | 0;
  /** LastQty(32), LastPx(31), LeavesQty(151), CumQty(14); NaN where absent. Prices at the instrument's priceScale. */
  lastQuantity: number;
  /** Commission(12) of the execution, in 1/priceScale, negative for a rebate; NaN where it is not told. */
  commission: number;
  lastPrice: number;
  leavesQuantity: number;
  cumQuantity: number;
  /** Price(44) and OrderQty(38) as the venue has them; NaN where absent. */
  price: number;
  orderQuantity: number;
  /** True for an OrderCancelReject(9). */
  cancelReject: boolean;
  /** True when the message carried PossDupFlag(43)=Y. */
  possDup: boolean;
  /** MsgSeqNum(34). */
  msgSeqNum: number;
  /** ExecRestatementReason(378); -1 where absent. */
  restatementReason: number;
  /** OrdRejReason(103), or CxlRejReason(102) of an OrderCancelReject; -1 where absent. */
  rejectReason: number;
  /** True where the report answers an OrderMassStatusRequest(AF), MassStatusReqID(584). */
  massStatus: boolean;
  /** The message's bytes, in which ExecID(17) and ExecRefID(19) lie; start and end are 0 where there is none. */
  bytes: Uint8Array;
  execIdStart: number;
  execIdEnd: number;
  execRefIdStart: number;
  execRefIdEnd: number;
  /** AvgPx(6) at the instrument's priceScale, read on demand; allocates. NaN where absent. */
  averagePrice(): number;
  /** Text(58), read on demand; allocates. Empty where absent. */
  text(): string;
  /** ExecID(17), ClOrdID(11) and Symbol(55), read on demand; allocate. */
  execId(): string;
  clOrdId(): string;
  symbol(): string;
}
