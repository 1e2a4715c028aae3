/** `venues[].lwip`: over which device, and as whom, TCP leaves the loop. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { DEFAULT_LWIP } from './defaults.ts';
import { afXdpSchema, dpdkSchema, shmSchema } from './link-schema.ts';

/** `10.0.0.2/24`; a network has room for somebody else, and none is the whole world. */
export function isAddressOfNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  return isIPv4(address) && Number(bits) >= 1 && Number(bits) <= 30;
}

export const lwipSchema = z
  .strictObject({
    over: z
      .enum(['feed', 'af_xdp', 'shm', 'dpdk'])
      .default(DEFAULT_LWIP.over)
      .describe('`feed`: the device that the feed was opened on. Else one of its own, by the keys below.'),
    interface: z
      .string()
      .min(1)
      .max(15)
      .default(DEFAULT_LWIP.interface)
      .describe('Of `af_xdp`: the interface, its IPv4 address or its name.'),
    address: z
      .string()
      .refine(isAddressOfNetwork, 'must be an IPv4 address with its network, e.g. 10.0.0.2/24')
      .exactOptional()
      .describe(
        "An address of its own with its network, e.g. `10.0.0.2/24`. Absent: the interface's, shared with the kernel (`af_xdp` alone).",
      ),
    gateway: z
      .string()
      .refine(isIPv4, 'must be an IPv4 address, e.g. 10.0.0.1')
      .exactOptional()
      .describe(
        'Where everything beyond that network goes. Absent: nowhere, or as the kernel routes for the address shared with it.',
      ),
    afXdp: afXdpSchema.prefault({}).describe('How `af_xdp` is opened.'),
    shm: shmSchema
      .extend({
        file: shmSchema.shape.file.default(DEFAULT_LWIP.shm.file),
      })
      .prefault({})
      .describe('The wire of `shm`.'),
    dpdk: dpdkSchema.prefault({}).describe('The port of `dpdk`.'),
  })
  .refine(({ gateway, address }) => gateway === undefined || address !== undefined, {
    path: ['gateway'],
    message: 'goes with an `address` of its own: with the one shared with the kernel, the kernel routes',
  })
  .refine(({ over, address }) => address !== undefined || (over !== 'shm' && over !== 'dpdk'), {
    path: ['address'],
    message: 'must be given over `shm` and `dpdk`: there is no interface whose address could be shared',
  });
