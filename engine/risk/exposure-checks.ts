import { REFUSAL } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import { EXPOSURE, type Exposure, MONEY_SCALE, TOTAL } from './exposure.ts';
import { INTENT, type Intent } from './intent.ts';
import { FLAG, LIMIT, type LimitTable } from './limits.ts';

/**
 * Checks of what the firm, the strategy and the symbol would come to, were the order sent: each gives a code of REFUSAL,
 * 0 passes. None changes anything.
 */
export class ExposureChecks {
  private readonly limits: LimitTable;
  private readonly exposure: Exposure;
  private readonly intent: Intent;

  constructor(limits: LimitTable, exposure: Exposure, intent: Intent) {
    this.limits = limits;
    this.exposure = exposure;
    this.intent = intent;
  }

  /** Reduce-only, for whichever scope it is on. */
  reducing(): number {
    return (this.intent.flags & FLAG.reduceOnly) !== 0 && !this.reduces() ? REFUSAL.ReduceOnly : 0;
  }

  /** A sale beyond what is held: by the firm, and where it is the strategy that may not, by the strategy. */
  shortSale(): number {
    const { flags, side, strategy, own, symbol } = this.intent;
    if (side === Side.Buy || (flags & FLAG.noShortSales) === 0) return 0;
    const { values, all } = this.limits;
    const ofFirm = values[all + LIMIT.noShortSales] === 1 || values[symbol + LIMIT.noShortSales] === 1;
    if (ofFirm && this.worst(this.exposure.firm) < 0) return REFUSAL.ShortSale;
    return values[own + LIMIT.noShortSales] === 1 && this.worst(strategy) < 0 ? REFUSAL.ShortSale : 0;
  }

  /**
   * Open orders, their number (for a new one) and what they would cost; position of the order's side once all of it has
   * executed; positions of all symbols at market; the day's loss, beyond which only what reduces a position passes. One
   * function, since V8 inlines only so much into one caller.
   */
  order(isNew: boolean): number {
    const { exposures, totals, firm } = this.exposure;
    const { values, all } = this.limits;
    const { strategy, handle, side, own, symbol, cells } = this.intent;
    const ofFirm = firm * TOTAL.doubles;
    const ofStrategy = strategy * TOTAL.doubles;
    const inFirm = this.exposure.at(firm, handle);
    const inStrategy = this.exposure.at(strategy, handle);
    if (
      isNew &&
      ((totals[ofFirm + TOTAL.openOrders] as number) >= (values[all + LIMIT.maxOpenOrders] as number) ||
        (totals[ofStrategy + TOTAL.openOrders] as number) >= (values[own + LIMIT.maxOpenOrders] as number) ||
        (exposures[inFirm + EXPOSURE.openOrders] as number) >= (values[symbol + LIMIT.maxOpenOrders] as number))
    )
      return REFUSAL.MaxOpenOrders;
    const money = cells[INTENT.addedMoney] as number;
    // Not `>` throughout: NaN must pass no limit.
    if (
      !(money <= 0) &&
      (!(
        (totals[ofFirm + TOTAL.openMoney] as number) + money <=
          (values[all + LIMIT.maxOpenNotional] as number) * MONEY_SCALE &&
        (totals[ofStrategy + TOTAL.openMoney] as number) + money <=
          (values[own + LIMIT.maxOpenNotional] as number) * MONEY_SCALE &&
        (exposures[inFirm + EXPOSURE.openMoney] as number) + money <=
          (values[symbol + LIMIT.maxOpenNotional] as number) * MONEY_SCALE
      ) ||
        (totals[ofFirm + TOTAL.unpriced] !== 0 && this.isUnpriced()))
    )
      return REFUSAL.MaxOpenNotional;
    const quantity = cells[INTENT.addedQuantity] as number;
    if (quantity > 0) {
      const sign = side === Side.Buy ? 1 : -1;
      const working = side === Side.Buy ? EXPOSURE.workingBuy : EXPOSURE.workingSell;
      const firmHas =
        sign * (exposures[inFirm + EXPOSURE.quantity] as number) + (exposures[inFirm + working] as number) + quantity;
      const strategyHas =
        sign * (exposures[inStrategy + EXPOSURE.quantity] as number) +
        (exposures[inStrategy + working] as number) +
        quantity;
      if (
        !(
          firmHas <= (values[all + LIMIT.maxPosition] as number) &&
          firmHas <= (values[symbol + LIMIT.maxPosition] as number) &&
          strategyHas <= (values[own + LIMIT.maxPosition] as number)
        )
      )
        return REFUSAL.MaxPosition;
      // Nobody knows a price: the order's own.
      const mark = this.exposure.mark[handle] as number;
      const price = Number.isNaN(mark) ? (cells[INTENT.price] as number) : mark;
      cells[INTENT.addedAtMarket] = sign * quantity * price * (this.exposure.factor[handle] as number);
      const ofAll = this.market(inFirm, ofFirm, all);
      if (ofAll !== 0) return ofAll;
      const ofOwn = this.market(inStrategy, ofStrategy, own);
      if (ofOwn !== 0) return ofOwn;
    }
    const isBorne =
      -(totals[ofFirm + TOTAL.profit] as number) <= (values[all + LIMIT.maxLoss] as number) * MONEY_SCALE &&
      -(totals[ofStrategy + TOTAL.profit] as number) <= (values[own + LIMIT.maxLoss] as number) * MONEY_SCALE;
    return !isBorne && !this.reduces() ? REFUSAL.MaxLoss : 0;
  }

