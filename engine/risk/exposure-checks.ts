import { REFUSAL } from '../domain/refusal.ts';
import { Side } from '../domain/side.ts';
import { EXPOSURE, type Exposure, MONEY_SCALE, TOTAL } from './exposure.ts';
import { INTENT } from './intent.ts';
import { LIMIT, type LimitTable } from './limits.ts';

/** Checks of what the firm, the strategy and the symbol would come to, were the order sent. None changes anything. */
export class ExposureChecks {
  private readonly limits: LimitTable;
  private readonly exposure: Exposure;
  private readonly intent: Float64Array;

  constructor(limits: LimitTable, exposure: Exposure, intent: Float64Array) {
    this.limits = limits;
    this.exposure = exposure;
    this.intent = intent;
  }

  /** Reduce-only, for whichever scope it is on. @returns a code of REFUSAL; 0 passes */
  reducing(strategy: number, handle: number, side: number): number {
    const { limits } = this;
    const isOn =
      limits.values[limits.all + LIMIT.reduceOnly] !== 0 ||
      limits.values[limits.ofStrategy(strategy) + LIMIT.reduceOnly] !== 0 ||
      limits.values[limits.ofSymbol(handle) + LIMIT.reduceOnly] !== 0;
    return isOn && !this.reduces(strategy, handle, side) ? REFUSAL.ReduceOnly : 0;
  }

  /** A sale beyond what is held: by the firm, and where it is the strategy that may not, by the strategy. */
  shortSale(strategy: number, handle: number, side: number): number {
    if (side === Side.Buy) return 0;
    const { limits, exposure } = this;
    const ofFirm =
      limits.values[limits.all + LIMIT.noShortSales] !== 0 ||
      limits.values[limits.ofSymbol(handle) + LIMIT.noShortSales] !== 0;
    if (ofFirm && this.worst(exposure.firm, handle, side) < 0) return REFUSAL.ShortSale;
    const ofStrategy = limits.values[limits.ofStrategy(strategy) + LIMIT.noShortSales] !== 0;
    return ofStrategy && this.worst(strategy, handle, side) < 0 ? REFUSAL.ShortSale : 0;
  }

  /** How many orders would be open. @returns a code of REFUSAL; 0 passes */
  openOrders(strategy: number, handle: number): number {
    const { exposures, totals, firm } = this.exposure;
    const { limits } = this;
    const symbol = this.exposure.at(firm, handle);
    const tooMany =
      (totals[firm * TOTAL.doubles + TOTAL.openOrders] as number) >=
        (limits.values[limits.all + LIMIT.maxOpenOrders] as number) ||
      (totals[strategy * TOTAL.doubles + TOTAL.openOrders] as number) >=
        (limits.values[limits.ofStrategy(strategy) + LIMIT.maxOpenOrders] as number) ||
      (exposures[symbol + EXPOSURE.openOrders] as number) >=
        (limits.values[limits.ofSymbol(handle) + LIMIT.maxOpenOrders] as number);
    return tooMany ? REFUSAL.MaxOpenOrders : 0;
  }

  /** What the open orders would cost. @returns a code of REFUSAL; 0 passes */
  openMoney(strategy: number, handle: number): number {
    const { exposures, totals, firm } = this.exposure;
    const { limits } = this;
    const added = this.intent[INTENT.addedMoney] as number;
    if (added <= 0) return 0;
    const symbol = this.exposure.at(firm, handle);
    const tooMuch =
      (totals[firm * TOTAL.doubles + TOTAL.openMoney] as number) + added >
        (limits.values[limits.all + LIMIT.maxOpenNotional] as number) * MONEY_SCALE ||
      (totals[strategy * TOTAL.doubles + TOTAL.openMoney] as number) + added >
        (limits.values[limits.ofStrategy(strategy) + LIMIT.maxOpenNotional] as number) * MONEY_SCALE ||
      (exposures[symbol + EXPOSURE.openMoney] as number) + added >
        (limits.values[limits.ofSymbol(handle) + LIMIT.maxOpenNotional] as number) * MONEY_SCALE;
    return tooMuch ? REFUSAL.MaxOpenNotional : 0;
  }

