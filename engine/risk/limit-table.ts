import { HotlapError } from '../domain/errors.ts';
import { type Scope, scopeText } from '../domain/scope.ts';
import { suggest } from '../domain/suggest.ts';
import {
  FLAG,
  LIMIT,
  LIMIT_ROW,
  LIMITS,
  type LimitName,
  type LimitScope,
  type LimitSpec,
  NO_LIMIT,
} from './limit-list.ts';
import type { LimitValues, RiskLimits } from './limits.ts';

/**
 * The limits in shared memory, written by the loop, read by anybody at any time:
 *
 *   header  8 doubles    strategies · maxInstruments · symbols with a row
 *   rows    32 doubles each, one column a limit:
 *           firm · session · the stricter of the two · what a new symbol begins with · each strategy · the house ·
 *           each symbol that anybody has named
 *   handles maxInstruments int32: row of the symbol's limits, by handle
 *   names   16 bytes for each symbol's row, ASCII, zero-padded
 */
const HEADER = { strategies: 0, maxInstruments: 1, symbols: 2, doubles: 8 } as const;
const FIRM = 0;
const SESSION = 1;
const BOTH = 2;
const NEW_SYMBOL = 3;
const FIRST_STRATEGY = 4;
const NAME_BYTES = 16;
/** Symbols with limits that nobody has asked for. */
const SPARE_SYMBOLS = 1_024;

const FLAG_COLUMNS = Object.entries(FLAG).map(([name, bit]) => [LIMIT[name as keyof typeof FLAG], bit] as const);

/** Memory for the limits of an engine. */
export const createLimits = (strategies: number, maxInstruments: number): SharedArrayBuffer => {
  const symbols = maxInstruments + SPARE_SYMBOLS;
  const rows = FIRST_STRATEGY + strategies + 1 + symbols;
  const bytes = 8 * (HEADER.doubles + rows * LIMIT_ROW) + 4 * maxInstruments + NAME_BYTES * symbols;
  const buffer = new SharedArrayBuffer(Math.ceil(bytes / 8) * 8);
  const header = new Float64Array(buffer, 0, HEADER.doubles);
  header[HEADER.strategies] = strategies;
  header[HEADER.maxInstruments] = maxInstruments;
  const values = new Float64Array(buffer, 8 * HEADER.doubles, rows * LIMIT_ROW);
  for (let row = 0; row < rows; row += 1)
    for (const { name, strictest } of LIMITS) values[row * LIMIT_ROW + LIMIT[name]] = NO_LIMIT[strictest];
  return buffer;
};

export interface LimitEntry {
  readonly scope: Scope;
  readonly name: LimitName;
  readonly value: number;
}

/** Limits by scope and name for people, by offset for the checks. A change holds from the next check on. */
export class LimitTable {
  /** Read as `values[offset + LIMIT.maxQuantity]`. */
  readonly values: Float64Array;
  /** Of what the whole engine may: the stricter of firm and session. */
  readonly all = BOTH * LIMIT_ROW;
  /** FLAG bits of each row: flags[offset / LIMIT_ROW]; kept by the side that sets. */
  private readonly flags: Int32Array;
  private readonly header: Float64Array;
  private readonly strategies: readonly string[];
  private readonly symbolRows: Int32Array;
  private readonly names: Uint8Array;
  private readonly firstSymbol: number;
  private readonly maxSymbols: number;
  /** Rows by symbol, as far as this side has read them. */
  private readonly rows = new Map<string, number>();

  /** @param strategies ids, as many as the memory was made for */
  constructor(buffer: SharedArrayBuffer, strategies: readonly string[]) {
    this.header = new Float64Array(buffer, 0, HEADER.doubles);
    const maxInstruments = this.header[HEADER.maxInstruments] as number;
    if (this.header[HEADER.strategies] !== strategies.length) {
      throw new HotlapError('ERR_LIMIT_MEMORY', 'The memory of the limits was made for another number of strategies.');
    }
    this.strategies = strategies;
    this.maxSymbols = maxInstruments + SPARE_SYMBOLS;
    this.firstSymbol = FIRST_STRATEGY + strategies.length + 1;
    const doubles = (this.firstSymbol + this.maxSymbols) * LIMIT_ROW;
    this.values = new Float64Array(buffer, 8 * HEADER.doubles, doubles);
    this.flags = Int32Array.from({ length: doubles / LIMIT_ROW }, (_, row) => this.flagsOf(row));
    this.symbolRows = new Int32Array(buffer, 8 * (HEADER.doubles + doubles), maxInstruments);
    this.names = new Uint8Array(
      buffer,
      8 * (HEADER.doubles + doubles) + 4 * maxInstruments,
      NAME_BYTES * this.maxSymbols,
    );
  }

