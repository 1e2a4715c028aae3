/** What is measured: a leg is one kind of work, done in batches that are timed one by one. */
import { ORDER_STATE } from '../../engine/domain/order-state.ts';
import { SCRATCH } from '../../engine/strategy/host.ts';
import { CELL } from '../../native/layout.ts';
import type { RiskMarket } from './risk-market.ts';

/** Orders between two readings of the clock, so that reading it weighs nothing. */
const BATCH = 256;
const NS_PER_MS = 1e6;
/** Engine time between two orders. */
const STEP_NS = 10_000.5;

export type Work = 'nothing' | 'checks' | 'checks, commit, undo';

/** @returns ns for one order, of each batch */
export function runLeg(market: RiskMarket, work: Work, batches: number): Float64Array {
  const took = new Float64Array(batches);
  let order = 0;
  let refused = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    const began = performance.now();
    for (let each = 0; each < BATCH; each += 1) {
      order = (order + 1) % 1_000_003;
      refused += one(market, work, order);
    }
    took[batch] = ((performance.now() - began) * NS_PER_MS) / BATCH;
  }
  if (refused !== 0) throw new Error(`${refused} orders of the benchmark were refused`);
  return took;
}

/** The same choice of order in every leg; the work is what differs. */
function one(market: RiskMarket, work: Work, order: number): number {
  const { risk, table, cells, scratch, strategies, instruments, bid, tick, freeRow } = market;
  const strategy = order % strategies;
  const handle = (order * 7) % instruments;
  const side = 1 + (order & 1);
  cells[CELL.nowNs] = (cells[CELL.nowNs] as number) + STEP_NS;
  scratch[SCRATCH.price] = side === 1 ? bid - tick * (order % 3) : bid + tick * (1 + (order % 3));
  scratch[SCRATCH.quantity] = 100 + (order % 5);
  if (work === 'nothing') return 0;
  const refusal = risk.order(strategy, handle, side);
  if (work === 'checks' || refusal !== 0) return refusal === 0 ? 0 : 1;
  table.strategy[freeRow] = strategy;
  table.instrument[freeRow] = handle;
  table.side[freeRow] = side;
  table.price[freeRow] = scratch[SCRATCH.price] as number;
  table.leaves[freeRow] = scratch[SCRATCH.quantity] as number;
  table.state[freeRow] = ORDER_STATE.pendingNew;
  risk.commit(freeRow);
  risk.undo(freeRow);
  return 0;
}
