export type ParamValue = string | number | boolean;

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

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

export type ParamValues<Specs extends ParamSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ParamSpec<infer Value> ? Value : never;
};

export interface TextOptions {
  readonly live?: boolean;
  readonly description?: string;
}

export interface NumberOptions extends TextOptions {
  readonly min?: number;
  readonly max?: number;
}

export interface PriceOptions extends TextOptions {
  /** Decimal strings, like the default. */
  readonly min?: string;
  readonly max?: string;
  /** 10,000 when absent, as TotalView-ITCH has it. */
  readonly priceScale?: number;
}
