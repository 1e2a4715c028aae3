import { HotlapError } from '../domain/errors.ts';
import { suggest } from '../domain/suggest.ts';

/** What a parameter may be: as the command line, the configuration or `hotlap ctl` gives it. */
export type ParamValue = string | number | boolean;

/** What kind of value a parameter takes. */
export type ParamKind = 'symbol' | 'integer' | 'number' | 'price' | 'boolean' | 'string';

/** A declared parameter: data that becomes a CLI flag, a configuration key and a line of reference. */
export interface ParamSpec<Value extends ParamValue = ParamValue> {
  readonly kind: ParamKind;
  readonly default: Value;
  readonly min?: number;
  readonly max?: number;
  /** May be changed while the strategy runs. */
  readonly live: boolean;
  readonly description?: string;
  /** Only `price`: units per 1, so that the value is an integer at the instrument's scale. */
  readonly priceScale?: number;
}

/** Parameters as `defineStrategy` takes them: by name. */
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** Values of declared parameters: what `ctx.params` holds. */
export type ParamValues<Specs extends ParamSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ParamSpec<infer Value> ? Value : never;
};

/** What may be said of every parameter. */
export interface TextOptions {
  readonly live?: boolean;
  readonly description?: string;
}

/** What may be said of a parameter that is a number. */
export interface NumberOptions extends TextOptions {
  readonly min?: number;
  readonly max?: number;
}

/** What may be said of a parameter that is a price. */
export interface PriceOptions extends TextOptions {
  /** Decimal strings, like the default. */
  readonly min?: string;
  readonly max?: string;
  /** 10,000 when absent, as TotalView-ITCH has it. */
  readonly priceScale?: number;
}

const DEFAULT_PRICE_SCALE = 10_000;

const spec = <Value extends ParamValue>(
  kind: ParamKind,
  value: Value,
  options: NumberOptions & { priceScale?: number },
): ParamSpec<Value> => Object.freeze({ kind, default: value, ...options, live: options.live ?? false });

/** Declares parameters. Bounds hold for the default, the command line, configuration and live changes alike. */
export const param = {
  symbol: (value: string, options: TextOptions = {}): ParamSpec<string> => spec('symbol', value, options),
  integer: (value: number, options: NumberOptions = {}): ParamSpec<number> => spec('integer', value, options),
  number: (value: number, options: NumberOptions = {}): ParamSpec<number> => spec('number', value, options),
  /** A decimal string such as '320.14'; the value is an integer of 1/priceScale. */
  price: (value: string, options: PriceOptions = {}): ParamSpec<number> => {
    const { min, max, priceScale = DEFAULT_PRICE_SCALE, ...rest } = options;
    const bound = (text: string): number => parsePrice(text, priceScale);
    return spec('price', bound(value), {
      ...rest,
      priceScale,
      ...(min === undefined ? {} : { min: bound(min) }),
      ...(max === undefined ? {} : { max: bound(max) }),
    });
  },
  boolean: (value: boolean, options: TextOptions = {}): ParamSpec<boolean> => spec('boolean', value, options),
  string: (value: string, options: TextOptions = {}): ParamSpec<string> => spec('string', value, options),
};

/** Decimal text to an integer of 1/scale; NaN when it is not a decimal number or has more digits than the scale. */
export const parsePrice = (text: string, scale: number): number => {
  const match = /^([+-]?)(\d{1,12})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return Number.NaN;
  const digits = Math.round(Math.log10(scale));
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return Number.NaN;
  const units = Number(`${match[2]}${fraction.padEnd(digits, '0')}`);
  return match[1] === '-' ? -units : units;
};

const readNumber = (kind: ParamKind, raw: ParamValue, scale: number): number => {
  if (kind === 'price') return parsePrice(String(raw), scale);
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof value === 'number' ? value : Number.NaN;
};

/** Why a number does not fit, or an empty string. */
const misfit = (declared: ParamSpec, value: number): string => {
  if (!Number.isFinite(value)) return declared.kind === 'price' ? 'a price like 320.14' : 'a number';
  if (declared.kind === 'integer' && !Number.isSafeInteger(value)) return 'a whole number';
  const scale = declared.priceScale ?? 1;
  if (declared.min !== undefined && value < declared.min) return `at least ${declared.min / scale}`;
  if (declared.max !== undefined && value > declared.max) return `at most ${declared.max / scale}`;
  return '';
};

const SYMBOL = /^[!-~]{1,16}$/;

/**
 * Reads one value as declared, from text (command line) or data (configuration). Prices are decimal text.
 * @throws HotlapError ERR_PARAM_VALUE
 */
export const parseParam = (name: string, declared: ParamSpec, raw: ParamValue): ParamValue => {
  const refuse = (wanted: string): never => {
    throw misfitting(`Parameter ${name} must be ${wanted}, not ${JSON.stringify(raw)}.`, name);
  };
  switch (declared.kind) {
    case 'boolean':
      if (raw === true || raw === 'true') return true;
      return raw === false || raw === 'false' ? false : refuse('true or false');
    case 'string':
      return String(raw);
    case 'symbol':
      return SYMBOL.test(String(raw)) ? String(raw) : refuse('a symbol of 1 to 16 printable characters');
    default: {
      const value = readNumber(declared.kind, raw, declared.priceScale ?? 1);
      const wanted = misfit(declared, value);
      return wanted === '' ? value : refuse(wanted);
    }
  }
};

/**
 * Values of all declared parameters: those given, defaults for the rest.
 * @throws HotlapError ERR_PARAM_UNKNOWN, ERR_PARAM_VALUE
 */
export const parseParams = (
  specs: ParamSpecs,
  given: Readonly<Record<string, ParamValue>>,
): Record<string, ParamValue> => {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) unknownParam(name, Object.keys(specs));
  }
  const values: Record<string, ParamValue> = {};
  for (const [name, declared] of Object.entries(specs)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    // A default passes the bounds too, but a price's is already in units.
    values[name] = raw === undefined ? checkedDefault(name, declared) : parseParam(name, declared, raw);
  }
  return values;
};

/** @throws HotlapError ERR_PARAM_UNKNOWN */
export const unknownParam = (name: string, known: readonly string[]): never => {
  const near = suggest(name, known);
  const hint = near === undefined ? `the strategy has: ${known.join(', ') || 'none'}.` : `did you mean ${near}?`;
  throw new HotlapError('ERR_PARAM_UNKNOWN', `There is no parameter ${name}; ${hint}`, {
    exitStatus: 2,
    details: { param: name },
  });
};

const checkedDefault = (name: string, declared: ParamSpec): ParamValue => {
  const wanted = typeof declared.default === 'number' ? misfit(declared, declared.default) : '';
  if (wanted === '') return declared.default;
  throw misfitting(`The default of parameter ${name} must be ${wanted}.`, name);
};

const misfitting = (sentence: string, param: string): HotlapError =>
  new HotlapError('ERR_PARAM_VALUE', sentence, { exitStatus: 2, details: { param } });
