import { DETAIL, EVENT, FLAG, TICK } from '../../native/layout.ts';
import type { ParquetFile } from './parquet-file.ts';

/** What of the feed is a row whether or not it moves the best prices. */
const TRADES: Readonly<Record<number, string>> = {
  [EVENT.execute]: 'execution',
  [EVENT.executeWithPrice]: 'execution',
  [EVENT.trade]: 'trade',
  [EVENT.crossTrade]: 'cross',
  [EVENT.brokenTrade]: 'broken',
};

export const SIDE_NAMES: readonly (string | null)[] = [null, 'buy', 'sell'];
const TOP = 4;

/** ns since midnight as ns since 1970; null where the day is not known. */
export type Instant = (ns: number) => bigint | null;

export const instantOf = (midnightMs: number | null): Instant => {
  if (midnightMs === null) return () => null;
  const midnightNs = BigInt(midnightMs) * 1_000_000n;
  return (ns) => midnightNs + BigInt(ns);
};

/** Trades, and every change of the best prices: a row a message. */
export class TickRows {
  readonly #file: ParquetFile;
  readonly #record: Float64Array;
  readonly #symbols: readonly string[];
  readonly #instant: Instant;
  /** By instrument: bid, its size, ask, its size, as the last row has them. */
  readonly #tops: Float64Array;

  constructor(file: ParquetFile, record: Float64Array, symbols: readonly string[], instant: Instant) {
    this.#file = file;
    this.#record = record;
    this.#symbols = symbols;
    this.#instant = instant;
    this.#tops = new Float64Array(symbols.length * TOP).fill(Number.NaN);
  }

  /** The record holds an event of an instrument. */
  take(): void {
    const record = this.#record;
    const instrument = record[TICK.instrument] as number;
    const trade = TRADES[record[TICK.kind] as number];
    const isMoved = this.#moved(instrument);
    if (trade === undefined && !isMoved) return;
    const timeNs = record[TICK.exchangeTimeNs] as number;
    const isTrade = trade !== undefined;
    const hasPrice = isTrade && trade !== 'broken';
    const flags = record[TICK.flags] as number;
    this.#file.add(
      this.#instant(timeNs),
      timeNs,
      record[TICK.sequence] as number,
      this.#symbols[instrument] as string,
      trade ?? 'quote',
      isTrade ? (SIDE_NAMES[record[TICK.side] as number] as string | null) : null,
      hasPrice ? (record[TICK.price] as number) : null,
      hasPrice ? (record[TICK.size] as number) : null,
      isTrade ? this.#matchNumber() : null,
      hasPrice ? (record[DETAIL.printable] as number) : null,
      record[TICK.bid] as number,
      record[TICK.bidSize] as number,
      record[TICK.ask] as number,
      record[TICK.askSize] as number,
      flags & FLAG.halted ? 1 : 0,
      flags & FLAG.stale ? 1 : 0,
    );
  }

  #moved(instrument: number): boolean {
    const at = instrument * TOP;
    let isMoved = false;
    for (let slot = 0; slot < TOP; slot++) {
      const value = this.#record[TICK.bid + slot] as number;
      // NaN, where a side is empty, is the same as NaN.
      if (!Object.is(this.#tops[at + slot], value)) isMoved = true;
      this.#tops[at + slot] = value;
    }
    return isMoved;
  }

  #matchNumber(): bigint {
    return (BigInt(this.#record[DETAIL.matchHigh] as number) << 32n) | BigInt(this.#record[DETAIL.matchLow] as number);
  }
}
