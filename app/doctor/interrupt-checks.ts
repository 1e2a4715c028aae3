/** Which interrupts the hot core has to serve, and who moves them. */
import { housekeepingCpus } from './boot-parameters.ts';
import { cpuList, cpuText } from './cpu-list.ts';
import { findings } from './finding.ts';
import { asRoot, now } from './mend.ts';
import { type Check, processNames, type Subject } from './subject.ts';

interface Interrupt {
  readonly irq: string;
  /** Who asked for it. */
  readonly name: string;
  /** Served by the hot core since the boot. */
  readonly count: number;
}

const MOST_NAMED = 4;

export const interruptAffinity: Check = (subject) => {
  const { files, hotCore } = subject;
  const check = findings(
    'irq-affinity',
    'interrupts',
    'an interrupt takes the loop 1 to 10 µs, the work of a network card behind it up to some hundred',
  );
  const table = files.reading('/proc/interrupts');
  if (table.text === null) return check.unknown(table.problem);
  if (files.names('/proc/irq').length === 0) return check.unknown('/proc/irq cannot be read');
  const all = interrupts(table.text, hotCore);
  const readable = all.filter(({ irq }) => servedBy(subject, irq) !== null);
  if (all.length > 0 && readable.length === 0) return check.unknown('the affinity of interrupts cannot be read');
  const here = readable.filter(({ irq }) => servedBy(subject, irq)?.includes(hotCore));
  if (here.length === 0) return check.ok(`none of ${all.length} is served by CPU ${hotCore}`);
  const named = [...here]
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_NAMED)
    .map(({ irq, name, count }) => `${irq} ${name} (${count.toLocaleString('en-US')} so far)`);
  const more = here.length > MOST_NAMED ? ` and ${here.length - MOST_NAMED} more` : '';
  const rest = cpuText(housekeepingCpus(subject));
  const found = `CPU ${hotCore} serves ${named.join(', ')}${more}`;
  if (rest === '') return check.improve(found);
  const irqs = here.map(({ irq }) => irq).join(' ');
  return check.improve(
    found,
    now([`for irq in ${irqs}; do echo ${rest} | ${asRoot(subject, 'tee /proc/irq/$irq/smp_affinity_list')}; done`], {
      note: 'Until the next boot, since numbers change: irqaffinity= on the kernel command line lasts. `Input/output error` means that the driver manages an interrupt itself: isolcpus=managed_irq moves it.',
    }),
  );
};

export const irqBalancer: Check = (subject) => {
  const check = findings(
    'irqbalance',
    'irqbalance',
    'it moves interrupts between all CPUs that are not isolated, every ten seconds',
  );
  const names = processNames(subject);
  if (names.size === 0) return check.unknown('/proc cannot be listed');
  if (!names.has('irqbalance')) return check.ok('not running');
  const isolated = cpuList(subject.files.read('/sys/devices/system/cpu/isolated'));
  if (isolated.includes(subject.hotCore)) return check.ok('runs, and keeps away from isolated CPUs');
  return check.improve('runs', now([asRoot(subject, 'systemctl disable --now irqbalance')]));
};

/**
 * The CPUs that it may go to; null: they cannot be read. The effective one (where the kernel says it) follows a change
 * only with the next interrupt, so both must hold.
 */
function servedBy({ files }: Subject, irq: string): number[] | null {
  const allowed = files.read(`/proc/irq/${irq}/smp_affinity_list`);
  if (allowed === null) return null;
  const effective = files.read(`/proc/irq/${irq}/effective_affinity_list`) ?? '';
  const cpus = cpuList(allowed);
  return effective === '' ? cpus : cpus.filter((cpu) => cpuList(effective).includes(cpu));
}

function interrupts(table: string, cpu: number): Interrupt[] {
  const [header = '', ...lines] = table.split('\n');
  const cpus = header.trim().split(/\s+/);
  const column = cpus.indexOf(`CPU${cpu}`);
  return lines.flatMap((line) => {
    const [irq = '', ...rest] = line.trim().split(/\s+/);
    if (!/^\d+:$/.test(irq)) return [];
    return [{ irq: irq.slice(0, -1), name: rest.at(-1) ?? '', count: Number(rest[column] ?? 0) }];
  });
}
