import type { ExecutionReport } from '../domain/execution.ts';

/** What OrdStatus(39) says of an order, whatever else a report is about. */
export const FATE = { unsaid: 0, live: 1, filled: 2, cancelled: 3, rejected: 4 } as const;

const fates = new Int32Array(128);
const say = (characters: string, fate: number): void => {
  for (const character of characters) fates[character.charCodeAt(0)] = fate;
};
// New, partially filled, replaced, pending or held.
say('01567ABDE9', FATE.live);
say('2', FATE.filled);
// Done for day, canceled, expired.
say('34C', FATE.cancelled);
say('8', FATE.rejected);

/** @returns one of FATE */
export const fateOf = (report: ExecutionReport): number => fates[report.ordStatus & 127] as number;

export const LIFE = { over: 0, open: 1, unsaid: 2 } as const;

/**
 * Whether the venue goes on with an order that was closed here: OrdStatus(39) and LeavesQty(151) decide, unless they are
 * of another moment than what is known, by CumQty(14), or contradict each other. @returns one of LIFE
 */
export const lifeOf = (report: ExecutionReport, executed: number, quantity: number): number => {
  const { leavesQuantity, cumQuantity } = report;
  const left = Number.isNaN(leavesQuantity) ? quantity - executed : leavesQuantity;
  if (!(left > 0)) return LIFE.over;
  const fate = fateOf(report);
  const isPresent = Number.isNaN(cumQuantity) || cumQuantity === executed;
  if (fate === FATE.live && isPresent) return LIFE.open;
  const isOver = fate !== FATE.live && fate !== FATE.unsaid && !(leavesQuantity > 0);
  return isOver || quantity <= executed ? LIFE.over : LIFE.unsaid;
};

/**
 * Price of executions that were never told singly: AvgPx(6) less what is known of it, without it LastPx(31), without
 * that the limit, which is no better than what was paid.
 */
export const missedPrice = (
  report: ExecutionReport,
  cumQuantity: number,
  quantity: number,
  executedValue: number,
  limit: number,
): number => {
  const average = report.averagePrice();
  const price = Math.round((average * cumQuantity - executedValue) / quantity);
  if (average > 0 && Number.isFinite(price)) return price;
  return Number.isNaN(report.lastPrice) ? limit : report.lastPrice;
};
