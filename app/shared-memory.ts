import { createHeartbeat } from '../engine/loop/heartbeat.ts';
import { createLogRing } from '../engine/loop/log-ring.ts';
import { createOrderLog } from '../engine/orders/order-log.ts';
import { createOrderTable } from '../engine/orders/order-table-layout.ts';
import { createOrderTerms } from '../engine/orders/order-terms-table.ts';
import { createPositions } from '../engine/orders/positions.ts';
import { createRefusalLog } from '../engine/orders/refusal-log.ts';
import { createLimits } from '../engine/risk/limits.ts';
import { CELLS_DOUBLES } from '../native/index.ts';
import type { PlanMemory } from './engine-plan.ts';

/** Open orders at a time; a strategy at its limit is refused long before. */
const ORDER_ROWS = 4_096;
/** Records between the loop and the main thread, which drains them every 2 ms; when full, the loop pauses the feed. */
const ORDER_LOG_RECORDS = 65_536;
/** 1.5 MB; a strategy that is refused at every event of a busy feed fills it within the 2 ms, and is told of less. */
const REFUSAL_RECORDS = 16_384;

/** @param keepsRefusals whether they are written down one by one */
export const createPlanMemory = (maxInstruments: number, strategies: number, keepsRefusals = false): PlanMemory => ({
  cells: new SharedArrayBuffer(CELLS_DOUBLES * Float64Array.BYTES_PER_ELEMENT),
  sequences: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
  orders: createOrderTable(ORDER_ROWS, maxInstruments),
  terms: createOrderTerms(),
  positions: createPositions(strategies, maxInstruments),
  orderLog: createOrderLog(ORDER_LOG_RECORDS),
  log: createLogRing(),
  heartbeat: createHeartbeat(),
  limits: createLimits(strategies, maxInstruments),
  ...(keepsRefusals && { refusals: createRefusalLog(REFUSAL_RECORDS) }),
});
