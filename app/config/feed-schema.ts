/** `feeds:`, where market data comes from and by which way. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { FEED_PROTOCOL_NAMES } from '../../engine/domain/feed-protocol.ts';
import { DEFAULT_FEED } from './defaults.ts';
import { afXdpSchema, dpdkSchema, noneTwice, shmSchema } from './link-schema.ts';

const ipv4 = z.string().refine(isIPv4, 'must be an IPv4 address, e.g. 10.0.0.2');
const share = (what: string) => z.number().min(0).max(1).default(0).describe(`Share of packets ${what}.`);
const faults = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1)
    .describe(
      'The n-th packet with messages that arrives has the same fate by the same seed, whenever it comes and however many heartbeats lie between: those, and ends of session, pass untouched and are not counted.',
    ),
  loss: share('that are dropped'),
  duplicate: share('that come twice'),
  reorder: share('that change places with a later one'),
  reorderWithin: z.int().min(1).max(64).default(4).describe('Packets by which a reordered one comes later, at most.'),
  delay: share('that are held back'),
  delayNs: z.int().min(0).max(1_000_000_000).default(1_000_000).describe('By so much.'),
  corrupt: share('in which one bit is turned'),
});

export const feedSchema = z.strictObject({
  protocol: z.enum(FEED_PROTOCOL_NAMES).default(DEFAULT_FEED.protocol).describe('Market-data protocol.'),
  group: ipv4.describe('Multicast group, or a local unicast address.'),
  port: z.int().min(1).max(65_535).describe('UDP port.'),
  interface: z
    .string()
    .min(1)
    .max(15)
    .default(DEFAULT_FEED.interface)
    .describe('The interface that joins the group: its IPv4 address or its name.'),
  receiveBufferBytes: z
    .int()
    .min(64 << 10)
    .max(1 << 30)
    .default(DEFAULT_FEED.receiveBufferBytes)
    .describe("The kernel socket's receive buffer; the summary shows what the kernel gave."),
  rx: z
    .array(z.enum(['af_xdp', 'shm', 'dpdk', 'kernel']))
    .min(1)
    .refine(noneTwice, 'must not name a transport twice')
    .default([...DEFAULT_FEED.rx])
    .describe(
      'Receive transports in order of preference: the first that can be opened is used. Without `kernel` in the list there is no fallback to it.',
    ),
  bypass: z
    .enum(['require', 'prefer', 'off'])
    .default(DEFAULT_FEED.bypass)
    .describe(
      "`prefer`: as the list says. `require`: only transports that keep the kernel's network stack out of the way, or no start. `off`: only the kernel, whatever the list says.",
    ),
  afXdp: afXdpSchema.prefault({}).describe('How `af_xdp` receives.'),
  shm: shmSchema.prefault({}).describe('The wire of `shm`.'),
  dpdk: dpdkSchema.prefault({}).describe('The port of `dpdk`.'),
  faults: faults
    .nullable()
    .default(null)
    .describe('Loss, duplication, reordering, delay and corruption on purpose, for rehearsals.'),
});
