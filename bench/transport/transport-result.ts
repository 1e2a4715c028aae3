/** What `hotlap bench transport --json` prints. Times in ns; keys are a promise to scripts: add, never rename. */
import type { BenchLatency } from '../samples.ts';

/** `af_xdp-rx`: sent by the kernel, received by AF_XDP. `dpdk`: memif, shared memory between two ports. */
export const SUBJECTS = ['kernel', 'af_xdp-rx', 'af_xdp', 'dpdk', 'shm'] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface TransportRow {
  subject: Subject;
  /** Messages a second. */
  rate: number;
  packetsPerSecond: number;
  /** Packets, those of the warm-up aside. */
  sent: number;
  received: number;
  lost: number;
  /** Of the lost ones, those that the sending device threw away; absent in older results. */
  droppedBySender?: number;
  /** From the intended send to the payload seen in the receiver. */
  wireToWire: BenchLatency;
  /** Packets that had left more than 20 µs after their time. */
  latePackets: number;
  /** System calls of the receiving thread, the polls that found nothing among them. */
  receiveCallsPerPacket: number;
  /** Polls that found something: what remains of the above under full load. */
  burstsPerPacket: number;
  sendCallsPerPacket: number;
  /** Gaps over 1 µs between two idle polls of the receiver. */
  stallsOver1us: { count: number; lostShare: number };
  rounds: number;
}

/** The highest rate tried at which nothing was lost, one message a packet; null: there was none. */
export interface ThroughputRow {
  subject: Subject;
  packetsPerSecond: number | null;
  payloadBytes: number;
  sent: number;
  /** It was sent as fast as it left, without a rate: the sender is the limit. */
  flatOut: boolean;
  /** Runs that lost packets before. */
  lossyRuns: number;
}

/** System calls between the marks of a run under strace, beside what the ends counted themselves. */
export interface TracedRow {
  subject: Subject;
  packets: number;
  receiver: { counted: number; traced: number };
  sender: { counted: number; traced: number };
  /** Names of the calls that the receiver made, most frequent first. */
  receiverCalls: string[];
}

/** sockperf's ping-pong with one packet in flight: half a round trip. null: it said nothing. */
export interface SockperfRow {
  rate: number;
  packetsPerSecond: number;
  /** As fast as the answers let it. */
  achievedPerSecond: number | null;
  p50: number | null;
  p99: number | null;
  p999: number | null;
}

export interface TransportBenchResult {
  rows: TransportRow[];
  throughput: ThroughputRow[];
  traced: TracedRow[];
  sockperf: { rows: SockperfRow[] } | { missing: string };
  /** How each was received in fact, in words. */
  facts: { subject: Subject; accelerated: boolean; zeroCopy: boolean; reason: string }[];
  /** Not measured here, and why. */
  unavailable: { subject: Subject; reason: string }[];
  payloadBytes: number;
  messagesPerPacket: number;
  /** What the kernel's packets and those of af_xdp went over. */
  network: 'veth' | 'loopback';
  host: {
    cpu: string;
    cpus: number;
    kernel: string;
    node: string;
    receiverCpu: number | null;
    senderCpu: number | null;
  };
  lossless: boolean;
}
