import { Command } from 'commander';
import { DEFAULT_FEED, emptyConfig, freezeDeep, loadConfig } from '../app/config/index.ts';
import { launchState } from '../app/launch-state.ts';
import type { FeedSettings, RecordOptions } from '../app/options.ts';
import { compressOf } from '../app/record/file-names.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import type { RecordResult } from '../report/record-result.ts';
import { openConsole } from './console.ts';
import { checkHotCore } from './engine-flags.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { addReceiveFlags, type TransportFlags, withTransport } from './transport-flags.ts';
import { bytes, groupAndPort, integer, oneOf, positive, seconds } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap record day.pcapng.zst --group 233.54.12.111:26477 --interface eth1
  hotlap record two.pcapng --group 239.1.1.1:5000 --group 239.1.1.2:5000 --rx af_xdp,kernel
  hotlap record day.pcapng.zst --config engine.yaml --rotate-time 1h --keep 24
  hotlap record burst.pcapng --group 239.192.7.1:26477 --max-packets 10000 --json

Ctrl-C ends it in order. A file of that name is never overwritten without --force.`;

/** A second of 100,000 packets of 600 bytes: longer than a disk's hiccup. */
const DEFAULT_BUFFER_BYTES = 64 << 20;
const LEAST_BUFFER_BYTES = 256 << 10;
const MOST_BUFFER_BYTES = 8 * 2 ** 30;

type Group = Pick<FeedSettings, 'group' | 'port'>;

interface Flags extends Omit<TransportFlags, 'tx'> {
  config?: string;
  group?: Group[];
  rotateSize?: number;
  rotateTime?: number;
  keep?: number;
  buffer?: number;
  idle?: RecordOptions['idle'];
  hotCore?: number;
  seconds?: number;
  maxPackets?: number;
  force?: boolean;
  json?: boolean;
}

export function recordCommand(): Command {
  const command = new Command('record')
    .description(
      'Live multicast groups to pcapng files with nanosecond times and counts of what was lost, by any receive transport.',
    )
    .argument('<file>', 'ends in .pcapng, .pcapng.gz or .pcapng.zst, which says how it is compressed')
    .addHelpText('after', EXAMPLES)
    .option('--config <file>', 'YAML configuration: its `feeds`, and how they are received; flags win over it')
    .option('--group <group:port>', "instead of the configuration's feeds; may be given several times", oneMoreGroup);
  addReceiveFlags(command)
    .option(
      '--rotate-size <bytes>',
      'a new file once one has so many bytes, e.g. 512M; files are FILE-00001, FILE-00002 …',
      bytes('--rotate-size', 65_536, Number.MAX_SAFE_INTEGER),
    )
    .option(
      '--rotate-time <seconds>',
      'a new file at every multiple of it, counted from midnight UTC, e.g. 90, 15m, 1h',
      seconds('--rotate-time'),
    )
    .option('--keep <files>', 'with rotation: only the last so many stay', integer('--keep', 1, 1e6))
    .option(
      '--buffer <bytes>',
      'memory for what waits for the disk (default: 64M)',
      bytes('--buffer', LEAST_BUFFER_BYTES, MOST_BUFFER_BYTES),
    )
    .option(
      '--idle <how>',
      'what the receiving thread does when nothing comes: spin (default where it has a CPU of its own), backoff (sleeps 50 µs)',
      oneOf('--idle', ['spin', 'backoff'] as const),
    )
    .option(
      '--hot-core <cpu>',
      'CPU of the receiving thread (default: the highest that is allowed)',
      integer('--hot-core', 0, 1023),
    )
    .option('--seconds <n>', 'stop after so many seconds', positive('--seconds'))
    .option('--max-packets <n>', 'stop after so many packets', integer('--max-packets', 1))
    .option('--force', 'take the place of files that are there')
    .option('--json', 'print one JSON document on stdout at the end');
  return command.action(record);
}

const oneMoreGroup = (text: string, before: Group[] = []): Group[] => {
  const group = groupAndPort('--group', text);
  if (before.some((each) => each.group === group.group && each.port === group.port))
    throw usageError(`--group names ${text} twice.`);
  return [...before, group];
};

/** What was recorded is told in any case; what went wrong behind that. */
async function record(file: string, flags: Flags): Promise<never> {
  const options = optionsFor(file, flags);
  const { record } = await import('../app/record.ts');
  const { recordSummary } = await import('../report/record-summary.ts');
  const terminal = openConsole();
  try {
    const { result, failure } = await record({
      ...options,
      onLog: terminal.log,
      onProgress: terminal.progress,
      signal: terminal.signal,
    });
    terminal.close();
    if (failure !== null && flags.json === true) throw withRecorded(failure, result);
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : recordSummary(result));
    if (failure !== null) throw failure;
  } finally {
    terminal.close();
  }
  return exit(0);
}

/** One document on stdout: the error's has the result with it. */
const withRecorded = ({ code, message, exitStatus }: HotlapError, recorded: RecordResult): HotlapError =>
  new HotlapError(code, message, { exitStatus, details: { recorded } });

function optionsFor(path: string, flags: Flags): RecordOptions {
  checkHotCore(flags.hotCore);
  if (compressOf(path) === null)
    throw usageError(`The file must end in .pcapng, .pcapng.gz or .pcapng.zst, not as \`${path}\` does.`);
  const { rotateSize = null, rotateTime = null, keep = null } = flags;
  if (keep !== null && rotateSize === null && rotateTime === null)
    throw usageError('--keep is for files in rotation: give --rotate-size or --rotate-time as well.');
  return freezeDeep({
    feeds: feedsFor(flags),
    files: { path, force: flags.force === true, rotateBytes: rotateSize, rotateSeconds: rotateTime, keep },
    ringBytes: flags.buffer ?? DEFAULT_BUFFER_BYTES,
    idle: flags.idle ?? (launchState().hotCore === null ? 'backoff' : 'spin'),
    seconds: flags.seconds ?? null,
    maxPackets: flags.maxPackets ?? null,
  });
}

function feedsFor(flags: Flags): FeedSettings[] {
  const { feeds } = (flags.config === undefined ? emptyConfig() : loadConfig(flags.config)).config;
  const chosen = flags.group?.map((group) => ({ ...DEFAULT_FEED, ...feeds[0], ...group })) ?? feeds;
  if (chosen.length === 0)
    throw usageError('No group is named: give --group GROUP:PORT, or `feeds:` in the configuration.');
  return chosen.map((feed) => withTransport(feed, flags));
}
