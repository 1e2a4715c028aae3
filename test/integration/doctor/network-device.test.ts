/** What the kernel says of real interfaces: a veth pair of our own, beside what iproute2 says of it. */
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { examine } from '../../../app/doctor/examine.ts';
import { HostFiles } from '../../../app/doctor/host-files.ts';
import { makeVethPair, type VethEnd, type VethPair } from '../../../app/network/veth-pair.ts';
import { type NetworkDevice, native, type PacketReceiver } from '../../../native/index.ts';
import { subjectOf, TUNED_SERVER } from '../../support/doctor/host-tree.ts';

test('loopback has no card', () => {
  expect(native().networkDevice('lo')).toMatchObject({
    name: 'lo',
    isLoopback: true,
    coalescing: null,
    attachedXdp: null,
  });
});

test.each(['', 'nope', 'a-name-of-sixteen'])('there is no interface %j', (name) => {
  expect(() => native().networkDevice(name)).toThrow(
    expect.objectContaining({ code: 'ENODEV', message: expect.stringContaining('`ip -br addr`') }),
  );
  expect(() => native().networkDevice(1 as unknown as string)).toThrow(TypeError);
});

describe.skipIf(process.getuid?.() !== 0)('a veth pair, which only root makes', () => {
  let pair: VethPair | undefined;
  let receiver: PacketReceiver | undefined;
  afterEach(() => {
    receiver?.close();
    pair?.close();
  });

  const ask = ({ namespace, interface: name }: VethEnd): NetworkDevice =>
    namespace.inside(() => native().networkDevice(name));
  const ip = ({ namespace, interface: name }: VethEnd, ...words: string[]) =>
    namespace.inside(() => JSON.parse(execFileSync('ip', ['-json', ...words, name], { encoding: 'utf8' }) || '[]'));

  test('driver, queues, MTU and offloads', () => {
    pair = makeVethPair({ queues: 2 });
    const { engine } = pair;
    engine.namespace.inside(() => execFileSync('ip', ['link', 'set', 'dev', engine.interface, 'mtu', '1432']));
    const device = ask(engine);
    const [link] = ip(engine, 'link', 'show', 'dev');
    expect(device).toMatchObject({
      name: engine.interface,
      driver: 'veth',
      isUp: true,
      hasCarrier: true,
      isLoopback: false,
      mtuBytes: link.mtu,
      channels: { receive: 2, combined: 0 },
      // makeVethPair turns this one off; the other is what the kernel begins with.
      features: {
        'tx-checksum-ip-generic': { active: false, changeable: true },
        'tx-scatter-gather': { changeable: true },
        'rx-lro': { active: false, changeable: false },
      },
      attachedXdp: null,
    });
    expect(link.mtu).toBe(1432);
    // Linux 6.3 and newer say what veth has had for years.
    if (device.xdp !== null) expect(device.xdp).toMatchObject({ native: true, redirect: true, zeroCopy: false });
  });

  test('an end that is down, and what its peer sees of it', () => {
    pair = makeVethPair();
    const { engine, venue } = pair;
    venue.namespace.inside(() => execFileSync('ip', ['link', 'set', 'dev', venue.interface, 'down']));
    expect(ask(venue)).toMatchObject({ isUp: false });
    expect(ask(engine)).toMatchObject({ isUp: true, hasCarrier: false });
  });

  test('an attached program is named with the process that holds it, and is gone with it', () => {
    pair = makeVethPair();
    const { engine } = pair;
    receiver = engine.namespace.inside(
      () =>
        new (native().PacketReceiver)({
          source: {
            kind: 'af_xdp',
            group: '239.192.7.1',
            port: 26_477,
            interface: engine.interface,
            ...DEFAULT_FEED.afXdp,
          },
          bytes: new Uint8Array(1 << 16),
          packets: new Float64Array(3 * 64),
        }),
    );
    const device = ask(engine);
    const [link] = ip(engine, 'link', 'show', 'dev');
    expect(device.attachedXdp).toEqual({ mode: 'native', programId: link.xdp.prog.id });

    const card = { name: device.name, device, isAbsent: false, problem: '' };
    const subject = subjectOf(TUNED_SERVER, { cards: [card], files: new HostFiles() });
    const finding = examine(subject).find(({ check }) => check === 'xdp-program');
    expect(finding).toMatchObject({
      verdict: 'missing',
      found: expect.stringContaining(`by process ${process.pid} (`),
    });

    receiver.close();
    expect(ask(engine).attachedXdp).toBeNull();
  });
});
