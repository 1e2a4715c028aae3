import { EXEC_TYPE, type ExecutionReport, type FixCode } from '../domain/execution.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import { TimeInForce } from '../domain/time-in-force.ts';
import { FATE, fateOf } from './order-status.ts';
import type { OrderTable } from './order-table.ts';
import type { StatusQueries } from './status-queries.ts';
import { SAID } from './transitions.ts';

/** OrdRejReason(103) and CxlRejReason(102): unknown order. */
const UNKNOWN_ORDER = 5;
const CANCEL_OF_UNKNOWN_ORDER = 1;

/** Of a kind of report that nobody here knows. */
export const SAID_OF_NOTHING = -1;

/** What a report says of the order at `row`: one of SAID, or SAID_OF_NOTHING. */
export const saidOf = (report: ExecutionReport, row: number, table: OrderTable, queries: StatusQueries): number => {
  if (report.cancelReject) return refusalSaid(report, row, table);
  if (
    fateOf(report) === FATE.rejected &&
    queries.isReplacement(row, report.clOrdOrdinal) &&
    table.state[row] === ORDER_STATE.inDoubt
  ) {
    return SAID.replacementUnknown;
  }
  switch (report.execType) {
    case EXEC_TYPE.trade:
      return SAID.trade;
    case EXEC_TYPE.new:
      return isNews(row, table) ? SAID.accepted : SAID.noNews;
    case EXEC_TYPE.pendingNew:
      return SAID.pendingNew;
    case EXEC_TYPE.pendingCancel:
    case EXEC_TYPE.pendingReplace:
    case EXEC_TYPE.calculated:
      return SAID.pending;
    case EXEC_TYPE.replaced:
      return replacementSaid(report, row, table);
    case EXEC_TYPE.rejected:
      return rejectionSaid(report, row, table);
    case EXEC_TYPE.tradeCancel:
      return SAID.busted;
    case EXEC_TYPE.tradeCorrect:
      return SAID.corrected;
    case EXEC_TYPE.restated:
      return fateOf(report) === FATE.live ? SAID.restated : statusSaid(report, row, table);
    case EXEC_TYPE.orderStatus:
      return statusSaid(report, row, table);
    default:
      return heldOrOverSaid(report.execType, row, table);
  }
};

/** What ExecType(150) and OrdStatus(39) say alike: that the venue holds the order, or is through with it. */
const heldOrOverSaid = (code: FixCode, row: number, table: OrderTable): number => {
  switch (code) {
    case EXEC_TYPE.stopped:
      return SAID.stopped;
    case EXEC_TYPE.suspended:
      return SAID.suspended;
    case EXEC_TYPE.canceled:
      return SAID.cancelled;
    case EXEC_TYPE.expired:
      return SAID.expired;
    case EXEC_TYPE.doneForDay:
      return table.timeInForce[row] === TimeInForce.GoodTillCancel ? SAID.suspended : SAID.doneForDay;
    default:
      return SAID_OF_NOTHING;
  }
};

/** The first answer, the end of a suspension, or a sign of life of an order that never reached the venue, as it said. */
const isNews = (row: number, table: OrderTable): boolean =>
  table.acknowledged[row] === 0 || table.hold[row] !== 0 || table.state[row] === ORDER_STATE.neverReached;

/** OrdStatus(39) decides. */
const statusSaid = (report: ExecutionReport, row: number, table: OrderTable): number => {
  const said = heldOrOverSaid(report.ordStatus, row, table);
  if (said !== SAID_OF_NOTHING) return said;
  switch (fateOf(report)) {
    case FATE.live:
      return SAID.statusLive;
    case FATE.filled:
      return SAID.statusFilled;
    case FATE.rejected:
      // A replacement that the venue has never had, told once more: it says nothing of the order.
      if (report.clOrdOrdinal !== table.ordinal[row]) return SAID.noNews;
      // What has executed was at the venue, whatever it says now.
      if ((table.cumQuantity[row] as number) > 0 && table.state[row] === ORDER_STATE.inDoubt) return SAID.cancelled;
      return report.rejectReason === UNKNOWN_ORDER ? SAID.statusUnknown : SAID.statusRejected;
    default:
      return SAID.noNews;
  }
};

const replacementSaid = (report: ExecutionReport, row: number, table: OrderTable): number => {
  const { clOrdOrdinal, origClOrdOrdinal } = report;
  const pending = table.replaceOrdinal[row] as number;
  if (pending !== 0 && clOrdOrdinal === pending) return SAID.replaced;
  // A replacement that was in doubt, or given up here, has reached the venue after all.
  const isNewName = clOrdOrdinal > 0 && origClOrdOrdinal === table.ordinal[row] && clOrdOrdinal !== origClOrdOrdinal;
  if (isNewName) return SAID.replaced;
  const isOther = isChange(report.price, table.price[row] as number);
  const hasOtherTerms = isOther || isChange(report.orderQuantity, table.quantity[row] as number);
  return clOrdOrdinal === table.ordinal[row] && hasOtherTerms ? SAID.restated : SAID.noNews;
};

const isChange = (told: number, known: number): boolean => !Number.isNaN(told) && told !== known;

const rejectionSaid = (report: ExecutionReport, row: number, table: OrderTable): number => {
  const { clOrdOrdinal } = report;
  if (clOrdOrdinal > 0 && clOrdOrdinal === table.replaceOrdinal[row]) return SAID.replaceDropped;
  if (clOrdOrdinal > 0 && clOrdOrdinal === table.cancelOrdinal[row]) return SAID.cancelDropped;
  if ((table.cumQuantity[row] as number) > 0) return SAID.cancelled;
  return report.rejectReason === UNKNOWN_ORDER ? SAID.unknown : SAID.rejected;
};

/** An OrderCancelReject(9): of a replace or of a cancel, whichever its ClOrdID(11) names. */
const refusalSaid = (report: ExecutionReport, row: number, table: OrderTable): number => {
  const { clOrdOrdinal, rejectReason } = report;
  const ofReplace = clOrdOrdinal > 0 && table.replaceOrdinal[row] === clOrdOrdinal;
  const ofCancel = clOrdOrdinal > 0 && table.cancelOrdinal[row] === clOrdOrdinal;
  if (!ofReplace && !ofCancel) return SAID.noNews;
  const fate = fateOf(report);
  if (fate === FATE.rejected && table.acknowledged[row] === 0) {
    return rejectReason === CANCEL_OF_UNKNOWN_ORDER ? SAID.unknown : SAID.rejected;
  }
  if (fate === FATE.live) return ofReplace ? SAID.replaceRefused : SAID.cancelRefused;
  // A cancel names the replacement under way: where that was refused it is unknown, and the order lives by its old name.
  const isOrder = report.origClOrdOrdinal === table.ordinal[row];
  if (ofCancel && fate === FATE.rejected && rejectReason === CANCEL_OF_UNKNOWN_ORDER && isOrder) return SAID.orderLost;
  return ofReplace ? SAID.replaceDropped : SAID.cancelDropped;
};
