import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';

it('an interruption is told at once, before anybody acts on it', () => {
  const console = JSON.stringify(pathToFileURL(`${packageRoot}/cli/console.ts`).href);
  const code = `const { openConsole } = await import(${console}); const { signal } = openConsole();
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => process.exit(signal.aborted ? 0 : 3), 500);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect([status, JSON.parse(stderr).msg]).toEqual([0, expect.stringMatching(/^Interrupted: /)]);
});
