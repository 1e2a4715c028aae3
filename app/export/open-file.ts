/** The files of one export: none of them is seen before all of them are whole. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { ExportTable, ExportTableName } from '../../report/export-result.ts';
import type { ColumnSpec } from './column.ts';
import { ParquetFile } from './parquet-file.ts';

export type OpenFile = (table: ExportTableName, columns: readonly ColumnSpec[]) => ParquetFile;

const fileOf = (folder: string, table: ExportTableName): string => join(folder, `${table}.parquet`);

/** @throws HotlapError ERR_EXPORT_EXISTS */
export function refuseExisting(folder: string, tables: readonly ExportTableName[]): void {
  const there = tables.map((table) => fileOf(folder, table)).find((file) => existsSync(file));
  if (there === undefined) return;
  throw new HotlapError(
    'ERR_EXPORT_EXISTS',
    `${there} exists already: choose another folder with --out, or write over it with --force.`,
  );
}

export class ExportFiles {
  readonly #folder: string;
  readonly #files = new Map<ExportTableName, ParquetFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly open: OpenFile = (table, columns) => {
    const file = new ParquetFile(fileOf(this.#folder, table), columns);
    this.#files.set(table, file);
    return file;
  };

  /** @returns what was written */
  publish(): ExportTable[] {
    const files = [...this.#files];
    for (const [, file] of files) file.finish();
    for (const [, file] of files) file.publish();
    return files.map(([table, { path, rows, bytes }]) => ({ table, file: path, rows, bytes }));
  }

  /** Leaves nothing of what was not published. */
  discard(): void {
    for (const file of this.#files.values()) file.discard();
  }
}
