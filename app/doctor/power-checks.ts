/** How fast the processor runs, how deep it sleeps, and what it pays at each system call. */
import { bootMend } from './boot-parameters.ts';
import { cpuText } from './cpu-list.ts';
import { findings } from './finding.ts';
import { setting } from './mend.ts';
import { type Check, isVirtualMachine, kernelLine, onlineCpus } from './subject.ts';

const CPUS = '/sys/devices/system/cpu';

export const governor: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'governor',
    'CPU governor',
    'a governor other than performance lowers the clock while the market is quiet, and the first burst pays for it',
  );
  const file = `${CPUS}/cpu${hotCore}/cpufreq/scaling_governor`;
  const reading = files.reading(file);
  if (reading.text === null) {
    if (!reading.absent) return check.unknown(reading.problem);
    return isVirtualMachine(subject)
      ? check.unknown('a virtual machine does not see it: its host sets the frequency')
      : check.unknown('no cpufreq driver is loaded: the firmware sets the frequency');
  }
  if (reading.text === 'performance') return check.ok('performance');
  return check.improve(
    `${reading.text} on CPU ${hotCore}`,
    setting(subject, 'governor', 'performance', `${CPUS}/cpu*/cpufreq/scaling_governor`),
  );
};

/** Sleep states with a longer way back than this are felt in a latency measured in µs. */
const LONGEST_WAKE_US = 10;

export const idleStates: Check = (subject) => {
  const { files } = subject;
  const check = findings(
    'c-states',
    'C-states',
    `a CPU in a deep sleep state needs tens to hundreds of µs to wake; the loop never sleeps with \`idle: spin\`, but the CPUs that take the card's interrupts do`,
  );
  if (kernelLine(subject).get('idle') === 'poll') return check.ok('none, by idle=poll');
  const states = new Map<string, { index: number; cpus: number[]; wakeUs: number }>();
  let seen = 0;
  for (const cpu of onlineCpus(subject)) {
    const folder = `${CPUS}/cpu${cpu}/cpuidle`;
    for (const name of files.names(folder).filter((each) => /^state\d+$/.test(each))) {
      ++seen;
      const wakeUs = files.integer(`${folder}/${name}/latency`) ?? 0;
      if (wakeUs <= LONGEST_WAKE_US || files.read(`${folder}/${name}/disable`) === '1') continue;
      const title = files.read(`${folder}/${name}/name`) ?? name;
      const state = states.get(title) ?? { index: Number(name.slice('state'.length)), cpus: [], wakeUs };
      state.cpus.push(cpu);
      states.set(title, state);
    }
  }
  if (seen === 0) {
    return isVirtualMachine(subject)
      ? check.unknown('a virtual machine does not see them: its host decides')
      : check.unknown('no cpuidle driver is loaded: the firmware decides');
  }
  if (states.size === 0) return check.ok(`none enabled that takes more than ${LONGEST_WAKE_US} µs to leave`);
  const list = [...states].map(([name, { wakeUs, cpus }]) => `${name} (${wakeUs} µs, CPU ${cpuText(cpus)})`);
  const indexes = [...new Set([...states.values()].map(({ index }) => index))].sort((a, b) => a - b);
  // A pattern of one digit: sysfs has never had ten states.
  return check.improve(
    `enabled: ${list.join(', ')}`,
    setting(
      subject,
      'c-states',
      '1',
      `${CPUS}/cpu*/cpuidle/state[${indexes.join('')}]/disable`,
      'Costs power, and turbo where other cores must sleep for it.',
    ),
  );
};

/** Those that cost something at each system call, interrupt or context switch. */
const COSTLY = /retpoline|ibrs|ibpb|pti|clear cpu buffers|safe ret|untrain|flush|stibp|bhb/i;

export const mitigations: Check = (subject) => {
  const { files } = subject;
  const check = findings(
    'mitigations',
    'CPU mitigations',
    'they cost each system call and interrupt some hundred ns; without them a program on this host may read the memory of others',
  );
  const folder = `${CPUS}/vulnerabilities`;
  const names = files.names(folder);
  if (names.length === 0) return check.unknown(`${folder} cannot be read`);
  const active = names.filter((name) => {
    const text = files.read(`${folder}/${name}`) ?? '';
    return text.startsWith('Mitigation:') && COSTLY.test(text);
  });
  const chosen = kernelLine(subject).get('mitigations');
  if (active.length === 0)
    return check.ok(chosen === undefined ? 'none that costs' : `none that costs (mitigations=${chosen})`);
  if (chosen !== undefined) return check.ok(`active: ${active.join(', ')}; chosen by mitigations=${chosen}`);
  return check.improve(
    `active: ${active.join(', ')}; nobody has chosen`,
    bootMend(
      subject,
      'hotlap-mitigations',
      'mitigations=off',
      'Only on a host that runs no code of others and no browser. To keep them and say so, write mitigations=auto instead: this line is then content. af_xdp (softirq) and shm make no system call for data.',
    ),
  );
};
