/** A native thread that sends a capture's datagrams to their groups as they were recorded, each at its time. */
import type { FeedTransmit, RecordingFormat } from './feed-source.ts';

export interface PacketPlayerOptions {
  /** Filled while it plays; see BYTE_RING. */
  ring: SharedArrayBuffer;
  format: Exclude<RecordingFormat, 'binaryfile'>;
  /** IPv4 address or name of the interface by which the groups leave. */
  interface: string;
  /** Absent: through a kernel socket. */
  transmit?: FeedTransmit;
  pace: PacketPace;
  /** None: every multicast group as recorded. Of several the first that fits counts. */
  groups: readonly GroupRule[];
  /** CPU for the thread; absent: not pinned. */
  cpu?: number;
}

export type PacketPace =
  | { mode: 'recorded'; factor: number }
  /** MoldUDP64's messages; a packet that does not frame as that counts as one. */
  | { mode: 'rate'; messagesPerSecond: number }
  | { mode: 'packetRate'; packetsPerSecond: number }
  | { mode: 'max' };

/** Which recorded group is played, and where to. */
export interface GroupRule {
  /** Absent: every multicast group. */
  group?: string;
  /** Absent: every port. */
  port?: number;
  /** Absent: as recorded. */
  toGroup?: string;
  toPort?: number;
}

/** Frames of the recording that are not played, by reason. */
export interface SkippedFrames {
  /** No UDP over IPv4. */
  notUdp: number;
  /** Sent to one host, and not asked for. */
  notMulticast: number;
  notChosen: number;
  /** Parts of a datagram. */
  fragments: number;
  /** Fewer bytes were captured than the datagram had. */
  snapped: number;
  malformed: number;
  /** Of groups beyond the 1,024 that there is room for. */
  beyondRoom: number;
}

export interface PacketPlayerStats {
  /** Read from the recording. */
  frames: number;
  /** Sent, and their payloads. */
  packets: number;
  bytes: number;
  skipped: SkippedFrames;
  /** Larger than the way takes (`wireBytes`), and the largest of them. */
  tooLong: number;
  longestBytes: number;
  wireBytes: number;
  /** Refused by the system, and the last reason: an errno's name, or empty. */
  sendErrors: number;
  lastError: string;
  /** Of the packets sent, thrown away by the device for want of room. */
  sendDrops: number;
  /** Sent with the packet before them, because they have no time or an earlier one. */
  untimed: number;
  reversed: number;
  /** Packets that were late because the file had not been read so far, or because the way out had no room. */
  readLate: number;
  roomLate: number;
  /** From the first to the last packet: as it was, and as it should have been. */
  elapsedNs: number;
  intendedElapsedNs: number;
  /** How the recording ended: 0 not yet, 1 complete, 2 within a record, 3 in what are no records. */
  end: number;
  /** Actual minus intended send time of every packet; count 0 at `max`. */
  errorCount: number;
  errorMinNs: number;
  errorP50Ns: number;
  errorP99Ns: number;
  errorP999Ns: number;
  errorMaxNs: number;
  /** Every group and port of the recording in the order of their first packets; `to` is null where it is not played. */
  groups: { group: string; to: string | null; packets: number; sent: number }[];
}

export interface PacketPlayer {
  /** Opens the way out and starts the thread. Throws an Error with a code (ENODEV …) and a sentence. */
  start(): void;
  /** 0 not started, 1 playing, 2 all sent, 3 given up: a thousand packets in a row were refused. */
  phase(): number;
  /** Ends the thread, within some milliseconds. */
  stop(): void;
  stats(): PacketPlayerStats;
}
