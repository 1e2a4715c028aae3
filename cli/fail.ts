import type { Command, CommanderError } from 'commander';
import { HotlapError } from '../engine/domain/errors.ts';

/** A wrong flag, argument or value: exit status 2. */
export const usageError = (sentence: string): HotlapError => new HotlapError('ERR_USAGE', sentence, { exitStatus: 2 });

/** The command that was meant, with those it is part of: `hotlap fix check`. */
export function commandPath(program: Command, args: readonly string[]): string {
  let command = program;
  let path = program.name();
  for (const arg of args) {
    const next = command.commands.find((each) => each.name() === arg);
    if (next === undefined) break;
    command = next;
    path += ` ${arg}`;
  }
  return path;
}

/** Commander's message as one sentence, its suggestion included, with the help to turn to. */
export function usageSentence(error: CommanderError, command: string): HotlapError {
  if (error.code === 'commander.help')
    return usageError(`No command was given. Run \`${command} --help\` for the commands.`);
  const [what, hint] = error.message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim());
  const suggestion = hint === undefined ? '' : ` ${hint.replace(/^\((.*)\)$/, '$1')}`;
  const text = (what as string).charAt(0).toUpperCase() + (what as string).slice(1);
  return usageError(`${text.replace(/\.$/, '')}.${suggestion} Run \`${command} --help\` for what there is.`);
}

/** Prints the sentence and ends the process with its status. A stack appears only when HOTLAP_DEBUG=1 asks for it. */
export function fail(error: unknown, options: { json: boolean }): never {
  const known = asHotlapError(error);
  const code = known?.code ?? 'ERR_UNEXPECTED';
  const message = known?.message ?? `${error instanceof Error ? error.message : String(error)}`;
  const report =
    'This is a fault in hotlap: please report it with the command you ran (HOTLAP_DEBUG=1 adds the stack).';
  process.stderr.write(`hotlap: ${message}${known === undefined ? `\n${report}` : ''}\n`);
  if (process.env.HOTLAP_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ error: { code, message, ...known?.details } })}\n`);
  process.exit(known?.exitStatus ?? 1);
}

/** Families of codes that the native side throws as plain errors. */
const OURS = /^ERR_(?:ADDON|FEED|RECORDING|TRANSPORT|PLAYBACK|HOST)_/;

interface Known {
  code: string;
  message: string;
  exitStatus: number;
  details?: Readonly<Record<string, unknown>>;
}

/** Errors that carry one of our codes across a thread or from a lower layer keep their sentence. */
function asHotlapError(error: unknown): Known | undefined {
  if (error instanceof HotlapError) return error;
  const { code, message, exitStatus } = (error ?? {}) as { code?: unknown; message?: unknown; exitStatus?: unknown };
  if (typeof code !== 'string' || !OURS.test(code)) return undefined;
  return { code, message: String(message), exitStatus: exitStatus === 2 ? 2 : 1 };
}
