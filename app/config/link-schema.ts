/** Packet devices and how they are opened: for a feed, and for a TCP stack over one. */
import { z } from 'zod';
import { DEFAULT_FEED } from './defaults.ts';

const ringFrames = (least: number) =>
  z
    .int()
    .min(least)
    .max(1 << 20)
    .refine((count) => (count & (count - 1)) === 0, 'must be a power of two, e.g. 16384');

export const noneTwice = (list: unknown): boolean => !Array.isArray(list) || new Set(list).size === list.length;

export const afXdpSchema = z
  .strictObject({
    queues: z
      .union([z.literal('all'), z.array(z.int().min(0).max(1_023)).min(1).max(64)])
      .refine(noneTwice, 'must not name a queue twice')
      .default('all')
      .describe('Receive queues that are listened on.'),
    mode: z
      .enum(['native', 'generic'])
      .default(DEFAULT_FEED.afXdp.mode)
      .describe('`native`: in the driver. `generic`: behind it, on any interface, slower.'),
    zeroCopy: z
      .enum(['prefer', 'require', 'off'])
      .default(DEFAULT_FEED.afXdp.zeroCopy)
      .describe('Whether the card writes into our memory itself.'),
    delivery: z
      .enum(['softirq', 'busyPoll'])
      .default(DEFAULT_FEED.afXdp.delivery)
      .describe(
        "`softirq`: the card's interrupts fill the ring, no system call. `busyPoll`: the loop runs the driver, one system call a poll.",
      ),
    ringFrames: ringFrames(64)
      .default(DEFAULT_FEED.afXdp.ringFrames)
      .describe('Frames of each queue that fit between two polls; a power of two.'),
    frameBytes: z
      .union([z.literal(2048), z.literal(4096)])
      .default(DEFAULT_FEED.afXdp.frameBytes)
      .describe('Memory of a frame; longer ones are refused and counted.'),
  })
  // Behind the driver there is nothing that the card could write into (AF_XDP, kernel documentation: XDP_SKB).
  .refine(({ mode, zeroCopy }) => mode === 'native' || zeroCopy !== 'require', {
    path: ['zeroCopy'],
    message: 'must not be `require` where `mode` is `generic`, which always copies',
  });

export const shmSchema = z.strictObject({
  file: z
    .string()
    .startsWith('/')
    .default(DEFAULT_FEED.shm.file)
    .describe('Shared memory between the two processes, below /dev/shm. `demo` makes one of its own.'),
  ringFrames: ringFrames(64)
    .default(DEFAULT_FEED.shm.ringFrames)
    .describe('Frames of each direction that fit between two polls; a power of two. Who makes the file decides.'),
});

export const dpdkSchema = z.strictObject({
  device: z
    .string()
    .max(1_024)
    .default(DEFAULT_FEED.dpdk.device)
    .describe(
      'A PCI address, e.g. `0000:01:00.0`, or a virtual device with its arguments, e.g. `net_memif0,role=client,socket=/run/feed.sock,socket-abstract=no,id=0`. `demo` makes one of its own.',
    ),
  memory: z
    .enum(['prefer', 'hugepages', 'ordinary'])
    .default(DEFAULT_FEED.dpdk.memory)
    .describe(
      'Where frames lie: `prefer` takes hugepages, reserved by root where there are none, else ordinary memory.',
    ),
  ringFrames: ringFrames(64)
    .default(DEFAULT_FEED.dpdk.ringFrames)
    .describe('Descriptors of the receive ring; a power of two.'),
});