  /** Offset of a strategy's limits; one behind the last is the house. */
  ofStrategy(strategy: number): number {
    return (FIRST_STRATEGY + strategy) * LIMIT_ROW;
  }

  /** Offset of the limits of an instrument that `nameSymbol` has named. */
  ofSymbol(handle: number): number {
    return (this.symbolRows[handle] as number) * LIMIT_ROW;
  }

  /** FLAG bits that are on for the whole engine, and in the rows at two offsets. */
  flagsAt(own: number, symbol: number): number {
    const { flags } = this;
    return (flags[BOTH] as number) | (flags[own / LIMIT_ROW] as number) | (flags[symbol / LIMIT_ROW] as number);
  }

  /** What an order of that instrument is held against, from now on. */
  nameSymbol(handle: number, symbol: string): void {
    this.symbolRows[handle] = this.rowOfSymbol(symbol, true);
  }

  /** @returns the limit there, null where there is none @throws HotlapError ERR_LIMIT_UNKNOWN, ERR_LIMIT_SCOPE */
  get(scope: Scope, name: string): number | null {
    const spec = specOf(name);
    checkScope(spec, scope);
    return this.valueOf(this.rowOf(scope, false), spec);
  }

  /**
   * @param given null: no limit there; true and false are for flags
   * @returns the value until now
   * @throws HotlapError ERR_LIMIT_UNKNOWN, ERR_LIMIT_SCOPE, ERR_LIMIT_VALUE
   */
  set(scope: Scope, name: string, given: number | boolean | null): number | null {
    const spec = specOf(name);
    checkScope(spec, scope);
    checkValue(spec, given);
    const value = given === null ? null : Number(given);
    const row = this.rowOf(scope, true);
    const old = this.valueOf(row, spec);
    this.put(row, spec, value);
    return old;
  }

  /** Every limit that is set, but for those that each symbol has alike. Cold. */
  entries(): LimitEntry[] {
    const scopes: [Scope, number][] = [
      [{ of: 'firm' }, FIRM],
      [{ of: 'session' }, SESSION],
      ...this.strategies.map((name, index): [Scope, number] => [{ of: 'strategy', name }, FIRST_STRATEGY + index]),
    ];
    for (let index = 0; index < (this.header[HEADER.symbols] as number); index += 1)
      scopes.push([{ of: 'symbol', name: this.symbolAt(index) }, this.firstSymbol + index]);
    return scopes.flatMap(([scope, row]) =>
      LIMITS.flatMap((spec) => {
        const value = this.valueOf(row, spec);
        return value === null || (spec.kind === 'flag' && value === 0) ? [] : [{ scope, name: spec.name, value }];
      }),
    );
  }

  /** The defaults, then what is configured over them. @throws HotlapError as `set`, and ERR_LIMIT_SCOPE for an unknown strategy */
  configure(limits: RiskLimits): void {
    for (const spec of LIMITS) {
      for (const scope of spec.scopes) this.setEach(scope, spec.name, spec.default[scope] ?? null);
    }
    const { session = {}, eachStrategy = {}, strategies = {}, eachSymbol = {}, symbols = {}, ...firm } = limits;
    this.setAll(firm, (name, value) => this.set({ of: 'firm' }, name, value));
    this.setAll(session, (name, value) => this.set({ of: 'session' }, name, value));
    this.setAll(eachStrategy, (name, value) => this.setEach('strategy', name, value));
    this.setAll(eachSymbol, (name, value) => this.setEach('symbol', name, value));
    for (const [name, values] of Object.entries(strategies))
      this.setAll(values, (limit, value) => this.set({ of: 'strategy', name }, limit, value));
    for (const [name, values] of Object.entries(symbols))
      this.setAll(values, (limit, value) => this.set({ of: 'symbol', name }, limit, value));
  }

