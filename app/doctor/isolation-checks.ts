/** Whether anything but the loop runs on the hot core: what the kernel command line says, and what came of it. */
import { isolationMend } from './boot-parameters.ts';
import { cpuList, cpuText, without } from './cpu-list.ts';
import { findings } from './finding.ts';
import { asRoot, atNextStart, now, sysctl, write, writeAtBoot } from './mend.ts';
import { type Check, kernelLine, onlineCpus, type Subject, siblings } from './subject.ts';

const ISOLATED = '/sys/devices/system/cpu/isolated';
const NOHZ_FULL = '/sys/devices/system/cpu/nohz_full';

/** By isolcpus=, or by a cgroup's isolated partition, which needs no reboot (Linux 6.7). */
const isolatedCpus = ({ files }: Subject): number[] => [
  ...cpuList(files.read(ISOLATED)),
  ...cpuList(files.read('/sys/fs/cgroup/cpuset.cpus.isolated')),
];

export const allowedCpus: Check = (subject) => {
  const { cpus, hotCore } = subject;
  const check = findings(
    'allowed-cpus',
    'allowed CPUs',
    'the loop never sleeps and takes a CPU for itself: compiling, logging and the disk need another',
  );
  const online = onlineCpus(subject);
  const withAll = atNextStart([`taskset -c ${cpuText(online)} hotlap run --config engine.yaml`], {
    note: 'A cgroup or container that grants fewer CPUs refuses them: then grant more there.',
  });
  const outside = without(
    isolatedCpus(subject).filter((cpu) => online.includes(cpu)),
    cpus,
  );
  if (!cpus.includes(hotCore)) {
    return check.missing(`CPU ${hotCore} may not be used by a process started here, only ${cpuText(cpus)}`, withAll);
  }
  if (cpus.length < 2) {
    return check.missing(
      `a process started here may use CPU ${cpuText(cpus)} alone`,
      online.length > 1 ? withAll : undefined,
    );
  }
  if (outside.length > 0 && !isolatedCpus(subject).includes(hotCore)) {
    return check.improve(
      `CPU ${cpuText(outside)} is isolated, and a process started here may only use ${cpuText(cpus)}: the loop would run on CPU ${hotCore}, which is not`,
      withAll,
    );
  }
  return check.ok(`${cpuText(cpus)}; the loop takes CPU ${hotCore}`);
};

export const isolatedCore: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'isolated-core',
    'isolated hot core',
    'the scheduler puts other threads onto a CPU that is not isolated: each takes the loop some milliseconds',
  );
  const isolated = isolatedCpus(subject);
  if (isolated.includes(hotCore)) return check.ok(`CPU ${cpuText(isolated)} is isolated`);
  const reading = files.reading(ISOLATED);
  if (reading.text === null && !kernelLine(subject).has('isolcpus')) return check.unknown(reading.problem);
  const others = isolated.length === 0 ? 'no CPU is isolated' : `only CPU ${cpuText(isolated)} is isolated`;
  return check.improve(`${others}, the loop runs on CPU ${hotCore}`, isolationMend(subject));
};

export const tickless: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'nohz-full',
    'timer tick',
    'without nohz_full the timer interrupts the loop 100 to 1,000 times a second, some µs each; with it a system call costs some hundred ns more, which af_xdp and shm do not make',
  );
  const reading = files.reading(NOHZ_FULL);
  if (reading.text === null) {
    if (!reading.absent) return check.unknown(reading.problem);
    return check.improve('this kernel was built without NO_HZ_FULL: it ticks on every CPU', {
      ...atNextStart(['grep -l CONFIG_NO_HZ_FULL=y /boot/config-*']),
      effect: 'at-next-boot',
      note: 'The command lists installed kernels that have it: boot one of them with nohz_full=.',
    });
  }
  const full = cpuList(reading.text);
  if (full.includes(hotCore)) return check.ok(`nohz_full is active on CPU ${cpuText(full)}`);
  return check.improve(
    `${full.length === 0 ? 'nohz_full is not set' : `nohz_full holds for CPU ${cpuText(full)} only`}: CPU ${hotCore} ticks`,
    isolationMend(subject),
  );
};

