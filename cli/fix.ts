import { Command } from 'commander';
import { fixCheckCommand } from './fix-check.ts';
import { fixDictionaryCommand } from './fix-dictionary.ts';
import { fixShowCommand } from './fix-show.ts';

export function fixCommand(): Command {
  return new Command('fix')
    .description('FIX logs for people, and a venue tried without orders.')
    .helpCommand(false)
    .addCommand(fixShowCommand())
    .addCommand(fixCheckCommand())
    .addCommand(fixDictionaryCommand());
}
