/** Policy × list × what opens. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import type { BypassPolicy, FeedSettings, ReceiveBackend } from '../../../app/options.ts';
import { openReceiver } from '../../../app/transport/open-receiver.ts';
import { HotlapError } from '../../../engine/domain/errors.ts';
import type { FeedSource, TransportReport } from '../../../native/index.ts';

const feed = (rx: ReceiveBackend[], bypass: BypassPolicy): FeedSettings => ({ ...DEFAULT_FEED, rx, bypass });

const report = (backend: string): TransportReport => ({
  backend,
  accelerated: backend !== 'kernel',
  zeroCopy: false,
  timestampSource: 'application',
  reason: 'because',
});

/** Opens what is named; everything else is refused as native code refuses. */
function world(...opens: string[]) {
  const tried: string[] = [];
  const open = ({ kind }: FeedSource) => {
    tried.push(kind);
    if (!opens.includes(kind)) throw Object.assign(new Error(`no ${kind} here; plug one in.`), { code: 'ENODEV' });
    return { transport: () => report(kind), close: () => tried.push(`${kind} closed`) };
  };
  return { tried, open };
}

const EVERY: ReceiveBackend[][] = [
  ['kernel'],
  ['af_xdp'],
  ['shm'],
  ['af_xdp', 'kernel'],
  ['kernel', 'af_xdp'],
  ['af_xdp', 'shm', 'kernel'],
  ['shm', 'kernel', 'af_xdp'],
];
const WORLDS = [[], ['kernel'], ['af_xdp'], ['shm'], ['af_xdp', 'kernel'], ['af_xdp', 'shm', 'kernel']];

/** What the words of the configuration promise, said once more in another way. */
function promised(rx: ReceiveBackend[], bypass: BypassPolicy, opens: readonly string[]): string | undefined {
  if (bypass === 'off') return opens.includes('kernel') ? 'kernel' : undefined;
  return rx.find((backend) => opens.includes(backend) && (bypass === 'prefer' || backend !== 'kernel'));
}

describe.each(['prefer', 'require', 'off'] as const)('bypass: %s', (bypass) => {
  test.each(EVERY.flatMap((rx) => WORLDS.map((opens) => ({ rx, opens }))))(
    'rx $rx where $opens opens',
    ({ rx, opens }) => {
      const { open, tried } = world(...opens);
      const expected = promised(rx, bypass, opens);
      if (expected === undefined) {
        expect(() => openReceiver(feed(rx, bypass), open)).toThrow(HotlapError);
      } else {
        const { backend, passedOver = [] } = openReceiver(feed(rx, bypass), open).transport();
        expect(backend).toBe(expected);
        const before = rx.includes(expected as ReceiveBackend)
          ? rx.slice(0, rx.indexOf(expected as ReceiveBackend))
          : rx;
        expect(passedOver.map((each) => each.backend)).toEqual(before);
      }
      if (bypass === 'require') expect(tried).not.toContain('kernel');
      if (bypass === 'off') expect(tried.filter((kind) => kind !== 'kernel')).toEqual([]);
    },
  );
});

const thrownBy = (rx: ReceiveBackend[], bypass: BypassPolicy, ...opens: string[]): HotlapError => {
  try {
    openReceiver(feed(rx, bypass), world(...opens).open);
  } catch (error) {
    return error as HotlapError;
  }
  throw new Error('it opened');
};

test('when nothing opens, every candidate is named with its reason, as words and as data', () => {
  const error = thrownBy(['af_xdp', 'shm', 'kernel'], 'prefer');
  expect(error).toMatchObject({ code: 'ERR_TRANSPORT_UNAVAILABLE', exitStatus: 1 });
  expect(error.message).toBe(
    'The feed cannot be received by af_xdp: no af_xdp here; plug one in; shm: no shm here; plug one in; kernel: no kernel here; plug one in.',
  );
  expect(error.details.candidates).toEqual(
    ['af_xdp', 'shm', 'kernel'].map((backend) => ({
      backend,
      code: 'ENODEV',
      reason: `no ${backend} here; plug one in`,
    })),
  );
});

test('a list without the kernel is strict, and says so', () => {
  expect(thrownBy(['af_xdp'], 'prefer', 'kernel').message).toMatch(
    /plug one in; `kernel` is not in the list `rx`, so there is nothing to fall back to\.$/,
  );
});

test('the kernel alone fails in its own words and under its own code', () => {
  expect(thrownBy(['kernel'], 'prefer')).toMatchObject({ code: 'ENODEV', message: 'no kernel here; plug one in.' });
});

test('what nobody sends by here is not tried, and not passed over in silence', () => {
  const { tried, open } = world('shm', 'kernel');
  const list = { ...feed(['af_xdp', 'shm', 'kernel'], 'prefer'), unserved: { shm: 'the venue sends by another' } };
  const { backend, passedOver = [] } = openReceiver(list, open).transport();
  expect(backend).toBe('kernel');
  expect(tried).toEqual(['af_xdp', 'kernel']);
  expect(passedOver.map(({ code }) => code)).toEqual(['ENODEV', 'ERR_TRANSPORT_POLICY']);
  expect(passedOver[1]?.reason).toBe('the venue sends by another');
});

test('`require` does not take the word of a transport for it', () => {
  const { tried, open } = world('af_xdp');
  const slow = (source: FeedSource) => ({
    ...open(source),
    transport: () => ({ ...report('af_xdp'), accelerated: false }),
  });
  expect(() => openReceiver(feed(['af_xdp'], 'require'), slow)).toThrow(
    /still come through the kernel's network stack/,
  );
  expect(tried).toEqual(['af_xdp', 'af_xdp closed']);
});

test('`require` refuses XDP behind the driver before it is opened, the other policies do not', () => {
  const generic = (bypass: BypassPolicy): FeedSettings => ({
    ...feed(['af_xdp', 'shm'], bypass),
    afXdp: { ...DEFAULT_FEED.afXdp, mode: 'generic' },
  });
  const { tried, open } = world('af_xdp', 'shm');
  const { backend, passedOver = [] } = openReceiver(generic('require'), open).transport();
  expect([backend, tried]).toEqual(['shm', ['shm']]);
  expect(passedOver).toEqual([
    {
      backend: 'af_xdp',
      code: 'ERR_TRANSPORT_POLICY',
      reason: expect.stringMatching(/`afXdp\.mode: generic`.*`mode: native`.*`bypass: prefer`$/),
    },
  ]);
  expect(openReceiver(generic('prefer'), open).transport().backend).toBe('af_xdp');
});

test('a fault of ours is no reason to fall back', () => {
  const broken = ({ kind }: FeedSource) => {
    if (kind === 'af_xdp') throw new TypeError('The option `queues` must be an array.');
    return { transport: () => report(kind), close: () => {} };
  };
  expect(() => openReceiver(feed(['af_xdp', 'kernel'], 'prefer'), broken)).toThrow(TypeError);
});
