import { Command } from 'commander';
import { DEFAULT_FIX_BENCH, freezeDeep } from '../app/config/index.ts';
import type { FixBenchOptions } from '../app/options.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { integer, oneOf } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap bench fix
  hotlap bench fix --only codec --rounds 3
  hotlap bench fix --only round-trip --json

The codecs (fix-parser, jspurefix, fixparser 2.9.5, QuickFIX C++) parse and encode the same messages
in turn; what is not installed is named with how to install it. The round trip goes over TCP on
loopback between two processes each of hotlap, QuickFIX C++ and a plain echo. Compare only what one
run printed.`;

interface Flags {
  only?: FixBenchOptions['only'];
  rounds?: number;
  json?: boolean;
}

export function benchFixCommand(): Command {
  return new Command('fix')
    .description('The FIX codec and the order round trip beside other engines, interleaved.')
    .addHelpText('after', EXAMPLES)
    .option('--only <part>', 'codec or round-trip (default: both)', oneOf('--only', ['codec', 'round-trip'] as const))
    .option('--rounds <n>', `turns of each subject (default: ${DEFAULT_FIX_BENCH.rounds})`, integer('--rounds', 1, 100))
    .option('--json', 'print one JSON document on stdout')
    .action(benchFix);
}

async function benchFix(flags: Flags): Promise<never> {
  const terminal = openConsole();
  const options: FixBenchOptions = freezeDeep({
    only: flags.only ?? null,
    rounds: flags.rounds ?? DEFAULT_FIX_BENCH.rounds,
    onProgress: terminal.progress,
  });
  try {
    const [{ benchFix: bench }, { fixTable }] = await Promise.all([
      import('../bench/fix/bench-fix.ts'),
      import('../bench/fix/fix-table.ts'),
    ]);
    const result = await bench(options);
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : fixTable(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}
