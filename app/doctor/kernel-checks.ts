/** Whether this kernel can do what af_xdp asks of it. */
import { findings } from './finding.ts';
import { atNextBoot } from './mend.ts';
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
