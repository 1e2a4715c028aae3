/** What `hotlap bench tick-to-order --json` prints. Times in ns; keys are a promise to scripts: add, never rename. */
import type { BenchLatency } from './samples.ts';

/** The engine with every safeguard, and without limits and journal. */
export type EngineSubject = 'engine' | 'bare';
export type Subject = EngineSubject | 'floor';

export interface BenchRow {
  /** Messages a second. */
  rate: number;
  messagesPerPacket: number;
  rx: string;
  tx: string;
  subject: Subject;
  /** Messages that the simulator sent and the subject applied, over all rounds. */
  sent: number;
  received: number;
  lost: number;
  orders: number;
  wireToWire: BenchLatency;
  tickToOrder: BenchLatency;
  /** Sends, those of the session's own messages included: all that an order needs of the kernel. */
  systemCallsPerOrder: number;
  /** All system calls of the hot thread's sockets; the polls of idle turns are among them. */
  systemCalls: { feedReceive: number; fixReceive: number; fixSend: number };
  /** Of JavaScript's heap; the floor has none. */
  bytesPerEvent: number;
  collections: number;
  rounds: number;
  events: number;
  /** Gaps over 1 µs that the subject's idle loop saw between two of its own stamps. */
  stallsOver1us: { count: number; lostShare: number };
  /** Packets that the playback sent more than 20 µs after their time: the far end's own trouble. */
  latePackets: number;
  packets: number;
}

/** Quotients of percentiles measured in the same run, of the engine over what it was compared with. */
export interface Comparison {
  rate: number;
  rx: string;
  tx: string;
  engineOverFloor?: Ratio;
  engineOverBare?: Ratio;
  /** The first leg of what it was compared with against its last one: what the host alone makes of the same program. */
  floorOverFloor?: Ratio;
  bareOverBare?: Ratio;
}

export interface TransportFact {
  rx: string;
  tx: string;
  receive: { backend: string; accelerated: boolean; reason: string };
  send: { backend: string; accelerated: boolean; reason: string };
}

export interface Ratio {
  p50: number | null;
  p99: number | null;
}

export interface BenchResult {
  rows: BenchRow[];
  comparisons: Comparison[];
  /** How the engine received and sent in fact, in words. */
  facts: TransportFact[];
  /** Not measured here, and why. */
  unavailable: { rx: string; tx: string; reason: string }[];
  recording: { file: string | null; symbols: number | null; symbol: string; seed: number | null };
  host: {
    cpu: string;
    cpus: number;
    kernel: string;
    node: string;
    flags: string[];
    hotCore: number | null;
    idle: string;
  };
  /** In all legs no message was lost. */
  lossless: boolean;
}
