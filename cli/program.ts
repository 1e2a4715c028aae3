import { Command, type CommanderError } from 'commander';
import { version } from '../app/version.ts';
import { benchCommand } from './bench.ts';
import { convertCommand } from './convert.ts';
import { ctlCommand } from './ctl.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { fixCommand } from './fix.ts';
import { generateCommand } from './generate.ts';
import { indexCommand } from './index-recording.ts';
import { inspectCommand } from './inspect.ts';
import { journalCommand } from './journal.ts';
import { newCommand } from './new.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { simulatorCommand } from './simulator.ts';
import { strategiesCommand } from './strategies.ts';
import { verifyCommand } from './verify.ts';

const EXAMPLES = `
Examples:
  hotlap demo                                      the whole circle on this machine
  hotlap new strategy first                        a strategy of your own, and its test
  hotlap replay day.pcap --strategy ./mine.ts      your strategy on a recording
  hotlap inspect day.pcap --json                   what a recording holds
  hotlap export day.pcap --out research            its ticks and books as Parquet files
  hotlap run --config engine.yaml                  against configured feed and venue

Exit status: 0 success, 1 failure, 2 wrong usage. HOTLAP_DEBUG=1 adds stacks to failures.`;

/** The whole command line. Errors are thrown as {@link CommanderError}; nothing here ends the process. */
export function createProgram(): Command {
  const program = new Command('hotlap')
    .description('Order-gateway trading engine: market data in, RxJS strategy in a pinned loop, FIX orders out.')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  for (const command of [
    demoCommand(),
    runCommand(),
    replayCommand(),
    verifyCommand(),
    diffCommand(),
    simulatorCommand(),
    recordCommand(),
    convertCommand(),
    inspectCommand(),
    indexCommand(),
    exportCommand(),
    newCommand(),
    strategiesCommand(),
    generateCommand(),
    ctlCommand(),
    fixCommand(),
    journalCommand(),
    doctorCommand(),
    benchCommand(),
  ])
    program.addCommand(command);
  configure(program);
  return program;
}

/** Commander's settings do not reach commands that were made apart. */
function configure(command: Command): void {
  command.exitOverride((error: CommanderError) => {
    throw error;
  });
  command.configureOutput({ writeErr: () => {} });
  command.configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 120) });
  for (const child of command.commands) configure(child);
}
