/** Which network a demo gets, for what its list of receive transports says. */
import { readdirSync, readlinkSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { type DemoNetwork, openDemoNetwork } from '../../../app/network/demo-network.ts';
import type { FeedSettings } from '../../../app/options.ts';
import { native } from '../../../native/index.ts';

const isRoot = process.getuid?.() === 0;
const ownNamespace = (): string => readlinkSync('/proc/thread-self/ns/net');
const home = ownNamespace();

let network: DemoNetwork | undefined;
afterEach(() => {
  network?.close();
  network = undefined;
  expect(ownNamespace()).toBe(home);
});

function networkFor(feed: Partial<FeedSettings>, told: string[] = []): DemoNetwork {
  network = openDemoNetwork({
    feed: { ...DEFAULT_FEED, ...feed },
    pace: { mode: 'rate', messagesPerSecond: 1_000_000 },
    messagesPerPacket: 20,
    onLog: (_, text) => told.push(text),
  });
  return network;
}

/** What may stand behind a demo's own network, and what is made of a list. */
const receives = ({ feed }: DemoNetwork) => ({ rx: feed.rx, passed: feed.passedOver?.map(({ backend }) => backend) });

test('the kernel alone: loopback, and the thread stays', () => {
  const { venue } = networkFor({ rx: ['kernel', 'af_xdp'] });
  expect(ownNamespace()).toBe(home);
  expect(venue).toMatchObject({ address: '127.0.0.1', interface: '127.0.0.1' });
  expect(receives(network as DemoNetwork)).toEqual({ rx: ['kernel'], passed: [] });
});

test('bypass off: loopback, and it is said why', () => {
  expect(receives(networkFor({ rx: ['af_xdp'], bypass: 'off' }))).toEqual({ rx: ['kernel'], passed: ['af_xdp'] });
  expect(ownNamespace()).toBe(home);
});

describe.skipIf(!isRoot)(`af_xdp${isRoot ? '' : ' (skipped: namespaces need root)'}`, () => {
  test('this thread is on a wire of its own, and the venue at its other end', () => {
    const { feed, venue } = networkFor({ rx: ['af_xdp', 'shm', 'kernel'] });
    // A venue sends by one wire: over this one frames in shared memory cannot come.
    expect(receives(network as DemoNetwork)).toEqual({ rx: ['af_xdp', 'shm', 'kernel'], passed: [] });
    expect(Object.keys(feed.unserved ?? {})).toEqual(['shm', 'dpdk']);
    expect(feed.interface).not.toBe(DEFAULT_FEED.interface);
    expect(feed.afXdp.ringFrames).toBe(65_536);
    const here = ownNamespace();
    const there = venue.start(ownNamespace);
    expect(new Set([home, here, there]).size).toBe(3);
    expect(ownNamespace()).toBe(here);
  });

  test('an interface that was named is left alone, which is said', () => {
    const told: string[] = [];
    networkFor({ rx: ['af_xdp'], interface: 'eth7' }, told);
    expect(told).toEqual([expect.stringMatching(/leaves the interface eth7 alone/)]);
  });

  test('without `ip` the next of the list serves, else every candidate is named', () => {
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    try {
      expect(receives(networkFor({ rx: ['af_xdp', 'kernel'] }))).toEqual({ rx: ['kernel'], passed: ['af_xdp'] });
      const strict = { rx: ['af_xdp', 'kernel'], bypass: 'require' } as const;
      expect(() => networkFor(strict)).toThrow(/af_xdp: .* install iproute2.*; kernel: bypass is `require`/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  test('a wire of its own that the thread may not enter is removed, and the next of the list serves', () => {
    const { host } = native();
    const enter = host.enterNetworkNamespace;
    const namespaces = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith('net:');
        } catch {
          return false; // The folder's own, closed by now.
        }
      });
    const spy = vi.spyOn(host, 'enterNetworkNamespace');
    try {
      networkFor({ rx: ['af_xdp'] });
      // The thread enters last, behind what makes the pair.
      const ofTheThread = spy.mock.calls.length;
      network?.close();
      const before = namespaces();
      let calls = 0;
      spy.mockImplementation((path) => {
        if (++calls === ofTheThread) throw Object.assign(new Error('not today.'), { code: 'EINVAL' });
        enter.call(host, path);
      });
      expect(receives(networkFor({ rx: ['af_xdp', 'kernel'] }))).toEqual({ rx: ['kernel'], passed: ['af_xdp'] });
      expect(namespaces()).toEqual(before);
    } finally {
      spy.mockRestore();
    }
  });
});
