import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_WARM_UP_MESSAGES, DEMO_STRATEGY, freezeDeep, MAX_MERGED } from '../app/config/index.ts';
import type { ReplayOptions, ReplayWindow } from '../app/options.ts';
import { addEngineFlags, type EngineFlags, engineOptions, loadedConfig } from './engine-flags.ts';
import { usageError } from './fail.ts';
import { runAndReport } from './run-and-report.ts';
import { addScenarioFlag, type ScenarioFlag, withScenario } from './scenario-flag.ts';
import { feed, speed, timeOfDay } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap replay day.pcap
  hotlap replay day.itch.gz --date 2020-01-30 --strategy ./mine.ts --param quantity=200
  hotlap replay day.pcap --speed 1000 --json
  hotlap replay day.pcap --from 09:30:00 --to 10:00:00.5
  hotlap replay a-side.pcapng b-side.pcapng                  one fills what the other has lost
  hotlap replay runs/today                                   a run again, from its --out folder`;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

type Flags = ScenarioFlag &
  EngineFlags & {
    speed?: number | 'max';
    feed?: ReturnType<typeof feed>;
    from?: number;
    to?: number;
    paused?: boolean;
    control?: string;
  };

/** What --from and --to leave of a recording. */
export function windowOf({ from, to }: Pick<Flags, 'from' | 'to'>): ReplayWindow {
  if (from !== undefined && to !== undefined && from >= to)
    throw usageError('--from lies behind --to: there is nothing between them.');
  return { ...(from !== undefined && { fromNs: from }), ...(to !== undefined && { toNs: to }) };
}

const controlOf = ({ paused = false, control }: Flags) => ({
  paused,
  control: control === undefined ? null : resolve(control),
});

/** What a run's folder brings itself, so that the run is the same. */
function refuseOwnSettings(flags: Flags): void {
  const { json: _, warmUp: __, hotCore: ___, paused: ____, control: _____, ...given } = flags;
  const [name] = Object.keys(given);
  if (name === undefined) return;
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw usageError(
    `${flag} has no meaning for a run's folder, which brings its own strategies, settings and times: leave it out, or replay a recording.`,
  );
}

async function replayFolder(runFolder: string, flags: Flags): Promise<void> {
  refuseOwnSettings(flags);
  const { replayRun } = await import('../app/replay-run.ts');
  const options = { runFolder, warmUpMessages: flags.warmUp ?? DEFAULT_WARM_UP_MESSAGES, ...controlOf(flags) };
  await runAndReport('replay', options, flags, replayRun);
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      "A recording through the production decoder, book, strategies, risk and FIX encoder in recorded time; a model fills the orders. A run's folder: the run again, from what really came in. No network.",
    )
    .argument(
      '<files...>',
      "pcap, pcapng or BinaryFILE, plain, gzip or zstd, several are merged by time; or a run's folder",
    )
    .addHelpText('after', EXAMPLES)
    .option('--speed <factor>', 'a factor on recorded time, or max (default): the orders are the same', speed)
    .option('--feed <protocol@group:port>', 'which feed of the recording (default: the first)', feed);
  command
    .option(
      '--from <time>',
      'HH:MM:SS[.fraction] of the feed: strategies begin here, on whole books',
      timeOfDay('--from'),
    )
    .option('--to <time>', 'HH:MM:SS[.fraction] of the feed: the recording ends here', timeOfDay('--to'));
  command
    .option('--paused', 'hold before the first message, until `hotlap ctl resume`, `step` or `seek`')
    .option('--control <socket>', 'file of the socket for `hotlap ctl`, in a folder that is yours alone');
  addScenarioFlag(addEngineFlags(command));
  return command.action(async (files: string[], flags: Flags) => {
    const [recording = '', ...more] = files;
    const folder = files.find(isFolder);
    if (folder !== undefined && more.length > 0)
      throw usageError(`${folder} is a folder: a run is replayed alone, only recordings are merged.`);
    if (files.length > MAX_MERGED)
      throw usageError(
        `${files.length} recordings are more than the ${MAX_MERGED} that can be merged: make fewer of them, with mergecap for one.`,
      );
    if (folder !== undefined) return await replayFolder(folder, flags);
    const loaded = loadedConfig(flags);
    const options: ReplayOptions = freezeDeep({
      ...engineOptions(flags, loaded, DEMO_STRATEGY),
      recording,
      more,
      speed: flags.speed ?? 'max',
      simulation: withScenario(loaded.config.simulation, flags),
      ...controlOf(flags),
      window: windowOf(flags),
      source: flags.feed === undefined ? null : { group: flags.feed.group, port: flags.feed.port },
    });
    const { replay } = await import('../app/replay.ts');
    await runAndReport('replay', options, flags, replay);
  });
}
