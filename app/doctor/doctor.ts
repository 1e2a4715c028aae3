/** `hotlap doctor`: looks at this host and changes nothing. */
import { statfsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';
import { type Accelerator, native } from '../../native/index.ts';
import type { DoctorFinding, DoctorResult } from '../../report/doctor-result.ts';
import type { FeedSettings } from '../options.ts';
import { findCards } from './cards.ts';
import { cpuList, cpuText } from './cpu-list.ts';
import { countVerdicts, examine } from './examine.ts';
import { HostFiles } from './host-files.ts';
import { isContainer, isVirtualMachine, type NodeFacts, type Subject } from './subject.ts';

export interface DoctorOptions {
  /** CPU of the loop; null: as the launcher chooses, the highest that is allowed. */
  readonly hotCore: number | null;
  /** Names or addresses; empty: the cards that are up. */
  readonly interfaces: readonly string[];
  /** null: no configuration. */
  readonly feed: FeedSettings | null;
  /** Checks that are left out. */
  readonly skip: readonly string[];
}

export function doctor(options: DoctorOptions): DoctorResult {
  const subject = thisHost(options);
  const all = examine(subject);
  for (const name of options.skip) if (!all.some(({ check }) => check === name)) throw unknownCheck(name, all);
  const findings = all.filter(({ check }) => !options.skip.includes(check));
  return { host: describe(subject), counts: countVerdicts(findings), findings, skipped: options.skip };
}

function unknownCheck(name: string, all: readonly DoctorFinding[]): HotlapError {
  const names = [...new Set(all.map(({ check }) => check))];
  const near = suggest(name, names);
  const hint = near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`;
  return new HotlapError('ERR_DOCTOR_CHECK', `No check is called \`${name}\`. ${hint}`, { exitStatus: 2 });
}

function thisHost({ hotCore, feed, interfaces }: DoctorOptions): Subject {
  const files = new HostFiles();
  const node = nodeFacts();
  const cpus = cpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(files.read('/proc/self/status') ?? '')?.[1] ?? null);
  return {
    files,
    cpus,
    // bin/launch.js chooses the same.
    hotCore: hotCore ?? Math.max(0, ...cpus),
    user: userInfo().username,
    node,
    feed,
    cards: findCards(files, interfaces, node.addonProblem),
    freeBytes,
  };
}

function nodeFacts(): NodeFacts {
  let addonProblem = '';
  let accelerator: Accelerator | null = null;
  try {
    accelerator = native().host.accelerator();
  } catch (error) {
    addonProblem = (error as Error).message;
  }
  return {
    version: process.version,
    uv: process.versions.uv,
    flags: [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].filter((flag) => flag !== ''),
    hasExecve: typeof process.execve === 'function',
    preload: process.env.LD_PRELOAD ?? '',
    accelerator,
    addonProblem,
  };
}

function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function describe(subject: Subject): DoctorResult['host'] {
  const { files, cpus, hotCore, user, node, cards, feed } = subject;
  return {
    name: hostname(),
    processor: /^model name\s*:\s*(.+)$/m.exec(files.read('/proc/cpuinfo') ?? '')?.[1] ?? process.arch,
    kernel: files.read('/proc/sys/kernel/osrelease') ?? '',
    node: node.version,
    cpus: cpuText(cpus),
    hotCore,
    virtualMachine: isVirtualMachine(subject),
    container: isContainer(subject),
    user,
    interfaces: cards.map(({ name }) => name),
    rx: feed === null ? null : feed.rx,
  };
}
