import { Command } from 'commander';
import { DEFAULT_STRATEGY_BENCH, freezeDeep } from '../app/config/index.ts';
import type { StrategyBenchOptions } from '../app/options.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { integer, oneOf } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap bench strategy
  hotlap bench strategy --only operators --rounds 3
  hotlap bench strategy --only path --json

Operators run on an engine of their own each; the path is a replay of a generated recording, from
its bytes to the strategies. Compare only what one run printed.`;

interface Flags {
  only?: StrategyBenchOptions['only'];
  rounds?: number;
  json?: boolean;
}

export function benchStrategyCommand(): Command {
  return new Command('strategy')
    .description('What operators cost, and the path with few and many strategies and instruments.')
    .addHelpText('after', EXAMPLES)
    .option('--only <part>', 'operators or path (default: both)', oneOf('--only', ['operators', 'path'] as const))
    .option(
      '--rounds <n>',
      `turns of each subject (default: ${DEFAULT_STRATEGY_BENCH.rounds})`,
      integer('--rounds', 1, 100),
    )
    .option('--json', 'print one JSON document on stdout')
    .action(benchStrategy);
}

async function benchStrategy(flags: Flags): Promise<never> {
  const terminal = openConsole();
  const options: StrategyBenchOptions = freezeDeep({
    only: flags.only ?? null,
    rounds: flags.rounds ?? DEFAULT_STRATEGY_BENCH.rounds,
    onProgress: terminal.progress,
  });
  try {
    const [{ benchStrategy: bench }, { strategyTable }] = await Promise.all([
      import('../bench/strategy/bench-strategy.ts'),
      import('../bench/strategy/strategy-table.ts'),
    ]);
    const result = await bench(options);
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : strategyTable(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}
