/** Parquet files as DuckDB reads them. */
import { DuckDBInstance } from '@duckdb/node-api';

export type Row = Record<string, unknown>;

export interface Database {
  /** In the folder of the files. Decimals and times as text, integers of 64 bits as bigint. */
  rows(sql: string): Promise<Row[]>;
  /** By column. */
  types(file: string): Promise<Record<string, string>>;
  close(): void;
}

export async function openDatabase(folder: string): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET file_search_path = '${folder}'`);
  const rows = async (sql: string): Promise<Row[]> => {
    const reader = await connection.runAndReadAll(sql);
    const names = reader.columnNames();
    return reader
      .getRows()
      .map((row) => Object.fromEntries(row.map((value, at) => [names[at] as string, plain(value)])));
  };
  return {
    rows,
    types: async (file) => {
      const described = await rows(`DESCRIBE FROM '${file}'`);
      return Object.fromEntries(described.map(({ column_name, column_type }) => [column_name, column_type as string]));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null ? String(value) : value);
