/** Policy × list of the orders' way, and the device that TCP past the kernel gets. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_FEED, DEFAULT_LWIP } from '../../../app/config/index.ts';
import type { BypassPolicy, LwipSettings, ReceiveBackend, SendBackend } from '../../../app/options.ts';
import { lwipOptions, refuseNothingToSendBy, sendCandidatesOf } from '../../../app/transport/send-candidates.ts';
import { openVenueStream } from '../../../app/venue-stream.ts';
import { CONFIG } from '../../support/fix-peer.ts';

const tried = (tx: SendBackend[], bypass: BypassPolicy, unserved = {}) =>
  sendCandidatesOf({ tx, bypass, unserved }).map(({ backend, excluded }) => (excluded ? `(${backend})` : backend));

test.each([
  [['lwip', 'kernel'], 'prefer', ['lwip', 'kernel']],
  [['lwip', 'kernel'], 'require', ['lwip', '(kernel)']],
  [['lwip', 'kernel'], 'off', ['(lwip)', 'kernel']],
  [['lwip'], 'off', ['(lwip)', 'kernel']],
  [['kernel'], 'require', ['(kernel)']],
] as [SendBackend[], BypassPolicy, string[]][])('tx %j, bypass %s', (tx, bypass, expected) => {
  expect(tried(tx, bypass)).toEqual(expected);
});

test('a policy that leaves nothing is refused before anything is opened', () => {
  expect(() => refuseNothingToSendBy({ tx: ['kernel'], bypass: 'require' })).toThrow(
    /^Orders cannot be sent by kernel: bypass is `require`/,
  );
  expect(() => refuseNothingToSendBy({ tx: ['lwip'], bypass: 'off' })).not.toThrow();
});

describe('the device', () => {
  const feed = { ...DEFAULT_FEED, interface: 'eth1', dpdk: { ...DEFAULT_FEED.dpdk, device: '0000:01:00.0' } };
  const options = (lwip: Partial<LwipSettings>, backend: ReceiveBackend | null) =>
    lwipOptions({ lwip: { ...DEFAULT_LWIP, ...lwip } }, { feed, backend });

  test("is the feed's, by the same settings", () => {
    expect(options({}, 'af_xdp')).toEqual({ link: { kind: 'af_xdp', interface: 'eth1', ...feed.afXdp } });
    expect(options({ address: '10.0.0.2/24', gateway: '10.0.0.1' }, 'dpdk')).toEqual({
      link: { kind: 'dpdk', ...feed.dpdk },
      address: '10.0.0.2/24',
      gateway: '10.0.0.1',
    });
  });

  test('or one of its own, whatever the feed comes by', () => {
    expect(options({ over: 'af_xdp', interface: 'eth2' }, 'kernel').link).toMatchObject({ interface: 'eth2' });
  });

  test('cannot be the feed of the kernel, nor one that is not open', () => {
    expect(() => options({}, 'kernel')).toThrow(/comes through the kernel's sockets: receive by af_xdp, shm or dpdk/);
    expect(() => options({}, null)).toThrow(/is not open/);
  });

  test('without an interface needs an address', () => {
    expect(() => options({}, 'shm')).toThrow(/needs an address of its own: give `lwip.address`/);
    expect(() => options({ over: 'dpdk', address: '10.0.0.2/24' }, 'shm')).toThrow(/No port of DPDK is named/);
  });
});

describe('opened', () => {
  const session = { ...CONFIG, role: 'initiator' } as const;
  const plan = (tx: SendBackend[], bypass: BypassPolicy = 'prefer') => ({
    venue: { host: '127.0.0.1', port: 1 },
    session,
    send: { tx, bypass, lwip: DEFAULT_LWIP },
  });
  const feed = { feed: DEFAULT_FEED, backend: 'kernel' as const };

  test('the next of the list serves, and says what it was taken for', () => {
    const { stream, transport } = openVenueStream(plan(['lwip', 'kernel']), { feed });
    stream.close();
    expect(transport()).toMatchObject({
      accelerated: false,
      passedOver: [{ backend: 'lwip', code: 'ERR_LWIP_DEVICE' }],
    });
  });

  test('a list without it ends in a sentence that names each', () => {
    expect(() => openVenueStream(plan(['lwip']), { feed })).toThrow(/^Orders cannot be sent by lwip: .*`lwip.over`/);
    expect(() => openVenueStream(plan(['lwip', 'kernel'], 'require'), { feed })).toThrow(/lwip: .*; kernel: bypass is/);
  });
});
