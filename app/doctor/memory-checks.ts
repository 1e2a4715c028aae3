/** Whether the memory that the loop touches stays where it is. */
import { findings } from './finding.ts';
import { asRoot, now, setting, sysctl } from './mend.ts';
import { type Check, wants } from './subject.ts';

const THP = '/sys/kernel/mm/transparent_hugepage/enabled';

export const transparentHugePages: Check = (subject) => {
  const check = findings(
    'transparent-huge-pages',
    'transparent huge pages',
    'the book tables ask for them by madvise: without, each look-up may miss the TLB; with `always` the kernel also moves the memory of everything else about',
  );
  const reading = subject.files.reading(THP);
  if (reading.text === null) return check.unknown(reading.absent ? 'this kernel has none' : reading.problem);
  const chosen = /\[(\w+)\]/.exec(reading.text)?.[1] ?? reading.text;
  if (chosen === 'madvise') return check.ok('for those who ask (madvise)');
  return check.improve(`set to ${chosen}`, setting(subject, 'thp', 'madvise', THP));
};

export const reservedHugePages: Check = ({ files }) => {
  const check = findings(
    'huge-pages',
    'reserved huge pages',
    'DPDK keeps its frames in them (`rx: dpdk` reserves 128 of 2 MB where it may), Onload and databases take some; hotlap needs none else, and what nobody uses is lost to everything else',
  );
  const reading = files.reading('/proc/meminfo');
  if (reading.text === null) return check.unknown(reading.problem);
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(reading.text)?.[1] ?? 0);
  const total = of('HugePages_Total');
  if (total === 0) return check.ok('none');
  return check.ok(`${total} of ${of('Hugepagesize') / 1024} MB, ${of('HugePages_Free')} free`);
};

export const swap: Check = (subject) => {
  const check = findings(
    'swap',
    'swap',
    'memory that was written to a disk comes back by a page fault of milliseconds, in the middle of a turn',
  );
  const reading = subject.files.reading('/proc/swaps');
  if (reading.text === null) return check.unknown(reading.problem);
  const areas = reading.text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.length >= 4);
  if (areas.length === 0) return check.ok('none');
  const list = areas.map(([name, , size, used]) => `${name} (${mebibytes(size)}, ${mebibytes(used)} used)`);
  return check.improve(
    list.join(', '),
    now([asRoot(subject, 'swapoff -a')], {
      keep: [
        asRoot(subject, "sed -i.bak -E '/^[^#].*[[:space:]]swap[[:space:]]/s/^/#/' /etc/fstab"),
        asRoot(subject, 'systemctl mask swap.target'),
      ],
      note: 'What is swapped out must fit into memory: look at `free -m` first.',
    }),
  );
};

const mebibytes = (kibibytes: string | undefined): string => `${Math.round(Number(kibibytes) / 1024)} MiB`;

export const numaBalancing: Check = (subject) => {
  const { files } = subject;
  const check = findings(
    'numa-balancing',
    'NUMA balancing',
    'to see who uses a page the kernel unmaps it for a moment: each such page costs the loop a fault',
  );
  const nodes = files.names('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name));
  if (nodes.length < 2) return check.ok('one memory node');
  const reading = files.reading('/proc/sys/kernel/numa_balancing');
  if (reading.text === null) return reading.absent ? check.ok('this kernel has none') : check.unknown(reading.problem);
  return reading.text === '0' ? check.ok('off') : check.improve('on', sysctl(subject, 'kernel.numa_balancing', 0));
};

/** A header and two rings of frames (core/link/shm/wire.h). */
const WIRE_HEADER_BYTES = 4096;
const WIRE_SLOT_BYTES = 1536;

export const sharedMemory: Check = (subject) => {
  const { feed, freeBytes } = subject;
  const check = findings(
    'shared-memory',
    'shared memory',
    'the wire of shm and what the threads share lie in /dev/shm; beyond its size a write ends the process',
  );
  if (feed !== null && !wants(subject, 'shm')) return check.ok('not needed: the configuration does not use shm');
  const free = freeBytes('/dev/shm');
  if (free === null) return check.unknown('/dev/shm cannot be looked at');
  const needed = WIRE_HEADER_BYTES + 2 * (feed?.shm.ringFrames ?? 16_384) * WIRE_SLOT_BYTES;
  const text = `${Math.floor(free / 2 ** 20)} MiB free, the wire needs ${Math.ceil(needed / 2 ** 20)} MiB`;
  if (free >= needed + needed / 8) return check.ok(text);
  return check.missing(
    text,
    now([asRoot(subject, `mount -o remount,size=${Math.ceil((needed * 2) / 2 ** 30)}G /dev/shm`)], {
      keep: [
        `echo 'tmpfs /dev/shm tmpfs defaults,size=${Math.ceil((needed * 2) / 2 ** 30)}G 0 0' | ${asRoot(subject, 'tee -a /etc/fstab')}`,
      ],
      note: 'In a container give it at the start instead: docker run --shm-size=1g.',
    }),
  );
};