  /** Position of the order's side once all of it has executed. @returns a code of REFUSAL; 0 passes */
  position(strategy: number, handle: number, side: number): number {
    if ((this.intent[INTENT.addedQuantity] as number) <= 0) return 0;
    const { limits } = this;
    const sign = side === Side.Buy ? 1 : -1;
    const ofFirm = sign * this.worst(this.exposure.firm, handle, side);
    const tooLarge =
      ofFirm > (limits.values[limits.all + LIMIT.maxPosition] as number) ||
      ofFirm > (limits.values[limits.ofSymbol(handle) + LIMIT.maxPosition] as number) ||
      sign * this.worst(strategy, handle, side) >
        (limits.values[limits.ofStrategy(strategy) + LIMIT.maxPosition] as number);
    return tooLarge ? REFUSAL.MaxPosition : 0;
  }

  /** All symbols at market: long and short added, and one taken from the other. @returns a code of REFUSAL; 0 passes */
  market(strategy: number, handle: number, side: number): number {
    const { limits } = this;
    const firm = this.marketOf(this.exposure.firm, limits.all, handle, side);
    return firm !== 0 ? firm : this.marketOf(strategy, limits.ofStrategy(strategy), handle, side);
  }

  /** The day's loss; once it is beyond its limit only what reduces a position passes. @returns a code of REFUSAL; 0 passes */
  loss(strategy: number, handle: number, side: number): number {
    const { limits } = this;
    const { totals, firm } = this.exposure;
    const isLost =
      -(totals[firm * TOTAL.doubles + TOTAL.profit] as number) >
        (limits.values[limits.all + LIMIT.maxLoss] as number) * MONEY_SCALE ||
      -(totals[strategy * TOTAL.doubles + TOTAL.profit] as number) >
        (limits.values[limits.ofStrategy(strategy) + LIMIT.maxLoss] as number) * MONEY_SCALE;
    return isLost && !this.reduces(strategy, handle, side) ? REFUSAL.MaxLoss : 0;
  }

  private marketOf(owner: number, limit: number, handle: number, side: number): number {
    const { values } = this.limits;
    const { exposures, totals } = this.exposure;
    const at = this.exposure.at(owner, handle);
    const total = owner * TOTAL.doubles;
    const isBuy = side === Side.Buy;
    const market = this.exposure.priceOf(handle);
    // Nobody knows a price: the order's own.
    const price =
      market !== 0 ? market : (this.intent[INTENT.price] as number) * (this.exposure.factor[handle] as number);
    const added = (this.intent[INTENT.addedQuantity] as number) * price * (isBuy ? 1 : -1);
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
    return added !== 0 && net > (values[limit + LIMIT.maxNet] as number) * MONEY_SCALE ? REFUSAL.MaxNet : 0;
  }

  /** Signed position once every open order of the side has executed, and this one. */
  private worst(owner: number, handle: number, side: number): number {
    const { exposures } = this.exposure;
    const at = this.exposure.at(owner, handle);
    const quantity = exposures[at + EXPOSURE.quantity] as number;
    const added = this.intent[INTENT.addedQuantity] as number;
    return side === Side.Buy
      ? quantity + (exposures[at + EXPOSURE.workingBuy] as number) + added
      : quantity - (exposures[at + EXPOSURE.workingSell] as number) - added;
  }

  /** True for an order that makes the strategy's position smaller and cannot turn it. */
  private reduces(strategy: number, handle: number, side: number): boolean {
    const quantity = this.exposure.exposures[this.exposure.at(strategy, handle) + EXPOSURE.quantity] as number;
    const worst = this.worst(strategy, handle, side);
    return side === Side.Buy ? quantity < 0 && worst <= 0 : quantity > 0 && worst >= 0;
  }
}
