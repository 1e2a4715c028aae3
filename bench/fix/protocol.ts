/** What the benchmark and its subjects, each a process of its own, say to each other: one JSON document a line. */
import type { Kind } from './wire.ts';

/**
 * `parse` with the sum of the bytes verified and ten fields read; `encode` sets every field that varies and writes the
 * message; further ones only some subjects have.
 */
export type Operation = 'parse' | 'parse-dictionary' | 'encode' | 'serialise';

/** Whole passes over all messages, until `ms` have gone by; each batch is timed. */
export interface TimeRequest {
  readonly do: 'time';
  readonly operation: Operation;
  readonly kind: Kind;
  readonly ms: number;
}

/** The same work without a clock: what it allocates. */
export interface AllocateRequest {
  readonly do: 'allocate';
  readonly operation: Operation;
  readonly kind: Kind;
  readonly passes: number;
}

/** Writes every message that `operation` encodes to a file. */
export interface EncodedRequest {
  readonly do: 'encoded';
  readonly operation: Operation;
  readonly kind: Kind;
  readonly file: string;
}

export type SubjectRequest = TimeRequest | AllocateRequest | EncodedRequest;

export interface Ready {
  readonly name: string;
  readonly version: string;
  readonly operations: readonly Operation[];
  /** How it was built or started: what a reader must know to repeat it. */
  readonly how: string;
}

export interface Timed {
  readonly passes: number;
  /** ns of each batch. */
  readonly batches: readonly number[];
  /** Of parsing: ten sums over all passes. Of encoding: bytes, and CheckSum(10) values, over all passes. */
  readonly sums: readonly number[];
}

export interface Allocated {
  readonly bytes: number;
  readonly messages: number;
  /** Of a collected heap; null where there is none. */
  readonly collections: number | null;
}

/** Messages that are timed together: a clock reading is then below one nanosecond for each. */
export const BATCH = 64;
