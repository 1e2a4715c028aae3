import { Command } from 'commander';
import { fixShowCommand } from './fix-show.ts';

export function fixCommand(): Command {
  return new Command('fix').description('FIX logs for people.').helpCommand(false).addCommand(fixShowCommand());
}
