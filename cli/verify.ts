import { Command } from 'commander';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';

const EXAMPLES = `
Examples:
  hotlap verify runs/today
  hotlap verify runs/today --json

Exit status: 0 unchanged and the same orders, 1 anything else, 2 wrong usage.`;

export function verifyCommand(): Command {
  return new Command('verify')
    .description("Is a run's folder as it was written, and does the run, run again from it, send the same orders?")
    .argument('<folder>', 'what demo, run or replay wrote with --out')
    .addHelpText('after', EXAMPLES)
    .option('--json', 'print one JSON document on stdout')
    .action(async (runFolder: string, flags: { json?: boolean }) => {
      const terminal = openConsole();
      const [{ verifyRun }, { verifySummary }] = await Promise.all([
        import('../app/verify-run.ts'),
        import('../report/verify-summary.ts'),
      ]);
      try {
        const result = await verifyRun({
          runFolder,
          onProgress: terminal.progress,
          onLog: terminal.log,
          signal: terminal.signal,
        });
        terminal.close();
        process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : verifySummary(result));
        return exit(result.ok ? 0 : 1);
      } finally {
        terminal.close();
      }
    });
}
