/** iproute2's `ip`, in the calling thread's network namespace. */
import { spawnSync } from 'node:child_process';
import { HotlapError } from '../../engine/domain/errors.ts';

/** Each command takes some milliseconds. */
const TIMEOUT_MS = 10_000;

/** Runs commands one after the other up to the first that fails. @param commands what stands behind `ip` */
export function ip(commands: readonly string[]): void {
  const { error, status, stderr } = spawnSync('ip', ['-batch', '-'], {
    input: commands.map((command) => `${command}\n`).join(''),
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (error !== undefined) throw notRun(error);
  if (status === 0) return;
  const said = stderr.trim().replaceAll('\n', ' ').replace(/\.$/, '');
  throw new HotlapError(
    'ERR_NETWORK_TOOL',
    `\`ip\` could not set up a veth pair: ${said}. It needs root (CAP_NET_ADMIN) and a kernel with veth.`,
  );
}

function notRun(error: Error): HotlapError {
  const { code } = error as NodeJS.ErrnoException;
  const sentence =
    code === 'ENOENT'
      ? 'The command `ip` is missing, with which a veth pair is made: install iproute2, e.g. `apt-get install iproute2`.'
      : `The command \`ip\` could not be run (${code ?? error.message}): see that it answers \`ip link\`.`;
  return new HotlapError('ERR_NETWORK_TOOL', sentence, { cause: error });
}
