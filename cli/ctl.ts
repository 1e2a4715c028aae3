import { Command } from 'commander';
import type { ListedLimit } from '../app/control/limit-listing.ts';
import type { ListedOrder } from '../app/control/order-listing.ts';
import type { PositionReport } from '../app/control/position-listing.ts';
import {
  limitsText,
  ordersText,
  parametersText,
  positionsText,
  type StatusText,
  statusText,
} from '../report/control-text.ts';
import { asking, order } from './ctl-asking.ts';
import { playbackCommands } from './ctl-playback.ts';
import { usageError } from './fail.ts';
import { param } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap ctl status
  hotlap ctl kill --reason "venue announced a halt"
  hotlap ctl release all
  hotlap ctl cancel strategy:imbalance-taker
  hotlap ctl parameters set imbalance-taker quantity=50
  hotlap ctl limits set maxQuantity=200 --scope symbol:AAPL
  hotlap ctl swap imbalance-taker ./imbalance-taker.ts
  hotlap ctl pause; hotlap ctl step 10; hotlap ctl seek 10:00:00; hotlap ctl resume

Without --socket and --config it takes the only engine that this user runs; the last line is for
replays. Exit status: 0 done, 1 refused or no engine, 2 wrong usage. docs/guides/operate.md says
what each does.`;

export function ctlCommand(): Command {
  const command = new Command('ctl')
    .description('A running engine: how it is, and what it shall do.')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .addCommand(status())
    .addCommand(orders())
    .addCommand(positions())
    .addCommand(limits())
    .addCommand(parameters())
    .addCommand(swap())
    .addCommand(order('arm', 'Enables trading. Releases no kill switch.', () => ({ command: 'arm' })))
    .addCommand(order('disarm', 'No new order leaves; open orders stay as they are.', () => ({ command: 'disarm' })))
    .addCommand(kill())
    .addCommand(release())
    .addCommand(cancel());
  for (const playback of playbackCommands()) command.addCommand(playback);
  return command;
}

const status = (): Command =>
  asking(new Command('status').description('How engine, session, orders and strategies are.'), () => async (client) => {
    const { data, sentence } = await client.ask({ command: 'status' });
    return { json: data, text: statusText(data as StatusText, sentence) };
  });

const orders = (): Command =>
  asking(new Command('orders').description('Open orders.'), () => async (client) => {
    const open = await client.all<ListedOrder>('orders');
    return { json: open, text: ordersText(open) };
  });

const positions = (): Command =>
  asking(new Command('positions').description('Positions by strategy and symbol.'), () => async (client) => {
    const held = await client.all<PositionReport>('positions');
    return { json: held, text: positionsText(held) };
  });

function limits(): Command {
  const list = asking(new Command('list').description('The limits that hold now (default).'), () => async (client) => {
    const set = await client.all<ListedLimit>('limits');
    return { json: set, text: limitsText(set) };
  });
  const set = order(
    'set',
    'Changes a limit from the next order on.',
    (assignment, _, { scope }) => ({ command: 'setLimit', scope: scope ?? 'firm', ...limit(assignment!) }),
    (command) =>
      command
        .argument(
          '<name=value>',
          'such as maxQuantity=200; none takes the limit away, default is what the configuration says, true and false set a flag',
        )
        .option('--scope <scope>', 'firm (default), session, strategy:NAME or symbol:NAME'),
  );
  return new Command('limits')
    .alias('limit')
    .description('The limits held before each order.')
    .helpCommand(false)
    .addCommand(list, { isDefault: true })
    .addCommand(set);
}

function limit(assignment: string): { name: string; value: number | boolean | 'default' | null } {
  const { name, value } = param(assignment, 'A limit is set by');
  if (value === 'none') return { name, value: null };
  if (value === 'default') return { name, value };
  if (typeof value === 'string')
    throw usageError(`${name} takes a number, true, false, none or default, not \`${value}\`.`);
  return { name, value };
}

function parameters(): Command {
  const list = asking(
    new Command('list').description("The strategies' parameters as they are now (default)."),
    () => async (client) => {
      const { data } = await client.ask({ command: 'parameters' });
      return { json: data, text: parametersText(data as Parameters<typeof parametersText>[0]) };
    },
  );
  const set = order(
    'set',
    'Changes a live parameter, within its bounds.',
    (strategy, assignment) => ({
      command: 'setParameter',
      strategy: strategy!,
      ...param(assignment!, 'A parameter is set by'),
    }),
    (command) => command.argument('<strategy>', 'its id').argument('<name=value>', 'such as quantity=200'),
  );
  return new Command('parameters')
    .alias('parameter')
    .description("The strategies' parameters.")
    .helpCommand(false)
    .addCommand(list, { isDefault: true })
    .addCommand(set);
}

const swap = (): Command =>
  order(
    'swap',
    'Puts a new version in the place of a strategy, between two events: its state, orders and positions stay.',
    (strategy, file) => ({ command: 'swap', strategy: strategy!, file: file!, folder: process.cwd() }),
    (command) =>
      command.argument('<strategy>', 'its id').argument('<file>', 'file, package or sample of the new version'),
    'either',
  );

const kill = (): Command =>
  order(
    'kill',
    'No new order leaves and what is open is cancelled, until it is released by hand, over restarts too.',
    (scope, _, flags) => ({
      command: 'kill',
      scope: scope ?? 'all',
      ...(flags.reason !== undefined && { reason: flags.reason }),
    }),
    (command) =>
      command
        .argument('[scope]', 'all (default), session, or strategy:NAME')
        .option('--reason <text>', 'kept in log and journal'),
  );

const release = (): Command =>
  order(
    'release',
    'Takes a kill back. Trading goes on only where it is enabled as well.',
    (scope) => ({ command: 'release', scope: scope! }),
    (command) => command.argument('<scope>', 'all, session, or strategy:NAME, as it was killed'),
  );

const cancel = (): Command =>
  order(
    'cancel',
    'Cancels one open order, those of a strategy, or all.',
    (what) => ({ command: 'cancel', ...target(what!) }),
    (command) => command.argument('<what>', 'a ClOrdID as `ctl orders` shows it, strategy:NAME, or all'),
  );

function target(what: string): { order: string } | { strategy: string } | { all: true } {
  if (what === 'all') return { all: true };
  const [, strategy] = /^strategy:(.+)$/.exec(what) ?? [];
  return strategy === undefined ? { order: what } : { strategy };
}
