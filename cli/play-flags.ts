/** `hotlap simulator --play`: the flags that it takes, and those that are the exchange's. */
import { isIPv4 } from 'node:net';
import type { Command } from 'commander';
import type { FeedSettings, PlayOptions, SimulatorOptions } from '../app/options.ts';
import { usageError } from './fail.ts';
import { positive } from './values.ts';

type GroupRule = PlayOptions['groups'][number];

export interface PlayFlags {
  play?: string;
  group?: GroupRule[];
  packetRate?: number;
  recording?: string;
  speed?: number | 'max';
  rate?: number;
  seconds?: number;
}

/** They are about the exchange, its orders, or the feed that it makes of a recording. */
const OF_THE_EXCHANGE: Readonly<Record<string, string>> = {
  recording: '--recording',
  messagesPerPacket: '--messages-per-packet',
  scenario: '--scenario',
  feed: '--feed',
  fix: '--fix',
  listen: '--listen',
  dropCopy: '--drop-copy',
  state: '--state',
  afterRestart: '--after-restart',
  begin: '--begin',
  loop: '--loop',
};

export function addPlayFlags(command: Command): Command {
  return command
    .option(
      '--play <file>',
      'no exchange: send the packets of a pcap or pcapng file of any protocol, as recorded, to their multicast groups at once; --speed (default: 1), --rate, --packet-rate',
    )
    .option(
      '--group <from[=to]>',
      'with --play: only this group, GROUP or GROUP:PORT, or `all`; with =GROUP or =GROUP:PORT to another one; may be given several times',
      groupRule,
    )
    .option('--packet-rate <packets>', 'with --play: so many packets a second', positive('--packet-rate'));
}

/** @param given all flags of the command line, by commander's names */
export function playOptions(
  flags: PlayFlags & { play: string },
  given: object,
  feed: FeedSettings,
  transmit: SimulatorOptions['transmit'],
): Omit<PlayOptions, 'onLog' | 'signal'> {
  const foreign = Object.entries(OF_THE_EXCHANGE).find(([name]) => name in given);
  if (foreign !== undefined)
    throw usageError(`${foreign[1]} is the exchange's, and --play has none: leave one of them out.`);
  return {
    recording: flags.play,
    pace: paceOf(flags),
    interface: feed.interface,
    transmit,
    groups: flags.group ?? [],
    seconds: flags.seconds ?? null,
  };
}

/** Without --play they would be ignored. */
export function refuseWithoutPlay({ group, packetRate }: PlayFlags): void {
  if (group !== undefined) throw usageError('--group chooses of what --play sends: give --play FILE as well.');
  if (packetRate !== undefined) throw usageError('--packet-rate is for --play: give --play FILE as well, or --rate.');
}

function paceOf({ speed, rate, packetRate }: PlayFlags): PlayOptions['pace'] {
  if ([speed, rate, packetRate].filter((each) => each !== undefined).length > 1)
    throw usageError('--speed, --rate and --packet-rate exclude each other: give one of them.');
  if (rate !== undefined) return { mode: 'rate', messagesPerSecond: rate };
  if (packetRate !== undefined) return { mode: 'packetRate', packetsPerSecond: packetRate };
  return speed === 'max' ? { mode: 'max' } : { mode: 'recorded', factor: speed ?? 1 };
}

const isMulticast = (address: string): boolean => isIPv4(address) && Number(address.split('.')[0]) >> 4 === 14;

function groupRule(text: string, before: GroupRule[] = []): GroupRule[] {
  const [from, to, ...rest] = text.split('=');
  const refuse = (): never => {
    throw usageError(
      `--group takes GROUP, GROUP:PORT or all, and =GROUP or =GROUP:PORT, a multicast group, for another one, e.g. 239.1.1.1:26477=239.192.7.1, not \`${text}\`.`,
    );
  };
  if (from === undefined || rest.length > 0 || (from === 'all' && to === undefined)) return refuse();
  const source = from === 'all' ? {} : (addressOf(from) ?? refuse());
  if (to === undefined) return isMulticast(source.group ?? '') ? [...before, source] : refuse();
  const target = addressOf(to) ?? refuse();
  if (!isMulticast(target.group ?? '')) return refuse();
  return [
    ...before,
    { ...source, toGroup: target.group as string, ...(target.port !== undefined && { toPort: target.port }) },
  ];
}

function addressOf(text: string): { group?: string; port?: number } | undefined {
  const [group, port, ...rest] = text.split(':');
  if (group === undefined || !isIPv4(group) || rest.length > 0) return undefined;
  if (port === undefined) return { group };
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
    ? { group, port: Number(port) }
    : undefined;
}
