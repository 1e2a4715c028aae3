/** Hosts as trees of /proc and /sys: a folder that HostFiles reads instead of `/`. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cpuList } from '../../../app/doctor/cpu-list.ts';
import { HostFiles } from '../../../app/doctor/host-files.ts';
import type { Card, Subject } from '../../../app/doctor/subject.ts';
import type { NetworkDevice } from '../../../native/index.ts';

/** Content by path; null: not there. */
export type Tree = Readonly<Record<string, string | null>>;

export function hostFiles(tree: Tree): HostFiles {
  const root = mkdtempSync(join(tmpdir(), 'hotlap-host-'));
  for (const [path, content] of Object.entries(tree)) {
    if (content === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return new HostFiles(root);
}

/** A subject with everything as the tuned server has it, but what is given. */
export function subjectOf(tree: Tree, given: Partial<Subject> = {}): Subject {
  const files = hostFiles(tree);
  const cpus = cpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(files.read('/proc/self/status') ?? '')?.[1] ?? null);
  return {
    files,
    cpus,
    hotCore: Math.max(0, ...cpus),
    user: 'ann',
    node: {
      version: 'v24.21.0',
      uv: '1.52.1',
      flags: [],
      hasExecve: true,
      preload: '',
      accelerator: { library: '', version: '', problem: '', ignoresPreload: false },
      addonProblem: '',
    },
    feed: null,
    cards: [card()],
    freeBytes: () => 2 ** 34,
    ...given,
  };
}

/** A card as the tuned server's: Solarflare's X3522, one queue, nothing held back. */
export const card = (given: Partial<NetworkDevice> = {}): Card => {
  const device: NetworkDevice = {
    name: 'eth0',
    driver: 'sfc',
    driverVersion: '6.12.41',
    firmware: '8.5.0.1002',
    busInfo: '0000:01:00.0',
    isUp: true,
    hasCarrier: true,
    isLoopback: false,
    mtuBytes: 1500,
    channels: { receive: 0, maxReceive: 0, combined: 1, maxCombined: 16 },
    rings: { receive: 1024, maxReceive: 4096 },
    coalescing: { receiveUs: 0, receiveFrames: 0, adaptiveReceive: false },
    features: {
      'rx-lro': { active: false, changeable: true },
      'rx-gro-hw': { active: false, changeable: false },
      'rx-vlan-hw-parse': { active: false, changeable: true },
    },
    timestamping: { hardwareReceive: true, hardwareTransmit: true, clock: 0, everyPacket: true },
    xdp: { native: true, redirect: true, zeroCopy: true, timestampHint: true, vlanHint: false },
    attachedXdp: null,
    ...given,
  };
  return { name: device.name, device, isAbsent: false, problem: '' };
};

/** `Uid:` and `CapEff:` of a user with the capabilities that a start by setpriv gives. */
export const status = (cpus: string, { uid = 1000, capEff = '000000800000703f' } = {}): string =>
  `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capEff}\nCpus_allowed_list:\t${cpus}`;

const cpu = (number: number, siblings: string): Tree => ({
  [`/sys/devices/system/cpu/cpu${number}/topology/thread_siblings_list`]: siblings,
  [`/sys/devices/system/cpu/cpu${number}/online`]: number === 0 ? null : '1',
  [`/sys/devices/system/cpu/cpu${number}/cpufreq/scaling_governor`]: 'performance',
  ...idleState(number, 0, 'POLL', 0),
  ...idleState(number, 1, 'C1', 2),
  ...idleState(number, 2, 'C1E', 10),
  ...idleState(number, 3, 'C6', 133, '1'),
});

export const idleState = (number: number, state: number, name: string, latencyUs: number, disable = '0'): Tree => {
  const folder = `/sys/devices/system/cpu/cpu${number}/cpuidle/state${state}`;
  return {
    [`${folder}/name`]: name,
    [`${folder}/latency`]: `${latencyUs}`,
    [`${folder}/disable`]: disable,
  };
};

export const interrupts = (cpus: number, rows: readonly (readonly [number, string])[]): string =>
  [
    `     ${Array.from({ length: cpus }, (_, index) => `      CPU${index}`).join('')}`,
    ...rows.map(
      ([irq, name]) =>
        `${irq}: ${Array.from({ length: cpus }, (_, index) => `${irq * 100 + index}`.padStart(9)).join('')}  PCI-MSIX-0000:01:00.0   0-edge      ${name}`,
    ),
    `NMI: ${Array.from({ length: cpus }, () => '        0').join('')}   Non-maskable interrupts`,
  ].join('\n');

/** Four cores, hyperthreads off, CPUs 2 and 3 isolated; the loop on CPU 3. Debian. */
export const TUNED_SERVER: Tree = {
  ...cpu(0, '0'),
  ...cpu(1, '1'),
  ...cpu(2, '2'),
  ...cpu(3, '3'),
  '/proc/cmdline':
    'BOOT_IMAGE=/vmlinuz ro quiet isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1 mitigations=off',
  '/proc/cpuinfo': 'model name\t: AMD EPYC 9274F 24-Core Processor\nflags\t\t: fpu tsc constant_tsc nonstop_tsc',
  '/proc/self/status': status('0-3'),
  '/proc/self/limits': 'Max locked memory         unlimited            unlimited            bytes',
  '/proc/self/cgroup': '0::/system.slice/hotlap.service',
  '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000',
  '/sys/fs/cgroup/system.slice/hotlap.service/cpu.max': 'max 100000',
  '/proc/sys/kernel/osrelease': '6.12.41+deb13-amd64',
  '/proc/sys/kernel/io_uring_disabled': '0',
  '/proc/sys/kernel/nmi_watchdog': '0',
  '/proc/sys/kernel/numa_balancing': '0',
  '/proc/sys/net/core/rmem_max': '268435456',
  '/proc/net/protocols': 'protocol  size sockets\nXDP       1088      0',
  '/proc/interrupts': interrupts(4, [
    [24, 'nvme0q0'],
    [25, 'eth0-rx-0'],
  ]),
  '/proc/irq/24/smp_affinity_list': '0-3',
  '/proc/irq/24/effective_affinity_list': '0',
  '/proc/irq/25/smp_affinity_list': '1',
  '/proc/irq/25/effective_affinity_list': '1',
  '/proc/meminfo':
    'MemTotal:  64000000 kB\nHugePages_Total:       8\nHugePages_Free:        8\nHugepagesize:       2048 kB',
  '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority',
  '/proc/1/comm': 'systemd',
  '/proc/812/comm': 'phc2sys',
  '/proc/813/comm': 'ptp4l',
  '/sys/devices/system/cpu/online': '0-3',
  '/sys/devices/system/cpu/isolated': '2-3',
  '/sys/devices/system/cpu/nohz_full': '2-3',
  '/sys/devices/system/cpu/vulnerabilities/spectre_v2': 'Vulnerable',
  '/sys/devices/system/cpu/vulnerabilities/meltdown': 'Not affected',
  '/sys/devices/system/node/node0/cpulist': '0-1',
  '/sys/devices/system/node/node1/cpulist': '2-3',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc',
  '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet acpi_pm',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never',
  '/sys/class/net/eth0/device/numa_node': '1',
  '/sys/class/net/eth0/napi_defer_hard_irqs': '0',
  '/sys/class/net/eth0/gro_flush_timeout': '0',
  '/proc/sys/net/ipv4/conf/all/rp_filter': '2',
  '/proc/sys/net/ipv4/conf/eth0/rp_filter': '1',
  '/sys/class/ptp/ptp0/clock_name': 'sfc',
  '/dev/ptp0': '',
  '/usr/sbin/update-grub': '',
  '/usr/bin/apt-get': '',
};

/** A laptop as it comes: hyperthreads 0-1, 2-3, powersave, deep sleep, swap, NTP, a desktop's user. */
export const LAPTOP: Tree = {
  ...TUNED_SERVER,
  ...Object.fromEntries(
    [0, 1, 2, 3].flatMap((number) => [
      [`/sys/devices/system/cpu/cpu${number}/topology/thread_siblings_list`, number < 2 ? '0-1' : '2-3'],
      [`/sys/devices/system/cpu/cpu${number}/cpufreq/scaling_governor`, 'powersave'],
      [`/sys/devices/system/cpu/cpu${number}/cpuidle/state3/disable`, '0'],
    ]),
  ),
  '/proc/cmdline': 'BOOT_IMAGE=/vmlinuz ro quiet splash',
  '/proc/self/status': status('0-3', { capEff: '0000000000000000' }),
  '/proc/self/limits': 'Max locked memory         8388608              8388608              bytes',
  '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope',
  '/proc/sys/kernel/nmi_watchdog': '1',
  '/proc/sys/net/core/rmem_max': '212992',
  '/proc/irq/24/effective_affinity_list': '3',
  '/proc/irq/25/smp_affinity_list': '0-3',
  '/proc/irq/25/effective_affinity_list': '2',
  '/proc/meminfo':
    'MemTotal:  16000000 kB\nHugePages_Total:       0\nHugePages_Free:        0\nHugepagesize:       2048 kB',
  '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1  partition\t8388604\t1048576\t-2',
  '/proc/812/comm': 'systemd-timesyn',
  '/proc/813/comm': 'irqbalance',
  '/sys/devices/system/cpu/isolated': '',
  '/sys/devices/system/cpu/nohz_full': '(null)',
  '/sys/devices/system/cpu/vulnerabilities/spectre_v2': 'Mitigation: Retpolines; IBPB: conditional; RSB filling',
  '/sys/devices/system/node/node1/cpulist': null,
  '/sys/class/ptp/ptp0/clock_name': null,
  '/dev/ptp0': null,
  '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never',
};

/** A container of a cloud's virtual machine: one and a half CPUs, little of the host to be seen. */
export const CONTAINER: Tree = {
  '/.dockerenv': '',
  '/proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=/dev/nvme0n1p1',
  '/proc/cpuinfo': 'model name\t: Intel(R) Xeon(R) Platinum\nflags\t\t: fpu tsc hypervisor',
  '/proc/self/status': status('0-3', { uid: 0, capEff: '00000000a80425fb' }),
  '/proc/self/limits': 'Max locked memory         8388608              8388608              bytes',
  '/proc/self/cgroup': '0::/',
  '/sys/fs/cgroup/cpu.max': '150000 100000',
  '/proc/sys/kernel/osrelease': '6.8.0-1021-aws',
  '/proc/1/comm': 'node',
  '/proc/meminfo': 'HugePages_Total:       0',
  '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority',
  '/sys/devices/system/cpu/online': '0-3',
  '/sys/devices/system/node/node0/cpulist': '0-3',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'kvm-clock',
  '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock acpi_pm',
};
