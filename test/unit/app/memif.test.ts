/** What the ports of a memif are called, and whose other end is whose. */
import { expect, test } from 'vitest';
import { memifDevice, memifRingFrames, otherEndOf } from '../../../app/network/memif.ts';

const WIRE = { socket: '/run/wire', ringFrames: 1_024 };

test('a port has the name, the socket and the log2 of the ring that its PMD asks for', () => {
  expect(memifDevice('server', WIRE)).toBe('net_memif0,role=server,socket=/run/wire,socket-abstract=no,id=0,rsize=10');
  expect(memifDevice('client', { ...WIRE, number: 1 })).toMatch(/^net_memif1,role=client,/);
});

test.each([
  [1, 1],
  [1_000, 1_024],
  [1_024, 1_024],
  [1_000_000, 16_384],
])('for %i frames there are rings of %i', (frames, ring) => expect(memifRingFrames(frames)).toBe(ring));

test('the other end is a server where this one is a client, said or not, and the other way round', () => {
  const parts = (device: string): string[] => device.split(',').sort();
  for (const [one, other] of [
    [memifDevice('client', WIRE), memifDevice('server', WIRE)],
    [memifDevice('server', WIRE), memifDevice('client', WIRE)],
    ['net_memif3,socket=/run/wire', 'net_memif3,socket=/run/wire,role=server'],
    ['net_memif', 'net_memif,role=server'],
  ] as const)
    expect(parts(otherEndOf(one))).toEqual(parts(other));
});

test.each(['0000:01:00.0', 'net_af_xdp0,iface=eth1', 'net_memifoid0,role=client'])('%s has none', (device) =>
  expect(otherEndOf(device)).toBe(device),
);
