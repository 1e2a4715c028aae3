/** Entry of the command line, started by bin/launch.js. */
import { CommanderError } from 'commander';
import { commandPath, fail, usageSentence } from './fail.ts';
import { createProgram } from './program.ts';

// `hotlap inspect … | head` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const args = process.argv.slice(2);
const program = createProgram();
try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version are printed already.
    if (error.exitCode === 0) process.exit(0);
    fail(usageSentence(error, commandPath(program, args)), { json: args.includes('--json') });
  } else fail(error, { json: args.includes('--json') });
}
