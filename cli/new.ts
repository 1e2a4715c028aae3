import { Command } from 'commander';
import { newStrategyCommand } from './new-strategy.ts';

export function newCommand(): Command {
  return new Command('new').description('Files to begin with.').helpCommand(false).addCommand(newStrategyCommand());
}
