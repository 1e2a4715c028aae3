/** Native conversion of a recording: bytes of one form in a ring, bytes of another out. */
import type { RecordedBytes } from './feed-source.ts';

export interface RecordingConverterOptions extends RecordedBytes {
  /** `pcap` has ns, `pcap-us` µs. */
  to: 'pcap' | 'pcap-us' | 'pcapng' | 'binaryfile';
  /** Takes the feed apart: for BinaryFILE, and to choose symbols. Else frames are copied as they are. */
  messages: boolean;
  /** ns since midnight, both inside. */
  fromNs?: bigint;
  toNs?: bigint;
  /** ns since 1970. Absent: of the first frame, in UTC. */
  midnightNs?: bigint;
  /** Frames of this group alone; with `messages` where packets are sent to, and the feed that is read if it is `chosen`. */
  group?: string;
  port?: number;
  chosen?: boolean;
  /** With `messages`; empty: all. */
  symbols: readonly string[];
}

export interface RecordingConverterStats {
  frames: number;
  framesWritten: number;
  messages: number;
  messagesWritten: number;
  outsideTime: number;
  otherGroups: number;
  otherSymbols: number;
  malformed: number;
  duplicates: number;
  lost: number;
  untimed: number;
  truncated: boolean;
  /** The feed that was read, `239.192.7.1:26477`; empty: none was looked for, or found. */
  group: string;
  /** Of those asked for, which no message has named. */
  missingSymbols: string[];
  phase: 'reading' | 'ended' | 'broken' | 'mixedLinkTypes';
}

export interface RecordingConverter {
  /** Converts what is in the ring, as far as `out`, of at least 1 MiB, has room. @returns bytes written */
  step(out: Uint8Array): number;
  stats(): RecordingConverterStats;
}
