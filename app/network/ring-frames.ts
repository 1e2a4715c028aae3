import type { DemoOptions } from '../options.ts';

/** What the host may take from the hot thread at a time before something is lost. */
const STALL_SECONDS = 1;
/** 128 MiB of frames. */
const MOST_FRAMES = 1 << 16;

/** Frames that come while the host takes the hot thread's core away; a power of two. @returns 1 where the pace does not say */
export function feedRingFrames({ pace, messagesPerPacket }: Pick<DemoOptions, 'pace' | 'messagesPerPacket'>): number {
  if (pace.mode !== 'rate') return 1;
  // As recorded: at worst each message is a packet.
  const packetsPerSecond = pace.messagesPerSecond / (messagesPerPacket ?? 1);
  const frames = 2 ** Math.ceil(Math.log2(Math.max(1, packetsPerSecond * STALL_SECONDS)));
  return Math.min(MOST_FRAMES, frames);
}
