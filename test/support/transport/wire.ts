/** What the conformance suite knows of a transport: two ends, and a way to put any frame between them. */
import type { FaultOptions, PacketSender, RecorderSource } from '../../../native/index.ts';
import type { Receiving } from './receiving.ts';

export interface Sending {
  /** @returns 0, or a negative errno */
  send(payload: Uint8Array): number;
  /** All of them, each offered until there is room. @param turn what makes room */
  sendAll(payloads: readonly Uint8Array[], turn?: () => void): void;
  close(): void;
}

export interface EndOptions {
  /** As little room as the transport takes. */
  small?: boolean;
  mostAPoll?: number;
  /** To the receiver's own address, not to a group. */
  unicast?: boolean;
  faults?: FaultOptions;
  creditFile?: string;
}

/** What of it a source is told. */
export const asked = ({ faults, creditFile }: EndOptions) => ({
  ...(faults !== undefined && { faults }),
  ...(creditFile !== undefined && { creditFile }),
});

/** What transport_ends of bench/ takes to be an end in a process of its own. */
export interface OwnProcess {
  readonly flags: Readonly<Record<string, string | number>>;
  /** Runs where that end is. */
  readonly at: <Result>(work: () => Result) => Result;
}

/** Opened and closed where it is. */
export interface LiveEnd {
  readonly source: RecorderSource;
  readonly at: <Result>(work: () => Result) => Result;
}

export interface Wire {
  receiver(options?: EndOptions): Receiving;
  /** What its receiver is opened with, for another way to receive. */
  source?(options?: EndOptions): LiveEnd;
  sender(): Sending;
  /** Frames as they are. @param turn what makes room, behind those that have left so far @returns how many of them were put onto the wire */
  frames(frames: readonly Uint8Array[], turn?: (left: number) => void): number;
  /** The venue's kernel learns the receiver's address, as it does when somebody has spoken before. */
  introduce?(): void;
  /** Of a live transport. */
  ownProcess?(end: 'receive' | 'send'): OwnProcess;
  close(): void;
}

export interface Transport {
  readonly name: string;
  /** Why it cannot be had here. */
  readonly unavailable: string | undefined;
  /** The longest payload that its sender takes; undefined: nobody asks. */
  readonly maxPayload: number | undefined;
  /** Its sender and receiver may come and go; a recording is read once. */
  readonly live: boolean;
  /** What does not fit is dropped and counted, or refused to its sender. */
  readonly overflow: 'dropped' | 'refused';
  /** How `reason` tells, by counters of the device's own, that something had no room. */
  readonly toldLosses?: RegExp;
  /** What a sender leaves behind that ends before its receiver has looked. */
  readonly unread: 'kept' | 'lost';
  /** Frames of others: counted by the receiver, or kept from it by the kernel. */
  readonly foreignFrames: 'counted' | 'unseen';
  /** Which of them nobody counts, since they never come so far. */
  readonly neverSeen?: (frame: Uint8Array) => boolean;
  /** Every frame of ours that is whole comes; the kernel has more reasons to drop one: its addresses, for one. */
  readonly exact: boolean;
  /** Checksums are the receiver's to check, the kernel's, or nobody's. */
  readonly checksums: 'receiver' | 'kernel' | 'unchecked';
  readonly backend: string;
  readonly accelerated: boolean;
  make(options?: EndOptions): Wire;
}

/** The longest payload of a frame of 1,500 bytes, behind IPv4's header and UDP's. */
export const FRAME_MOST = 1_472;
export const GROUP = '239.255.77.21';
export const PORT = 46_210;
const EAGAIN = -11;

/** Offers each payload until it is taken. */
export function offerAll(
  send: (payload: Uint8Array) => number,
  payloads: readonly Uint8Array[],
  turn?: () => void,
): void {
  for (const payload of payloads) {
    for (;;) {
      const result = send(payload);
      if (result === 0) break;
      if (result !== EAGAIN || turn === undefined) throw new Error(`a packet was refused with ${result}`);
      turn();
    }
  }
}

/** @param bytes what the sender was lent */
export function sendingOf(sender: PacketSender, bytes: Uint8Array): Sending {
  const send = (payload: Uint8Array): number => {
    bytes.set(payload);
    return sender.send(0, payload.length) || sender.flush();
  };
  return { send, sendAll: (payloads, turn) => offerAll(send, payloads, turn), close: () => sender.close() };
}
