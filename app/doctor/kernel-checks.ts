/** Whether this kernel can do what af_xdp asks of it, and what other bypasses are here. */
import { findings } from './finding.ts';
import { atNextBoot, sysctl } from './mend.ts';
import { batchesEpoll, IO_URING_DISABLED } from './node-checks.ts';
import { type Check, wants } from './subject.ts';

/** Long-term support begins there; bpf_link, by which nothing stays attached after a kill -9, and busy polling are older. */
const OLDEST = [5, 15] as const;

export const kernelVersion: Check = (subject) => {
  const { files } = subject;
  const check = findings(
    'kernel',
    'kernel',
    `af_xdp needs Linux ${OLDEST.join('.')}; from 6.3 on the kernel says what a driver can do`,
  );
  const release = files.read('/proc/sys/kernel/osrelease');
  if (release === null) return check.unknown('/proc/sys/kernel/osrelease cannot be read');
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const isOlder = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!wants(subject, 'af_xdp')) return check.ok(`Linux ${release}`);
  if (isOlder) return check.missing(`Linux ${release} is too old for af_xdp`, newer);
  // The socket family is listed where the kernel was built with XDP_SOCKETS.
  const protocols = files.read('/proc/net/protocols');
  if (protocols !== null && !/^XDP\s/m.test(protocols))
    return check.missing(`Linux ${release} was built without XDP_SOCKETS`, newer);
  return check.ok(`Linux ${release}, with AF_XDP`);
};

const newer = atNextBoot([], {
  note: 'Boot a newer kernel of the distribution, or receive by `kernel` or `shm`.',
});

/** Preloaded libraries that take sockets over, and the files they come in. */
const LIBRARIES = { Onload: 'libonload.so', VMA: 'libvma.so', XLIO: 'libxlio.so' } as const;
const FOLDERS = [
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/opt/mellanox/lib',
];

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
  if (present.length === 0) return check.ok('not installed');
  const preloaded = present.filter(([, file]) => node.preload.includes(file)).map(([name]) => name);
  if (preloaded.length === 0) return check.ok(`${present.map(([name]) => name).join(', ')} installed, not preloaded`);
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
