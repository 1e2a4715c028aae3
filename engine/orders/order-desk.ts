import type { LatencyRecorder } from '../../native/index.ts';
import { CELL, STAMP } from '../../native/layout.ts';
import { isOpen, ORDER_STATE } from '../domain/order-state.ts';
import { REFUSAL } from '../domain/refusal.ts';
import type { Side } from '../domain/side.ts';
import { JOURNAL_KIND } from '../journal/records.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import type { RiskChecks } from '../risk/checks.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { SCRATCH } from '../strategy/host.ts';
import type { CancelSweep } from './cancel-sweep.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import type { OrderJournal } from './order-journal.ts';
import { ORDER_LOG_KIND } from './order-log.ts';
import type { OrderTable } from './order-table.ts';
import type { OrderTermsTable } from './order-terms-table.ts';
import type { Positions } from './positions.ts';
import type { QueuePlaces } from './queue-places.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface DeskParts {
  table: OrderTable;
  places: QueuePlaces;
  terms: OrderTermsTable;
  positions: Positions;
  risk: RiskChecks;
  journal: OrderJournal;
  counts: OrderCounts;
  scratch: Float64Array;
  cells: Float64Array;
  strategies: number;
  /** cause[0] is one of CAUSE: why the loop is calling a strategy just now. */
  cause: Int32Array;
  latency: LatencyRecorder | undefined;
  /** Where what is not sent is written down; absent: it is counted. */
  refusals?: RefusalLog | undefined;
}

/** Orders on their way out: checks, a row, a message. Every call answers at once with a small integer. */
export class OrderDesk {
  private readonly parts: DeskParts;
  /** 1 for a strategy that has faulted. */
  private readonly faulted: Uint8Array;
  private gateway!: OrderGateway;
  private kills!: Pick<KillSwitch, 'killed'>;
  private sweep!: Pick<CancelSweep, 'opened'>;

  constructor(parts: DeskParts) {
    this.parts = parts;
    this.faulted = new Uint8Array(parts.strategies);
  }

  /** All are made after the desk: they hear of its orders, and send through it. */
  connect(gateway: OrderGateway, kills: Pick<KillSwitch, 'killed'>, sweep: Pick<CancelSweep, 'opened'>): void {
    this.gateway = gateway;
    this.kills = kills;
    this.sweep = sweep;
  }

  /** @returns the row, or -REFUSAL */
  submit(strategy: number, handle: number, side: number, terms: number): number {
    const row = this.enter(strategy, handle, side, terms);
    if (row >= 0) return row;
    const timeInForce = this.parts.terms.timeInForce[terms] as number;
    this.refuse(-row, ORDER_LOG_KIND.newOrder, strategy, handle, side, timeInForce, 0);
    return row;
  }

  /** @returns the row, or -REFUSAL */
  replace(strategy: number, row: number): number {
    const result = this.change(strategy, row);
    if (result < 0) this.refuseRequest(-result, ORDER_LOG_KIND.replace, strategy, row);
    return result;
  }

  /** @returns the row, or -REFUSAL */
  cancel(strategy: number, row: number): number {
    const result = this.withdraw(strategy, row);
    if (result < 0) this.refuseRequest(-result, ORDER_LOG_KIND.cancel, strategy, row);
    return result;
  }

  /** The strategy has faulted: from now on it sends nothing but cancels. Cold. */
  fault(strategy: number): void {
    this.faulted[strategy] = 1;
  }

  /** A new version has taken the place of the one that faulted. */
  revive(strategy: number): void {
    this.faulted[strategy] = 0;
  }

  /**
   * Cancels an order, whoever's it is. No check of ours stands in its way, the venue's own limit does.
   * @returns one of GATEWAY_RESULT
   */
  sendCancel(row: number, cause: number): number {
    const { table, counts, journal } = this.parts;
    // A replace under way is canceled by its own name: the venue handles requests in order, and if it refuses the
    // replacement it refuses this cancel too, which then is sent again.
    const pending = table.replaceOrdinal[row] as number;
    const orig = pending !== 0 ? pending : (table.ordinal[row] as number);
    const ordinal = table.takeOrdinal();
    if (ordinal < 0) return GATEWAY_RESULT.storeFull;
    const before = table.state[row] as number;
    table.setCancel(row, ordinal);
    // An order in doubt stays so until the venue says something of it.
    if (before !== ORDER_STATE.inDoubt) table.state[row] = ORDER_STATE.pendingCancel;
    journal.intend(JOURNAL_KIND.cancel, row, cause);
    const result = this.gateway.cancel(
      ordinal,
      orig,
      table.instrument[row] as number,
      table.side[row] as Side,
      table.quantity[row] as number,
      table.terms[row] as number,
      cause,
    );
    if (result !== GATEWAY_RESULT.sent) {
      table.clearCancel(row);
      table.state[row] = before;
      journal.notSent(row, cause);
      return result;
    }
    this.parts.risk.commitCancel(row);
    counts.add(COUNT.cancels);
    journal.sent(ORDER_LOG_KIND.cancel, row, ordinal, orig, cause);
    return result;
  }

