import { CELL, DETAIL, FLAG, TICK } from '../../native/layout.ts';
import type { FeedEvent } from '../domain/feed-event.ts';
import type {
  FeedSnapshot,
  FeedView,
  ImbalanceSnapshot,
  ImbalanceView,
  StatusSnapshot,
  StatusView,
  TickSnapshot,
  TickView,
  TradeSnapshot,
  TradeView,
} from '../strategy/views.ts';

/** What the views over the one record of a receiver have in common. */
class RecordView {
  protected readonly record: Float64Array;

  constructor(record: Float64Array) {
    this.record = record;
  }

  get kind(): FeedEvent {
    return this.record[TICK.kind] as FeedEvent;
  }

  get instrument(): number {
    return this.record[TICK.instrument] as number;
  }

  get side(): number {
    return this.record[TICK.side] as number;
  }

  get price(): number {
    return this.record[TICK.price] as number;
  }

  get size(): number {
    return this.record[TICK.size] as number;
  }

  get exchangeTimeNs(): number {
    return this.record[TICK.exchangeTimeNs] as number;
  }

  get sequence(): number {
    return this.record[TICK.sequence] as number;
  }

  get code(): string {
    const code = this.record[DETAIL.code] as number;
    return code > 0 ? String.fromCharCode(code) : '';
  }
}

export class RecordTickView extends RecordView implements TickView {
  get bid(): number {
    return this.record[TICK.bid] as number;
  }

  get bidSize(): number {
    return this.record[TICK.bidSize] as number;
  }

  get ask(): number {
    return this.record[TICK.ask] as number;
  }

  get askSize(): number {
    return this.record[TICK.askSize] as number;
  }

  get receiveTimeNs(): number {
    return this.record[TICK.receiveTimeNs] as number;
  }

  snapshot(): TickSnapshot {
    const { kind, instrument, side, price, size, bid, bidSize, ask, askSize } = this;
    const { exchangeTimeNs, receiveTimeNs, sequence } = this;
    return {
      kind,
      instrument,
      side,
      price,
      size,
      bid,
      bidSize,
      ask,
      askSize,
      exchangeTimeNs,
      receiveTimeNs,
      sequence,
    };
  }
}

export class RecordTradeView extends RecordView implements TradeView {
  get printable(): boolean {
    return this.record[DETAIL.printable] === 1;
  }

  snapshot(): TradeSnapshot {
    const { kind, instrument, side, price, size, exchangeTimeNs, sequence, printable } = this;
    return { kind, instrument, side, price, size, exchangeTimeNs, sequence, printable };
  }
}

export class RecordStatusView extends RecordView implements StatusView {
  get halted(): boolean {
    return ((this.record[TICK.flags] as number) & FLAG.halted) !== 0;
  }

  snapshot(): StatusSnapshot {
    const { kind, instrument, code, halted, exchangeTimeNs } = this;
    return { kind, instrument, code, halted, exchangeTimeNs };
  }
}

export class RecordImbalanceView extends RecordView implements ImbalanceView {
  get pairedShares(): number {
    return this.record[DETAIL.pairedShares] as number;
  }

  get referencePrice(): number {
    return this.record[TICK.price] as number;
  }

  get farPrice(): number {
    return this.record[DETAIL.farPrice] as number;
  }

  get nearPrice(): number {
    return this.record[DETAIL.nearPrice] as number;
  }

  snapshot(): ImbalanceSnapshot {
    const { instrument, side, size, pairedShares, referencePrice, farPrice, nearPrice, code, exchangeTimeNs } = this;
    return { instrument, side, size, pairedShares, referencePrice, farPrice, nearPrice, code, exchangeTimeNs };
  }
}

export class RecordFeedView extends RecordView implements FeedView {
  private readonly cells: Float64Array;

  constructor(record: Float64Array, cells: Float64Array) {
    super(record);
    this.cells = cells;
  }

  get lostMessages(): number {
    return this.cells[CELL.lostMessages] as number;
  }

  snapshot(): FeedSnapshot {
    const { kind, code, sequence, lostMessages } = this;
    return { kind, code, sequence, lostMessages };
  }
}
