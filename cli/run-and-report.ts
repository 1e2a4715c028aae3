import type { EngineOptions } from '../app/options.ts';
import type { RunResult } from '../report/run-result.ts';
import { runSummary } from '../report/run-summary.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';

/** Runs one of demo, run and replay with progress, logs and an orderly stop, and prints its result. */
export async function runAndReport<Options extends Pick<EngineOptions, 'onProgress' | 'onLog' | 'signal'>>(
  command: string,
  options: Options,
  flags: { json?: boolean },
  work: (options: Options) => Promise<RunResult>,
  /** About the configuration, told once before anything begins. */
  warnings: readonly string[] = [],
): Promise<never> {
  const terminal = openConsole();
  for (const text of warnings) terminal.log('warn', text);
  let result: RunResult;
  try {
    result = await work({ ...options, onProgress: terminal.progress, onLog: terminal.log, signal: terminal.signal });
  } finally {
    terminal.close();
  }
  process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : runSummary(command, result));
  if (!result.ended.ok) process.stderr.write(`hotlap: ${result.ended.reason}\n`);
  return exit(result.ended.ok ? 0 : 1);
}
