/** One order, as this side has it and as the copies tell it. */
import { ORDER_STATE, ORDER_STATES } from '../../engine/domain/order-state.ts';

/**
 * What OrdStatus(39) or a state of ours comes to, where only that is compared. Filled or cancelled is one: CumQty(14)
 * tells them apart, and a filled order whose trade is taken back is called by either name.
 */
export type Fate = 'open' | 'over' | 'rejected';

export interface OrderView {
  cumQuantity: number;
  /** 0 where nothing was executed. */
  averagePrice: number;
  fate: Fate;
  /** As people have it. */
  state: string;
}

export interface ComparedOrder {
  /** The first ClOrdID(11). */
  readonly clOrdId: string;
  /** Numbers of all its ClOrdIDs, so that they can be forgotten together. */
  readonly ordinals: number[];
  /** Sent by an earlier run, whose copies this one may never hear: compared once both sides tell of it. */
  isEarlier: boolean;
  own: OrderView | null;
  copy: OrderView | null;
  /** When either side last changed, ms. */
  changedMs: number;
  /** What was told of it; empty while the sides agree. */
  difference: string;
}

const FATES: readonly (readonly [states: readonly number[], fate: Fate])[] = [
  [[ORDER_STATE.filled, ORDER_STATE.cancelled], 'over'],
  [[ORDER_STATE.rejected, ORDER_STATE.neverReached], 'rejected'],
];

/** @param state one of ORDER_STATE @param value sum of price × quantity, prices at the scale */
export function ownView(state: number, executed: number, value: number, priceScale: number): OrderView {
  return {
    cumQuantity: executed,
    averagePrice: executed === 0 ? 0 : value / executed / priceScale,
    fate: FATES.find(([states]) => states.includes(state))?.[1] ?? 'open',
    state: ORDER_STATES[state] ?? 'none',
  };
}

/** OrdStatus(39): filled, done for day, canceled, expired, rejected; all others are open. */
const COPY_FATES: Readonly<Record<string, Fate>> = {
  '2': 'over',
  '3': 'over',
  '4': 'over',
  C: 'over',
  '8': 'rejected',
};

export const copyView = (ordStatus: string, cumQuantity: number, averagePrice: number): OrderView => ({
  cumQuantity,
  averagePrice: cumQuantity === 0 ? 0 : averagePrice,
  fate: COPY_FATES[ordStatus] ?? 'open',
  state: `OrdStatus(39) ${ordStatus}`,
});

/**
 * What the two sides do not agree on, as one sentence; empty where they agree.
 * @param tolerance of AvgPx(6), which every venue rounds in its own way
 */
export function differenceOf({ clOrdId, isEarlier, own, copy }: ComparedOrder, tolerance: number): string {
  if (isEarlier && (own === null || copy === null)) return '';
  if (own === null)
    return copy === null ? '' : `${clOrdId}: the drop copy tells of it (${text(copy)}), and it was never sent here`;
  if (copy === null) {
    // What the venue has not answered yet, or never had, it copies to nobody.
    const isExpected = own.cumQuantity > 0 || own.fate === 'over';
    return isExpected ? `${clOrdId}: here ${text(own)}, and the drop copy does not tell of it` : '';
  }
  const differs =
    own.cumQuantity !== copy.cumQuantity ||
    Math.abs(own.averagePrice - copy.averagePrice) > tolerance ||
    own.fate !== copy.fate;
  return differs ? `${clOrdId}: here ${text(own)}, by the drop copy ${text(copy)}` : '';
}

const text = ({ cumQuantity, averagePrice, state }: OrderView): string =>
  `${state}, CumQty(14) ${cumQuantity}${cumQuantity === 0 ? '' : ` at ${Number(averagePrice.toFixed(6))}`}`;
