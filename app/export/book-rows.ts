import { DepthBookView } from '../../engine/market/depth-book-view.ts';
import { EVENT_CLASSES } from '../../engine/market/event-classes.ts';
import { CELL, DEPTH, depthStride, INTEREST, TICK } from '../../native/layout.ts';
import type { ReplayWindow } from '../options.ts';
import type { ParquetFile } from './parquet-file.ts';
import type { MarketReader } from './survey.ts';
import type { Instant } from './tick-rows.ts';

export interface BookSampling {
  readonly everyNs: number;
  readonly depth: number;
  readonly window: ReplayWindow;
}

/**
 * Books as they stood at the end of each interval: the reader stops before the first message behind it. Of an interval
 * without a change there is no row, and nobody stops for it.
 */
export class BookRows {
  readonly #file: ParquetFile;
  readonly #reader: MarketReader;
  readonly #symbols: readonly string[];
  readonly #instant: Instant;
  readonly #sampling: BookSampling;
  readonly #views: readonly DepthBookView[];
  readonly #changes: Float64Array;
  readonly #sequences: Float64Array;
  readonly #changed: number[] = [];

  constructor(
    file: ParquetFile,
    reader: MarketReader,
    symbols: readonly string[],
    instant: Instant,
    sampling: BookSampling,
  ) {
    this.#file = file;
    this.#reader = reader;
    this.#symbols = symbols;
    this.#instant = instant;
    this.#sampling = sampling;
    this.#views = symbols.map((_, handle) => new DepthBookView(reader.depth, handle, sampling.depth));
    this.#changes = new Float64Array(symbols.length);
    this.#sequences = new Float64Array(symbols.length).fill(Number.NaN);
    // What stood when the window began stood there before anything in it changed.
    reader.cells[CELL.deadlineNs] = sampling.window.fromNs ?? Number.POSITIVE_INFINITY;
  }

  /** The record holds an event of an instrument. */
  take(): void {
    const { record, cells } = this.#reader;
    const instrument = record[TICK.instrument] as number;
    if (((EVENT_CLASSES[record[TICK.kind] as number] as number) & INTEREST.book) === 0) return;
    if (this.#changed.length === 0) cells[CELL.deadlineNs] = Math.min(cells[CELL.deadlineNs] as number, this.#endOf());
    if (this.#changes[instrument] === 0) this.#changed.push(instrument);
    this.#changes[instrument] = (this.#changes[instrument] as number) + 1;
    this.#sequences[instrument] = record[TICK.sequence] as number;
  }

  /** The next message lies behind the end of the interval. */
  deadline(): void {
    const { cells } = this.#reader;
    const endNs = cells[CELL.deadlineNs] as number;
    cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
    if (endNs === this.#sampling.window.fromNs) this.#atTheStart();
    this.#rows(endNs);
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#changed.length > 0) this.#rows(this.#reader.cells[CELL.deadlineNs] as number);
  }

  /** Of the interval in which engine time, which never goes back, is now. */
  #endOf(): number {
    const { everyNs, window } = this.#sampling;
    const nowNs = this.#reader.cells[CELL.nowNs] as number;
    return Math.min(Math.ceil(nowNs / everyNs) * everyNs, window.toNs ?? Number.POSITIVE_INFINITY);
  }

  /** Every book that is not empty, whether it changes later or not. */
  #atTheStart(): void {
    for (let handle = 0; handle < this.#symbols.length; handle++) {
      const isEmpty = this.#depthOf(handle, DEPTH.bidLevels) === 0 && this.#depthOf(handle, DEPTH.askLevels) === 0;
      if (!isEmpty && this.#changes[handle] === 0) this.#changed.push(handle);
    }
  }

  #rows(endNs: number): void {
    // As the symbols are ordered, and not by who changed first.
    this.#changed.sort((a, b) => a - b);
    for (const handle of this.#changed) {
      this.#file.add(
        this.#instant(endNs),
        endNs,
        this.#symbols[handle] as string,
        this.#sequences[handle] as number,
        this.#changes[handle] as number,
        this.#depthOf(handle, DEPTH.bidLevels),
        this.#depthOf(handle, DEPTH.askLevels),
        this.#depthOf(handle, DEPTH.halted),
        this.#depthOf(handle, DEPTH.stale),
        ...this.#levels(this.#views[handle] as DepthBookView),
      );
      this.#changes[handle] = 0;
    }
    this.#changed.length = 0;
  }

  #depthOf(handle: number, slot: number): number {
    return this.#reader.depth[handle * depthStride(this.#sampling.depth) + slot] as number;
  }

  #levels(view: DepthBookView): number[] {
    const values: number[] = [];
    for (let level = 0; level < this.#sampling.depth; level++) {
      values.push(view.bidPrice(level), view.bidSize(level), view.bidOrders(level));
      values.push(view.askPrice(level), view.askSize(level), view.askOrders(level));
    }
    return values;
  }
}
