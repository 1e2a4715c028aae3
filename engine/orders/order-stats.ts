import type { EngineStats } from '../engine.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';

/** What became of the orders, as `stats()` and `status` tell it. Cold. */
export const orderStats = (counts: OrderCounts, open: number): EngineStats['orders'] => ({
  sent: counts.of(COUNT.sent),
  acknowledged: counts.of(COUNT.acknowledged),
  filled: counts.of(COUNT.filled),
  cancelled: counts.of(COUNT.cancelled),
  rejected: counts.of(COUNT.rejected),
  refusedByRisk: counts.of(COUNT.refused),
  inDoubt: counts.of(COUNT.inDoubt),
  neverReached: counts.of(COUNT.neverReached),
  open,
});

export const requestStats = (counts: OrderCounts): EngineStats['requests'] => ({
  cancels: counts.of(COUNT.cancels),
  replaces: counts.of(COUNT.replaces),
  cancelRejects: counts.of(COUNT.cancelRejects),
  replaceRejects: counts.of(COUNT.replaceRejects),
});

export const reportStats = (counts: OrderCounts): EngineStats['reports'] => ({
  executions: counts.of(COUNT.executions),
  duplicates: counts.of(COUNT.duplicates),
  unknown: counts.of(COUNT.unknown),
  late: counts.of(COUNT.late),
  unsupported: counts.of(COUNT.unsupported),
  missed: counts.of(COUNT.missed),
});
