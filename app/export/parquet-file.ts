/** A Parquet file that is written row group by row group under another name, and gets its own once it is whole. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { HotlapError } from '../../engine/domain/errors.ts';
import { Column, type ColumnSpec, schemaElement, type Value } from './column.ts';

/** Values of a row group, which wait in memory: of 16 columns 32,768 rows, which readers skip or take as a whole. */
const GROUP_VALUES = 1 << 19;
const MAX_GROUP_ROWS = 131_072;
/** Of each group some 500 bytes a column are kept until the end: of wide tables fewer rows would be more of that than of data. */
const MIN_GROUP_ROWS = 8_192;

/** Half of the time of the default, for some percent of the size. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export class ParquetFile {
  readonly path: string;
  readonly #partial: string;
  readonly #fd: number;
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #columns: readonly Column[];
  readonly #writer: ParquetWriter;
  readonly #groupRows: number;
  #waiting = 0;
  #isOpen = true;
  rows = 0;

  get bytes(): number {
    return this.#bytes.offset;
  }

  /** @throws HotlapError ERR_EXPORT_WRITE */
  constructor(path: string, specs: readonly ColumnSpec[]) {
    this.path = path;
    this.#partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
    this.#groupRows = Math.min(MAX_GROUP_ROWS, Math.max(MIN_GROUP_ROWS, Math.floor(GROUP_VALUES / specs.length)));
    this.#columns = specs.map((spec) => new Column(spec, this.#groupRows));
    this.#fd = this.#written(() => openSync(this.#partial, 'wx'));
    this.#writer = new ParquetWriter({
      writer: Object.assign(this.#bytes, { flush: () => this.#flush(), finish: () => this.#flush() }),
      schema: [{ name: 'root', num_children: specs.length }, ...specs.map(schemaElement)],
      codec: 'ZSTD',
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes, LEVEL) },
      createdBy: 'hotlap',
    });
  }

  /** @param values one a column, in the columns' order */
  add(...values: Value[]): void {
    for (let at = 0; at < this.#columns.length; at++) this.#columns[at]?.push(values[at] as Value);
    this.rows += 1;
    this.#waiting += 1;
    if (this.#waiting === this.#groupRows) this.#writeGroup();
  }

  /** Everything is in the file, and on the disk; it has not its own name yet. */
  finish(): void {
    if (this.#waiting > 0) this.#writeGroup();
    this.#written(() => {
      this.#writer.finish();
      fsyncSync(this.#fd);
      this.#close();
    });
  }

  /** Gives it its own name, in the place of what had it. */
  publish(): void {
    this.#written(() => renameSync(this.#partial, this.path));
  }

  /** Leaves nothing behind. Harmless once it is published. */
  discard(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }

  #writeGroup(): void {
    const columnData = this.#columns.map((column) => ({
      name: column.spec.name,
      // Asked for when its turn has come: of one column at a time there are values as the file wants them.
      get data() {
        return column.values();
      },
      // Pages of a group are read together: an index of them would be kept in memory until the end.
      offsetIndex: false,
      ...(column.spec.type === 'text' && { encoding: 'RLE_DICTIONARY' as const }),
    }));
    this.#written(() => this.#writer.write({ columnData, rowGroupSize: this.#groupRows }));
    for (const column of this.#columns) column.clear();
    this.#waiting = 0;
  }

  #flush(): void {
    const bytes = this.#bytes.getBytes();
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#bytes.index = 0;
  }

  #written<T>(write: () => T): T {
    try {
      return write();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      throw new HotlapError(
        'ERR_EXPORT_WRITE',
        code === 'ENOSPC' || code === 'EDQUOT'
          ? `The disk is full: ${this.path} was not written. Make room, or choose another folder with --out.`
          : `${this.path} cannot be written (${code}): choose another folder with --out.`,
        { cause },
      );
    }
  }
}
