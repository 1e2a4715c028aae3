/** What this user may do: capabilities and locked memory. */
import type { DoctorMend } from '../../report/doctor-result.ts';
import { findings } from './finding.ts';
import { asRoot, atNextStart, now, sysctl } from './mend.ts';
import { type Check, isRoot, type Subject, wants } from './subject.ts';

/** Bits of CapEff (linux/capability.h), and what AF_XDP needs each for. */
const CAPABILITIES = { net_admin: 12, net_raw: 13, bpf: 39 } as const;
const IPC_LOCK = 14;

function capabilities({ files }: Subject): bigint | null {
  const text = /^CapEff:\s*([0-9a-f]+)/m.exec(files.read('/proc/self/status') ?? '')?.[1];
  return text === undefined ? null : BigInt(`0x${text}`);
}

const has = (set: bigint, bit: number): boolean => (set & (1n << BigInt(bit))) !== 0n;

export const mayBypass: Check = (subject) => {
  const check = findings(
    'capabilities',
    'capabilities',
    'af_xdp loads a program into the kernel and takes frames from the card: it needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW',
  );
  if (!wants(subject, 'af_xdp')) return check.ok('not needed: the configuration does not use af_xdp');
  const set = capabilities(subject);
  if (set === null) return check.unknown('/proc/self/status does not tell');
  const lacking = Object.entries(CAPABILITIES).filter(([, bit]) => !has(set, bit));
  if (lacking.length === 0) return check.ok(isRoot(subject) ? 'all, as root' : 'all that af_xdp needs');
  const names = lacking.map(([name]) => `CAP_${name.toUpperCase()}`);
  return check.missing(`${subject.user} has no ${names.join(', ')}`, ambient(subject));
};

/** Ambient capabilities: `setcap` on node would give them to every script, and makes the loader drop LD_PRELOAD. */
function ambient(subject: Subject): DoctorMend {
  const list = ['net_admin', 'net_raw', 'bpf', 'ipc_lock'].map((name) => `+${name}`).join(',');
  if (isRoot(subject)) {
    return atNextStart([], {
      note: 'This root is one of a container: start that with --cap-add NET_ADMIN --cap-add NET_RAW --cap-add BPF --cap-add IPC_LOCK (docker, podman).',
    });
  }
  return atNextStart(
    [
      `sudo env "PATH=$PATH" setpriv --reuid "$(id -un)" --regid "$(id -gn)" --init-groups --inh-caps ${list} --ambient-caps ${list} hotlap run --config engine.yaml`,
    ],
    {
      note: 'In a systemd unit: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW CAP_BPF CAP_IPC_LOCK beside User=.',
    },
  );
}

export const lockedMemory: Check = (subject) => {
  const { files, feed, cards } = subject;
  const check = findings(
    'memlock',
    'locked memory',
    "the frames of af_xdp are locked in memory, within the user's limit; the rings of journal and session are as far as it goes",
  );
  const set = capabilities(subject);
  if (set !== null && has(set, IPC_LOCK)) return check.ok('no limit, by CAP_IPC_LOCK');
  const limits = /^Max locked memory\s+(\S+)\s+(\S+)/m.exec(files.read('/proc/self/limits') ?? '');
  if (limits === null) return check.unknown('/proc/self/limits does not tell');
  if (limits[1] === 'unlimited') return check.ok('no limit');
  const bytes = Number(limits[1]);
  if (!wants(subject, 'af_xdp')) return check.ok(`${mebibytes(bytes)} at most; the configuration does not use af_xdp`);
  const queues = queueCount(subject);
  const needed = frameMemory(queues, feed?.afXdp.ringFrames ?? 16_384, feed?.afXdp.frameBytes ?? 2048);
  const text = `${mebibytes(bytes)} at most; ${queues === 1 ? 'a queue' : `${queues} queues`}${cards.length > 1 ? ' of each card' : ''} of af_xdp ${queues === 1 ? 'needs' : 'need'} ${mebibytes(needed)}`;
  if (bytes >= needed) return check.ok(text);
  return check.missing(
    text,
    now([asRoot(subject, 'prlimit --pid $$ --memlock=unlimited:unlimited')], {
      keep: [
        `echo '${subject.user} - memlock unlimited' | ${asRoot(subject, 'tee /etc/security/limits.d/hotlap.conf')}`,
      ],
      note: 'The first is for this shell and what it starts, the second for each login. In a systemd unit: LimitMEMLOCK=infinity.',
    }),
  );
};

/** Rings that libuv and others of the same user have locked (io_uring counts them since Linux 6.13): 66 to 130 KiB, measured. */
const BESIDE_BYTES = 256 << 10;

/** As core/link/af_xdp takes it: each queue's ring and a burst more, and what is sent, of the first queue. */
const frameMemory = (queues: number, ringFrames: number, frameBytes: number): number =>
  (queues * (ringFrames + 64) + 1_023) * frameBytes + BESIDE_BYTES;

/** Of the configured queues; of all, as many as the card with the most has. */
function queueCount({ feed, cards }: Subject): number {
  if (feed !== null && feed.afXdp.queues !== 'all') return feed.afXdp.queues.length;
  const counts = cards.map(({ device }) => (device?.channels ? device.channels.receive + device.channels.combined : 1));
  return Math.max(1, ...counts);
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** The kernel's socket asks for it with SO_RCVBUFFORCE, which needs CAP_NET_ADMIN, else within rmem_max. */
export const receiveBuffer: Check = (subject) => {
  const { files, feed } = subject;
  const check = findings(
    'receive-buffer',
    'receive buffer',
    'what the loop does not fetch in time waits there; a burst that does not fit is lost',
  );
  if (!wants(subject, 'kernel')) return check.ok('not needed: the configuration does not use kernel sockets');
  const set = capabilities(subject);
  if (set !== null && has(set, CAPABILITIES.net_admin)) return check.ok('as large as configured, by CAP_NET_ADMIN');
  const most = files.integer('/proc/sys/net/core/rmem_max');
  if (most === null) return check.unknown('/proc/sys/net/core/rmem_max cannot be read');
  const wanted = feed?.receiveBufferBytes ?? 64 << 20;
  const text = `${mebibytes(most)} at most, ${mebibytes(wanted)} are ${feed === null ? 'the default' : 'configured'}`;
  return most >= wanted ? check.ok(text) : check.improve(text, sysctl(subject, 'net.core.rmem_max', wanted));
};
