import { Command } from 'commander';
import { freezeDeep, loadConfig, suggest } from '../app/config/index.ts';
import { fixCheckLine, fixCheckVerdict } from '../report/fix-check-summary.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { integer } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap fix check --config engine.yaml
  hotlap fix check --config engine.yaml --seconds 40 --json

It logs on with the configured session and its stored sequence numbers, exchanges TestRequests, logs
out, and sends no order. Exit status: 0 all is well, 1 something is not, 2 the configuration is
wrong.`;

interface Flags {
  config: string;
  venue?: string;
  seconds?: number;
  json?: boolean;
}

export function fixCheckCommand(): Command {
  return new Command('check')
    .description(
      'Tries the FIX session of a venue, without an order: what the venue did, step by step, and what to mend.',
    )
    .addHelpText('after', EXAMPLES)
    .requiredOption('--config <file>', 'YAML configuration')
    .option('--venue <name>', 'which of its venues (default: the first)')
    .option('--seconds <n>', 'stay logged on so long (default: 2)', integer('--seconds', 0, 86_400))
    .option('--json', 'print one JSON document on stdout')
    .action(async (flags: Flags) => {
      const loaded = loadConfig(flags.config);
      const index = chooseVenue(loaded.config.venues, flags);
      const { fixCheck } = await import('../app/fix-check.ts');
      const terminal = openConsole();
      for (const text of loaded.clearText) terminal.log('warn', text);
      const isJson = flags.json === true;
      try {
        const result = await fixCheck({
          venue: freezeDeep(loaded.config.venues[index]!),
          configFolder: loaded.folder,
          venueAt: (path) => loaded.where(['venues', index, ...path]),
          seconds: flags.seconds ?? 2,
          ...(!isJson && { onStep: (step) => process.stdout.write(fixCheckLine(step)) }),
          signal: terminal.signal,
        });
        process.stdout.write(isJson ? `${JSON.stringify(result)}\n` : fixCheckVerdict(result.verdict));
        if (!result.ok) process.stderr.write(`hotlap: ${result.verdict.what}\n`);
        terminal.close();
        return await exit(result.ok ? 0 : 1);
      } finally {
        terminal.close();
      }
    });
}

function chooseVenue(venues: readonly { readonly name: string }[], { config, venue }: Flags): number {
  if (venues.length === 0)
    throw usageError(`${config} names no venue: add its host, port and CompIDs under \`venues:\`.`);
  if (venue === undefined) return 0;
  const index = venues.findIndex(({ name }) => name === venue);
  if (index >= 0) return index;
  const names = venues.map(({ name }) => name);
  const near = suggest(venue, names);
  const hint = near === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw usageError(`${config} has no venue \`${venue}\`. ${hint}`);
}
