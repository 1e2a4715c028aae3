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

/** Has the book at hand that it hands on. */
export class BookStream extends RawStream<BookView> {
  readonly book: BookView;

  constructor(book: BookView, changed: () => void) {
    super('book$', changed);
    this.book = book;
  }
}

type ByHandle<Stream> = (Stream | null)[];

/**
 * One strategy's streams that somebody listens to, by handle: what an event goes through, without a look at the
 * instrument, whose cache lines would be the second and third for each strategy.
 */
export class HeardStreams {
  readonly ticks: ByHandle<RawStream<TickView>> = [];
  readonly books: ByHandle<BookStream> = [];
  readonly trades: ByHandle<RawStream<TradeView>> = [];
  readonly statuses: ByHandle<RawStream<StatusView>> = [];
  readonly imbalances: ByHandle<RawStream<ImbalanceView>> = [];
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
  private readonly host: StrategyHost;
  private readonly handlers: HandlerClasses;
  private readonly heard: HeardStreams;
  private readonly streams = new Map<string, unknown>();

  constructor(host: StrategyHost, handlers: HandlerClasses, heard: HeardStreams, instrument: HostInstrument) {
    const { handle } = instrument;
    this.host = host;
    this.handlers = handlers;
    this.heard = heard;
    this.handle = handle;
    this.symbol = instrument.symbol;
    this.priceScale = instrument.priceScale;
    this.tickSize = instrument.tickSize;
    this.lotSize = instrument.lotSize;
    this.multiplier = instrument.multiplier;
    this.book = instrument.book;
    for (const streams of Object.values(heard)) streams[handle] = null;
    this.updateInterest();
  }

  get tick$(): BorrowedStream<TickView> {
    return this.streamOf('tick$', this.heard.ticks, (changed) => new RawStream('tick$', changed));
  }

  get trade$(): BorrowedStream<TradeView> {
    return this.streamOf('trade$', this.heard.trades, (changed) => new RawStream('trade$', changed));
  }

  get book$(): BorrowedStream<BookView> {
    return this.streamOf('book$', this.heard.books, (changed) => new BookStream(this.book, changed));
  }

  get status$(): BorrowedStream<StatusView> {
    return this.streamOf('status$', this.heard.statuses, (changed) => new RawStream('status$', changed));
  }

  get imbalance$(): BorrowedStream<ImbalanceView> {
    return this.streamOf('imbalance$', this.heard.imbalances, (changed) => new RawStream('imbalance$', changed));
  }

  /** Made when it is first asked for: few strategies listen to more than one or two. */
  private streamOf<View, Stream extends RawStream<View>>(
    name: string,
    heard: ByHandle<Stream>,
    make: (changed: () => void) => Stream,
  ): BorrowedStream<View> {
    const made = this.streams.get(name) as BorrowedStream<View> | undefined;
    if (made !== undefined) return made;
    const raw = make(() => {
      heard[this.handle] = raw.used ? raw : null;
      this.updateInterest();
    });
    this.streams.set(name, raw.stream);
    return raw.stream;
  }

  private updateInterest(): void {
    const { handle, handlers, heard } = this;
    let classes = 0;
    if (handlers.tick || heard.ticks[handle] !== null) classes |= CLASS.book | CLASS.trade;
    if (handlers.book || heard.books[handle] !== null) classes |= CLASS.book;
    if (handlers.trade || heard.trades[handle] !== null) classes |= CLASS.trade;
    if (handlers.status || heard.statuses[handle] !== null) classes |= CLASS.status;
    if (handlers.imbalance || heard.imbalances[handle] !== null) classes |= CLASS.imbalance;
    this.host.setInterest(handle, classes);
  }
}
