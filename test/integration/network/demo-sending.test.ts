/** By which way the orders of a demo leave, for what its lists say, and where its venue waits for them. */
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_FEED, DEFAULT_FIX_PORT } from '../../../app/config/index.ts';
import { type DemoNetwork, openDemoNetwork } from '../../../app/network/demo-network.ts';
import type { DemoOptions, ReceiveBackend, SendBackend } from '../../../app/options.ts';
import { missing } from '../../support/missing.ts';

const noRoot = missing({ root: true, addons: [] });
const noLwip = missing({ root: false, addons: ['lwip'] });
const noDpdk = missing({ root: false, addons: ['dpdk'] });

let network: DemoNetwork | undefined;
afterEach(() => {
  network?.close();
  network = undefined;
});

type Send = NonNullable<DemoOptions['send']>;

function networkFor(rx: ReceiveBackend[], tx: SendBackend[], bypass: Send['bypass'] = 'prefer'): DemoNetwork {
  network = openDemoNetwork({
    feed: { ...DEFAULT_FEED, rx },
    send: { tx, bypass },
    pace: { mode: 'rate', messagesPerSecond: 1_000_000 },
    messagesPerPacket: 20,
  });
  return network;
}

test('loopback has no device for it: the next of the list serves, and it is said why', () => {
  const { send, venue } = networkFor(['kernel'], ['lwip', 'kernel']);
  expect(send).toMatchObject({ tx: ['kernel'], passedOver: [{ backend: 'lwip', code: 'ERR_TRANSPORT_POLICY' }] });
  expect(venue).toMatchObject({ address: '127.0.0.1', port: 0 });
  expect(() => networkFor(['kernel'], ['lwip'])).toThrow(
    /^Orders cannot be sent by lwip: the demo's feed comes over this host's loopback.*`--rx`\)\.$/,
  );
});

describe.skipIf(noLwip !== undefined)(`lwip${noLwip ? ` (skipped: ${noLwip})` : ''}`, () => {
  test('over shared memory both ends have it, and the kernel is no way to the venue', () => {
    const { feed, send, venue } = networkFor(['shm'], ['lwip', 'kernel']);
    expect(send).toMatchObject({ tx: ['lwip', 'kernel'], lwip: { over: 'feed', address: '10.77.0.2/24' } });
    expect(Object.keys(send.unserved ?? {})).toEqual(['kernel']);
    expect(venue).toMatchObject({
      address: '10.77.0.1',
      port: DEFAULT_FIX_PORT,
      kernelAddress: '127.0.0.1',
      lwip: { link: venue.transmit, address: '10.77.0.1/24' },
    });
    expect(venue.transmit).toEqual({ kind: 'shm', ...feed.shm });
  });

  test('that is not wanted leaves the venue to the kernel', () => {
    const { send, venue } = networkFor(['shm'], ['lwip', 'kernel'], 'off');
    expect(send.tx).toEqual(['kernel']);
    expect(venue).toMatchObject({ address: '127.0.0.1', port: 0, transmit: { kind: 'shm' } });
    expect(venue).not.toHaveProperty('lwip');
  });

  test.skipIf(noRoot !== undefined)(
    'over a veth pair it has an address of its own, and the venue is the kernel',
    () => {
      const { send, venue } = networkFor(['af_xdp'], ['lwip', 'kernel']);
      expect(send).toMatchObject({ tx: ['lwip', 'kernel'], lwip: { over: 'feed', address: '198.18.0.3/29' } });
      expect(send).not.toHaveProperty('unserved');
      expect(venue).toMatchObject({ address: '198.18.0.2', port: 0 });
    },
  );

  test.skipIf(noDpdk !== undefined)(
    'over memif the venue serves and the engine calls, at one socket and with equal rings',
    () => {
      const { feed, venue } = networkFor(['dpdk'], ['lwip']);
      expect(venue.transmit).toEqual({
        kind: 'dpdk',
        ...feed.dpdk,
        device: feed.dpdk.device.replace('role=client', 'role=server'),
      });
      expect(feed.dpdk.device).toMatch(
        /^net_memif0,role=client,socket=\/dev\/shm\/hotlap-memif-\S+,socket-abstract=no,id=0,rsize=14$/,
      );
      expect(feed.dpdk.ringFrames).toBe(1 << 14);
    },
  );
});
