import { Command } from 'commander';
import { exit } from './exit.ts';

const EXAMPLES = `
Examples:
  hotlap new strategy first
  hotlap new strategy first --in ~/trading

Made are strategies/first.ts and strategies/first.test.ts; package.json and tsconfig.json where
there are none. Nothing is ever written over.`;

export function newStrategyCommand(): Command {
  return new Command('strategy')
    .description('A strategy that trades, with a test for it, and what a folder needs to run both.')
    .argument('<name>', 'small letters, digits and dashes')
    .addHelpText('after', EXAMPLES)
    .option('--in <folder>', 'of the project (default: this one)')
    .option('--json', 'print one JSON document on stdout')
    .action(async (name: string, flags: { in?: string; json?: boolean }) => {
      const { newStrategy } = await import('../app/scaffold/new-strategy.ts');
      const { newStrategyText } = await import('../report/new-strategy-text.ts');
      const result = newStrategy({ name, folder: flags.in ?? '.' });
      process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : newStrategyText(result));
      return exit(0);
    });
}
