/** Commands that mend, and how they outlast a reboot. They are written for a POSIX shell. */
import type { DoctorMend } from '../../report/doctor-result.ts';
import { isRoot, type Subject } from './subject.ts';

const sudo = (subject: Subject): string => (isRoot(subject) ? '' : 'sudo ');

export const asRoot = (subject: Subject, command: string): string => `${sudo(subject)}${command}`;

/** A pattern may name several files; tee, because `>` would be opened by the shell, without sudo's rights. */
export const write = (subject: Subject, value: string, path: string): string =>
  `echo ${value} | ${asRoot(subject, `tee ${path}`)}`;

interface Optional {
  readonly keep?: readonly string[];
  readonly note?: string;
}

const mend =
  (effect: DoctorMend['effect']) =>
  (commands: readonly string[], { keep = [], note = '' }: Optional = {}): DoctorMend => ({
    commands,
    effect,
    keep,
    note,
  });

export const now = mend('now');
export const atNextBoot = mend('at-next-boot');
export const atNextStart = mend('at-next-start');

/** systemd writes values into /sys at each boot (tmpfiles.d(5), type w; patterns are allowed). */
export const writeAtBoot = (subject: Subject, name: string, value: string, path: string): string =>
  `echo 'w ${path} - - - - ${value}' | ${asRoot(subject, `tee /etc/tmpfiles.d/hotlap-${name}.conf`)}`;

/** What one write into /sys mends, now and at each boot. */
export const setting = (subject: Subject, name: string, value: string, path: string, note = ''): DoctorMend =>
  now([write(subject, value, path)], { keep: [writeAtBoot(subject, name, value, path)], note });

export const sysctl = (subject: Subject, name: string, value: number): DoctorMend =>
  now([asRoot(subject, `sysctl -w ${name}=${value}`)], {
    keep: [
      `echo '${name} = ${value}' | ${asRoot(subject, `tee /etc/sysctl.d/90-hotlap-${name.replaceAll(/[^a-z0-9]/gi, '-')}.conf`)}`,
    ],
  });
