/** What `hotlap bench fix --json` prints. Times in ns; keys are a promise to scripts: add, never rename. */
import type { BenchLatency } from '../samples.ts';
import type { Operation } from './protocol.ts';
import type { Kind } from './wire.ts';

/** One subject, one operation, one kind of message. */
export interface CodecRow {
  subject: string;
  operation: Operation;
  message: Kind;
  /** ns for each message, of batches of `BATCH`; the percentiles are over all batches of all rounds. */
  nsPerMessage: BenchLatency;
  bytesPerMessage: number;
  /** Of a collected heap, while the bytes were counted; null where there is none. */
  collections: number | null;
  messages: number;
}

/** A round trip between two processes of one subject. */
export interface RoundTripRow {
  subject: string;
  roundTrip: BenchLatency;
  /** How both sides were set up. */
  how: string;
}

export interface SubjectNote {
  subject: string;
  version: string;
  how: string;
}

export interface Bar {
  what: string;
  required: string;
  measured: string;
  met: boolean;
}

export interface FixBenchResult {
  codec: CodecRow[];
  roundTrips: RoundTripRow[];
  subjects: SubjectNote[];
  /** What could not be measured here, and how to get it. */
  absent: { subject: string; reason: string }[];
  bars: Bar[];
  messages: { kind: Kind; count: number; fields: number; meanBytes: number }[];
  host: {
    cpu: string;
    cpus: number;
    kernel: string;
    node: string;
    hotCore: number | null;
    rounds: number;
    /** Of the last minute before the run: what else the machine was doing. */
    loadAverage: number;
    /** Gaps over 20 µs that the floor's own loop saw while it waited for nothing: the host's share of the tails. */
    stalls: string;
  };
}