  private enter(strategy: number, handle: number, side: number, terms: number): number {
    const { table, risk, counts, scratch, journal } = this.parts;
    const isMarket = this.parts.terms.market[terms] === 1;
    if (isMarket && !this.gateway.offers.market) return -REFUSAL.NotOffered;
    // What it is held against is what it will trade at first.
    if (isMarket) risk.farTouch(handle, side);
    this.stamp(STAMP.strategyDone);
    const price = isMarket ? Number.NaN : (scratch[SCRATCH.price] as number);
    const quantity = scratch[SCRATCH.quantity] as number;
    const stopped = this.stopped(strategy);
    const refusal = stopped === 0 ? risk.order(strategy, handle, side) : stopped;
    this.stamp(STAMP.riskDone);
    if (refusal !== 0) return -refusal;
    if (table.full) return -REFUSAL.OrderTableFull;
    const closed = journal.refusal();
    if (closed !== 0) return -closed;
    const cause = this.parts.cause[0] as number;
    const ordinal = table.takeOrdinal();
    const used = risk.number(ordinal);
    if (used !== 0) return -used;
    const row = this.open(ordinal, strategy, handle, side, price, quantity, terms);
    risk.commit(row);
    const kept = journal.intend(JOURNAL_KIND.newOrder, row, cause);
    if (kept !== 0) {
      risk.undo(row);
      table.untake(row);
      return -kept;
    }
    const result = this.gateway.newOrder(ordinal, handle, side as Side, price, quantity, terms, cause);
    if (result !== GATEWAY_RESULT.sent) {
      table.state[row] = ORDER_STATE.neverReached;
      journal.notSent(row, cause);
      risk.undo(row);
      table.untake(row);
      return -refusalOf(result);
    }
    counts.add(COUNT.sent);
    this.parts.positions.work(strategy, handle, side, quantity);
    journal.sent(ORDER_LOG_KIND.newOrder, row, ordinal, 0, cause);
    return row;
  }

  private change(strategy: number, row: number): number {
    const { table, risk, counts, scratch, journal } = this.parts;
    this.stamp(STAMP.strategyDone);
    const stopped = this.stopped(strategy);
    const refusal = stopped === 0 ? this.replaceRefusal(strategy, row) : stopped;
    this.stamp(STAMP.riskDone);
    if (refusal !== 0) return -refusal;
    const price = scratch[SCRATCH.price] as number;
    const quantity = scratch[SCRATCH.quantity] as number;
    const cause = this.parts.cause[0] as number;
    const closed = journal.refusal();
    if (closed !== 0) return -closed;
    const orig = table.ordinal[row] as number;
    const ordinal = table.takeOrdinal();
    const used = risk.number(ordinal);
    if (used !== 0) return -used;
    const before = table.state[row] as number;
    table.setReplace(row, ordinal);
    table.newPrice[row] = price;
    table.newQuantity[row] = quantity;
    table.state[row] = ORDER_STATE.pendingReplace;
    this.parts.places.replacing(row);
    risk.commitReplace(row);
    const kept = journal.intend(JOURNAL_KIND.replace, row, cause);
    if (kept !== 0) {
      table.clearReplace(row);
      table.state[row] = before;
      risk.undoReplace(row);
      return -kept;
    }
    const result = this.gateway.replace(
      ordinal,
      orig,
      table.instrument[row] as number,
      table.side[row] as Side,
      price,
      quantity,
      table.terms[row] as number,
      cause,
    );
    if (result !== GATEWAY_RESULT.sent) {
      table.clearReplace(row);
      table.state[row] = before;
      risk.undoReplace(row);
      journal.notSent(row, cause);
      return -refusalOf(result);
    }
    counts.add(COUNT.replaces);
    journal.sent(ORDER_LOG_KIND.replace, row, ordinal, orig, cause);
    return row;
  }

