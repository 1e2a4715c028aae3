/** By which way a venue's orders leave, as the configuration says it, and what contradicts itself. */
import { describe, expect, test } from 'vitest';
import { parseConfig, sessionConfigOf } from '../../../app/config/index.ts';

const venueOf = (more: string) =>
  parseConfig(
    `venues:\n  - host: 10.0.0.9\n    port: 9878\n    senderCompId: ME\n    targetCompId: THEM\n${more.replace(/^/gm, '    ')}\n`,
    'engine.yaml',
  ).venues[0]!;

test('a venue that says nothing of it is reached through the kernel', () => {
  expect(venueOf('')).toMatchObject({ tx: ['kernel'], bypass: 'prefer', lwip: { over: 'feed' } });
});

test('the session hears nothing of it', () => {
  const session = sessionConfigOf(venueOf('tx: [lwip]\nlwip: { address: 10.0.0.2/24, gateway: 10.0.0.1 }'));
  expect(Object.keys(session).filter((key) => ['tx', 'bypass', 'lwip'].includes(key))).toEqual([]);
});

test('a device of its own', () => {
  const { lwip } = venueOf('tx: [lwip, kernel]\nlwip: { over: af_xdp, interface: eth2, afXdp: { queues: [3] } }');
  expect(lwip).toMatchObject({ over: 'af_xdp', interface: 'eth2', afXdp: { queues: [3], ringFrames: 16_384 } });
  expect(lwip).not.toHaveProperty('address');
});

describe('is refused with what is wrong', () => {
  test.each([
    ['tx: []', /`venues\[0\]\.tx`/],
    ['tx: [lwip, lwip]', /`venues\[0\]\.tx` is wrong: must not name a transport twice/],
    ['tx: [af_xdp]', /`venues\[0\]\.tx\[0\]`/],
    [
      'lwip: { address: 10.0.0.2 }',
      /`venues\[0\]\.lwip\.address` is wrong: must be the IPv4 address of a host with its network/,
    ],
    ['lwip: { address: 10.0.0.2/33 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { address: 10.0.0.256/24 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { address: 10.0.0.0/24 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { address: 10.0.0.255/24 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { address: 127.0.0.2/24 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { address: 239.1.1.1/24 }', /`venues\[0\]\.lwip\.address` is wrong/],
    ['lwip: { gateway: 10.0.0.1 }', /`venues\[0\]\.lwip\.gateway` is wrong: goes with an `address` of its own/],
    ['lwip: { over: shm }', /`venues\[0\]\.lwip\.address` is wrong: must be given over `shm` and `dpdk`/],
    ['tls: {}\ntx: [lwip]', /`venues\[0\]\.tx` is wrong: must name `kernel` where `tls` is set/],
    [
      'tls: {}\ntx: [lwip, kernel]\nbypass: require',
      /`venues\[0\]\.bypass` is wrong: must not be `require` where `tls`/,
    ],
  ])('%s', (more, sentence) => {
    expect(() => venueOf(more)).toThrow(sentence);
  });
});

test.each(['10.0.1.1', '10.0.0.2', '10.0.0.0', '10.0.0.255'])(
  'a gateway at %s is not beside 10.0.0.2/24',
  (gateway) => {
    expect(() => venueOf(`lwip: { address: 10.0.0.2/24, gateway: ${gateway} }`)).toThrow(
      /`venues\[0\]\.lwip\.gateway` is wrong: must be another host on the network of `address`/,
    );
  },
);
