/** Onload, VMA, XLIO: libraries that are preloaded and take kernel sockets over. */
import { findings } from './finding.ts';
import { atNextBoot, atNextStart, sysctl } from './mend.ts';
import { batchesEpoll, IO_URING_DISABLED } from './node-checks.ts';
import { type Check, isRoot } from './subject.ts';

/** Preloaded libraries that take sockets over, and the files they come in. */
const LIBRARIES = { Onload: 'libonload.so', VMA: 'libvma.so', XLIO: 'libxlio.so' } as const;
const FOLDERS = [
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/opt/mellanox/lib',
];

const names = (libraries: readonly (readonly [string, string])[]): string => libraries.map(([name]) => name).join(', ');

const again = atNextStart(['ldd "$(readlink -f "$(command -v node)")"'], {
  note: 'It lists what the loader takes in with LD_PRELOAD as it is set now, or says why it does not.',
});

export const otherBypasses: Check = (subject) => {
  const { files, node } = subject;
  const check = findings(
    'onload-vma',
    'Onload and VMA',
    'a preloaded library takes kernel sockets over without a word, and falls back without one: what is not asked for should not be there',
  );
  const present = Object.entries(LIBRARIES).filter(
    ([, file]) => FOLDERS.some((folder) => files.exists(`${folder}/${file}`)) || node.preload.includes(file),
  );
  const { accelerator } = node;
  if (accelerator !== null && accelerator.problem !== '') return check.improve(accelerator.problem, again);
  if (present.length === 0) return check.ok('not installed');
  if (accelerator?.ignoresPreload === true)
    return check.improve(
      `${names(present)} installed, and node has file capabilities, so that the loader ignores LD_PRELOAD`,
      atNextStart([`${isRoot(subject) ? '' : 'sudo '}setcap -r "$(readlink -f "$(command -v node)")"`], {
        note: 'Give the rights as ambient capabilities instead: see `capabilities`.',
      }),
    );
  const preloaded = present.filter(([, file]) => node.preload.includes(file)).map(([name]) => name);
  if (preloaded.length === 0) return check.ok(`${names(present)} installed, not preloaded`);
  if (!batchesEpoll(node.uv) || files.read(IO_URING_DISABLED) === '2')
    return check.ok(`${preloaded.join(', ')} preloaded`);
  // UV_USE_IO_URING=0 does not end it: libuv asks that variable for its other ring alone (uv__use_io_uring).
  return check.improve(
    `${preloaded.join(', ')} preloaded, beside libuv ${node.uv}, which hands epoll_ctl to io_uring past it`,
    files.exists(IO_URING_DISABLED)
      ? {
          ...sysctl(subject, 'kernel.io_uring_disabled', 2),
          note: "For all programs of the host. The loop's own sockets do not go through libuv.",
        }
      : atNextBoot([], { note: 'Linux 6.6 and newer can turn io_uring off (kernel.io_uring_disabled).' }),
  );
};
