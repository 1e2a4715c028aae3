/** Every check, and the order in which findings are told. */
import type { DoctorFinding, DoctorResult, DoctorVerdict } from '../../report/doctor-result.ts';
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
import { kernelVersion, otherBypasses } from './kernel-checks.ts';
import { numaBalancing, reservedHugePages, sharedMemory, swap, transparentHugePages } from './memory-checks.ts';
import { libuv, nativeAddon, nodeFlags, nodeVersion } from './node-checks.ts';
import { governor, idleStates, mitigations } from './power-checks.ts';
import { lockedMemory, mayBypass, receiveBuffer } from './rights-checks.ts';
import type { Check, Subject } from './subject.ts';
import { clockKeeper, clockSource, precisionClocks } from './time-checks.ts';

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

const WORST_FIRST: readonly DoctorVerdict[] = ['missing', 'improve', 'unknown', 'ok'];

export function examine(subject: Subject): DoctorFinding[] {
  const found = CHECKS.flatMap((check) => check(subject));
  return WORST_FIRST.flatMap((verdict) => found.filter((finding) => finding.verdict === verdict));
}

export function countVerdicts(found: readonly DoctorFinding[]): DoctorResult['counts'] {
  const of = (verdict: DoctorVerdict): number => found.filter((finding) => finding.verdict === verdict).length;
  return { missing: of('missing'), improve: of('improve'), unknown: of('unknown'), ok: of('ok') };
}
