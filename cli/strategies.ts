import { Command } from 'commander';
import { loadConfig } from '../app/config/index.ts';
import { exit } from './exit.ts';

const EXAMPLES = `
Examples:
  hotlap strategies
  hotlap strategies imbalance-taker
  hotlap strategies ./strategies/first.ts --json
  hotlap strategies --config engine.yaml`;

interface Flags {
  config?: string;
  json?: boolean;
}

export function strategiesCommand(): Command {
  return new Command('strategies')
    .description(
      'Strategies with their parameters: the shipped samples, those in ./strategies, and those of a configuration.',
    )
    .argument('[strategy]', 'file, package or shipped sample (default: all)')
    .addHelpText('after', EXAMPLES)
    .option('--config <file>', 'YAML configuration whose strategies are listed as well')
    .option('--json', 'print one JSON document on stdout')
    .action(async (source: string | undefined, flags: Flags) => {
      const { describeStrategy, listStrategies } = await import('../app/list-strategies.ts');
      const { strategiesText } = await import('../report/strategies-text.ts');
      const folder = process.cwd();
      const loaded = flags.config === undefined ? null : loadConfig(flags.config);
      const configured = (loaded?.config.strategies ?? []).map((each) => ({
        source: each.source,
        folder: loaded?.folder ?? folder,
      }));
      const result =
        source === undefined
          ? await listStrategies(folder, configured)
          : { strategies: [await describeStrategy({ source, folder, from: 'argument' })] };
      process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : strategiesText(result));
      return exit(0);
    });
}
