/** Kernel, AF_XDP and DPDK's PMDs for an interface of the kernel's, over a veth pair between two namespaces. */
import { execFileSync } from 'node:child_process';
import { makeVethPair, type VethEnd } from '../../../app/network/veth-pair.ts';
import { type FeedTransmit, native, type RecorderSource } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';
import { missing } from '../missing.ts';
import { writeFrames } from './frame-writer.ts';
import { Receiving } from './receiving.ts';
import {
  asked,
  type EndOptions,
  FRAME_MOST,
  GROUP,
  type OwnProcess,
  PORT,
  type Sending,
  sendingOf,
  type Transport,
  type Wire,
} from './wire.ts';

/** Of IPv4's 65,535 bytes, less its header and UDP's. */
const UDP_MOST = 65_507;

/** net_af_xdp lends the kernel 2,048 frames, whatever its ring has room for; libpcap's ring has about 1,000. */
const FRAMES_AT_ONCE = 500;

type Source = RecorderSource;

interface Kind {
  source(interfaceName: string, group: string, options: EndOptions): Source;
  transmit(interfaceName: string): FeedTransmit | undefined;
  /** What transport_ends is told of it. */
  flags(interfaceName: string): Readonly<Record<string, string | number>>;
}

const KERNEL: Kind = {
  source: (name, group, options) => ({
    kind: 'kernel',
    group,
    port: PORT,
    interface: name,
    receiveBufferBytes: options.small === true ? 16_384 : 32 << 20,
    ...asked(options),
  }),
  transmit: () => undefined,
  flags: (name) => ({ transport: 'kernel', interface: name }),
};

const afXdp = (name: string, small: boolean) =>
  ({
    kind: 'af_xdp',
    interface: name,
    queues: 'all',
    mode: 'native',
    zeroCopy: 'prefer',
    delivery: 'softirq',
    ringFrames: small ? 64 : 16_384,
    frameBytes: 2048,
  }) as const;

const AF_XDP: Kind = {
  source: (name, group, options) => ({ ...afXdp(name, options.small === true), group, port: PORT, ...asked(options) }),
  transmit: (name) => afXdp(name, false),
  flags: (name) => ({ transport: 'af_xdp', interface: name }),
};

/** @param driver and what its arguments call the interface */
const dpdk = (driver: string): Kind => ({
  source: (name, group, options) => {
    provideOptional('dpdk');
    return {
      kind: 'dpdk',
      device: `${driver},iface=${name}`,
      memory: 'ordinary',
      ringFrames: options.small === true ? 64 : 4_096,
      group,
      port: PORT,
      ...asked(options),
    };
  },
  transmit: () => undefined,
  flags: (name) => ({ transport: 'dpdk', device: `${driver},iface=${name}`, 'ring-frames': 4_096 }),
});

/** Its address, its MAC and by which interface of ours. */
function neighbour({ namespace, interface: name, address }: VethEnd, by: string): string[] {
  const link = namespace.inside(() => execFileSync('ip', ['-j', 'link', 'show', 'dev', name], { encoding: 'utf8' }));
  const [{ address: mac }] = JSON.parse(link) as [{ address: string }];
  return [address, 'lladdr', mac, 'dev', by, 'nud', 'reachable'];
}

class VethWire implements Wire {
  readonly #pair = makeVethPair();
  readonly #rx: Kind;
  readonly #tx: Kind;
  readonly #group: string;

  constructor(rx: Kind, tx: Kind, { unicast }: EndOptions = {}) {
    this.#rx = rx;
    this.#tx = tx;
    this.#group = unicast === true ? this.#pair.engine.address : GROUP;
  }

  source(options: EndOptions = {}) {
    const { namespace, interface: name } = this.#pair.engine;
    return {
      source: this.#rx.source(name, this.#group, options),
      at: <Result>(work: () => Result) => namespace.inside(work),
    };
  }

  receiver(options: EndOptions = {}): Receiving {
    const { source, at } = this.source(options);
    const receiving = at(() => new Receiving(source, options.mostAPoll));
    const close = receiving.close.bind(receiving);
    // Programs are taken off an interface by its number, which is another one's elsewhere.
    receiving.close = () => at(close);
    return receiving;
  }

