import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { GuardReport, GuardRequest } from './guard-report.ts';

const entry = fileURLToPath(new URL('./guard-process.ts', import.meta.url));

/** @param flags V8's, besides those that bin/launch.js gives */
export async function runGuard(request: GuardRequest, flags: string[] = []): Promise<GuardReport> {
  const child = spawn(
    process.execPath,
    [
      '--single-threaded-gc',
      '--expose-gc',
      '--disable-warning=ExperimentalWarning',
      ...flags,
      entry,
      JSON.stringify(request),
    ],
    // V8 writes its traces to stdout as well: the report comes by the channel.
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' },
  );
  const received = once(child, 'message');
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`the guarded engine ended with status ${status}`);
  return (await received)[0] as GuardReport;
}
