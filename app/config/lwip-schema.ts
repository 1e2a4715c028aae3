/** `venues[].lwip`: over which device, and as whom, TCP leaves the loop. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { DEFAULT_LWIP } from './defaults.ts';
import { afXdpSchema, dpdkSchema, shmSchema } from './link-schema.ts';

const number = (address: string): number => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

/** `10.0.0.2/24`; a network has room for somebody else, and none is the whole world. */
export function isAddressOfNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  if (!isIPv4(address) || Number(bits) < 1 || Number(bits) > 30) return false;
  const first = Number(address.split('.')[0]);
  const size = 2 ** (32 - Number(bits));
  const host = number(address) % size;
  // The first and the last of a network are nobody's; 127 is this host's own, from 224 on are groups (RFC 1122, 3.2.1.3).
  return first > 0 && first !== 127 && first < 224 && host > 0 && host < size - 1;
}

/** On the network of an address as above, and another one. */
function isBeside(gateway: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  if (gateway === address || !isAddressOfNetwork(`${gateway}/${bits}`)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(gateway) / size) === Math.floor(number(address) / size);
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
      .refine(isAddressOfNetwork, 'must be the IPv4 address of a host with its network, e.g. 10.0.0.2/24')
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
  .refine(({ gateway, address }) => gateway === undefined || address === undefined || isBeside(gateway, address), {
    path: ['gateway'],
    message: 'must be another host on the network of `address`',
  })
  .refine(({ over, address }) => address !== undefined || (over !== 'shm' && over !== 'dpdk'), {
    path: ['address'],
    message: 'must be given over `shm` and `dpdk`: there is no interface whose address could be shared',
  });
