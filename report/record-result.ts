/** What `record` returns and prints with --json. Keys are a promise: add, never rename. */
import type { ReceiveTransport } from './run-result.ts';

export interface RecordResult {
  /** As they lie there, in order; those that --keep has removed are not among them. */
  files: RecordedFile[];
  removedFiles: number;
  /** In all files, the removed ones too. */
  packets: number;
  seconds: number;
  lost: {
    /** For whatever reason: what isb_ifdrop of all files comes to. */
    packets: number;
    /** In sockets' buffers and devices' rings. */
    transport: number;
    /** Because the ring was full: the disk was too slow. */
    ring: number;
    /** Received, and not written because the disk failed. */
    unwritten: number;
  };
  /** Each an interface of the recording. */
  inputs: RecordedInput[];
  ended: 'signal' | 'seconds' | 'packets' | 'failure';
}

export interface RecordedFile {
  file: string;
  packets: number;
  lost: number;
  /** On the disk. */
  bytes: number;
}

export interface RecordedInput {
  transport: ReceiveTransport;
  interface: string;
  /** Frames as they came, or made again around what a kernel socket gave. */
  frames: 'received' | 'rebuilt';
  /** Lost before hotlap had them; of a device nobody knows whose they were. */
  dropped: number;
  /** Not recorded. */
  skipped: { fragments: number; oversized: number; malformed: number; foreign: number };
  /** `lost` because the ring was full; `bytes` of whole frames. */
  groups: { group: string; packets: number; bytes: number; lost: number }[];
}
