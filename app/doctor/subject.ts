/** Who is examined: all that checks look at, given, so that a test can give another host. */
import type { Accelerator, NetworkDevice } from '../../native/index.ts';
import type { DoctorFinding } from '../../report/doctor-result.ts';
import type { FeedSettings, ReceiveBackend } from '../options.ts';
import { cpuList } from './cpu-list.ts';
import type { HostFiles } from './host-files.ts';

/** A network interface, and what its driver says of it. */
export interface Card {
  readonly name: string;
  /** null: it could not be asked, and `problem` says why. */
  readonly device: NetworkDevice | null;
  readonly isAbsent: boolean;
  readonly problem: string;
}

export interface NodeFacts {
  readonly version: string;
  readonly uv: string;
  /** Flags given to node, and in NODE_OPTIONS. */
  readonly flags: readonly string[];
  readonly hasExecve: boolean;
  readonly preload: string;
  /** null: the native addon, which would ask, cannot be loaded. */
  readonly accelerator: Accelerator | null;
  /** Why the native addon cannot be loaded; empty: it can. */
  readonly addonProblem: string;
}

export interface Subject {
  readonly files: HostFiles;
  /** CPUs that a process started here may use. */
  readonly cpus: readonly number[];
  /** On which the loop would run. */
  readonly hotCore: number;
  readonly user: string;
  readonly node: NodeFacts;
  /** What is configured; null: no configuration, every transport is looked at. */
  readonly feed: FeedSettings | null;
  readonly cards: readonly Card[];
  /** Room of the file system that holds a path; null: it cannot be told. */
  readonly freeBytes: (path: string) => number | null;
}

export type Check = (subject: Subject) => DoctorFinding;

export const isRoot = ({ files }: Subject): boolean => /^Uid:\s*\d+\s+0\b/m.test(files.read('/proc/self/status') ?? '');

export const onlineCpus = ({ files, cpus }: Subject): readonly number[] => {
  const online = cpuList(files.read('/sys/devices/system/cpu/online'));
  return online.length > 0 ? online : cpus;
};

/** Hyperthreads of the hot core besides itself, as far as they are online. */
export const siblings = ({ files, hotCore }: Subject): number[] =>
  cpuList(files.read(`/sys/devices/system/cpu/cpu${hotCore}/topology/thread_siblings_list`)).filter(
    (cpu) => cpu !== hotCore,
  );

/** The processor says so itself, on x86; elsewhere the firmware's name does. */
export const isVirtualMachine = ({ files }: Subject): boolean =>
  /^flags\s*:.*\bhypervisor\b/m.test(files.read('/proc/cpuinfo') ?? '') ||
  /qemu|kvm|vmware|virtual|xen|amazon ec2|google compute/i.test(files.read('/sys/class/dmi/id/sys_vendor') ?? '');

/** Marks that container runtimes leave. */
export const isContainer = ({ files }: Subject): boolean =>
  files.exists('/.dockerenv') || files.exists('/run/.containerenv') || files.exists('/run/systemd/container');

/** Whether the configuration may use this transport; without one everything is looked at. */
export const wants = ({ feed }: Subject, backend: ReceiveBackend): boolean =>
  feed === null || (feed.rx.includes(backend) && (backend === 'kernel' || feed.bypass !== 'off'));

/** The words of the kernel command line by name; a parameter without a value is ''. */
export function kernelLine({ files }: Subject): Map<string, string> {
  const words = (files.read('/proc/cmdline') ?? '').split(/\s+/).filter((word) => word !== '');
  return new Map(
    words.map((word) => {
      const at = word.indexOf('=');
      return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** Commands of running processes, as far as this user sees them. */
export function processNames({ files }: Subject): Set<string> {
  const pids = files.names('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(pids.map((pid) => files.read(`/proc/${pid}/comm`) ?? ''));
}
