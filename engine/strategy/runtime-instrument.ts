import type { BorrowedStream } from './borrowed-stream.ts';
import type { StrategyInstrument } from './context.ts';
import { CLASS, type HostInstrument, type StrategyHost } from './host.ts';
import { RawStream } from './raw-stream.ts';
import type { BookView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/** Which handlers a definition has: they hear of every instrument it asks for. */
export interface HandlerClasses {
  readonly tick: boolean;
  readonly book: boolean;
  readonly trade: boolean;
  readonly status: boolean;
  readonly imbalance: boolean;
}

/** One instrument of one strategy: its streams, and which classes of events it needs for them. */
export class RuntimeInstrument implements StrategyInstrument {
  readonly handle: number;
  readonly symbol: string;
  readonly priceScale: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly multiplier: number;
  readonly book: BookView;
  readonly ticks: RawStream<TickView>;
  readonly trades: RawStream<TradeView>;
  readonly books: RawStream<BookView>;
  readonly statuses: RawStream<StatusView>;
  readonly imbalances: RawStream<ImbalanceView>;
  private readonly host: StrategyHost;
  private readonly handlers: HandlerClasses;

  constructor(host: StrategyHost, handlers: HandlerClasses, instrument: HostInstrument) {
    this.host = host;
    this.handlers = handlers;
    this.handle = instrument.handle;
    this.symbol = instrument.symbol;
    this.priceScale = instrument.priceScale;
    this.tickSize = instrument.tickSize;
    this.lotSize = instrument.lotSize;
    this.multiplier = instrument.multiplier;
    this.book = instrument.book;
    const changed = (): void => this.updateInterest();
    this.ticks = new RawStream('tick$', changed);
    this.trades = new RawStream('trade$', changed);
    this.books = new RawStream('book$', changed);
    this.statuses = new RawStream('status$', changed);
    this.imbalances = new RawStream('imbalance$', changed);
    this.updateInterest();
  }

  get tick$(): BorrowedStream<TickView> {
    return this.ticks.stream;
  }

  get trade$(): BorrowedStream<TradeView> {
    return this.trades.stream;
  }

  get book$(): BorrowedStream<BookView> {
    return this.books.stream;
  }

  get status$(): BorrowedStream<StatusView> {
    return this.statuses.stream;
  }

  get imbalance$(): BorrowedStream<ImbalanceView> {
    return this.imbalances.stream;
  }

  private updateInterest(): void {
    const { handlers } = this;
    let classes = 0;
    if (handlers.tick || this.ticks.used) classes |= CLASS.book | CLASS.trade;
    if (handlers.book || this.books.used) classes |= CLASS.book;
    if (handlers.trade || this.trades.used) classes |= CLASS.trade;
    if (handlers.status || this.statuses.used) classes |= CLASS.status;
    if (handlers.imbalance || this.imbalances.used) classes |= CLASS.imbalance;
    this.host.setInterest(this.handle, classes);
  }
}
