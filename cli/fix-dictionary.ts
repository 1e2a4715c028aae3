import { Command } from 'commander';
import { exit } from './exit.ts';
import { oneOf } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap fix dictionary FIX.4.4 > venue.xml
  hotlap fix show session.log --dictionary venue.xml`;

export function fixDictionaryCommand(): Command {
  return new Command('dictionary')
    .description("The dictionary of a version in QuickFIX's XML format: a start for a venue's own.")
    .argument('<version>', 'FIX.4.0 to FIX.5.0SP2, or FIXT.1.1')
    .addHelpText('after', EXAMPLES)
    .action(async (version: string) => {
      const { DICTIONARY_VERSIONS, standardDictionary } = await import('../app/fix-dictionary.ts');
      const text = await standardDictionary(oneOf('<version>', DICTIONARY_VERSIONS)(version));
      process.stdout.write(text);
      return exit(0);
    });
}
