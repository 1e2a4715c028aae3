/** iproute2's `ip` and `tc`, in the calling thread's network namespace. */
import { spawnSync } from 'node:child_process';
import { HotlapError } from '../../engine/domain/errors.ts';

/** Each command takes some milliseconds. */
const TIMEOUT_MS = 10_000;

/** Runs commands one after the other up to the first that fails. @param commands what stands behind the tool's name */
export const ip = (commands: readonly string[]): void => batch('ip', commands);
export const tc = (commands: readonly string[]): void => batch('tc', commands);

type Tool = 'ip' | 'tc';

function batch(tool: Tool, commands: readonly string[]): void {
  const { error, status, stderr } = spawnSync(tool, ['-batch', '-'], {
    input: commands.map((command) => `${command}\n`).join(''),
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (error !== undefined) throw notRun(tool, error);
  if (status === 0) return;
  const said = stderr.trim().replaceAll('\n', ' ').replace(/\.$/, '');
  throw new HotlapError(
    'ERR_NETWORK_TOOL',
    `\`${tool}\` could not set up a veth pair: ${said}. It needs root (CAP_NET_ADMIN) and a kernel with veth.`,
  );
}

function notRun(tool: Tool, error: Error): HotlapError {
  const { code } = error as NodeJS.ErrnoException;
  const sentence =
    code === 'ENOENT'
      ? `The command \`${tool}\` is missing, with which a veth pair is made: install iproute2, e.g. \`apt-get install iproute2\`.`
      : `The command \`${tool}\` could not be run (${code ?? error.message}): see that it answers \`${tool} -Version\`.`;
  return new HotlapError('ERR_NETWORK_TOOL', sentence, { cause: error });
}
