import { statSync } from 'node:fs';
import { Command } from 'commander';
import { DEMO_STRATEGY, freezeDeep } from '../app/config/index.ts';
import type { ReplayOptions } from '../app/options.ts';
import { addEngineFlags, type EngineFlags, engineOptions, loadedConfig } from './engine-flags.ts';
import { runAndReport } from './run-and-report.ts';
import { addScenarioFlag, type ScenarioFlag, withScenario } from './scenario-flag.ts';
import { feed, speed } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap replay day.pcap
  hotlap replay day.itch.gz --date 2020-01-30 --strategy ./mine.ts --param quantity=200
  hotlap replay day.pcap --speed 1000 --json`;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

type Flags = ScenarioFlag & EngineFlags & { speed?: number | 'max'; feed?: ReturnType<typeof feed> };

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'A recording through the production decoder, book, strategies, risk and FIX encoder in recorded time; a model fills the orders. No network.',
    )
    .argument('<file>', 'pcap, pcapng or BinaryFILE, plain, gzip or zstd')
    .addHelpText('after', EXAMPLES)
    .option('--speed <factor>', 'a factor on recorded time, or max (default): the orders are the same', speed)
    .option('--feed <protocol@group:port>', 'which feed of the recording (default: the first)', feed);
  addScenarioFlag(addEngineFlags(command));
  return command.action(async (recording: string, flags: Flags) => {
    const loaded = loadedConfig(flags);
    const options: ReplayOptions = freezeDeep({
      ...engineOptions(flags, loaded, DEMO_STRATEGY),
      recording,
      speed: flags.speed ?? 'max',
      simulation: withScenario(loaded.config.simulation, flags),
      source: flags.feed === undefined ? null : { group: flags.feed.group, port: flags.feed.port },
    });
    if (isFolder(recording)) {
      const { replayRun } = await import('../app/replay-run.ts');
      await runAndReport('replay', { ...options, runFolder: recording }, flags, replayRun);
      return;
    }
    const { replay } = await import('../app/replay.ts');
    await runAndReport('replay', options, flags, replay);
  });
}