  /** True where a limit counts an open order whose price nobody knows: it may cost anything. Cold. */
  private isUnpriced(): boolean {
    const { exposures, totals, firm } = this.exposure;
    const { values, all } = this.limits;
    const { strategy, handle, own, symbol } = this.intent;
    const isLimited = (at: number): boolean =>
      (values[at + LIMIT.maxOpenNotional] as number) < Number.POSITIVE_INFINITY;
    return (
      isLimited(all) ||
      (isLimited(own) && totals[strategy * TOTAL.doubles + TOTAL.unpriced] !== 0) ||
      (isLimited(symbol) && exposures[this.exposure.at(firm, handle) + EXPOSURE.unpriced] !== 0)
    );
  }

  /** Long and short added, and one taken from the other. Only what makes them larger is refused. */
  private market(at: number, total: number, limit: number): number {
    const { values } = this.limits;
    const { exposures, totals } = this.exposure;
    const added = this.intent.cells[INTENT.addedAtMarket] as number;
    const isBuy = this.intent.side === Side.Buy;
    const long = exposures[at + EXPOSURE.long] as number;
    const short = exposures[at + EXPOSURE.short] as number;
    const before = Math.max(Math.abs(long), Math.abs(short));
    const after = Math.max(Math.abs(isBuy ? long + added : long), Math.abs(isBuy ? short : short + added));
    const gross = (totals[total + TOTAL.gross] as number) + after - before;
    if (!(after <= before || gross <= (values[limit + LIMIT.maxGross] as number) * MONEY_SCALE))
      return REFUSAL.MaxGross;
    const net = isBuy
      ? (totals[total + TOTAL.long] as number) + added
      : -(totals[total + TOTAL.short] as number) - added;
    return net <= (values[limit + LIMIT.maxNet] as number) * MONEY_SCALE ? 0 : REFUSAL.MaxNet;
  }

  /** Signed position once every open order of the side has executed, and this one. */
  private worst(owner: number): number {
    const { exposures } = this.exposure;
    const { handle, side, cells } = this.intent;
    const at = this.exposure.at(owner, handle);
    const quantity = exposures[at + EXPOSURE.quantity] as number;
    const added = cells[INTENT.addedQuantity] as number;
    return side === Side.Buy
      ? quantity + (exposures[at + EXPOSURE.workingBuy] as number) + added
      : quantity - (exposures[at + EXPOSURE.workingSell] as number) - added;
  }

  /** True for an order that makes the strategy's position smaller and cannot turn it. */
  private reduces(): boolean {
    const { strategy, handle, side } = this.intent;
    const quantity = this.exposure.exposures[this.exposure.at(strategy, handle) + EXPOSURE.quantity] as number;
    const worst = this.worst(strategy);
    return side === Side.Buy ? quantity < 0 && worst <= 0 : quantity > 0 && worst >= 0;
  }
}
