/** A network interface as af_xdp finds it. */
import { about, type CardCheck, ethtool } from './card-checks.ts';
import { asRoot, atNextStart, now, setting } from './mend.ts';
import { isRoot, type Subject } from './subject.ts';

const isGeneric = ({ feed }: Subject): boolean => feed?.afXdp.mode === 'generic';

export const xdpSupport: CardCheck = (subject, device) => {
  const check = about(
    'xdp',
    'XDP',
    'af_xdp takes frames by a program in the driver; where that has no place for one, the kernel runs it later and slower (generic)',
    device,
  );
  if (isGeneric(subject)) return check.ok('generic, as configured: any driver will do');
  if (device.xdp === null) return check.unknown('only Linux 6.3 and newer tell whether the driver has it');
  const { native, redirect, zeroCopy } = device.xdp;
  const otherwise = atNextStart([], {
    note: 'Set `afXdp: { mode: generic }` in the configuration (any driver, slower), receive by `kernel`, or take a card whose driver has it.',
  });
  if (!native || !redirect)
    return check.missing(`the driver ${device.driver} has ${native ? 'no redirect' : 'none'}`, otherwise);
  if (zeroCopy) return check.ok('in the driver, zero-copy');
  if (subject.feed?.afXdp.zeroCopy !== 'require')
    return check.ok('in the driver; frames are copied once, it has no zero-copy');
  return check.missing(
    `the driver ${device.driver} has no zero-copy, which the configuration requires`,
    atNextStart([], { note: 'Set `afXdp: { zeroCopy: prefer }`.' }),
  );
};

export const attachedProgram: CardCheck = (subject, device) => {
  const check = about(
    'xdp-program',
    'XDP program',
    'an interface takes one program: where another is attached, ours is refused',
    device,
  );
  if (device.attachedXdp === null) return check.ok('none attached');
  const { programId, mode } = device.attachedXdp;
  const holder = holderOf(subject, programId);
  if (holder !== null) {
    return check.missing(
      `number ${programId} (${mode}), by process ${holder}`,
      now([`ps -fp ${holder.split(' ')[0]}`], { note: 'Stop that program; with it the attachment goes.' }),
    );
  }
  const found = `number ${programId} (${mode})${isRoot(subject) ? ', which no process holds' : ''}`;
  const word = mode === 'generic' ? 'xdpgeneric' : mode === 'offload' ? 'xdpoffload' : 'xdpdrv';
  return check.missing(found, now([asRoot(subject, `ip link set dev ${device.name} ${word} off`)]));
};

/** A bpf_link names its program in /proc/PID/fdinfo; a program attached without one is held by the interface itself. */
function holderOf({ files }: Subject, programId: number): string | null {
  const wanted = new RegExp(`^prog_id:\\s*${programId}$`, 'm');
  for (const pid of files.names('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of files.names(`/proc/${pid}/fdinfo`)) {
      const text = files.read(`/proc/${pid}/fdinfo/${descriptor}`) ?? '';
      if (/^link_type:\s*xdp$/m.test(text) && wanted.test(text))
        return `${pid} (${files.read(`/proc/${pid}/comm`) ?? '?'})`;
    }
  }
  return null;
}

export const largeReceive: CardCheck = (subject, device) => {
  const check = about(
    'receive-offload',
    'large receive offload',
    'a card that joins packets into larger ones hands over what was never sent, and drivers refuse XDP then',
    device,
  );
  if (device.features === null) return check.unknown('the driver does not say');
  const on = Object.entries({ 'rx-lro': 'lro', 'rx-gro-hw': 'rx-gro-hw' }).filter(
    ([feature]) => device.features?.[feature]?.active,
  );
  if (on.length === 0) return check.ok('off');
  const names = on.map(([, name]) => name).join(' and ');
  const changeable = on.filter(([feature]) => device.features?.[feature]?.changeable);
  if (isGeneric(subject)) return check.ok(`${names} on; XDP is generic`);
  if (changeable.length < on.length) {
    return check.improve(`${names} on, and the driver leaves no choice: it may refuse XDP`, {
      ...atNextStart([]),
      note: 'Where it does, set `afXdp: { mode: generic }`; in a virtual machine, turn guest offloads off at its host.',
    });
  }
  return check.improve(
    `${names} on`,
    ethtool(subject, device, `-K ${device.name} ${on.map(([, name]) => `${name} off`).join(' ')}`),
  );
};

