/** Flags of the commands that play a recording onto a network. */
import type { Command } from 'commander';
import type { Pace } from '../app/options.ts';
import { usageError } from './fail.ts';
import { integer, positive, speed } from './values.ts';

export interface PlaybackFlags {
  recording?: string;
  speed?: number | 'max';
  rate?: number;
  messagesPerPacket?: number;
}

export function addPlaybackFlags(command: Command): Command {
  return command
    .option(
      '--recording <file>',
      'pcap, pcapng or BinaryFILE, plain, gzip or zstd (default: the synthetic demo recording)',
    )
    .option('--speed <factor>', 'play at recorded times divided by this factor, or max', speed)
    .option('--rate <messages>', 'play at so many messages a second instead', positive('--rate'))
    .option(
      '--messages-per-packet <n>',
      're-frame into packets of so many messages',
      integer('--messages-per-packet', 1, 100),
    );
}

export function pace(flags: PlaybackFlags, otherwise: Pace): Pace {
  if (flags.speed !== undefined && flags.rate !== undefined) {
    throw usageError('--speed and --rate exclude each other: give a factor or a rate.');
  }
  if (flags.rate !== undefined) return { mode: 'rate', messagesPerSecond: flags.rate };
  if (flags.speed === 'max') return { mode: 'max' };
  return flags.speed === undefined ? otherwise : { mode: 'recorded', factor: flags.speed };
}
