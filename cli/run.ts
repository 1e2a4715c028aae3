import { Command } from 'commander';
import { DEFAULT_FEED, freezeDeep } from '../app/config/index.ts';
import type { RunOptions } from '../app/options.ts';
import { addEngineFlags, type EngineFlags, engineOptions, loadedConfig } from './engine-flags.ts';
import { usageError } from './fail.ts';
import { runAndReport } from './run-and-report.ts';
import { addTransportFlags, type TransportFlags, withSending, withTransport } from './transport-flags.ts';
import { feed } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap run --config engine.yaml                       watches, sends nothing
  hotlap run --config engine.yaml --enable-trading
  hotlap run --config engine.yaml --interface eth1 --rx af_xdp,kernel     and says which it is
  hotlap run --config engine.yaml --interface eth1 --rx af_xdp --bypass require
  hotlap run --config engine.yaml --strategy ./mine.ts --seconds 3600 --out runs/today

docs/reference/configuration.md lists every key of the configuration.`;

type Flags = EngineFlags & TransportFlags & { feed?: ReturnType<typeof feed>; enableTrading?: boolean };

export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'The engine alone, against a configured feed and FIX venue. It starts disarmed: no order leaves without --enable-trading.',
    )
    .addHelpText('after', EXAMPLES)
    .option('--enable-trading', 'let orders leave')
    .option('--feed <protocol@group:port>', 'market data, instead of the configured feed', feed);
  addTransportFlags(addEngineFlags(command));
  return command.action(async (flags: Flags) => {
    const loaded = loadedConfig(flags);
    const options: RunOptions = freezeDeep({
      ...engineOptions(flags, loaded, null),
      feed: chooseFeed(flags, loaded.config.feeds[0]),
      venue: chooseVenue(flags, loaded.config.venues[0]),
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
  return withTransport({ ...DEFAULT_FEED, ...configured, ...flags.feed }, flags);
}

function chooseVenue(flags: Flags, configured: RunOptions['venue'] | undefined): RunOptions['venue'] {
  if (configured === undefined)
    throw usageError('No venue is configured: name its host, port and CompIDs under `venues:` and give --config FILE.');
  const venue = withSending(configured, flags);
  if (venue.tls !== undefined && !venue.tx.includes('kernel'))
    throw usageError('The venue is reached over TLS, which leaves by the kernel alone: name kernel in --tx.');
  return venue;
}
