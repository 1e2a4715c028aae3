/** Datagrams in and out without a feed: for recorders, and for whoever holds transports against each other. */
import type {
  AfXdpSource,
  DpdkSource,
  FaultCounts,
  FeedTransmit,
  KernelSource,
  RecordingSource,
  ShmSource,
  TransportReport,
} from './feed-source.ts';

/** Packets as they come, undecoded: for recorders, and for whoever holds transports against each other. */
export interface PacketReceiverOptions {
  source: KernelSource | AfXdpSource | ShmSource | DpdkSource | RecordingSource;
  /** Payloads of one poll, one behind the other. */
  bytes: Uint8Array;
  /** Three doubles a packet: offset and length in `bytes`, CLOCK_MONOTONIC ns of its burst. As many as it holds are taken at most. */
  packets: Float64Array;
}

export interface PacketReceiver {
  /** @returns packets written; -1 when nothing will come any more */
  poll(): number;
  /** Cold. `dropped` and the rest are what the sender sent and nobody got here: they add up. */
  counters(): PacketCounters;
  transport(): TransportReport;
  close(): void;
}

export interface PacketCounters {
  packets: number;
  dropped: number;
  filtered: number;
  malformed: number;
  fragments: number;
  oversized: number;
  badChecksums: number;
  receiveCalls: number;
  faults?: FaultCounts;
}

export interface PacketSenderOptions {
  group: string;
  port: number;
  /** IPv4 address or name of the interface by which a multicast group leaves. */
  interface: string;
  /** Absent: through a kernel socket. */
  transmit?: FeedTransmit;
  bytes: Uint8Array;
}

export interface PacketSender {
  /** One datagram of bytes[offset, offset + length). @returns 0, or a negative errno; -11 (EAGAIN) may be tried again */
  send(offset: number, length: number): number;
  flush(): number;
  counters(): { packets: number; dropped: number; full: number; sendCalls: number };
  close(): void;
}
