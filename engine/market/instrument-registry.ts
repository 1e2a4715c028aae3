import type { FeedReceiver } from '../../native/index.ts';
import { INTEREST } from '../../native/layout.ts';
import { HotlapError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { HostInstrument } from '../strategy/host.ts';
import { DepthBookView } from './depth-book-view.ts';

/** What an order needs to know of a symbol. */
export interface InstrumentSpec {
  priceScale: number;
  tickSize: number;
  lotSize: number;
  multiplier: number;
}

/** A US stock of TotalView-ITCH: prices in 1/10,000 dollar, a tick of one cent, odd lots allowed. */
export const DEFAULT_INSTRUMENT: Readonly<InstrumentSpec> = Object.freeze({
  priceScale: 10_000,
  tickSize: 100,
  lotSize: 1,
  multiplier: 1,
});

export interface RegistryOptions {
  feed: Pick<FeedReceiver, 'subscribe' | 'setInterest'>;
  depth: Float64Array;
  depthLevels: number;
  maxInstruments: number;
  strategies: number;
  specOf: (symbol: string) => InstrumentSpec;
  /** A fill model follows every book that somebody may trade. */
  matching: boolean;
  added: (instrument: Instrument) => void;
}

/** The instruments that strategies asked for, and which strategy wants which events of them. */
export class InstrumentRegistry {
  /** By handle; the receiver deals them out from 0. */
  readonly all: (Instrument & HostInstrument)[] = [];
  private readonly options: RegistryOptions;
  /** Who was the first strategy to ask for a symbol, and where. */
  readonly asked = new Map<string, { strategy: number; stack: string }>();
  private readonly bySymbol = new Map<string, Instrument & HostInstrument>();
  /** Classes wanted: handle × strategies + strategy, so that what an event of an instrument asks of all lies together. */
  private readonly wanted: Int32Array;
  /** What each strategy gave with its interest, in the same order. */
  private readonly hearers: (object | null)[];

  constructor(options: RegistryOptions) {
    this.options = options;
    this.wanted = new Int32Array(options.strategies * options.maxInstruments);
    this.hearers = new Array<object | null>(this.wanted.length).fill(null);
  }

  /** As `ask`, for a strategy: should the feed not have the symbol, it is told where it was asked for. */
  askFor(strategy: number, symbol: string): Instrument & HostInstrument {
    const instrument = this.ask(symbol);
    if (!this.asked.has(symbol)) this.asked.set(symbol, { strategy, stack: new Error().stack ?? '' });
    return instrument;
  }

  /**
   * @throws HotlapError ERR_SYMBOL_INVALID, ERR_TOO_MANY_INSTRUMENTS
   */
  ask(symbol: string): Instrument & HostInstrument {
    const known = this.bySymbol.get(symbol);
    if (known !== undefined) return known;
    if (!/^[!-~]{1,16}$/.test(symbol)) {
      throw new HotlapError('ERR_SYMBOL_INVALID', `${JSON.stringify(symbol)} is not a symbol of 1 to 16 characters.`);
    }
    const { maxInstruments, depth, depthLevels, specOf, matching } = this.options;
    if (this.all.length >= maxInstruments) {
      throw new HotlapError(
        'ERR_TOO_MANY_INSTRUMENTS',
        `Strategies ask for more than ${maxInstruments} instruments: raise maxInstruments.`,
      );
    }
    const handle = this.options.feed.subscribe(symbol, matching ? INTEREST.matching : 0);
    const { priceScale, tickSize, lotSize, multiplier } = specOf(symbol);
    const book = new DepthBookView(depth, handle, depthLevels);
    const instrument = Object.freeze({ handle, symbol, priceScale, tickSize, lotSize, multiplier, book });
    this.all[handle] = instrument;
    this.bySymbol.set(symbol, instrument);
    this.options.added(instrument);
    return instrument;
  }

  /** True for a handle that `ask` gave out. */
  has(handle: number): boolean {
    return handle >= 0 && handle < this.all.length && this.all[handle] !== undefined;
  }

  setInterest(strategy: number, handle: number, classes: number, hearers: object | null): void {
    const { strategies, matching, feed } = this.options;
    const first = handle * strategies;
    this.hearers[first + strategy] = hearers;
    if (this.wanted[first + strategy] === classes) return;
    this.wanted[first + strategy] = classes;
    let merged = matching ? INTEREST.matching : 0;
    for (let at = first; at < first + strategies; at += 1) merged |= this.wanted[at];
    feed.setInterest(handle, merged);
  }

  /** Classes of events that a strategy wants of an instrument. */
  wants(strategy: number, handle: number): number {
    return this.wanted[handle * this.options.strategies + strategy];
  }

  /** Whom to tell of events that are wanted. */
  hearersOf(strategy: number, handle: number): object {
    return this.hearers[handle * this.options.strategies + strategy] as object;
  }

  /** A strategy that is over wants nothing more. */
  drop(strategy: number): void {
    for (const { handle } of this.all) this.setInterest(strategy, handle, 0, null);
  }
}
