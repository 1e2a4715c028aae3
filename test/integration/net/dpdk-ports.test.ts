/** Ports of DPDK that carry frames, and those that are refused: with a sentence that says what to do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { NetworkNamespace } from '../../../app/network/namespace.ts';
import { native } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';
import { missing } from '../../support/missing.ts';
import { pcap } from '../../support/mold-packets.ts';
import { udpFrame } from '../../support/transport/frames.ts';
import { LAST, numbered, OPENING } from '../../support/transport/payloads.ts';
import { Receiving } from '../../support/transport/receiving.ts';
import { GROUP, PORT, type Sending, sendingOf } from '../../support/transport/wire.ts';

const unavailable = missing({ root: true, addons: ['dpdk'] });
const PATIENCE_MS = 5_000;
const folder = mkdtempSync(join(tmpdir(), 'hotlap-test-dpdk-'));
const SENT = [OPENING, ...numbered(40, 100), LAST];

const port = (device: string) => ({ kind: 'dpdk', device, memory: 'ordinary', ringFrames: 1_024 }) as const;

let open: { close(): void }[] = [];
function kept<End extends { close(): void }>(end: End): End {
  open.push(end);
  return end;
}
afterEach(() => {
  for (const end of open.reverse()) end.close();
  open = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

const receiver = (device: string): Receiving => kept(new Receiving({ ...port(device), group: GROUP, port: PORT }));

function sender(transmit?: string, interfaceName = ''): Sending {
  const bytes = new Uint8Array(1 << 16);
  const options = { group: GROUP, port: PORT, interface: interfaceName, bytes };
  const opened = new (native().PacketSender)({ ...options, ...(transmit && { transmit: port(transmit) }) });
  return kept(sendingOf(opened, bytes));
}

function refusal(device: string): string {
  try {
    receiver(device);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${device} was not refused`);
}

describe.skipIf(unavailable !== undefined)('ports of DPDK', () => {
  // First of all: cards are found only by an environment that begins with one.
  test('a card that is not there, by its short address', () => {
    provideOptional('dpdk');
    expect(refusal('f1:00.0')).toMatch(
      /^DPDK has no port 0000:f1:00\.0 .*dpdk-devbind\.py --bind=vfio-pci 0000:f1:00\.0.*PMD for it is installed\.$/,
    );
  });

  test('a PMD that nobody has', () => {
    expect(refusal('net_nothing0')).toMatch(/^DPDK has no port net_nothing0 .*; name a virtual device.*net_memif0/);
  });

  test.each([
    ['net_memif0,role=king', /Unknown role: king/],
    ['net_memif0,sokcet=/run/x', /no argument 'sokcet'/],
    ['net_memif0,role=server,socket=/no/such/folder/wire,socket-abstract=no', /Invalid socket directory/],
    ['net_af_xdp0,iface=nowhere0', /DPDK has no port net_af_xdp0/],
    ['net_pcap0,rx_pcap=/no/such/file.pcap', /No such file/],
    ['', /No device of DPDK's is named/],
    [',,,', /No device of DPDK's is named/],
    ['net_memif0,role=server,socket', /The argument 'socket' of net_memif0 has no value/],
  ])('arguments that its PMD does not take: %s', (device, why) => {
    const sentence = refusal(device);
    expect(sentence).toMatch(why);
    expect(sentence).toMatch(/; .*\.$/);
    expect(sentence).not.toMatch(/\n| at /);
  });

  test('a device that is no network port is given back, and may be asked for again', () => {
    const asked = () => refusal('crypto_null0');
    expect(asked()).toBe(asked());
  });

  test('the same port twice', () => {
    receiver(`net_memif0,role=server,socket=${folder}/twice,socket-abstract=no`);
    const again = `net_memif0,role=server,socket=${folder}/other,socket-abstract=no`;
    expect(refusal(again)).toMatch(/^The port net_memif0 of DPDK is in use in this process already; give each its own/);
  });

  test('a socket that has its server is left to it', () => {
    const wire = `socket=${folder}/wire,socket-abstract=no`;
    const receiving = receiver(`net_memif0,role=server,${wire}`);
    const program = join(import.meta.dirname, 'dpdk-second-server.ts');
    const said = execFileSync(process.execPath, [program, `net_memif0,role=server,${wire}`], { encoding: 'utf8' });
    expect(said).toMatch(/Address already in use/);
    const sending = sender(`net_memif1,role=client,socket=${folder}/./wire,socket-abstract=no`);
    sending.sendAll(SENT);
    expect(receiving.upTo(LAST)).toEqual(SENT);
  });

  test('a client of memif that was there before its server finds it', () => {
    const sending = sender(`net_memif1,role=client,socket=${folder}/./late,socket-abstract=no`);
    const receiving = receiver(`net_memif0,role=server,socket=${folder}/late,socket-abstract=no`);
    const until = performance.now() + PATIENCE_MS;
    while (receiving.packets.length === 0 && performance.now() < until) {
      sending.send(OPENING);
      receiving.poll();
    }
    sending.sendAll([...SENT.slice(1)]);
    expect(receiving.upTo(LAST).slice(1 - SENT.length)).toEqual(SENT.slice(1));
  });

  test('net_ring gives back what it is given', () => {
    const receiving = receiver('net_ring0');
    sender('net_ring0').sendAll(SENT);
    expect(receiving.upTo(LAST)).toEqual(SENT);
    expect(receiving.transport()).toMatchObject({ backend: 'dpdk', accelerated: true });
  });

  test('files of net_pcap are read and written', () => {
    const [from, to] = [join(folder, 'in.pcap'), join(folder, 'out.pcap')];
    const file = pcap(SENT.map((payload) => udpFrame(payload, { group: GROUP, port: PORT })));
    // libpcap looks at the format's version, 2.4.
    file.writeUInt32LE(0x0004_0002, 4);
    writeFileSync(from, file);
    const device = `net_pcap0,rx_pcap=${from},tx_pcap=${to}`;
    expect(receiver(device).upTo(LAST)).toEqual(SENT);
    sender(device).sendAll(SENT);
    const written = readFileSync(to);
    expect(SENT.map((payload) => written.includes(payload))).toEqual(SENT.map(() => true));
  });

  test('net_tap is an interface of the kernel, both ways', () => {
    const namespace = kept(new NetworkNamespace());
    namespace.inside(() => {
      const receiving = receiver('net_tap0,iface=hot0');
      expect(receiving.transport()).toMatchObject({ backend: 'dpdk', accelerated: false });
      execFileSync('ip', ['addr', 'add', '198.18.9.1/24', 'dev', 'hot0']);
      execFileSync('ip', ['link', 'set', 'hot0', 'up']);
      sender(undefined, 'hot0').sendAll(SENT);
      expect(receiving.upTo(LAST)).toEqual(SENT);

      // What is sent on a wire without addresses comes from 127.0.0.1, which is a stranger's here.
      writeFileSync('/proc/sys/net/ipv4/conf/hot0/route_localnet', '1');
      const source = { kind: 'kernel', interface: 'hot0', group: GROUP, port: PORT, receiveBufferBytes: 1 << 20 };
      const kernel = kept(new Receiving(source as { kind: 'kernel' } & typeof source));
      sender('net_tap0,iface=hot0').sendAll(SENT);
      expect(kernel.upTo(LAST)).toEqual(SENT);
    });
  });
});
