/** A native thread that takes live groups off their transports and leaves them, as blocks of pcapng, in a ring. */
import type { AfXdpSource, DpdkSource, KernelSource, ShmSource, TransportReport } from './feed-source.ts';

export interface PacketRecorderOptions {
  /** Of what waits to be written: at least 131,328, rounded up to a power of two. */
  ringBytes: number;
  /** CPU for the thread; absent: not pinned. */
  cpu?: number;
  /** Sleeps 50 µs at a time when nothing has come for a while; else it asks on and on. */
  naps: boolean;
  /** Ends after so many. */
  maxPackets?: number;
}

/** Where a group comes from; what a feed has beside that is not looked at. */
export type RecorderSource = (AfXdpSource | DpdkSource | KernelSource | ShmSource) & {
  /** Refuses what goes through the kernel's network stack. */
  bypass?: boolean;
};

export interface RecorderTake {
  /** At least 65,664 bytes. */
  out: Uint8Array;
  /** Two doubles an input, written anew: packets taken, and packets that were lost before them. */
  counts: Float64Array;
  /** Stops before the first packet of that time or later, in ns since 1970; absent: takes what is there. */
  limitNs?: bigint;
}

export interface RecorderTaken {
  bytes: number;
  packets: number;
  /** Offset of the last block. */
  lastAt: number;
  /** It stopped at the limit. */
  limited: boolean;
}

export interface RecorderInput {
  /** Lost before the thread could have them: in a socket's buffer, in a device's ring. */
  dropped: number;
  /** Not recorded: parts of datagrams, longer ones than may be, frames that make no sense, of nobody. */
  fragments: number;
  oversized: number;
  malformed: number;
  foreign: number;
  receiveCalls: number;
  /** `crowdedOut`: lost because the ring was full. */
  groups: { group: string; packets: number; bytes: number; crowdedOut: number }[];
}

export interface PacketRecorder {
  /** Opens a way in, an interface of the recording. Throws an Error with a code and a sentence. @returns its number */
  add(source: RecorderSource): number;
  /** One more group of a device that is open. */
  addGroup(input: number, group: { group: string; port: number }): void;
  transport(input: number): TransportReport;
  start(): void;
  /** 0 not started, 1 recording, 2 as many packets as wanted, 3 stopped. */
  phase(): number;
  /** Ends the thread. What is in the ring may still be taken. */
  stop(): void;
  /** Ends it, and lets sockets and devices go; `inputs` is empty from then on. */
  close(): void;
  /** Whole blocks. */
  take(options: RecorderTake): RecorderTaken;
  /** The thread asks what is told by a system call only; `inputs` has it a turn later. */
  askLosses(): void;
  /** Bytes in the ring. */
  waiting(): number;
  inputs(): RecorderInput[];
}
