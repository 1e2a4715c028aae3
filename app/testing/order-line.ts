/** The order log of a run, line by line: what was sent, and what the venue said of it. */
import { Decimal } from 'decimal.js';
import { ORDER_EVENTS, type OrderEvent } from '../../engine/domain/order-state.ts';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { ORDER_LOG, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import type { RunResult } from '../../report/run-result.ts';

/** One line of the order log. */
export interface OrderLine {
  /** Sent: `new`, `cancel`, `replace`. Heard: `accepted`, `fill`, `cancelled`, `rejected` and the other order events. */
  readonly what: 'new' | 'cancel' | 'replace' | OrderEvent;
  readonly strategy: string;
  /** 1 is the first of the run; a replacement has a number of its own. */
  readonly order: number;
  readonly side: 'buy' | 'sell';
  readonly symbol: string;
  /** Decimal text; of a report the price of its execution. Empty where there is none. */
  readonly price: string;
  /** Of a report the quantity of its execution. */
  readonly quantity: number;
  readonly timeInForce: 'day' | 'gtc' | 'ioc' | 'fok' | 'atTheOpening' | 'atTheClose';
  /** Engine time: ns since the feed's midnight. */
  readonly timeNs: number;
}

const SENT: Readonly<Record<number, 'new' | 'cancel' | 'replace'>> = {
  [ORDER_LOG_KIND.newOrder]: 'new',
  [ORDER_LOG_KIND.cancel]: 'cancel',
  [ORDER_LOG_KIND.replace]: 'replace',
};

const TIMES_IN_FORCE: Readonly<Record<TimeInForce, OrderLine['timeInForce']>> = {
  [TimeInForce.Day]: 'day',
  [TimeInForce.GoodTillCancel]: 'gtc',
  [TimeInForce.AtTheOpening]: 'atTheOpening',
  [TimeInForce.ImmediateOrCancel]: 'ioc',
  [TimeInForce.FillOrKill]: 'fok',
  [TimeInForce.AtTheClose]: 'atTheClose',
};

export const isSent = ({ what }: Pick<OrderLine, 'what'>): boolean => Object.values(SENT).includes(what as 'new');

/** @param csv a line of orders.csv @param result names what the line has as numbers */
export function orderLine(
  csv: string,
  { instruments, strategies }: Pick<RunResult, 'instruments' | 'strategies'>,
): OrderLine {
  const values = csv.split(',').map(Number);
  const of = (name: keyof typeof ORDER_LOG): number => values[ORDER_LOG[name]] as number;
  const instrument = instruments[of('instrument')];
  return {
    what: SENT[of('kind')] ?? (ORDER_EVENTS[of('kind') - ORDER_LOG_KIND.report] as OrderEvent),
    strategy: strategies[of('strategy')]?.name ?? 'house',
    order: of('ordinal'),
    side: of('side') === Side.Buy ? 'buy' : 'sell',
    symbol: instrument?.symbol ?? '?',
    price: of('price') === 0 ? '' : decimalText(new Decimal(of('price')).div(instrument?.priceScale ?? 1)),
    quantity: of('quantity'),
    timeInForce: TIMES_IN_FORCE[of('timeInForce') as TimeInForce],
    timeNs: of('timeNs'),
  };
}

/** As people write prices: two decimals, more where there are more. */
export const decimalText = (price: Decimal): string => price.toFixed(Math.max(2, price.decimalPlaces()));

/** `first new #1 buy 100 AAPL @ 320.01 ioc` */
export function lineText(line: Omit<OrderLine, 'timeNs' | 'timeInForce'> & { readonly timeInForce: string }): string {
  const { what, strategy, order, side, quantity, symbol, price, timeInForce } = line;
  const amount = quantity === 0 ? '' : ` ${quantity}`;
  const at = price === '' ? '' : ` @ ${price}`;
  return `${strategy} ${what} #${order} ${side}${amount} ${symbol}${at}${isSent(line) ? ` ${timeInForce}` : ''}`;
}
