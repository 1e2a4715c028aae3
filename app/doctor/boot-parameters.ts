/**
 * The kernel parameters that keep the hot core free. They go in together by one command: whoever mends one of them alone
 * would overwrite the others.
 */
import type { DoctorMend } from '../../report/doctor-result.ts';
import { cpuText, without } from './cpu-list.ts';
import { asRoot, atNextBoot, atNextStart } from './mend.ts';
import { kernelLine, onlineCpus, type Subject, siblings } from './subject.ts';

/** The hot core, and its hyperthreads where other cores remain. */
export function coresToIsolate(subject: Subject): number[] {
  const core = [subject.hotCore, ...siblings(subject)].sort((a, b) => a - b);
  return without(onlineCpus(subject), core).length > 0 ? core : [subject.hotCore];
}

export const housekeepingCpus = (subject: Subject): number[] => without(onlineCpus(subject), coresToIsolate(subject));

export function isolationMend(subject: Subject): DoctorMend {
  const hot = cpuText(coresToIsolate(subject));
  const rest = cpuText(housekeepingCpus(subject));
  if (rest === '') return atNextBoot([], { note: 'A host with one CPU has none to isolate: give it another.' });
  if (subject.hotCore === 0) {
    // The boot CPU keeps the time for the others: nohz_full never takes it (timers/no_hz).
    return atNextStart([], { note: 'CPU 0 has duties of its own: choose another with --hot-core, and isolate that.' });
  }
  // managed_irq: interrupts that a driver spreads over all CPUs keep away as well (kernel-parameters, isolcpus=).
  const words = [
    `isolcpus=managed_irq,domain,${hot}`,
    ...(subject.files.exists('/sys/devices/system/cpu/nohz_full') ? [`nohz_full=${hot}`] : []),
    `rcu_nocbs=${hot}`,
    `irqaffinity=${rest}`,
  ];
  const line = kernelLine(subject);
  const present = words.map((word) => word.split('=')[0] as string).filter((name) => line.has(name));
  const first =
    present.length === 0
      ? ''
      : `Take ${present.map((name) => `${name}=${line.get(name)}`).join(' ')} out of the command line first. `;
  return bootMend(
    subject,
    'hotlap',
    words.join(' '),
    `${first}Start hotlap with \`taskset -c ${cpuText(onlineCpus(subject))}\` from then on: isolated CPUs are not in a shell's own mask.`,
  );
}

/** @param file Of Debian's /etc/default/grub.d. */
export function bootMend(subject: Subject, file: string, words: string, note: string): DoctorMend {
  const { files } = subject;
  const has = (command: string): boolean =>
    ['/usr/sbin', '/usr/bin', '/sbin'].some((folder) => files.exists(`${folder}/${command}`));
  const commands = has('grubby')
    ? [asRoot(subject, `grubby --update-kernel=ALL --args="${words}"`)]
    : has('update-grub')
      ? [
          `echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${words}"' | ${asRoot(subject, `tee /etc/default/grub.d/${file}.cfg`)}`,
          asRoot(subject, 'update-grub'),
        ]
      : [];
  const byHand =
    commands.length > 0
      ? 'Then reboot. '
      : `Neither grubby nor update-grub is here: add \`${words}\` to the kernel's command line where this host's boot loader or hypervisor keeps it, and reboot. `;
  return atNextBoot(commands, { note: `${byHand}${note}`.trim() });
}
