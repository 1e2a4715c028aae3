/** One transport at one rate: two processes, the receiver on the hot core. */
import { setTimeout as sleep } from 'node:timers/promises';
import { launchState } from '../../app/launch-state.ts';
import { type MemifRole, memifDevice } from '../../app/network/memif.ts';
import type { Histogram } from '../samples.ts';
import type { Place } from './place.ts';
import { EndProcess, type Flags } from './process.ts';
import type { Subject } from './transport-result.ts';

const GROUP = '239.255.77.2';
const PORT = 46_300;
/** A stall of the host of a third of a second at 50,000 packets/s; no ring of memif is longer. */
const RING_FRAMES = 16_384;
/** For what is still under way once everything has been sent. */
const SETTLE_MS = 20;

export interface LegPlan {
  readonly subject: Subject;
  /** 0: as fast as they leave. */
  readonly packetsPerSecond: number;
  readonly payloadBytes: number;
  readonly seconds: number;
}

/** What bench/transport/ends/receive.cc and send.cc print. */
export interface ReceiverReport {
  packets: number;
  measured: number;
  outOfOrder: number;
  foreign: number;
  bursts: number;
  elapsedNs: number;
  receiveCalls: number;
  drops: number;
  refused: number;
  accelerated: boolean;
  zeroCopy: boolean;
  reason: string;
  wireToWire: Histogram;
  stalls: Histogram & { count: number };
  stallLostShare: number;
}

export interface SenderReport {
  packets: number;
  measured: number;
  elapsedNs: number;
  latePackets: number;
  /** Of the measured ones, by the sending device. */
  dropped: number;
  full: number;
  sendCalls: number;
  allSendCalls: number;
}

export interface Leg {
  readonly plan: LegPlan;
  readonly receiver: ReceiverReport;
  readonly sender: SenderReport;
}

/** The warm-up aside: a wire whose ends have just met may lose what was sent before. */
export const lostIn = ({ sender, receiver }: Leg): number => sender.measured - receiver.measured;

/** CPUs of both ends: the hot core, and the highest of the others. */
export function cpusOfEnds(): { receiver: number | null; sender: number | null } {
  const { cpus, hotCore } = launchState();
  const others = cpus.filter((cpu) => cpu !== hotCore);
  return { receiver: hotCore, sender: hotCore === null || others.length === 0 ? null : Math.max(...others) };
}

/** @param wrap commands in front of the receiver and the sender */
export async function runLeg(
  place: Place,
  plan: LegPlan,
  wrap: { receiver?: readonly string[]; sender?: readonly string[] } = {},
): Promise<Leg> {
  const wire = plan.subject === 'shm' || plan.subject === 'dpdk' ? place.wireFile() : '';
  const over = (role: MemifRole): Flags => {
    if (plan.subject === 'dpdk') return { device: memifDevice(role, { socket: wire, ringFrames: RING_FRAMES }) };
    return wire === '' ? {} : { file: wire };
  };
  const cpus = cpusOfEnds();
  const common: Flags = { port: PORT, group: GROUP, 'ring-frames': RING_FRAMES };
  const receiver = new EndProcess(
    place,
    'engine',
    {
      ...common,
      ...over('server'),
      transport: plan.subject === 'af_xdp-rx' ? 'af_xdp' : plan.subject,
      interface: place.interfaceOf('engine'),
      cpu: cpus.receiver ?? undefined,
    },
    wrap.receiver,
  );
  let sender: EndProcess | undefined;
  try {
    await receiver.ready();
    sender = new EndProcess(
      place,
      'venue',
      {
        ...common,
        ...over('client'),
        transport: plan.subject === 'af_xdp-rx' ? 'kernel' : plan.subject,
        interface: place.interfaceOf('venue'),
        cpu: cpus.sender ?? undefined,
        'packets-per-second': plan.packetsPerSecond,
        payload: plan.payloadBytes,
        seconds: plan.seconds,
      },
      wrap.sender,
    );
    const sent = await sender.result<SenderReport>();
    await sleep(SETTLE_MS);
    receiver.finish();
    return { plan, sender: sent, receiver: await receiver.result<ReceiverReport>() };
  } finally {
    sender?.kill();
    receiver.kill();
  }
}
