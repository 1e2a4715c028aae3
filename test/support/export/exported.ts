/** Exports in this process, each to a folder of its own, which DuckDB reads. */
import { afterAll } from 'vitest';
import { exportTables } from '../../../app/export.ts';
import type { ExportOptions } from '../../../app/options.ts';
import type { Workshop } from '../system/workshop.ts';
import { type Database, openDatabase } from './parquet.ts';

const DEFAULTS: Omit<ExportOptions, 'source' | 'out'> = {
  tables: [],
  symbols: [],
  everyNs: 1e9,
  depth: 5,
  date: null,
  window: {},
  feed: null,
  force: false,
};

export function exporter(shop: Workshop) {
  const open: Database[] = [];
  let count = 0;
  afterAll(() => {
    for (const database of open) database.close();
  });
  return async (source: string, options: Partial<ExportOptions> = {}) => {
    count += 1;
    const result = await exportTables({ ...DEFAULTS, source, out: shop.path(`export-${count}`), ...options });
    const database = await openDatabase(result.out);
    open.push(database);
    const counts = Object.fromEntries(result.tables.map(({ table, rows }) => [table, rows]));
    return { ...database, folder: result.out, result, counts };
  };
}

export type Exported = Awaited<ReturnType<ReturnType<typeof exporter>>>;