export const vlanTags: CardCheck = (subject, device) => {
  const check = about(
    'rxvlan',
    'VLAN stripping',
    'the card takes the tag off before XDP sees the frame: the same group in two VLANs cannot be told apart any more',
    device,
  );
  const feature = device.features?.['rx-vlan-hw-parse'];
  if (feature === undefined) return check.unknown('the driver does not say');
  if (!feature.active) return check.ok('off');
  if (!feature.changeable) return check.ok('on, and the driver leaves no choice; it matters in a VLAN only');
  return check.improve('on', ethtool(subject, device, `-K ${device.name} rxvlan off`));
};

/** Each is a socket of its own, looked at in every poll. */
const MOST_QUEUES = 4;

export const queues: CardCheck = (subject, device) => {
  const check = about(
    'queues',
    'receive queues',
    'each queue that is listened on has rings of its own, and every poll looks at all of them; the packets of one feed come in by one',
    device,
  );
  const wanted = subject.feed?.afXdp.queues ?? 'all';
  const count = device.channels === null ? 1 : device.channels.receive + device.channels.combined;
  const found = `${count} of ${device.channels === null ? 1 : Math.max(device.channels.maxReceive, device.channels.maxCombined, count)}`;
  if (wanted !== 'all') {
    const beyond = wanted.filter((queue) => queue >= count);
    if (beyond.length === 0) return check.ok(`${wanted.join(', ')} of ${count}, as configured`);
    return check.missing(
      `${count}, counted from 0: there is no queue ${beyond.join(', ')}, which is configured`,
      atNextStart([], { note: 'Correct `afXdp: { queues }`, or set it to all.' }),
    );
  }
  if (count <= MOST_QUEUES) return check.ok(found);
  const kind = device.channels !== null && device.channels.combined > 0 ? 'combined' : 'rx';
  return check.improve(
    found,
    ethtool(
      subject,
      device,
      `-L ${device.name} ${kind} 1`,
      'For a card that has the feed alone: its other traffic shares the queue then. Or name the queues: `afXdp: { queues: [0] }`, and steer the feed there (ethtool -N).',
    ),
  );
};

export const frameSize: CardCheck = (subject, device) => {
  const check = about(
    'mtu',
    'MTU',
    'a frame of af_xdp lies in one piece of memory; longer ones are refused and counted, and drivers refuse XDP at a larger MTU',
    device,
  );
  const frameBytes = subject.feed?.afXdp.frameBytes ?? 2048;
  // XDP_PACKET_HEADROOM, Ethernet's header and two VLAN tags (linux/bpf.h, af_xdp).
  const most = frameBytes - 256 - 14 - 8;
  if (device.mtuBytes <= most) return check.ok(`${device.mtuBytes} bytes`);
  return check.improve(
    `${device.mtuBytes} bytes, ${most} fit into \`frameBytes: ${frameBytes}\``,
    now([asRoot(subject, `ip link set dev ${device.name} mtu 1500`)], {
      keep: [
        `echo 'ip link set dev ${device.name} mtu 1500' | ${asRoot(subject, `tee -a /etc/hotlap-${device.name}.sh`)}`,
      ],
      note: 'Where the feed has longer packets, raise `frameBytes` to 4096 instead.',
    }),
  );
};

/** Values of the kernel's own example (networking/napi, IRQ mitigation for busy polling). */
const DEFER_IRQS = 2;
const FLUSH_NS = 200_000;

export const deferredInterrupts: CardCheck = (subject, device) => {
  const check = about(
    'busy-poll',
    'deferred interrupts',
    'a loop that polls the driver itself wants its interrupts put off; one that does not must have them at once',
    device,
  );
  const folder = `/sys/class/net/${device.name}`;
  const defer = subject.files.integer(`${folder}/napi_defer_hard_irqs`);
  const flushNs = subject.files.integer(`${folder}/gro_flush_timeout`);
  if (defer === null || flushNs === null) return check.unknown(`${folder} does not tell`);
  const found = `after ${defer} empty polls, for ${flushNs / 1_000} µs`;
  const isOn = defer > 0 && flushNs > 0;
  const polls = subject.feed?.afXdp.delivery === 'busyPoll';
  if (isOn === polls) return check.ok(isOn ? found : 'not deferred');
  const [irqs, timeout] = [
    setting(subject, `napi-${device.name}`, `${polls ? DEFER_IRQS : 0}`, `${folder}/napi_defer_hard_irqs`),
    setting(subject, `gro-${device.name}`, `${polls ? FLUSH_NS : 0}`, `${folder}/gro_flush_timeout`),
  ];
  return check.improve(
    polls ? 'not deferred, although `delivery: busyPoll` is configured' : `${found}, although delivery is by softirq`,
    now([...irqs.commands, ...timeout.commands], {
      keep: [...irqs.keep, ...timeout.keep],
    }),
  );
};
