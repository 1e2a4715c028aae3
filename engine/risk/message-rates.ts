import { CELL } from '../../native/layout.ts';
import { REFUSAL } from '../domain/refusal.ts';
import { LIMIT, type LimitTable } from './limits.ts';
import { RateBucket } from './rate-bucket.ts';

const SECOND_NS = 1e9;

/** Buckets of one scope: new orders and replaces, and the share that is kept for cancels, each over 1 s and 10 s. */
class ScopeRates {
  readonly order: RateBucket;
  readonly order10: RateBucket;
  private readonly cancel: RateBucket;
  private readonly cancel10: RateBucket;
  private readonly cells: Float64Array;

  constructor(limits: Float64Array, row: number, cells: Float64Array) {
    this.order = new RateBucket(limits, row + LIMIT.ordersPerSecond, SECOND_NS);
    this.order10 = new RateBucket(limits, row + LIMIT.ordersPer10Seconds, 10 * SECOND_NS);
    this.cancel = new RateBucket(limits, row + LIMIT.cancelsPerSecond, SECOND_NS);
    this.cancel10 = new RateBucket(limits, row + LIMIT.cancelsPer10Seconds, 10 * SECOND_NS);
    this.cells = cells;
  }

  takeOrder(): void {
    this.order.take(this.cells, CELL.nowNs);
    this.order10.take(this.cells, CELL.nowNs);
  }

  giveBackOrder(): void {
    this.order.giveBack();
    this.order10.giveBack();
  }

  /** A cancel leaves from its own share, else from what new orders have left. */
  mayCancel(): boolean {
    return this.hasShare() || (this.order.has(this.cells, CELL.nowNs) && this.order10.has(this.cells, CELL.nowNs));
  }

  takeCancel(): void {
    if (!this.hasShare()) {
      this.takeOrder();
      return;
    }
    this.cancel.take(this.cells, CELL.nowNs);
    this.cancel10.take(this.cells, CELL.nowNs);
  }

  private hasShare(): boolean {
    return this.cancel.has(this.cells, CELL.nowNs) && this.cancel10.has(this.cells, CELL.nowNs);
  }
}

/** How many messages may leave: by the session, and by each strategy. A check changes nothing. */
export class MessageRates {
  private readonly session: ScopeRates;
  /** By strategy; the last are the house's. */
  private readonly strategies: readonly ScopeRates[];
  private readonly cells: Float64Array;

  constructor(limits: LimitTable, cells: Float64Array, strategies: number) {
    this.cells = cells;
    this.session = new ScopeRates(limits.values, limits.all, cells);
    this.strategies = Array.from(
      { length: strategies + 1 },
      (_, strategy) => new ScopeRates(limits.values, limits.ofStrategy(strategy), cells),
    );
  }

  /** A new order or a replace. @returns a code of REFUSAL; 0 passes */
  order(strategy: number): number {
    const { session, cells } = this;
    if (!session.order.has(cells, CELL.nowNs)) return REFUSAL.OrderRate;
    const own = this.strategies[strategy] as ScopeRates;
    if (!own.order.has(cells, CELL.nowNs)) return REFUSAL.StrategyOrderRate;
    return session.order10.has(cells, CELL.nowNs) && own.order10.has(cells, CELL.nowNs) ? 0 : REFUSAL.OrderRate10s;
  }

  takeOrder(strategy: number): void {
    this.session.takeOrder();
    (this.strategies[strategy] as ScopeRates).takeOrder();
  }

  giveBackOrder(strategy: number): void {
    this.session.giveBackOrder();
    (this.strategies[strategy] as ScopeRates).giveBackOrder();
  }

  /** A strategy's cancel. @returns a code of REFUSAL; 0 passes */
  cancel(strategy: number): number {
    return this.session.mayCancel() && (this.strategies[strategy] as ScopeRates).mayCancel() ? 0 : REFUSAL.CancelRate;
  }

  takeCancel(strategy: number): void {
    this.session.takeCancel();
    (this.strategies[strategy] as ScopeRates).takeCancel();
  }
}