  private withdraw(strategy: number, row: number): number {
    const { table, risk } = this.parts;
    this.stamp(STAMP.strategyDone);
    const refusal = this.owns(strategy, row) ? risk.cancel(strategy) : REFUSAL.OrderNotWorking;
    this.stamp(STAMP.riskDone);
    if (refusal !== 0) return -refusal;
    if ((table.cancelOrdinal[row] as number) !== 0) return -REFUSAL.RequestPending;
    const sent = this.sendCancel(row, this.parts.cause[0] as number);
    return sent === GATEWAY_RESULT.sent ? row : -refusalOf(sent);
  }

  private open(
    ordinal: number,
    strategy: number,
    handle: number,
    side: number,
    price: number,
    quantity: number,
    terms: number,
  ): number {
    const { table } = this.parts;
    const row = table.take(ordinal);
    this.sweep.opened(row);
    this.parts.places.opened(row);
    table.strategy[row] = strategy;
    table.instrument[row] = handle;
    table.side[row] = side;
    table.terms[row] = terms;
    table.timeInForce[row] = this.parts.terms.timeInForce[terms] as number;
    table.price[row] = price;
    table.quantity[row] = quantity;
    table.leaves[row] = quantity;
    // The watchdog cancels what has a state: before the send, so that nothing is at the venue that it does not see.
    table.state[row] = ORDER_STATE.pendingNew;
    return row;
  }

  /** What stands against anything new of a strategy; 0 for nothing. */
  private stopped(strategy: number): number {
    if (this.faulted[strategy] !== 0) return REFUSAL.StrategyFaulted;
    return this.kills.killed(strategy) ? REFUSAL.Killed : 0;
  }

  private owns(strategy: number, row: number): boolean {
    const { table } = this.parts;
    return row >= 0 && row < table.capacity && table.strategy[row] === strategy && isOpen(table.state[row] as number);
  }

  private replaceRefusal(strategy: number, row: number): number {
    const { table, risk, scratch } = this.parts;
    if (!this.owns(strategy, row)) return REFUSAL.OrderNotWorking;
    if (table.acknowledged[row] === 0 || table.cancelOrdinal[row] !== 0 || table.replaceOrdinal[row] !== 0) {
      return REFUSAL.RequestPending;
    }
    const quantity = scratch[SCRATCH.quantity] as number;
    // It has no price to be replaced by another.
    if (this.parts.terms.market[table.terms[row] as number] === 1) return REFUSAL.InvalidOrder;
    // OrderQty(38) of a replace counts what has executed; less than that leaves nothing to work.
    if (quantity <= (table.cumQuantity[row] as number)) return REFUSAL.InvalidQuantity;
    return risk.replace(strategy, row);
  }

  private refuse(
    code: number,
    kind: number,
    strategy: number,
    handle: number,
    side: number,
    timeInForce: number,
    ordinal: number,
  ): void {
    this.parts.counts.refuse(code);
    this.parts.refusals?.write(code, kind, strategy, handle, side, timeInForce, ordinal);
  }

  /** A request may name an order that is over, whose row is another's by now: what it is of is told of its own alone. */
  private refuseRequest(code: number, kind: number, strategy: number, row: number): void {
    const { table } = this.parts;
    if (!this.owns(strategy, row)) {
      this.refuse(code, kind, strategy, -1, 0, 0, 0);
      return;
    }
    const instrument = table.instrument[row] as number;
    const timeInForce = table.timeInForce[row] as number;
    const ordinal = table.ordinal[row] as number;
    this.refuse(code, kind, strategy, instrument, table.side[row] as number, timeInForce, ordinal);
  }

  private stamp(stage: number): void {
    const { latency, cells } = this.parts;
    if (latency !== undefined && cells[CELL.sampled] === 1) latency.stamp(stage);
  }
}

/** By -GATEWAY_RESULT. */
const REFUSAL_OF: readonly number[] = [
  REFUSAL.None,
  REFUSAL.SessionNotReady,
  REFUSAL.TransportFull,
  REFUSAL.InvalidOrder,
  REFUSAL.StoreFull,
  REFUSAL.StoreFailed,
  REFUSAL.Resending,
  REFUSAL.Throttled,
];

const refusalOf = (gatewayResult: number): number => REFUSAL_OF[-gatewayResult] as number;
