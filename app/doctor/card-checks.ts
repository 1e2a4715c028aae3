/** A network interface: whether it is there, what drives it, how it hands packets over. */
import type { NetworkDevice } from '../../native/index.ts';
import type { DoctorFinding, DoctorMend } from '../../report/doctor-result.ts';
import { cpuList, cpuText } from './cpu-list.ts';
import { type Findings, findings } from './finding.ts';
import { asRoot, atNextStart, now, sysctl } from './mend.ts';
import type { Card, Subject } from './subject.ts';

/** A check of one interface whose driver has answered. */
export type CardCheck = (subject: Subject, device: NetworkDevice) => DoctorFinding;

/** ethtool's settings are lost at a reboot: the guide has a unit that runs this file. */
export const ethtool = (subject: Subject, { name }: NetworkDevice, words: string, note = ''): DoctorMend =>
  now([asRoot(subject, `ethtool ${words}`)], {
    keep: [`echo 'ethtool ${words}' | ${asRoot(subject, `tee -a /etc/hotlap-${name}.sh`)}`],
    note,
  });

export const about = (id: string, title: string, why: string, { name }: { name: string }): Findings =>
  findings(id, title, why, name);

export function presence(subject: Subject, { name, device, isAbsent, problem }: Card): DoctorFinding {
  const check = about('interface', 'interface', 'the feed comes in by it', { name });
  if (device === null) {
    return isAbsent
      ? check.missing(problem, atNextStart(['ip -br addr'], { note: 'Name one of these.' }))
      : check.unknown(problem);
  }
  if (!device.isUp) return check.missing('it is down', now([asRoot(subject, `ip link set dev ${name} up`)]));
  if (!device.hasCarrier) {
    return check.missing('no carrier', now([], { note: 'Plug the cable in, or bring the other end up.' }));
  }
  return check.ok(device.isLoopback ? 'up; loopback, no card' : 'up');
}

export const driver: CardCheck = (_, device) => {
  const check = about('nic-driver', 'driver', 'what a card can do depends on its driver and firmware', device);
  if (device.driver === '') return check.unknown('the interface does not say');
  const version = device.driverVersion === '' ? '' : ` ${device.driverVersion}`;
  const firmware = device.firmware === '' || device.firmware === 'N/A' ? '' : `, firmware ${device.firmware}`;
  const where = device.busInfo === '' || device.busInfo === 'N/A' ? '' : `, at ${device.busInfo}`;
  return check.ok(`${device.driver}${version}${firmware}${where}`);
};

export const coalescing: CardCheck = (subject, device) => {
  const check = about(
    'coalescing',
    'interrupt coalescing',
    'the card holds packets back, so as to interrupt less often: that time is added to each',
    device,
  );
  if (device.coalescing === null) return check.ok('the driver has none');
  const { receiveUs, receiveFrames, adaptiveReceive } = device.coalescing;
  if (receiveUs === 0 && !adaptiveReceive) return check.ok('off');
  const found = `${adaptiveReceive ? 'adaptive, ' : ''}${receiveUs} µs${receiveFrames > 1 ? ` or ${receiveFrames} frames` : ''}`;
  const words = `-C ${device.name} ${adaptiveReceive ? 'adaptive-rx off ' : ''}rx-usecs 0`;
  return check.improve(
    found,
    ethtool(subject, device, words, 'More interrupts: see that none is served by the hot core.'),
  );
};

/** A burst of 1,024 packets is a millisecond of a million a second. */
const FEWEST_DESCRIPTORS = 1_024;

export const ring: CardCheck = (subject, device) => {
  const check = about(
    'nic-ring',
    'receive ring',
    'what the card receives before the kernel fetches it waits there; a burst that does not fit is lost',
    device,
  );
  if (device.rings === null) return check.ok('the driver has none');
  const { receive, maxReceive } = device.rings;
  const wanted = Math.min(maxReceive, FEWEST_DESCRIPTORS);
  const found = `${receive} descriptors of ${maxReceive}`;
  return receive >= wanted
    ? check.ok(found)
    : check.improve(found, ethtool(subject, device, `-G ${device.name} rx ${wanted}`));
};

export const hardwareTimestamps: CardCheck = (_, device) => {
  const check = about(
    'hardware-timestamps',
    'hardware timestamps',
    'the time at which a packet reached the card shows what card, kernel and loop each took',
    device,
  );
  if (device.timestamping === null) return check.unknown('the driver does not say');
  const { hardwareReceive, everyPacket, clock } = device.timestamping;
  if (!hardwareReceive) return check.ok('none: software stamps are used');
  const where = clock < 0 ? '' : `, by /dev/ptp${clock}`;
  return check.ok(`${everyPacket ? 'of every packet' : 'of PTP packets only'}${where}`);
};

export const memoryNode: CardCheck = (subject, device) => {
  const { files, hotCore } = subject;
  const check = about(
    'numa-node',
    'NUMA node',
    "packets lie in the memory of the card's processor: from another one each cache line takes 100 ns more",
    device,
  );
  const folder = `/sys/class/net/${device.name}`;
  if (files.names(folder).length === 0) return check.unknown(`there is no ${folder}`);
  const node = files.integer(`${folder}/device/numa_node`);
  if (node === null || node < 0) return check.ok('the card belongs to no node');
  const cpus = cpuList(files.read(`/sys/devices/system/node/node${node}/cpulist`));
  if (cpus.length === 0) return check.unknown(`the CPUs of node ${node} cannot be read`);
  if (cpus.includes(hotCore)) return check.ok(`node ${node}, that of CPU ${hotCore}`);
  const near = cpus.filter((cpu) => subject.cpus.includes(cpu));
  return check.improve(`the card is at node ${node} (CPU ${cpuText(cpus)}), the loop on CPU ${hotCore}`, {
    ...atNextStart(near.length === 0 ? [] : [`hotlap run --config engine.yaml --hot-core ${Math.max(...near)}`]),
    note: 'Isolate that CPU, or put the card into a slot of the other processor.',
  });
};

export const reversePath: CardCheck = (subject, device) => {
  const { files } = subject;
  const check = about(
    'rp-filter',
    'reverse path filter',
    'strict, the kernel drops multicast whose sender it would not answer by this interface, without a word; af_xdp is not concerned',
    device,
  );
  const folder = '/proc/sys/net/ipv4/conf';
  const own = files.integer(`${folder}/${device.name}/rp_filter`);
  const all = files.integer(`${folder}/all/rp_filter`);
  if (own === null || all === null) return check.unknown(`${folder} cannot be read`);
  // The larger of the two counts (networking/ip-sysctl): 0 off, 1 strict, 2 loose.
  const name = device.name.includes('.') ? device.name.replaceAll('.', '/') : device.name;
  return Math.max(own, all) === 1
    ? check.improve('strict', sysctl(subject, `net.ipv4.conf.${name}.rp_filter`, 2))
    : check.ok(Math.max(own, all) === 2 ? 'loose' : 'off');
};
