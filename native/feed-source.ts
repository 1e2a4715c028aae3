/** Where a feed comes from, and what is done to it on the way: what a receiver is opened with. */
import type { Playback } from './index.ts';

export type RecordingFormat = 'pcap' | 'pcapng' | 'binaryfile';

/** Bytes of a recording on their way from the housekeeping thread; see BYTE_RING in layout.ts. */
export interface RecordedBytes {
  ring: SharedArrayBuffer;
  format: RecordingFormat;
}

export interface RecordingSource extends RecordedBytes {
  kind: 'recording';
  /** Merged with it by time, MAX_MERGED - 1 at most: captures with captures, BinaryFILEs with BinaryFILEs. */
  more?: readonly RecordedBytes[];
  /** 0: as fast as it is polled; else messages wait until their own time, divided by this factor, has passed. */
  speed: number;
  /** Only this group and port; both absent: the first that frames as MoldUDP64. */
  group?: string;
  port?: number;
  /** Exchange time: before the one nothing is told, though books are built; behind the other the recording is over. */
  fromNs?: number;
  toNs?: number;
  faults?: FaultOptions;
}

/** What every live source is told. */
interface LiveSource {
  /** A multicast group or a local unicast address. */
  group: string;
  port: number;
  /** Shared file in which the receiver tells how many packets it has consumed, for a playback under credit. */
  creditFile?: string;
  faults?: FaultOptions;
}

export interface KernelSource extends LiveSource {
  kind: 'kernel';
  /** The interface that joins the group: its IPv4 address or its name. */
  interface: string;
  /** Forced with SO_RCVBUFFORCE, else SO_RCVBUF; the effective size is in `transport().receiveBufferBytes`. */
  receiveBufferBytes: number;
}

/** Frames of a network card, taken by an XDP program of ours before the kernel's stack sees them. */
export interface AfXdpSource extends LiveSource, AfXdpOptions {
  kind: 'af_xdp';
  /** The interface: its IPv4 address or its name. A multicast group is joined on it by a kernel socket. */
  interface: string;
}

export interface AfXdpOptions {
  /** Receive queues. */
  queues: 'all' | readonly number[];
  /** `native`: in the driver. `generic`: behind it, on any interface, slower. */
  mode: 'native' | 'generic';
  zeroCopy: 'prefer' | 'require' | 'off';
  /** `softirq`: interrupts fill the ring, no system call. `busyPoll`: the loop runs the driver, one system call a poll. */
  delivery: 'softirq' | 'busyPoll';
  /** Of each queue; a power of two. */
  ringFrames: number;
  frameBytes: 2048 | 4096;
}

/** Frames through shared memory from a process of this host. */
export interface ShmSource extends LiveSource, ShmOptions {
  kind: 'shm';
}

export interface ShmOptions {
  /** Whoever comes first makes it, with mode 0600. */
  file: string;
  /** Of each direction; a power of two; who makes the file decides. */
  ringFrames: number;
}

/** Frames of a port of DPDK, on the thread that polls it. */
export interface DpdkSource extends LiveSource, DpdkOptions {
  kind: 'dpdk';
}

export interface DpdkOptions {
  /** A PCI address (`0000:01:00.0`), or a virtual device with its arguments (`net_memif0,role=client,socket=/run/x`). */
  device: string;
  /** Whether frames lie in hugepages; `prefer` reserves them where it may. */
  memory: 'prefer' | 'hugepages' | 'ordinary';
  /** Descriptors of the receive ring; a power of two. */
  ringFrames: number;
}

/** What a playback has sent so far, decoded for the fill model on another thread. */
export interface PlaybackSource {
  kind: 'playback';
  playback: Playback;
}

export type FeedSource = RecordingSource | KernelSource | AfXdpSource | ShmSource | DpdkSource | PlaybackSource;

/**
 * Faults put into what is received, decided packet by packet from a seeded generator: the n-th packet with
 * messages has the same fate by the same seed. MoldUDP64 packets without (heartbeats, ends of session) pass untouched. Shares are from 0 to 1.
 */
export interface FaultOptions {
  seed: number;
  loss: number;
  duplicate: number;
  /** Of packets that change places with a later one, at most `reorderWithin` packets behind. */
  reorder: number;
  reorderWithin: number;
  /** Of packets held back for `delayNs`. */
  delay: number;
  delayNs: number;
  /** Of packets in which one bit is turned. */
  corrupt: number;
}

/** What was done to the packets of a source with faults: what came in + duplicated = what went on + lost + held. */
export interface FaultCounts {
  lost: number;
  duplicated: number;
  reordered: number;
  delayed: number;
  corrupted: number;
  /** Held back now: neither lost nor here. */
  held: number;
}

/** How a playback sends: absent, through a kernel socket. */
export type FeedTransmit = LinkOptions;

/** A packet device. Who asks on one thread for a device that is open there gets a share of it. */
export type LinkOptions =
  | ({ kind: 'shm' } & ShmOptions)
  | ({ kind: 'af_xdp'; interface: string } & AfXdpOptions)
  | ({ kind: 'dpdk' } & DpdkOptions);

/** TCP by lwIP in the polling thread, over a packet device. One in a process. */
export interface LwipOptions {
  link: LinkOptions;
  /** `10.0.0.2/24`, an address of its own; absent: the interface's, shared with the kernel (af_xdp only). */
  address?: string;
  /** Where everything beyond the network goes. */
  gateway?: string;
}

export interface TransportReport {
  backend: string;
  /** True where the kernel's network stack is out of the way of the data. */
  accelerated: boolean;
  zeroCopy: boolean;
  timestampSource: 'hardware' | 'kernel' | 'application' | 'recording';
  reason: string;
  receiveBufferBytes?: number;
}
