import type { EngineOptions } from '../app/options.ts';
import type { RunResult } from '../report/run-result.ts';
import { runSummary } from '../report/run-summary.ts';
import { openConsole } from './console.ts';

/** Runs one of demo, run and replay with progress, logs and an orderly stop, and prints its result. */
export async function runAndReport<Options extends EngineOptions>(
  command: string,
  options: Options,
  flags: { json?: boolean },
  work: (options: Options) => Promise<RunResult>,
): Promise<never> {
  const terminal = openConsole();
  let result: RunResult;
  try {
    result = await work({ ...options, onProgress: terminal.progress, onLog: terminal.log, signal: terminal.signal });
  } finally {
    terminal.close();
  }
  process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : runSummary(command, result));
  const failure = failureOf(result);
  if (failure !== null) process.stderr.write(`hotlap: ${failure}\n`);
  process.exit(failure === null ? 0 : 1);
}

/** A run that ended in order is still a failure where a strategy did not live to see it. */
function failureOf({ ended, strategies }: RunResult): string | null {
  if (!ended.ok) return ended.reason;
  const faulted = strategies.filter((each) => each.state === 'faulted').map((each) => each.name);
  if (faulted.length === 0) return null;
  return `${faulted.length === 1 ? 'Strategy' : 'Strategies'} ${faulted.join(', ')} faulted: mend the lines that the stack names.`;
}
