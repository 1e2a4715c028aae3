/** What `hotlap convert` has done: the document of its `--json`. */
export interface ConvertResult {
  readonly input: string;
  readonly output: string;
  readonly format: ConvertFormat;
  readonly compress: 'none' | 'gzip' | 'zstd';
  /** Of the file that was written. */
  readonly bytes: number;
  /** Of a capture. */
  readonly frames: { readonly read: number; readonly written: number };
  /** Of the feed, where it was taken apart; null where frames were copied as they are. */
  readonly messages: { readonly read: number; readonly written: number; readonly group: string } | null;
  /** What was left out, and why. */
  readonly skipped: {
    /** Frames or messages outside of --from and --to. */
    readonly outsideTime: number;
    /** Frames of other groups and protocols. */
    readonly otherGroups: number;
    readonly otherSymbols: number;
    readonly malformed: number;
    readonly duplicates: number;
  };
  /** Of those asked for, which the recording does not have. */
  readonly missingSymbols: readonly string[];
  /** Messages that the recording lacks. */
  readonly lost: number;
  /** Frames without a time of their own: they have that of the frame before. */
  readonly untimed: number;
  /** The recording breaks off inside a record; everything before it was used. */
  readonly truncated: boolean;
}

export const CONVERT_FORMATS = ['pcap', 'pcap-us', 'pcapng', 'binaryfile'] as const;
export type ConvertFormat = (typeof CONVERT_FORMATS)[number];
