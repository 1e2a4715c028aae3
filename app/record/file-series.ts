/** The files of a recording, one after the other: what the recorder's ring holds goes into them. */
import { unlink } from 'node:fs/promises';
import type { PacketRecorder } from '../../native/index.ts';
import type { RecordedFile } from '../../report/record-result.ts';
import { clearNumbered, compressOf, numbered } from './file-names.ts';
import type { InterfaceDescription } from './pcapng-blocks.ts';
import { type Compress, type Counts, nowNs, RecordFile } from './record-file.ts';

export interface FileSeriesOptions {
  /** Ends in .pcapng, .pcapng.gz or .pcapng.zst. */
  readonly path: string;
  readonly force: boolean;
  /** A file ends once it has so many bytes on the disk; null: never. */
  readonly rotateBytes: number | null;
  /** A file ends with a period of so many seconds, counted from 1970; null: never. */
  readonly rotateSeconds: number | null;
  /** Of the last so many files the others are removed; null: all stay. */
  readonly keep: number | null;
  readonly application: string;
  readonly interfaces: readonly InterfaceDescription[];
  readonly onFile: (file: RecordedFile) => void;
}

/** Compresses well, and is soon read again by whoever looks at a file that is being written. */
const CHUNK_BYTES = 512 << 10;
/** The native ring's longest block: a chunk with less room is written. */
const LONGEST_BLOCK = 65_664;
/** Of what is compressed, a kill loses no more than was received in it. */
const FLUSH_MS = 1_000;
/** A period is over when nothing of it can be on its way any more. */
const LATE_NS = 1_000_000_000n;

export class FileSeries {
  readonly files: RecordedFile[] = [];
  removed = 0;
  readonly #options: FileSeriesOptions;
  readonly #recorder: PacketRecorder;
  readonly #compress: Compress;
  readonly #periodNs: bigint | null;
  readonly #chunk: Uint8Array;
  /** Of the chunk, and of one take. */
  readonly #counts: Counts;
  readonly #taken: Counts;
  readonly #told: Float64Array;
  #length = 0;
  #flushedMs = performance.now();
  #file: RecordFile | null = null;
  #number = 0;
  #endedPackets = 0;
  #limitNs: bigint | null = null;

  private constructor(recorder: PacketRecorder, options: FileSeriesOptions) {
    this.#options = options;
    this.#recorder = recorder;
    this.#compress = compressOf(options.path) ?? 'none';
    this.#periodNs = options.rotateSeconds === null ? null : BigInt(Math.round(options.rotateSeconds * 1e9));
    this.#counts = new Float64Array(2 * options.interfaces.length);
    this.#taken = new Float64Array(2 * options.interfaces.length);
    this.#told = new Float64Array(options.interfaces.length);
    // A file is longer than was asked for by less than a chunk.
    const piece = options.rotateBytes === null ? CHUNK_BYTES : Math.min(CHUNK_BYTES, options.rotateBytes / 8);
    this.#chunk = new Uint8Array(Math.max(2 * LONGEST_BLOCK, Math.floor(piece)));
  }

  /** With the first file there: where none can be written nothing is received. */
  static async open(recorder: PacketRecorder, options: FileSeriesOptions): Promise<FileSeries> {
    const series = new FileSeries(recorder, options);
    if (series.#rotates) await clearNumbered(options.path, options.force);
    if (series.#periodNs !== null) series.#limitNs = (nowNs() / series.#periodNs + 1n) * series.#periodNs;
    await series.#current();
    return series;
  }

  /** In all files, the removed ones too. */
  get packets(): number {
    return this.#endedPackets + (this.#file?.packets ?? 0);
  }

  /** Of an input: what the blocks have told that were taken. */
  toldLost(input: number): number {
    return this.#told[input] ?? 0;
  }

  get #rotates(): boolean {
    return this.#options.rotateBytes !== null || this.#options.rotateSeconds !== null;
  }

  /** Takes what there is room for, and writes what is due. @returns whether there may be more */
  async drain(): Promise<boolean> {
    const { bytes, limited } = this.#recorder.take({
      out: this.#chunk.subarray(this.#length),
      counts: this.#taken,
      ...(this.#limitNs !== null && { limitNs: this.#limitNs }),
    });
    this.#length += bytes;
    for (let index = 0; index < this.#taken.length; ++index) this.#counts[index]! += this.#taken[index]!;
    for (let input = 0; input < this.#told.length; ++input) this.#told[input]! += this.#taken[2 * input + 1]!;
    const due = this.#compress === 'none' || performance.now() - this.#flushedMs >= FLUSH_MS;
    if (limited || due || this.#chunk.length - this.#length < LONGEST_BLOCK) await this.#flush();
    if (limited) await this.#nextPeriod();
    else if (bytes === 0) await this.#endPeriod();
    return bytes > 0 || limited;
  }

  /** @param lost of each interface, behind the last packet @param comment for the last file */
  async finish(lost: readonly number[], comment: string): Promise<void> {
    await this.#flush();
    if (lost.some((count) => count > 0)) {
      const counts = new Float64Array(2 * lost.length);
      lost.forEach((count, index) => {
        counts[2 * index + 1] = count;
      });
      (await this.#current()).count(counts);
    }
    await this.#endFile(comment);
  }

  /** After a failure: what is whole stays, and the file ends there if it can. */
  async abandon(): Promise<void> {
    // The failure that led here says it all.
    await this.#endFile().catch(() => {});
  }

  async #flush(): Promise<void> {
    this.#flushedMs = performance.now();
    if (this.#length === 0) return;
    const file = await this.#current();
    await file.append(this.#chunk.subarray(0, this.#length), this.#counts);
    this.#length = 0;
    this.#counts.fill(0);
    const { rotateBytes } = this.#options;
    if (rotateBytes !== null && file.bytes >= rotateBytes) await this.#endFile();
  }

  async #nextPeriod(): Promise<void> {
    await this.#endFile();
    this.#limitNs = (this.#limitNs as bigint) + (this.#periodNs as bigint);
  }

  /** Its file is whole as soon as its time is over, whether a packet follows or not. */
  async #endPeriod(): Promise<void> {
    if (this.#limitNs === null || this.#file === null || nowNs() < this.#limitNs + LATE_NS) return;
    await this.#flush();
    await this.#nextPeriod();
  }

  async #current(): Promise<RecordFile> {
    if (this.#file === null) {
      const { path, force, application, interfaces } = this.#options;
      this.#number += 1;
      this.#file = await RecordFile.create({
        path: this.#rotates ? numbered(path, this.#number) : path,
        compress: this.#compress,
        force,
        application,
        interfaces,
      });
    }
    return this.#file;
  }

  async #endFile(comment = ''): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    try {
      await file.finish(comment);
    } finally {
      this.#endedPackets += file.packets;
      this.files.push(file.facts());
    }
    this.#options.onFile(file.facts());
    const { keep } = this.#options;
    while (keep !== null && this.files.length > keep) {
      const oldest = this.files.shift() as RecordedFile;
      await unlink(oldest.file).catch(() => {});
      this.removed += 1;
    }
  }
}
