import { Command } from 'commander';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';

const EXAMPLES = `
Examples:
  hotlap diff runs/today runs/faster               two replays of a recording
  hotlap diff runs/monday runs/tuesday --json

Exit status: 0 the same orders and the same profit, 1 anything else, 2 wrong usage.`;

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'Two runs beside each other: what went in and differs, the first order that differs, and what of the profit comes from data, latency, queue, risk and decisions.',
    )
    .argument('<a>', 'what demo, run or replay wrote with --out')
    .argument('<b>', 'the run that is compared with it')
    .addHelpText('after', EXAMPLES)
    .option('--json', 'print one JSON document on stdout')
    .action(async (a: string, b: string, flags: { json?: boolean }) => {
      const terminal = openConsole();
      const [{ diffRuns }, { diffSummary }] = await Promise.all([
        import('../app/diff-runs.ts'),
        import('../report/diff-summary.ts'),
      ]);
      try {
        const result = await diffRuns({ a, b, onProgress: terminal.progress, signal: terminal.signal });
        terminal.close();
        process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : diffSummary(result));
        return exit(result.ok ? 0 : 1);
      } finally {
        terminal.close();
      }
    });
}
