/** Every check, and the order in which findings are told. */
import type { DoctorFinding, DoctorResult, DoctorVerdict } from '../../report/doctor-result.ts';
import {
  type CardCheck,
  coalescing,
  driver,
  hardwareTimestamps,
  memoryNode,
  presence,
  reversePath,
  ring,
} from './card-checks.ts';
import { findings } from './finding.ts';
import { interruptAffinity, irqBalancer } from './interrupt-checks.ts';
import {
  allowedCpus,
  cpuQuota,
  hyperthreads,
  isolatedCore,
  lockupDetector,
  rcuCallbacks,
  tickless,
} from './isolation-checks.ts';
import { kernelVersion } from './kernel-checks.ts';
import { numaBalancing, reservedHugePages, sharedMemory, swap, transparentHugePages } from './memory-checks.ts';
import { libuv, nativeAddon, nodeFlags, nodeVersion } from './node-checks.ts';
import { governor, idleStates, mitigations } from './power-checks.ts';
import { otherBypasses } from './preload-checks.ts';
import { lockedMemory, mayBypass, receiveBuffer } from './rights-checks.ts';
import { type Card, type Check, type Subject, wants } from './subject.ts';
import { clockKeeper, clockSource, precisionClocks } from './time-checks.ts';
import {
  attachedProgram,
  deferredInterrupts,
  frameSize,
  largeReceive,
  queues,
  vlanTags,
  xdpSupport,
} from './xdp-checks.ts';

/** Behind these, on which everything hangs, come the interfaces. */
const BEFORE_CARDS = 7;

/** Within a verdict they are told in this order: what costs most comes first. */
const CHECKS: readonly Check[] = [
  nativeAddon,
  kernelVersion,
  allowedCpus,
  cpuQuota,
  mayBypass,
  lockedMemory,
  sharedMemory,
  isolatedCore,
  interruptAffinity,
  irqBalancer,
  hyperthreads,
  governor,
  idleStates,
  tickless,
  rcuCallbacks,
  clockSource,
  swap,
  transparentHugePages,
  numaBalancing,
  receiveBuffer,
  lockupDetector,
  mitigations,
  clockKeeper,
  precisionClocks,
  nodeVersion,
  nodeFlags,
  libuv,
  reservedHugePages,
  otherBypasses,
];

/** What every interface is asked, then what it is asked for af_xdp. */
const CARD_CHECKS: readonly CardCheck[] = [coalescing, ring, memoryNode, hardwareTimestamps, driver];
const XDP_CHECKS: readonly CardCheck[] = [
  xdpSupport,
  attachedProgram,
  queues,
  largeReceive,
  frameSize,
  vlanTags,
  deferredInterrupts,
];

function examineCard(subject: Subject, card: Card): DoctorFinding[] {
  const { device } = card;
  const isThere = presence(subject, card);
  if (device === null || device.isLoopback) return [isThere];
  const checks = [
    ...(wants(subject, 'af_xdp') ? XDP_CHECKS : []),
    ...(wants(subject, 'kernel') ? [reversePath] : []),
    ...CARD_CHECKS,
  ];
  return [isThere, ...checks.map((check) => check(subject, device))];
}

const noCard = findings('interface', 'interface', 'the feed comes in by it').unknown(
  'no card that is up was found: name one with --interface',
);

const WORST_FIRST: readonly DoctorVerdict[] = ['missing', 'improve', 'unknown', 'ok'];

export function examine(subject: Subject): DoctorFinding[] {
  const found = [
    ...CHECKS.slice(0, BEFORE_CARDS).map((check) => check(subject)),
    ...(subject.cards.length === 0 ? [noCard] : subject.cards.flatMap((card) => examineCard(subject, card))),
    ...CHECKS.slice(BEFORE_CARDS).map((check) => check(subject)),
  ];
  return WORST_FIRST.flatMap((verdict) => found.filter((finding) => finding.verdict === verdict));
}

export function countVerdicts(found: readonly DoctorFinding[]): DoctorResult['counts'] {
  const of = (verdict: DoctorVerdict): number => found.filter((finding) => finding.verdict === verdict).length;
  return { missing: of('missing'), improve: of('improve'), unknown: of('unknown'), ok: of('ok') };
}
