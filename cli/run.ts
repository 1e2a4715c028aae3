import { Command } from 'commander';
import { DEFAULT_FEED, freezeDeep } from '../app/config/index.ts';
import type { RunOptions } from '../app/options.ts';
import { addEngineFlags, addTransportFlags, type EngineFlags, engineOptions, loadedConfig } from './engine-flags.ts';
import { usageError } from './fail.ts';
import { runAndReport } from './run-and-report.ts';
import { address, feed } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap run --config engine.yaml                       watches, sends nothing
  hotlap run --config engine.yaml --enable-trading
  hotlap run --config engine.yaml --strategy ./mine.ts --seconds 3600 --out runs/today

docs/reference/configuration.md lists every key of the configuration.`;

type Flags = EngineFlags & { feed?: ReturnType<typeof feed>; interface?: string; enableTrading?: boolean };

export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'The engine alone, against a configured feed and FIX venue. It starts disarmed: no order leaves without --enable-trading.',
    )
    .addHelpText('after', EXAMPLES)
    .option('--enable-trading', 'let orders leave')
    .option('--feed <protocol@group:port>', 'market data, instead of the configured feed', feed)
    .option('--interface <address>', 'IPv4 address of the interface that joins the group', address('--interface'));
  addTransportFlags(addEngineFlags(command));
  return command.action(async (flags: Flags) => {
    const loaded = loadedConfig(flags);
    const options: RunOptions = freezeDeep({
      ...engineOptions(flags, loaded, null),
      feed: chooseFeed(flags, loaded.config.feeds[0]),
      venue: chooseVenue(loaded.config.venues[0]),
      configFolder: loaded.folder,
      venueAt: (path: readonly PropertyKey[]) => loaded.where(['venues', 0, ...path]),
      control: loaded.config.control,
      enableTrading: flags.enableTrading === true,
    });
    const { run } = await import('../app/run.ts');
    await runAndReport('run', options, flags, run, loaded.clearText);
  });
}

function chooseFeed(flags: Flags, configured: RunOptions['feed'] | undefined): RunOptions['feed'] {
  if (configured === undefined && flags.feed === undefined) {
    throw usageError('No feed is named: give --feed itch50@GROUP:PORT, or `feeds:` in the configuration.');
  }
  const changed = flags.interface === undefined ? {} : { interface: flags.interface };
  return { ...DEFAULT_FEED, ...configured, ...flags.feed, ...changed };
}

function chooseVenue(configured: RunOptions['venue'] | undefined): RunOptions['venue'] {
  if (configured === undefined)
    throw usageError('No venue is configured: name its host, port and CompIDs under `venues:` and give --config FILE.');
  return configured;
}
