/** Where time comes from, and whether it is the venue's. */

import { bootMend } from './boot-parameters.ts';
import { findings } from './finding.ts';
import { asRoot, atNextStart, now, write } from './mend.ts';
import { type Check, isVirtualMachine, processNames, type Subject } from './subject.ts';

const SOURCE = '/sys/devices/system/clocksource/clocksource0';

/** Read in user space, without a system call (vDSO). */
const FAST = new Set(['tsc', 'arch_sys_counter', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'riscv_clocksource']);

export const clockSource: Check = (subject) => {
  const check = findings(
    'clock-source',
    'clock source',
    'a reading costs some 20 ns from the processor, and a system call of a µs and more from hpet, acpi_pm or xen; the loop reads it several times an order',
  );
  const reading = subject.files.reading(`${SOURCE}/current_clocksource`);
  if (reading.text === null) return check.unknown(reading.problem);
  const others = (subject.files.read(`${SOURCE}/available_clocksource`) ?? '').split(/\s+/);
  const best = ['tsc', 'arch_sys_counter'].find((name) => others.includes(name));
  if (reading.text === best || (best === undefined && FAST.has(reading.text))) return check.ok(reading.text);
  if (best !== undefined) {
    const chosen = now([write(subject, best, `${SOURCE}/current_clocksource`)], {
      keep: bootMend(subject, 'hotlap-clock', `clocksource=${best}`, '').commands,
    });
    return check.improve(`${reading.text}, although ${best} is there`, chosen);
  }
  return check.improve(`${reading.text}; the kernel does not trust the processor's counter here`, {
    ...atNextStart(["dmesg | grep -i -E 'tsc|clocksource'"]),
    note: 'It says why. Only where that is known to be wrong, boot with tsc=reliable.',
  });
};

/** Programs that keep the system clock, the precise ones first. */
const KEEPERS = ['phc2sys', 'ptp4l', 'sfptpd', 'timemaster', 'chronyd', 'ntpd', 'openntpd', 'systemd-timesyn'] as const;
const PRECISE: readonly string[] = ['phc2sys', 'sfptpd', 'timemaster'];

export const clockKeeper: Check = (subject) => {
  const check = findings(
    'clock-sync',
    'clock synchronisation',
    "stamps of this host can be held against the exchange's only where both clocks agree; PTP gives below 1 µs, NTP some 100 µs",
  );
  const running = processNames(subject);
  if (running.size === 0) return check.unknown('/proc cannot be listed');
  // The name of a process is cut to fifteen characters: systemd-timesyncd.
  const keepers = KEEPERS.filter((name) => running.has(name));
  if (keepers.some((name) => PRECISE.includes(name))) return check.ok(keepers.join(', '));
  if (keepers.length > 0) return check.ok(`${keepers.join(', ')}: by NTP`);
  return check.improve('nothing on this host keeps the clock', {
    ...now([asRoot(subject, installer(subject))]),
    effect: 'now',
    note: 'For stamps below 1 µs, linuxptp with a card that has a clock of its own. A container shares the clock of its host, which may keep it.',
  });
};

export const precisionClocks: Check = (subject) => {
  const { files, cards } = subject;
  const check = findings(
    'ptp-clocks',
    'PTP clocks',
    'a clock in the card stamps packets as they arrive, before any queue; /dev/ptp* is how it is read and set',
  );
  const clocks = files.names('/sys/class/ptp').filter((name) => name.startsWith('ptp'));
  const named = clocks.map((name) => `${name} (${files.read(`/sys/class/ptp/${name}/clock_name`) ?? 'unnamed'})`);
  if (clocks.length > 0) {
    const lacking = clocks.filter((name) => !files.exists(`/dev/${name}`));
    if (lacking.length === 0) return check.ok(named.join(', '));
    return check.improve(`${named.join(', ')}, but no /dev/${lacking.join(', /dev/')}`, {
      ...atNextStart([]),
      note: 'A container is given it with --device /dev/ptp0.',
    });
  }
  const hasClock = cards.some(({ device }) => (device?.timestamping?.clock ?? -1) >= 0);
  if (hasClock) return check.unknown('a card has one, /sys/class/ptp does not show it');
  if (isVirtualMachine(subject)) {
    return check.improve(
      'none',
      now([asRoot(subject, 'modprobe ptp_kvm')], {
        keep: [`echo ptp_kvm | ${asRoot(subject, 'tee /etc/modules-load.d/hotlap-ptp.conf')}`],
        note: "On KVM: it is the clock of the virtual machine's host, which chrony takes as `refclock PHC /dev/ptp0`.",
      }),
    );
  }
  return check.improve('none', now([], { note: 'Take a card whose driver has a hardware clock.' }));
};

const installer = ({ files }: Subject): string =>
  files.exists('/usr/bin/apt-get') ? 'apt-get install --yes chrony' : 'dnf install --assumeyes chrony';
