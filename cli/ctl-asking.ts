/** What every `hotlap ctl` command is made of: it finds the engine, asks it, prints, and ends the process. */
import { Command } from 'commander';
import { loadConfig } from '../app/config/index.ts';
import type { Asking, ControlClient } from '../app/control/control-client.ts';
import type { Addressee } from '../app/control/find-socket.ts';
import { printable } from '../report/format.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';

export interface Flags {
  socket?: string;
  config?: string;
  json?: boolean;
}

/** Flags of single commands. */
export interface Particular {
  reason?: string;
  scope?: string;
}

/** What an action asks, and how its answer reads: `--json` prints the data as it is. */
export type Work = (client: ControlClient) => Promise<{ json: unknown; text: string }>;

/** A command that does something, and says what in one sentence. */
export function order(
  name: string,
  description: string,
  request: (first: string | undefined, second: string | undefined, flags: Flags & Particular) => Asking,
  declare: (command: Command) => Command = (command) => command,
  addressee: Addressee = 'live',
): Command {
  return asking(
    declare(new Command(name).description(description)),
    (first, second, flags) => {
      const asked = request(first, second, flags);
      return async (client) => {
        const { sentence, data } = await client.ask(asked);
        return { json: { ok: true, sentence, ...(data !== undefined && { data }) }, text: `${printable(sentence)}\n` };
      };
    },
    addressee,
  );
}

/** Adds what all of them take, connects, prints, and ends the process. */
export function asking(
  command: Command,
  work: (first: string | undefined, second: string | undefined, flags: Flags & Particular) => Work,
  addressee: Addressee = 'either',
): Command {
  return command
    .option('--socket <file>', "the engine's control socket")
    .option('--config <file>', "the engine's configuration, which says where its socket lies")
    .option('--json', 'print one JSON document on stdout')
    .action(async (...args: unknown[]) => {
      // Commander gives the arguments, then the flags, then the command.
      const flags = args.at(-2) as Flags & Particular;
      const [first, second] = args.slice(0, -2) as (string | undefined)[];
      const todo = work(first, second, flags);
      const { ControlClient } = await import('../app/control/control-client.ts');
      const client = await ControlClient.open(await socketOf(flags, addressee));
      try {
        const { json, text } = await todo(client);
        process.stdout.write(flags.json === true ? `${JSON.stringify(json)}\n` : text);
      } finally {
        client.close();
      }
      return exit(0);
    });
}

async function socketOf({ socket, config }: Flags, addressee: Addressee): Promise<string> {
  if (socket !== undefined && config !== undefined) throw usageError('Give --socket or --config, not both.');
  const { socketPath } = await import('../app/control/socket-file.ts');
  if (socket !== undefined) return socketPath(socket);
  const { configuredSocket, onlySocket } = await import('../app/control/find-socket.ts');
  return config === undefined ? onlySocket(addressee) : configuredSocket(loadConfig(config), config);
}
