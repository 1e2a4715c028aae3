export const EXPORT_TABLES = ['ticks', 'books', 'orders', 'fills', 'latencies'] as const;
export type ExportTableName = (typeof EXPORT_TABLES)[number];

/** What `hotlap export --json` prints. Keys are a promise to scripts: add, never rename. */
export interface ExportResult {
  source: string;
  /** Folder that --out named, absolute. */
  out: string;
  tables: ExportTable[];
  /** Where ticks and books are from; null without them. */
  market: ExportMarket | null;
  elapsedSeconds: number;
}

export interface ExportTable {
  table: ExportTableName;
  file: string;
  rows: number;
  bytes: number;
}

export interface ExportMarket {
  /** The recording; of a live run its folder. */
  file: string;
  /** The feed's midnight, UTC; null where nothing says which day it was: the column `time` is null then. */
  midnight: string | null;
  symbols: number;
  /** Read of the feed. */
  messages: number;
  gaps: number;
  lostMessages: number;
  /** Something was lost, or made no sense: from there on no book was to be trusted. */
  stale: boolean;
  /** The recording, or the tape, breaks off; everything before that was used. */
  truncated: boolean;
}
