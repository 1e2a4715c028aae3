/** Each check on a tuned server, on which all is well, and on the same server with one thing wrong. */
import { expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { examine } from '../../../app/doctor/examine.ts';
import type { Subject } from '../../../app/doctor/subject.ts';
import type { DoctorFinding, DoctorVerdict } from '../../../report/doctor-result.ts';
import {
  CONTAINER,
  idleState,
  LAPTOP,
  status,
  subjectOf,
  type Tree,
  TUNED_SERVER,
} from '../../support/doctor/host-tree.ts';

const NODE = subjectOf(TUNED_SERVER).node;

const verdicts = (subject: Subject): Record<string, DoctorVerdict> =>
  Object.fromEntries(examine(subject).map(({ check, verdict }) => [check, verdict]));

test('on a tuned server all is well', () => {
  const found = examine(subjectOf(TUNED_SERVER));
  expect(found.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(found.length).toBeGreaterThan(25);
});

const ISOLATION = 'isolcpus=managed_irq,domain,3 nohz_full=3 rcu_nocbs=3 irqaffinity=0-2';
const cpus = '/sys/devices/system/cpu';

/** What differs from the tuned server → which check says what, and by which command it is mended. */
const WRONG: [string, Tree, Partial<Subject>, string, DoctorVerdict, RegExp, string | null][] = [
  [
    'nothing isolated',
    { [`${cpus}/isolated`]: '' },
    {},
    'isolated-core',
    'improve',
    /no CPU is isolated.*CPU 3/,
    `$GRUB_CMDLINE_LINUX_DEFAULT ${ISOLATION}`,
  ],
  [
    'another CPU isolated',
    { [`${cpus}/isolated`]: '1' },
    {},
    'isolated-core',
    'improve',
    /only CPU 1 is isolated/,
    ISOLATION,
  ],
  [
    'an isolated partition',
    { [`${cpus}/isolated`]: '', '/sys/fs/cgroup/cpuset.cpus.isolated': '3' },
    {},
    'isolated-core',
    'ok',
    /CPU 3/,
    null,
  ],
  [
    'isolated, but hidden',
    { [`${cpus}/isolated`]: null, '/proc/cmdline': 'ro' },
    {},
    'isolated-core',
    'unknown',
    /isolated/,
    null,
  ],
  [
    'isolated CPUs outside the mask',
    { '/proc/self/status': status('0-1') },
    {},
    'allowed-cpus',
    'improve',
    /CPU 2-3 is isolated.*only use 0-1.*CPU 1/,
    'taskset -c 0-3 hotlap run',
  ],
  [
    'a hot core outside the mask',
    { '/proc/self/status': status('0-1') },
    { hotCore: 3 },
    'allowed-cpus',
    'missing',
    /CPU 3 may not be used/,
    'taskset -c 0-3',
  ],
  [
    'one CPU allowed',
    { '/proc/self/status': status('3') },
    {},
    'allowed-cpus',
    'missing',
    /CPU 3 alone/,
    'taskset -c 0-3',
  ],
  [
    'a tick',
    { [`${cpus}/nohz_full`]: '(null)' },
    {},
    'nohz-full',
    'improve',
    /nohz_full is not set: CPU 3 ticks/,
    ISOLATION,
  ],
  ['a tick on this CPU', { [`${cpus}/nohz_full`]: '2' }, {}, 'nohz-full', 'improve', /for CPU 2 only/, ISOLATION],
  [
    'a kernel without nohz_full',
    { [`${cpus}/nohz_full`]: null },
    {},
    'nohz-full',
    'improve',
    /built without NO_HZ_FULL/,
    'grep',
  ],
  [
    'callbacks here',
    { [`${cpus}/nohz_full`]: '', '/proc/cmdline': 'rcu_nocbs=1,2' },
    {},
    'rcu-nocbs',
    'improve',
    /run on CPU 3/,
    ISOLATION,
  ],
  [
    'callbacks of all moved',
    { [`${cpus}/nohz_full`]: '', '/proc/cmdline': 'ro rcu_nocbs' },
    {},
    'rcu-nocbs',
    'ok',
    /moved away/,
    null,
  ],
  [
    'a busy sibling',
    { [`${cpus}/cpu3/topology/thread_siblings_list`]: '1,3' },
    {},
    'smt-sibling',
    'improve',
    /CPU 3 shares its core with CPU 1/,
    `echo 0 | sudo tee ${cpus}/cpu1/online`,
  ],
  [
    'an isolated sibling',
    { [`${cpus}/cpu3/topology/thread_siblings_list`]: '2-3' },
    {},
    'smt-sibling',
    'ok',
    /isolated and idle/,
    null,
  ],
  [
    'a sibling that stays',
    { [`${cpus}/cpu3/topology/thread_siblings_list`]: '0,3' },
    {},
    'smt-sibling',
    'improve',
    /cannot be taken offline/,
    null,
  ],
  [
    'one core alone',
    { [`${cpus}/cpu3/topology/thread_siblings_list`]: '0-3' },
    {},
    'smt-sibling',
    'improve',
    /there is no other core/,
    null,
  ],
  [
    'a quota',
    { '/sys/fs/cgroup/system.slice/hotlap.service/cpu.max': '150000 100000' },
    {},
    'cpu-quota',
    'improve',
    /^1\.5 CPUs/,
    'sudo systemctl set-property hotlap.service CPUQuota=',
  ],
  [
    'a watchdog',
    { '/proc/sys/kernel/nmi_watchdog': '1' },
    {},
    'nmi-watchdog',
    'improve',
    /^on$/,
    'sudo sysctl -w kernel.nmi_watchdog=0',
  ],
  [
    'a watchdog elsewhere',
    { '/proc/sys/kernel/nmi_watchdog': '1', '/proc/sys/kernel/watchdog_cpumask': '0-1' },
    {},
    'nmi-watchdog',
    'ok',
    /CPU 0-1 only/,
    null,
  ],
  [
    'a slow governor',
    { [`${cpus}/cpu3/cpufreq/scaling_governor`]: 'schedutil' },
    {},
    'governor',
    'improve',
    /schedutil on CPU 3/,
    `echo performance | sudo tee ${cpus}/cpu*/cpufreq/scaling_governor`,
  ],
  ['no governor', { [`${cpus}/cpu3/cpufreq/scaling_governor`]: null }, {}, 'governor', 'unknown', /firmware/, null],
  [
    'deep sleep',
    { ...idleState(1, 3, 'C6', 133), ...idleState(0, 2, 'C1E', 11) },
    {},
    'c-states',
    'improve',
    /C1E \(11 µs, CPU 0\), C6 \(133 µs, CPU 1\)/,
    `echo 1 | sudo tee ${cpus}/cpu*/cpuidle/state[23]/disable`,
  ],
  [
    'costly mitigations',
    { [`${cpus}/vulnerabilities/spectre_v2`]: 'Mitigation: Retpolines', '/proc/cmdline': 'ro rcu_nocbs=3' },
    {},
    'mitigations',
    'improve',
    /spectre_v2; nobody has chosen/,
    '/etc/default/grub.d/hotlap-mitigations.cfg',
  ],
  [
    'chosen mitigations',
    { [`${cpus}/vulnerabilities/spectre_v2`]: 'Mitigation: Retpolines', '/proc/cmdline': 'mitigations=auto' },
    {},
    'mitigations',
    'ok',
    /chosen by mitigations=auto/,
    null,
  ],
  [
    'an interrupt',
    { '/proc/irq/25/smp_affinity_list': '0-3', '/proc/irq/25/effective_affinity_list': '3' },
    {},
    'irq-affinity',
    'improve',
    /CPU 3 serves 25 eth0-rx-0 \(2,503 so far\)$/,
    'for irq in 25; do echo 0-2 | sudo tee /proc/irq/$irq/smp_affinity_list; done',
  ],
  [
    'an interrupt that moves when it comes next',
    { '/proc/irq/25/smp_affinity_list': '0-2', '/proc/irq/25/effective_affinity_list': '3' },
    {},
    'irq-affinity',
    'ok',
    /none of 2 is served by CPU 3/,
    null,
  ],
  [
    'an interrupt on a kernel that says less',
    { '/proc/irq/24/effective_affinity_list': null },
    {},
    'irq-affinity',
    'improve',
    /24 nvme0q0/,
    'for irq in 24;',
  ],
  ['no interrupts to be seen', { '/proc/interrupts': null }, {}, 'irq-affinity', 'unknown', /interrupts/, null],
  ['irqbalance beside isolated CPUs', { '/proc/9/comm': 'irqbalance' }, {}, 'irqbalance', 'ok', /keeps away/, null],
  [
    'irqbalance',
    { '/proc/9/comm': 'irqbalance', [`${cpus}/isolated`]: '' },
    {},
    'irqbalance',
    'improve',
    /runs/,
    'sudo systemctl disable --now irqbalance',
  ],
  [
    'huge pages for all',
    { '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never' },
    {},
    'transparent-huge-pages',
    'improve',
    /always/,
    'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled',
  ],
  [
    'huge pages for nobody',
    { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]' },
    {},
    'transparent-huge-pages',
    'improve',
    /never/,
    'madvise',
  ],
  [
    'swap',
    { '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n/swap.img file 2097148 1024 -2' },
    {},
    'swap',
    'improve',
    /\/swap\.img \(2048 MiB, 1 MiB used\)/,
    'sudo swapoff -a',
  ],
  [
    'NUMA balancing',
    { '/proc/sys/kernel/numa_balancing': '1' },
    {},
    'numa-balancing',
    'improve',
    /^on$/,
    'sudo sysctl -w kernel.numa_balancing=0',
  ],
  [
    'small /dev/shm',
    {},
    { freeBytes: () => 50 << 20 },
    'shared-memory',
    'missing',
    /50 MiB free, the wire needs 49 MiB/,
    'sudo mount -o remount,size=1G /dev/shm',
  ],
  [
    'no capability',
    { '/proc/self/status': status('0-3', { capEff: '0000000000001000' }) },
    {},
    'capabilities',
    'missing',
    /ann has no CAP_NET_RAW, CAP_BPF/,
    '--ambient-caps +net_admin,+net_raw,+bpf,+ipc_lock',
  ],
  [
    'no capability, and none needed',
    { '/proc/self/status': status('0-3', { capEff: '0' }) },
    { feed: { ...DEFAULT_FEED, rx: ['kernel'] } },
    'capabilities',
    'ok',
    /not needed/,
    null,
  ],
  [
    'little locked memory',
    {
      '/proc/self/status': status('0-3', { capEff: '0' }),
      '/proc/self/limits': 'Max locked memory   8388608   8388608   bytes',
    },
    {},
    'memlock',
    'missing',
    /8 MiB at most; a queue of af_xdp needs 35 MiB/,
    'sudo prlimit --pid $$ --memlock=unlimited:unlimited',
  ],
  [
    'locked memory for two queues',
    {
      '/proc/self/status': status('0-3', { capEff: '0' }),
      '/proc/self/limits': 'Max locked memory   50331648   50331648   bytes',
    },
    { feed: { ...DEFAULT_FEED, rx: ['af_xdp'], afXdp: { ...DEFAULT_FEED.afXdp, queues: [0, 1] } } },
    'memlock',
    'missing',
    /2 queues of af_xdp need 67 MiB/,
    'prlimit',
  ],
  [
    'a small receive buffer',
    { '/proc/self/status': status('0-3', { capEff: '0' }), '/proc/sys/net/core/rmem_max': '212992' },
    {},
    'receive-buffer',
    'improve',
    /1 MiB at most, 64 MiB are the default/,
    'sudo sysctl -w net.core.rmem_max=67108864',
  ],
  [
    'an old kernel',
    { '/proc/sys/kernel/osrelease': '5.8.0-63-generic' },
    {},
    'kernel',
    'missing',
    /too old for af_xdp/,
    null,
  ],
  [
    'a kernel without AF_XDP',
    { '/proc/net/protocols': 'protocol  size\nUDP 1 2' },
    {},
    'kernel',
    'missing',
    /without XDP_SOCKETS/,
    null,
  ],
  [
    'a slow clock',
    { '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'hpet' },
    {},
    'clock-source',
    'improve',
    /hpet, although tsc/,
    'echo tsc | sudo tee',
  ],
  [
    'a clock that is not trusted',
    {
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'hpet',
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'hpet acpi_pm',
    },
    {},
    'clock-source',
    'improve',
    /does not trust/,
    'dmesg',
  ],
  [
    'nobody keeps the clock',
    { '/proc/812/comm': 'bash', '/proc/813/comm': 'bash' },
    {},
    'clock-sync',
    'improve',
    /nothing/,
    'sudo apt-get install --yes chrony',
  ],
  ['a PTP clock without a device', { '/dev/ptp0': null }, {}, 'ptp-clocks', 'improve', /no \/dev\/ptp0/, null],
  ['an old Node', {}, { node: { ...NODE, version: 'v22.15.0' } }, 'node', 'missing', /too old/, 'nvm install 24'],
  ['an odd Node', {}, { node: { ...NODE, version: 'v25.1.0' } }, 'node', 'improve', /long-term/, 'nvm install 24'],
  [
    'harmful flags',
    {},
    { node: { ...NODE, flags: ['--single_threaded', '--stack-size=2000'] } },
    'node-flags',
    'improve',
    /^--single_threaded compiles on the hot thread$/,
    'unset NODE_OPTIONS',
  ],
  [
    'no addon',
    {},
    { node: { ...NODE, addonProblem: 'The native addon is missing.' } },
    'native-addon',
    'missing',
    /missing/,
    'npm rebuild hotlap',
  ],
  [
    'Onload beside io_uring',
    {},
    { node: { ...NODE, preload: '/usr/lib64/libonload.so' } },
    'onload-vma',
    'improve',
    /Onload preloaded/,
    'sudo sysctl -w kernel.io_uring_disabled=2',
  ],
  [
    'Onload without io_uring',
    { '/proc/sys/kernel/io_uring_disabled': '2' },
    { node: { ...NODE, preload: 'libonload.so' } },
    'onload-vma',
    'ok',
    /preloaded/,
    null,
  ],
  [
    'Onload named and not loaded',
    {},
    {
      node: {
        ...NODE,
        preload: 'libonload.so',
        accelerator: { library: '', version: '', problem: 'Onload is not loaded.', ignoresPreload: false },
      },
    },
    'onload-vma',
    'improve',
    /^Onload is not loaded\.$/,
    'ldd',
  ],
  [
    'Onload and a node with capabilities of its own',
    { '/usr/lib64/libonload.so': '' },
    { node: { ...NODE, accelerator: { library: '', version: '', problem: '', ignoresPreload: true } } },
    'onload-vma',
    'improve',
    /Onload installed, and node has file capabilities/,
    'sudo setcap -r',
  ],
  ['VMA at rest', { '/usr/lib64/libvma.so': '' }, {}, 'onload-vma', 'ok', /VMA installed, not preloaded/, null],
];

test.each(WRONG)('%s', (_, tree, given, check, verdict, found, command) => {
  const finding = examine(subjectOf({ ...TUNED_SERVER, ...tree }, given)).find(
    (each) => each.check === check,
  ) as DoctorFinding;
  expect({ verdict: finding.verdict, found: finding.found }).toEqual({ verdict, found: expect.stringMatching(found) });
  const commands = (finding.mend?.commands ?? []).join('\n');
  if (command === null) expect(commands).toBe('');
  else expect(commands).toContain(command);
});

test('every check can be shown wrong', () => {
  const all = examine(subjectOf(TUNED_SERVER, { cards: [] })).map(({ check }) => check);
  const shown = new Set(WRONG.filter((row) => row[4] !== 'ok').map((row) => row[3]));
  // Facts that are told and never wrong.
  expect(all.filter((check) => !shown.has(check))).toEqual(['interface', 'libuv', 'huge-pages']);
});

test('a laptop has much to improve, and lacks what af_xdp needs', () => {
  const found = verdicts(subjectOf(LAPTOP, { cards: [] }));
  expect(found).toMatchObject({
    capabilities: 'missing',
    memlock: 'missing',
    'isolated-core': 'improve',
    'irq-affinity': 'improve',
    irqbalance: 'improve',
    'smt-sibling': 'improve',
    governor: 'improve',
    'c-states': 'improve',
    'nohz-full': 'improve',
    swap: 'improve',
    'transparent-huge-pages': 'improve',
    mitigations: 'improve',
    'ptp-clocks': 'improve',
    'clock-sync': 'ok',
    'clock-source': 'ok',
  });
});

test('CPU 0 is not isolated, and a kernel without nohz_full is not asked for it', () => {
  const mendOf = (tree: Tree, given: Partial<Subject> = {}) =>
    examine(subjectOf({ ...LAPTOP, ...tree }, given)).find(({ check }) => check === 'isolated-core')?.mend;
  expect(mendOf({}, { hotCore: 0 })).toMatchObject({ commands: [], note: expect.stringContaining('--hot-core') });
  const commands = mendOf({ [`${cpus}/nohz_full`]: null })?.commands.join('\n');
  expect(commands).toContain('rcu_nocbs=2-3');
  expect(commands).not.toContain('nohz_full');
});

test('a laptop isolates a whole core: the loop and its hyperthread', () => {
  const [isolation] = examine(subjectOf(LAPTOP, { cards: [] })).filter(({ check }) => check === 'isolated-core');
  expect(isolation?.mend?.commands[0]).toContain(
    'isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1',
  );
});

test('in a container what cannot be seen is unknown, never well', () => {
  const found = verdicts(subjectOf(CONTAINER, { user: 'root', freeBytes: () => 50 << 20 }));
  expect(found).toMatchObject({
    capabilities: 'missing',
    'shared-memory': 'missing',
    'cpu-quota': 'improve',
    'isolated-core': 'unknown',
    'irq-affinity': 'unknown',
    governor: 'unknown',
    'c-states': 'unknown',
    mitigations: 'unknown',
    'smt-sibling': 'unknown',
    'receive-buffer': 'unknown',
    'transparent-huge-pages': 'unknown',
  });
});

test('the worst comes first', () => {
  const order = examine(subjectOf(LAPTOP, { cards: [] })).map(({ verdict }) => verdict);
  expect([...new Set(order)]).toEqual(['missing', 'improve', 'unknown', 'ok']);
});

test('root is not told to use sudo', () => {
  const subject = subjectOf({ ...LAPTOP, '/proc/self/status': status('0-3', { uid: 0, capEff: '000001ffffffffff' }) });
  const commands = examine(subject).flatMap(({ mend }) => [...(mend?.commands ?? []), ...(mend?.keep ?? [])]);
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((command) => command.includes('sudo'))).toEqual([]);
});
