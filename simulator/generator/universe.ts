import { HotlapError } from '../../engine/domain/errors.ts';

/** Prices of well-known tickers to start from, in cents: plausible, not a quotation of any day. */
const KNOWN_PRICES: Readonly<Record<string, number>> = {
  AAPL: 22650,
  MSFT: 41820,
  NVDA: 13240,
  TSLA: 24715,
  AMZN: 18690,
  META: 52835,
  GOOGL: 16745,
  QQQ: 48260,
  SPY: 57115,
  AMD: 15480,
  INTC: 2305,
  NFLX: 70140,
};

/** One stock locate a symbol, and the locate is 16 bits; this bound keeps the tables below 200 MB. */
export const MAX_SYMBOLS = 10_000;

/** A ticker as Nasdaq writes it: eight characters at most, no space inside. */
const SYMBOL = /^[A-Z][A-Z0-9.+=*-]{0,7}$/;

/** Names of `count` symbols: the well-known ones first, then invented four-letter ones starting with Z. */
export function inventSymbols(count: number): string[] {
  const names = Object.keys(KNOWN_PRICES).slice(0, count);
  for (let i = 0; names.length < count; i++) {
    const letters = [Math.floor(i / 676) % 26, Math.floor(i / 26) % 26, i % 26];
    names.push(`Z${letters.map((n) => String.fromCharCode(65 + n)).join('')}`);
  }
  return names;
}

/** The symbols of a recording: as named, or invented. Throws where a name cannot stand in a Stock field. */
export function resolveSymbols(symbols: readonly string[] | number): string[] {
  const names = typeof symbols === 'number' ? inventSymbols(Math.min(symbols, MAX_SYMBOLS + 1)) : [...symbols];
  if (!(names.length >= 1 && names.length <= MAX_SYMBOLS)) {
    throw usage(`A recording needs 1 to ${MAX_SYMBOLS} symbols, not ${symbols.valueOf()}.`);
  }
  const bad = names.find((name) => !SYMBOL.test(name));
  if (bad !== undefined) throw usage(`"${bad}" is no symbol: give one to eight capital letters or digits.`);
  if (new Set(names).size !== names.length) throw usage('A symbol is named twice; name each one once.');
  return names;
}

/** Where the mid of each symbol starts, in cents: a known price, else one made from the name alone. */
export function startingCents(symbol: string): number {
  const known = KNOWN_PRICES[symbol];
  if (known !== undefined) return known;
  let hash = 2166136261;
  for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol.charCodeAt(i), 16777619);
  return 2_000 + ((hash >>> 0) % 30_000);
}

/** Draws symbols with Zipf-like frequencies in constant time (Vose's alias method). */
export class ActivityTable {
  readonly probability: Float64Array;
  readonly alias: Int32Array;

  /** @param exponent 0: all alike; 1: the n-th is n times rarer than the first */
  constructor(count: number, exponent: number) {
    const weights = Float64Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
    const sum = weights.reduce((a, b) => a + b, 0);
    const scaled = weights.map((w) => (w / sum) * count);
    this.probability = new Float64Array(count).fill(1);
    this.alias = Int32Array.from({ length: count }, (_, i) => i);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < count; i++) (scaled[i] < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.pop()!;
      this.probability[less] = scaled[less];
      this.alias[less] = more;
      scaled[more] -= 1 - scaled[less];
      (scaled[more] < 1 ? small : large).push(more);
    }
  }

  /** @param column uniform in [0, count) @param unit uniform in [0, 1) */
  pick(column: number, unit: number): number {
    return unit < this.probability[column] ? column : this.alias[column];
  }
}

function usage(sentence: string): HotlapError {
  return new HotlapError('ERR_GENERATE_OPTIONS', sentence, { exitStatus: 2 });
}
