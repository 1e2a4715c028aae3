/**
 * Instructions per message of the native path (decode, book, rule, order template) under callgrind: a figure that
 * does not depend on the machine's mood. `node bench/count-instructions.ts` prints it, `--write` commits it to
 * bench/results/instructions.json, where test/system/guard/instructions.test.ts compares within 3 %.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MESSAGES = 200_000;
/** An order at each tenth event: what an order costs is in the figure. */
const EVERY = 10;
const FIGURES = fileURLToPath(new URL('./results/instructions.json', import.meta.url));
const FLOOR = fileURLToPath(new URL('../build/Release/floor', import.meta.url));

export interface InstructionCount {
  /** Compiler, its version and the architecture: what the figure depends on besides the source. */
  readonly compiler: string;
  readonly instructionsPerMessage: number;
}

/** Why it cannot be counted here; undefined where it can. */
export function whyNotCountable(): string | undefined {
  const valgrind = spawnSync('valgrind', ['--version']);
  return valgrind.status === 0 ? undefined : 'valgrind is not installed (apt-get install valgrind)';
}

export function countInstructions(): InstructionCount {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-callgrind-'));
  try {
    const run = spawnSync(
      'valgrind',
      [
        '--tool=callgrind',
        `--callgrind-out-file=${join(folder, 'out')}`,
        '--collect-atstart=no',
        '--toggle-collect=hotlap::floor::hotlapFloorPlay*',
        ...[FLOOR, '--memory', '--messages', String(MESSAGES), '--every', String(EVERY)],
      ],
      { encoding: 'utf8' },
    );
    const collected = /Collected : (\d+)/.exec(run.stderr)?.[1];
    if (run.status !== 0 || collected === undefined) throw new Error(`callgrind did not finish: ${run.stderr}`);
    const { compiler, messages } = JSON.parse(run.stdout) as { compiler: string; messages: number };
    return { compiler, instructionsPerMessage: Number(collected) / messages };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Committed figures by compiler. */
export const committedFigures = (): Record<string, number> => JSON.parse(readFileSync(FIGURES, 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { compiler, instructionsPerMessage } = countInstructions();
  const figure = Math.round(instructionsPerMessage * 10) / 10;
  process.stdout.write(`${compiler}: ${figure} instructions per message\n`);
  if (process.argv.includes('--write')) {
    const figures = { ...committedFigures(), [compiler]: figure };
    writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  }
}