  private setAll(values: LimitValues, set: (name: LimitName, value: number | null) => void): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) set(name as LimitName, value === null ? null : Number(value));
    }
  }

  /** For all of a kind: of symbols also those to come. */
  private setEach(of: LimitScope, name: LimitName, value: number | null): void {
    if (of === 'firm' || of === 'session') {
      this.set({ of }, name, value);
      return;
    }
    const spec = specOf(name);
    checkScope(spec, { of, name: '' });
    checkValue(spec, value);
    if (of === 'strategy') {
      for (const index of this.strategies.keys()) this.put(FIRST_STRATEGY + index, spec, value);
      return;
    }
    this.put(NEW_SYMBOL, spec, value);
    for (let index = 0; index < (this.header[HEADER.symbols] as number); index += 1)
      this.put(this.firstSymbol + index, spec, value);
  }

  private put(row: number, spec: LimitSpec, value: number | null): void {
    const { values } = this;
    const column = LIMIT[spec.name];
    values[row * LIMIT_ROW + column] = value ?? NO_LIMIT[spec.strictest];
    const firm = values[FIRM * LIMIT_ROW + column] as number;
    const session = values[SESSION * LIMIT_ROW + column] as number;
    values[BOTH * LIMIT_ROW + column] = spec.strictest === 'least' ? Math.min(firm, session) : Math.max(firm, session);
    this.flags[row] = this.flagsOf(row);
    this.flags[BOTH] = this.flagsOf(BOTH);
  }

  private flagsOf(row: number): number {
    let bits = 0;
    for (const [column, bit] of FLAG_COLUMNS) if (this.values[row * LIMIT_ROW + column] === 1) bits |= bit;
    return bits;
  }

  private valueOf(row: number, spec: LimitSpec): number | null {
    const value = this.values[row * LIMIT_ROW + LIMIT[spec.name]] as number;
    return spec.kind !== 'flag' && value === NO_LIMIT[spec.strictest] ? null : value;
  }

  /** @param make whether a symbol without a row gets one */
  private rowOf(scope: Scope, make: boolean): number {
    if (scope.of === 'firm') return FIRM;
    if (scope.of === 'session') return SESSION;
    if (scope.of === 'symbol') return this.rowOfSymbol(scope.name, make);
    const index = this.strategies.indexOf(scope.name);
    if (index >= 0) return FIRST_STRATEGY + index;
    throw new HotlapError(
      'ERR_LIMIT_SCOPE',
      `There is no strategy ${scope.name}: it is one of ${this.strategies.join(', ')}.`,
      { exitStatus: 2 },
    );
  }

  private rowOfSymbol(symbol: string, make: boolean): number {
    const count = this.header[HEADER.symbols] as number;
    for (let index = this.rows.size; index < count; index += 1)
      this.rows.set(this.symbolAt(index), this.firstSymbol + index);
    const known = this.rows.get(symbol);
    if (known !== undefined) return known;
    if (!make) return NEW_SYMBOL;
    if (!/^[!-~]{1,16}$/.test(symbol)) {
      throw new HotlapError('ERR_SYMBOL_INVALID', `${JSON.stringify(symbol)} is not a symbol of 1 to 16 characters.`, {
        exitStatus: 2,
      });
    }
    if (count === this.maxSymbols) {
      throw new HotlapError(
        'ERR_TOO_MANY_INSTRUMENTS',
        `There are limits for ${count} symbols, the most there may be: raise maxInstruments.`,
      );
    }
    for (let at = 0; at < symbol.length; at += 1) this.names[count * NAME_BYTES + at] = symbol.charCodeAt(at);
    const row = this.firstSymbol + count;
    this.values.copyWithin(row * LIMIT_ROW, NEW_SYMBOL * LIMIT_ROW, (NEW_SYMBOL + 1) * LIMIT_ROW);
    this.flags[row] = this.flags[NEW_SYMBOL] as number;
    this.rows.set(symbol, row);
    this.header[HEADER.symbols] = count + 1;
    return row;
  }

  private symbolAt(index: number): string {
    const bytes = this.names.slice(index * NAME_BYTES, (index + 1) * NAME_BYTES);
    const end = bytes.indexOf(0);
    return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end));
  }
}

const specOf = (name: string): LimitSpec => {
  const column = Object.hasOwn(LIMIT, name) ? LIMIT[name as LimitName] : undefined;
  if (column !== undefined) return LIMITS[column] as LimitSpec;
  const near = suggest(name, Object.keys(LIMIT));
  throw new HotlapError(
    'ERR_LIMIT_UNKNOWN',
    `There is no limit ${name}${near === undefined ? `: it is one of ${Object.keys(LIMIT).join(', ')}` : `: did you mean ${near}?`}`,
    { exitStatus: 2 },
  );
};

const checkScope = (spec: LimitSpec, scope: Scope): void => {
  if (spec.scopes.includes(scope.of)) return;
  throw new HotlapError(
    'ERR_LIMIT_SCOPE',
    `${spec.name} cannot be set for ${scopeText(scope)}: it holds by ${spec.scopes.join(', ')}.`,
    { exitStatus: 2 },
  );
};

const checkValue = ({ name, kind, min, max }: LimitSpec, value: number | boolean | null): void => {
  if (value === null || (typeof value === 'boolean' && kind === 'flag')) return;
  if (typeof value === 'number' && value >= min && value <= max && (kind === 'number' || Number.isInteger(value)))
    return;
  const what =
    kind === 'flag'
      ? 'on (1) or off (0)'
      : `${kind === 'integer' ? 'a whole number' : 'a number'} from ${min} to ${max}`;
  throw new HotlapError('ERR_LIMIT_VALUE', `${name} cannot be ${value}: it is ${what}.`, { exitStatus: 2 });
};
