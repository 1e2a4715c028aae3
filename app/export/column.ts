/** A column of a table that is written: what it holds, for readers of the file and of the reference page, and its values until they are. */
import type { ColumnSource, SchemaElement } from 'hyparquet-writer';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** Never null. */
  readonly required?: true;
  /** Of the reference page: what it is, its unit and where it comes from. */
  readonly about: string;
}

/** By type: what the file calls it, and what DuckDB makes of it. */
export const COLUMN_TYPES = {
  /** Given as ns; written as they are. */
  time: { parquet: 'INT64, TIMESTAMP(NANOS)', duckdb: 'TIMESTAMP_NS' },
  int64: { parquet: 'INT64', duckdb: 'BIGINT' },
  int32: { parquet: 'INT32', duckdb: 'INTEGER' },
  uint64: { parquet: 'INT64, UINT_64', duckdb: 'UBIGINT' },
  /** Given as a whole number of 1/10,000. */
  price: { parquet: 'INT64, DECIMAL(18, 4)', duckdb: 'DECIMAL(18,4)' },
  text: { parquet: 'BYTE_ARRAY, STRING', duckdb: 'VARCHAR' },
  flag: { parquet: 'BOOLEAN', duckdb: 'BOOLEAN' },
} as const;

export type ColumnType = keyof typeof COLUMN_TYPES;
export type Value = number | bigint | string | null;

export function schemaElement({ name, type, required }: ColumnSpec): SchemaElement {
  const element = { name, repetition_type: required === true ? 'REQUIRED' : 'OPTIONAL' } as const;
  switch (type) {
    case 'time':
      return {
        ...element,
        type: 'INT64',
        // Of UTC all the same: DuckDB has no type with a zone that holds ns, and would cut them off.
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' },
      };
    case 'int64':
      return { ...element, type: 'INT64' };
    case 'int32':
      return { ...element, type: 'INT32' };
    case 'uint64':
      return { ...element, type: 'INT64', converted_type: 'UINT_64' };
    case 'price':
      return {
        ...element,
        type: 'INT64',
        converted_type: 'DECIMAL',
        precision: 18,
        scale: 4,
        logical_type: { type: 'DECIMAL', precision: 18, scale: 4 },
      };
    case 'text':
      return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'flag':
      return { ...element, type: 'BOOLEAN' };
  }
}

/** The values of one row group. Numbers wait as doubles, NaN for null, and become what the file wants one column at a time. */
export class Column {
  readonly spec: ColumnSpec;
  readonly #numbers: Float64Array;
  readonly #others: (bigint | string | null)[] | undefined;
  #rows = 0;

  constructor(spec: ColumnSpec, rows: number) {
    this.spec = spec;
    const isNumeric = spec.type !== 'text' && spec.type !== 'uint64' && spec.type !== 'time';
    this.#numbers = new Float64Array(isNumeric ? rows : 0);
    this.#others = isNumeric ? undefined : [];
  }

  push(value: Value): void {
    if (this.#others !== undefined) this.#others[this.#rows] = value as bigint | string | null;
    else this.#numbers[this.#rows] = value === null ? Number.NaN : (value as number);
    this.#rows += 1;
  }

  clear(): void {
    this.#rows = 0;
  }

  /** As hyparquet-writer takes them. */
  values(): ColumnSource['data'] {
    if (this.#others !== undefined) return this.#others.slice(0, this.#rows);
    const numbers = this.#numbers.subarray(0, this.#rows);
    const { type, required } = this.spec;
    if (type === 'flag') return Array.from(numbers, (value) => (Number.isNaN(value) ? null : value === 1));
    if (type === 'int32') {
      if (required === true) return Int32Array.from(numbers);
      return Array.from(numbers, (value) => (Number.isNaN(value) ? null : value));
    }
    if (required === true) return BigInt64Array.from(numbers, BigInt);
    // A venue may price an execution finer than the column does.
    const whole = type === 'price' ? (value: number) => BigInt(Math.round(value)) : BigInt;
    return Array.from(numbers, (value) => (Number.isNaN(value) ? null : whole(value)));
  }
}