export const rcuCallbacks: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'rcu-nocbs',
    'RCU callbacks',
    "the kernel frees other CPUs' memory in softirqs of the hot core, in bursts, unless their callbacks are moved away",
  );
  const line = kernelLine(subject);
  const value = line.get('rcu_nocbs');
  // A nohz_full CPU has its callbacks moved as well; `rcu_nocbs` without a list means all (kernel-parameters).
  if (cpuList(files.read(NOHZ_FULL)).includes(hotCore)) return check.ok('moved away, by nohz_full');
  if (value === '' || value === 'all' || cpuList(value ?? '').includes(hotCore))
    return check.ok(`moved away, by rcu_nocbs=${value}`);
  if (files.read('/proc/cmdline') === null) return check.unknown(problemOf(subject, '/proc/cmdline'));
  return check.improve(`callbacks run on CPU ${hotCore}: rcu_nocbs does not name it`, isolationMend(subject));
};

export const hyperthreads: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'smt-sibling',
    'SMT sibling',
    'two hyperthreads share one core and its caches: what runs on the other slows the loop by a third or more',
  );
  const reading = files.reading(`/sys/devices/system/cpu/cpu${hotCore}/topology/thread_siblings_list`);
  if (reading.text === null) return check.unknown(reading.problem);
  const others = siblings(subject);
  if (others.length === 0) return check.ok(`CPU ${hotCore} has its core for itself`);
  const found = `CPU ${hotCore} shares its core with CPU ${cpuText(others)}`;
  if (without(onlineCpus(subject), [hotCore, ...others]).length === 0) {
    return check.improve(`${found}, and there is no other core`, {
      ...atNextStart([]),
      note: 'Take a host, or a larger instance, with a second core.',
    });
  }
  const isIsolated = others.every((cpu) => isolatedCpus(subject).includes(cpu));
  if (isIsolated && isolatedCpus(subject).includes(hotCore)) return check.ok(`${found}, which is isolated and idle`);
  if (others.some((cpu) => !files.exists(`/sys/devices/system/cpu/cpu${cpu}/online`))) {
    return check.improve(`${found}, which cannot be taken offline`, {
      ...atNextStart([]),
      note: 'Choose a CPU of another core with --hot-core.',
    });
  }
  const switches = others.map((cpu) => `/sys/devices/system/cpu/cpu${cpu}/online`);
  return check.improve(
    found,
    now(
      switches.map((file) => write(subject, '0', file)),
      { keep: switches.map((file, index) => writeAtBoot(subject, `cpu${others[index]}`, '0', file)) },
    ),
  );
};

export const lockupDetector: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'nmi-watchdog',
    'NMI watchdog',
    'it interrupts every CPU some times a minute with an interrupt that nothing can put off, and takes a performance counter',
  );
  const reading = files.reading('/proc/sys/kernel/nmi_watchdog');
  if (reading.text === null) return reading.absent ? check.ok('this kernel has none') : check.unknown(reading.problem);
  if (reading.text === '0') return check.ok('off');
  const watched = cpuList(files.read('/proc/sys/kernel/watchdog_cpumask'));
  if (watched.length > 0 && !watched.includes(hotCore)) return check.ok(`on, for CPU ${cpuText(watched)} only`);
  return check.improve('on', sysctl(subject, 'kernel.nmi_watchdog', 0));
};

/** What the loop would share its CPU's time with: a quota stops it in the middle of a turn. */
export const cpuQuota: Check = (subject) => {
  const { files } = subject;
  const check = findings(
    'cpu-quota',
    'CPU quota',
    'a loop that always runs uses up any quota, and is then stopped for the rest of each period, mostly 100 ms',
  );
  const path = /^0::(.*)$/m.exec(files.read('/proc/self/cgroup') ?? '')?.[1];
  const folders = (path ?? '/').split('/').filter((part) => part !== '');
  const levels = folders.map((_, index) => `/sys/fs/cgroup/${folders.slice(0, index + 1).join('/')}`);
  for (const folder of ['/sys/fs/cgroup', ...levels]) {
    const [quota, period] = (files.read(`${folder}/cpu.max`) ?? 'max').split(' ').map(Number);
    if (quota === undefined || Number.isNaN(quota)) continue;
    const unit = folder.slice('/sys/fs/cgroup/'.length).split('/').at(-1) ?? '';
    return check.improve(`${quota / (period ?? 100_000)} CPUs, by ${folder}/cpu.max`, {
      ...atNextStart(
        /\.(service|slice|scope)$/.test(unit) ? [asRoot(subject, `systemctl set-property ${unit} CPUQuota=`)] : [],
      ),
      note: 'Start the container or unit without a CPU limit (docker: no --cpus; Kubernetes: whole CPUs and the static CPU manager).',
    });
  }
  return check.ok('none');
};

const problemOf = ({ files }: Subject, path: string): string => {
  const reading = files.reading(path);
  return reading.text === null ? reading.problem : '';
};
