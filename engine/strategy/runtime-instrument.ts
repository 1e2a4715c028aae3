import type { BorrowedStream } from './borrowed-stream.ts';
import type { StrategyInstrument } from './context.ts';
import { CLASS, type HostInstrument, type StrategyHost } from './host.ts';
import { type Hearer, RawStream } from './raw-stream.ts';
import type { BookView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/** Which handlers a definition has: they hear of every instrument it asks for. */
export interface HandlerClasses {
  readonly tick: boolean;
  readonly book: boolean;
  readonly trade: boolean;
  readonly status: boolean;
  readonly imbalance: boolean;
}

/** Who hears what of one instrument, and its book: all that an event has to look at. */
export class InstrumentHearers {
  tick: Hearer<TickView> | null = null;
  book: Hearer<BookView> | null = null;
  trade: Hearer<TradeView> | null = null;
  status: Hearer<StatusView> | null = null;
  imbalance: Hearer<ImbalanceView> | null = null;
  readonly bookView: BookView;

  constructor(bookView: BookView) {
    this.bookView = bookView;
  }
}

type Heard = Exclude<keyof InstrumentHearers, 'bookView'>;

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
  private readonly hearers: InstrumentHearers;
  /** Made when they are first asked for: few strategies listen to more than one or two. */
  private readonly streams: { [heard in Heard]?: BorrowedStream<never> } = {};

  constructor(host: StrategyHost, handlers: HandlerClasses, instrument: HostInstrument) {
    this.host = host;
    this.handlers = handlers;
    this.hearers = new InstrumentHearers(instrument.book);
    this.handle = instrument.handle;
    this.symbol = instrument.symbol;
    this.priceScale = instrument.priceScale;
    this.tickSize = instrument.tickSize;
    this.lotSize = instrument.lotSize;
    this.multiplier = instrument.multiplier;
    this.book = instrument.book;
    this.updateInterest();
  }

  get tick$(): BorrowedStream<TickView> {
    return this.streamOf('tick');
  }

  get trade$(): BorrowedStream<TradeView> {
    return this.streamOf('trade');
  }

  get book$(): BorrowedStream<BookView> {
    return this.streamOf('book');
  }

  get status$(): BorrowedStream<StatusView> {
    return this.streamOf('status');
  }

  get imbalance$(): BorrowedStream<ImbalanceView> {
    return this.streamOf('imbalance');
  }

  private streamOf<View>(heard: Heard): BorrowedStream<View> {
    this.streams[heard] ??= this.madeStream(heard).stream as BorrowedStream<never>;
    return this.streams[heard] as unknown as BorrowedStream<View>;
  }

  private madeStream(heard: Heard): RawStream<unknown> {
    const hearers = this.hearers as unknown as Record<Heard, Hearer<unknown> | null>;
    return new RawStream(`${heard}$`, (hearer) => {
      const wasHeard = hearers[heard] !== null;
      hearers[heard] = hearer;
      if (wasHeard !== (hearer !== null)) this.updateInterest();
    });
  }

  private updateInterest(): void {
    const { handle, handlers, hearers } = this;
    let classes = 0;
    if (handlers.tick || hearers.tick !== null) classes |= CLASS.book | CLASS.trade;
    if (handlers.book || hearers.book !== null) classes |= CLASS.book;
    if (handlers.trade || hearers.trade !== null) classes |= CLASS.trade;
    if (handlers.status || hearers.status !== null) classes |= CLASS.status;
    if (handlers.imbalance || hearers.imbalance !== null) classes |= CLASS.imbalance;
    this.host.setInterest(handle, classes, hearers);
  }
}