  sender(): Sending {
    const { namespace, interface: name } = this.#pair.venue;
    const bytes = new Uint8Array(1 << 16);
    const transmit = this.#tx.transmit(name);
    const sender = namespace.inside(
      () =>
        new (native().PacketSender)({
          ...{ group: this.#group, port: PORT, interface: name, bytes },
          ...(transmit !== undefined && { transmit }),
        }),
    );
    return sendingOf(sender, bytes);
  }

  frames(frames: readonly Uint8Array[], turn?: (left: number) => void): number {
    const { namespace, interface: name } = this.#pair.venue;
    let written = 0;
    for (let at = 0; at < frames.length; at += FRAMES_AT_ONCE) {
      const portion = frames.slice(at, at + FRAMES_AT_ONCE);
      written += namespace.inside(() => writeFrames('interface', name, portion));
      turn?.(written);
    }
    return written;
  }

  introduce(): void {
    const { engine, venue } = this.#pair;
    venue.namespace.inside(() => execFileSync('ip', ['neigh', 'replace', ...neighbour(engine, venue.interface)]));
  }

  ownProcess(end: 'receive' | 'send'): OwnProcess {
    const { namespace, interface: name } = end === 'receive' ? this.#pair.engine : this.#pair.venue;
    const kind = end === 'receive' ? this.#rx : this.#tx;
    return {
      flags: { ...kind.flags(name), group: this.#group, port: PORT },
      at: (work) => namespace.inside(work),
    };
  }

  close(): void {
    this.#pair.close();
  }
}

const unavailable = process.getuid?.() === 0 ? undefined : 'a veth pair needs root';

const live = { unavailable, live: true, overflow: 'dropped', unread: 'kept' } as const;

export const KERNEL_OVER_VETH: Transport = {
  ...live,
  name: 'kernel',
  maxPayload: UDP_MOST,
  foreignFrames: 'unseen',
  exact: false,
  checksums: 'kernel',
  backend: 'kernel',
  accelerated: false,
  make: (options) => new VethWire(KERNEL, KERNEL, options),
};

const receivedByAfXdp = {
  ...live,
  // Everything but the receiver's flow stays with the kernel.
  foreignFrames: 'unseen',
  exact: true,
  checksums: 'receiver',
  backend: 'af_xdp',
  accelerated: true,
} as const;

export const AF_XDP_FROM_KERNEL: Transport = {
  ...receivedByAfXdp,
  name: 'af_xdp, sent by the kernel',
  maxPayload: UDP_MOST,
  make: (options) => new VethWire(AF_XDP, KERNEL, options),
};

export const AF_XDP_BOTH_WAYS: Transport = {
  ...receivedByAfXdp,
  name: 'af_xdp, both ways',
  maxPayload: FRAME_MOST,
  make: (options) => new VethWire(AF_XDP, AF_XDP, options),
};

/** A port of DPDK takes every frame of its interface. */
const receivedByDpdk = {
  ...live,
  unavailable: missing({ root: true, addons: ['dpdk'] }),
  foreignFrames: 'counted',
  exact: true,
  checksums: 'receiver',
  backend: 'dpdk',
  maxPayload: UDP_MOST,
} as const;

export const DPDK_AF_XDP: Transport = {
  ...receivedByDpdk,
  name: 'dpdk by net_af_xdp, sent by the kernel',
  accelerated: true,
  make: (options) => new VethWire(dpdk('net_af_xdp0'), KERNEL, options),
};

/** The kernel takes a tag off and libpcap puts it back: where there is no type behind it, the frame is dropped before. */
const endsInVlanTag = (frame: Uint8Array): boolean =>
  frame.length < 20 && [0x8100, 0x88a8].includes(Buffer.from(frame).readUInt16BE(12));

export const DPDK_PCAP: Transport = {
  ...receivedByDpdk,
  name: 'dpdk by net_pcap, sent by the kernel',
  // libpcap is a socket of the kernel's.
  accelerated: false,
  neverSeen: endsInVlanTag,
  toldLosses: /; the PMD counts rx_missed_errors [1-9]/,
  make: (options) => new VethWire(dpdk('net_pcap0'), KERNEL, options),
};
