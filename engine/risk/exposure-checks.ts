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

  /** How many orders would be open. */
  openOrders(): number {
    const { exposures, totals, firm } = this.exposure;
    const { values, all } = this.limits;
    const { strategy, handle, own, symbol } = this.intent;
    const tooMany =
      (totals[firm * TOTAL.doubles + TOTAL.openOrders] as number) >= (values[all + LIMIT.maxOpenOrders] as number) ||
      (totals[strategy * TOTAL.doubles + TOTAL.openOrders] as number) >=
        (values[own + LIMIT.maxOpenOrders] as number) ||
      (exposures[this.exposure.at(firm, handle) + EXPOSURE.openOrders] as number) >=
        (values[symbol + LIMIT.maxOpenOrders] as number);
    return tooMany ? REFUSAL.MaxOpenOrders : 0;
  }

  /** What the open orders would cost. */
  openMoney(): number {
    const { exposures, totals, firm } = this.exposure;
    const { values, all } = this.limits;
    const { strategy, handle, own, symbol, cells } = this.intent;
    const added = cells[INTENT.addedMoney] as number;
    if (added <= 0) return 0;
    const tooMuch =
      (totals[firm * TOTAL.doubles + TOTAL.openMoney] as number) + added >
        (values[all + LIMIT.maxOpenNotional] as number) * MONEY_SCALE ||
      (totals[strategy * TOTAL.doubles + TOTAL.openMoney] as number) + added >
        (values[own + LIMIT.maxOpenNotional] as number) * MONEY_SCALE ||
      (exposures[this.exposure.at(firm, handle) + EXPOSURE.openMoney] as number) + added >
        (values[symbol + LIMIT.maxOpenNotional] as number) * MONEY_SCALE;
    return tooMuch ? REFUSAL.MaxOpenNotional : 0;
  }

  /** Position of the order's side once all of it has executed. */
  position(): number {
    const { strategy, side, own, symbol, cells } = this.intent;
    if ((cells[INTENT.addedQuantity] as number) <= 0) return 0;
    const { values, all } = this.limits;
    const sign = side === Side.Buy ? 1 : -1;
    const ofFirm = sign * this.worst(this.exposure.firm);
    const tooLarge =
      ofFirm > (values[all + LIMIT.maxPosition] as number) ||
      ofFirm > (values[symbol + LIMIT.maxPosition] as number) ||
      sign * this.worst(strategy) > (values[own + LIMIT.maxPosition] as number);
    return tooLarge ? REFUSAL.MaxPosition : 0;
  }

  /** All symbols at market: long and short added, and one taken from the other. */
  market(): number {
    const { cells, strategy, own } = this.intent;
    if ((cells[INTENT.addedQuantity] as number) <= 0) return 0;
    const firm = this.marketOf(this.exposure.firm, this.limits.all);
    return firm !== 0 ? firm : this.marketOf(strategy, own);
  }

  /** The day's loss; once it is beyond its limit only what reduces a position passes. */
  loss(): number {
    const { values, all } = this.limits;
    const { totals, firm } = this.exposure;
    const { strategy, own } = this.intent;
    const isLost =
      -(totals[firm * TOTAL.doubles + TOTAL.profit] as number) >
        (values[all + LIMIT.maxLoss] as number) * MONEY_SCALE ||
      -(totals[strategy * TOTAL.doubles + TOTAL.profit] as number) >
        (values[own + LIMIT.maxLoss] as number) * MONEY_SCALE;
    return isLost && !this.reduces() ? REFUSAL.MaxLoss : 0;
  }

  private marketOf(owner: number, limit: number): number {
    const { values } = this.limits;
    const { exposures, totals, factor, mark } = this.exposure;
    const { handle, side, cells } = this.intent;
    const at = this.exposure.at(owner, handle);
    const total = owner * TOTAL.doubles;
    const isBuy = side === Side.Buy;
    const market = mark[handle] as number;
    // Nobody knows a price: the order's own.
    const price = Number.isNaN(market) ? (cells[INTENT.price] as number) : market;
    const money = (cells[INTENT.addedQuantity] as number) * price * (factor[handle] as number);
    const added = isBuy ? money : -money;
    const long = exposures[at + EXPOSURE.long] as number;
    const short = exposures[at + EXPOSURE.short] as number;
    const before = Math.max(Math.abs(long), Math.abs(short));
    const after = isBuy
      ? Math.max(Math.abs(long + added), Math.abs(short))
      : Math.max(Math.abs(long), Math.abs(short + added));
    const gross = (totals[total + TOTAL.gross] as number) + after - before;
    if (after > before && gross > (values[limit + LIMIT.maxGross] as number) * MONEY_SCALE) return REFUSAL.MaxGross;
    const net = isBuy
      ? (totals[total + TOTAL.long] as number) + added
      : -(totals[total + TOTAL.short] as number) - added;
    return net > (values[limit + LIMIT.maxNet] as number) * MONEY_SCALE ? REFUSAL.MaxNet : 0;
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
