/** Two hosts on this one: a network namespace for the engine, one for the venue, a veth pair between them as the wire. */
import { existsSync } from 'node:fs';
import { HotlapError } from '../../engine/domain/errors.ts';
import { native } from '../../native/index.ts';
import { ip, tc } from './ip-command.ts';
import { NetworkNamespace } from './namespace.ts';

export interface VethEnd {
  readonly namespace: NetworkNamespace;
  readonly interface: string;
  readonly address: string;
}

export interface VethPair {
  readonly engine: VethEnd;
  readonly venue: VethEnd;
  /** Free on this network, with its size. */
  readonly stackAddress: string;
  /** Namespaces and interfaces go once nobody is in them any more. */
  close(): void;
}

/** 198.18.0.0/15 is for measurements, and routed nowhere (RFC 2544, C.2.2). Pairs do not see each other: all have the same. */
const ENGINE = { interface: 'hotlap-engine', address: '198.18.0.1' };
const VENUE = { interface: 'hotlap-venue', address: '198.18.0.2' };
/** Behind the addresses of the two kernels: of a TCP stack in the engine. */
const ENGINE_STACK_ADDRESS = '198.18.0.3';
const PREFIX_BITS = 29;
const QUEUE_FRAMES = 10_000;

/** Throws a HotlapError for whoever is not root and where `ip` is missing. @param queues of each end, in each direction */
export function makeVethPair({ queues = 1 }: { queues?: number } = {}): VethPair {
  const engine = new NetworkNamespace();
  let venue: NetworkNamespace | undefined;
  try {
    venue = new NetworkNamespace();
    const sizes = `numrxqueues ${queues} numtxqueues ${queues}`;
    const peer = `peer name ${VENUE.interface} ${sizes} netns ${venue.path}`;
    engine.inside(() => ip([`link add name ${ENGINE.interface} ${sizes} type veth ${peer}`]));
    const ends = { engine: { namespace: engine, ...ENGINE }, venue: { namespace: venue, ...VENUE } };
    bringUp(ends.engine);
    bringUp(ends.venue);
    const stackAddress = `${ENGINE_STACK_ADDRESS}/${PREFIX_BITS}`;
    return { ...ends, stackAddress, close: () => closeAll(ends.engine.namespace, ends.venue.namespace) };
  } catch (error) {
    closeAll(engine, venue);
    throw error;
  }
}

/** The same for a demo, whose user hears what it would take. */
export function makeDemoVethPair(): VethPair {
  try {
    return makeVethPair();
  } catch (error) {
    if (!(error instanceof HotlapError) || error.code !== 'ERR_NETWORK_PERMISSION') throw error;
    throw new HotlapError(
      error.code,
      'a demo with af_xdp makes a network of its own, which only root may (in a container with CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF): run it with sudo, or choose shm or kernel, which need no rights.',
      { cause: error },
    );
  }
}

function bringUp({ namespace, interface: name, address }: VethEnd): void {
  namespace.inside(() => {
    ip([
      'link set lo up',
      // Router solicitations and MLD reports would be frames that nobody sent.
      ...(existsSync('/proc/sys/net/ipv6') ? [`link set dev ${name} addrgenmode none`] : []),
      `address add ${address}/${PREFIX_BITS} dev ${name}`,
      `link set dev ${name} up`,
      `route add 224.0.0.0/4 dev ${name}`,
    ]);
    // Without a queue of its own a veth throws away what its peer's ring of 256 frames has no room for; with one the
    // sender waits (Linux 6.16).
    tc([`qdisc replace dev ${name} root pfifo limit ${QUEUE_FRAMES}`]);
    // A veth hands frames over as they are: with offload on, without their checksums.
    native().host.setTransmitChecksumOffload(name, false);
  });
}

function closeAll(...namespaces: readonly (NetworkNamespace | undefined)[]): void {
  for (const namespace of namespaces) namespace?.close();
}
