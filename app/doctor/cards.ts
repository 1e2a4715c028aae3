/** Which network interfaces are looked at, and what their drivers say. */
import { networkInterfaces } from 'node:os';
import { native } from '../../native/index.ts';
import type { HostFiles } from './host-files.ts';
import type { Card } from './subject.ts';

/** @param asked names or IPv4 addresses; empty: every card that is up, and virtual interfaces left out. */
export function findCards(files: HostFiles, asked: readonly string[], addonProblem: string): Card[] {
  if (asked.length > 0) return [...new Set(asked.map(nameOf))].map((name) => card(name, addonProblem));
  return interfaceNames(files)
    .map((name) => card(name, addonProblem))
    .filter(({ device }) => device?.isUp && isCard(device.busInfo));
}

/** Of this network namespace: /sys/class/net may be that of another. */
const interfaceNames = (files: HostFiles): string[] =>
  [...(files.read('/proc/net/dev') ?? '').matchAll(/^\s*([^\s:|]+):/gm)].map((match) => match[1] as string);

/** The address of a device: 0000:01:00.0 on PCI; virtual interfaces have none, or N/A. */
const isCard = (busInfo: string): boolean => busInfo.includes(':');

function nameOf(nameOrAddress: string): string {
  for (const [name, addresses] of Object.entries(networkInterfaces()))
    if (addresses?.some(({ address }) => address === nameOrAddress)) return name;
  return nameOrAddress;
}

function card(name: string, addonProblem: string): Card {
  if (addonProblem !== '') return { name, device: null, isAbsent: false, problem: 'the native addon cannot be loaded' };
  // The kernel takes almost any character in a name; a command that is copied to a shell must not.
  if (!/^[\w.@-]*$/.test(name)) {
    return { name, device: null, isAbsent: false, problem: 'its name holds characters that a shell reads: rename it' };
  }
  try {
    return { name, device: native().networkDevice(name), isAbsent: false, problem: '' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { name, device: null, isAbsent: code === 'ENODEV', problem: message.replace(/\.$/, '') };
  }
}
