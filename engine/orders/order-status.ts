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
