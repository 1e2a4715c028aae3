/** Statistics of a run as its order log is drained: docs/reference/statistics.md. */
import { isOpen, ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { Side } from '../../engine/domain/side.ts';
import {
  ORDER_LOG,
  ORDER_LOG_FEE,
  ORDER_LOG_KIND,
  ORDER_LOG_MID,
  ORDER_LOG_MULTIPLIER,
  ORDER_LOG_ORDERED,
} from '../../engine/orders/order-log.ts';
import { HOUSE, type InstrumentReport, type PositionReport } from '../../engine/orders/position-report.ts';
import type { TrackStatistics } from '../../report/run-statistics.ts';
import type { Exact } from '../exact.ts';
import { money, StatisticsTrack } from './track.ts';

const FILL = ORDER_LOG_KIND.report + ORDER_EVENT.fill;

/** An order as long as it is open. */
interface OpenOrder {
  readonly track: StatisticsTrack;
  readonly ordinals: number[];
  /** OrderQty(38) as it has been counted. */
  ordered: number;
  /** Mid when its latest message was sent, and at the venue's first word on that. */
  decision: number;
  arrival: number;
  isArrived: boolean;
  isFilled: boolean;
}

interface Execution {
  /** 1 bought, -1 sold. */
  readonly sign: number;
  readonly moved: number;
  /** Price × quantity × multiplier. */
  readonly value: Exact;
}

/** What the numbers of a log stand for, and what the engine has counted itself. */
export interface StatisticsNames {
  readonly strategies: readonly string[];
  readonly instruments: readonly InstrumentReport[];
  readonly positions: readonly PositionReport[];
}

export class RunStatistics {
  readonly #tracks = new Map<string, StatisticsTrack>();
  readonly #open = new Map<number, OpenOrder>();
  readonly #equity: string[] | undefined;

  /** @param keep whether `equityCsv` will be asked for */
  constructor(keep: boolean) {
    if (keep) this.#equity = [];
  }

  /** @param record of the order log, borrowed */
  take(record: Float64Array): void {
    const instrument = record[ORDER_LOG.instrument];
    if (record[ORDER_LOG.strategy] < 0 || instrument < 0) return;
    const track = this.#trackOf(record[ORDER_LOG.strategy], instrument, record[ORDER_LOG_MULTIPLIER]);
    const kind = record[ORDER_LOG.kind];
    if (kind === ORDER_LOG_KIND.newOrder || kind === ORDER_LOG_KIND.replace) this.#sent(track, record, kind);
    else if (kind >= ORDER_LOG_KIND.report) this.#received(track, record, kind);
    track.look(record[ORDER_LOG_MID]);
  }

  #trackOf(strategy: number, instrument: number, multiplier: number): StatisticsTrack {
    const key = `${strategy}/${instrument}`;
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const track = new StatisticsTrack(strategy, instrument, multiplier);
    this.#tracks.set(key, track);
    return track;
  }

  #sent(track: StatisticsTrack, record: Float64Array, kind: number): void {
    const ordinal = record[ORDER_LOG.ordinal];
    if (kind === ORDER_LOG_KIND.newOrder) track.orders += 1;
    const order = this.#open.get(record[ORDER_LOG.origOrdinal]) ?? {
      track,
      ordinals: [],
      // One of an earlier run is not counted here.
      ordered: kind === ORDER_LOG_KIND.newOrder ? 0 : record[ORDER_LOG_ORDERED],
      decision: Number.NaN,
      arrival: Number.NaN,
      isArrived: false,
      isFilled: false,
    };
    order.decision = record[ORDER_LOG_MID];
    order.arrival = Number.NaN;
    order.isArrived = false;
    order.ordinals.push(ordinal);
    this.#count(order, record);
    this.#open.set(ordinal, order);
  }

  #received(track: StatisticsTrack, record: Float64Array, kind: number): void {
    const order = this.#open.get(record[ORDER_LOG.ordinal]) ?? this.#open.get(record[ORDER_LOG.origOrdinal]);
    if (order !== undefined) this.#count(order, record);
    if (order !== undefined && !order.isArrived) {
      order.isArrived = true;
      order.arrival = record[ORDER_LOG_MID];
    }
    const sign = record[ORDER_LOG.side] === Side.Buy ? 1 : -1;
    const moved = record[ORDER_LOG.movedQuantity];
    const movedValue = record[ORDER_LOG.movedValue];
    if (moved !== 0 || movedValue !== 0) {
      const value = track.worth(1, movedValue);
      track.move(sign * moved, value.times(sign));
      if (kind === FILL) this.#executed(track, order, { sign, moved, value });
    }
    // Once for each execution: of what is told again nothing moves.
    if (moved !== 0 && !Number.isNaN(record[ORDER_LOG_FEE])) track.pay(record[ORDER_LOG_FEE]);
    if (moved !== 0) this.#note(track, record);
    if (order !== undefined && !isOpen(record[ORDER_LOG.state]))
      for (const ordinal of order.ordinals) this.#open.delete(ordinal);
  }

  #count(order: OpenOrder, record: Float64Array): void {
    order.track.orderedQuantity += record[ORDER_LOG_ORDERED] - order.ordered;
    order.ordered = record[ORDER_LOG_ORDERED];
  }

  #executed(track: StatisticsTrack, order: OpenOrder | undefined, { sign, moved, value }: Execution): void {
    track.filledQuantity += moved;
    track.turnover = track.turnover.plus(value);
    if (order === undefined) return;
    if (!order.isFilled) track.filledOrders += 1;
    order.isFilled = true;
    const worse = (mid: number): Exact => value.minus(track.worth(moved, mid)).times(sign);
    if (!Number.isNaN(order.decision)) track.decision = worse(order.decision).plus(track.decision ?? 0);
    if (!Number.isNaN(order.arrival)) track.arrival = worse(order.arrival).plus(track.arrival ?? 0);
  }

  #note({ strategy, instrument, position, cash, fees }: StatisticsTrack, record: Float64Array): void {
    const mid = record[ORDER_LOG_MID];
    const columns = [record[ORDER_LOG.timeNs], strategy, instrument, position, cash.toFixed(), fees?.toFixed() ?? ''];
    this.#equity?.push([...columns, Number.isNaN(mid) ? '' : mid].join(','));
  }

  /** A line for each execution: position and cash behind it. */
  equityCsv(): string {
    const lines = ['timeNs,strategy,instrument,position,cash,fees,mid', ...(this.#equity ?? [])];
    return lines.map((line) => `${line}\n`).join('');
  }

  result({ strategies, instruments, positions }: StatisticsNames): TrackStatistics[] {
    const held = new Map(positions.map((position) => [placeOf(position.strategy, position.symbol), position]));
    return [...this.#tracks.values()]
      .sort((a, b) => a.strategy - b.strategy || a.instrument - b.instrument)
      .flatMap((track): TrackStatistics[] => {
        const instrument = instruments[track.instrument];
        if (instrument === undefined) return [];
        const strategy = strategies[track.strategy] ?? HOUSE;
        const position = held.get(placeOf(strategy, instrument.symbol));
        if (instrument.mark !== null) track.look(Number(instrument.mark) * instrument.priceScale);
        const inMoney = (amount: Exact | null): string | null => amount && money(amount, instrument);
        return [
          {
            strategy,
            symbol: instrument.symbol,
            orders: track.orders,
            orderedQuantity: track.orderedQuantity,
            filledOrders: track.filledOrders,
            filledQuantity: track.filledQuantity,
            fillRatio: track.orderedQuantity === 0 ? null : track.filledQuantity / track.orderedQuantity,
            turnover: money(track.turnover, instrument),
            realizedPnl: position?.realizedPnl ?? '0.00',
            unrealizedPnl: position === undefined ? '0.00' : position.unrealizedPnl,
            fees: inMoney(track.fees),
            slippage: { decision: inMoney(track.decision), arrival: inMoney(track.arrival) },
            maxDrawdown: money(track.drawdown, instrument),
            inventory: { least: track.least, most: track.most },
          },
        ];
      });
  }
}

/** Neither a strategy's id nor a symbol has a blank. */
const placeOf = (strategy: string, symbol: string): string => `${strategy} ${symbol}`;
