/** A page of documentation, run as it is written: its commands in order, its files under the names that it gives them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../native/paths.ts';
import { execute } from '../hotlap.ts';

export type TutorialStep =
  | { readonly kind: 'run'; readonly command: string; readonly fails: boolean }
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  /** Lines that the commands of the block before have printed. */
  | { readonly kind: 'shows'; readonly lines: readonly string[] };

const BLOCK = /^```(sh|ts|text)\n([\s\S]*?)^```$/gm;
/** `… as `strategies/by-hand.ts`:` */
const FILE = /`([\w./-]+\.ts)`:\n*$/;
const FAILS = /\s+# fails$/;

/** @param page below the repository's root */
export function tutorialSteps(page: string): TutorialStep[] {
  const markdown = readFileSync(join(packageRoot, page), 'utf8');
  return [...markdown.matchAll(BLOCK)].flatMap((match): TutorialStep[] => {
    const [, language, text = ''] = match;
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (language === 'text') return [{ kind: 'shows', lines }];
    if (language === 'sh')
      return lines.map((line) => ({ kind: 'run', command: line.replace(FAILS, ''), fails: FAILS.test(line) }));
    const [, file] = FILE.exec(markdown.slice(0, match.index)) ?? [];
    if (file === undefined) throw new Error(`${page} does not name the file of this block:\n${text}`);
    return [{ kind: 'write', file, text }];
  });
}

export interface TutorialHow {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
  readonly timeoutMs: number;
  /** What is run in place of a command. */
  readonly instead?: (command: string) => string;
}

/** Goes through the steps; the first that is not as the page has it is an error that says so. @returns what each command printed */
export async function followTutorial(steps: readonly TutorialStep[], how: TutorialHow): Promise<Map<string, string>> {
  const printed = new Map<string, string>();
  let block = '';
  let before: TutorialStep['kind'] = 'shows';
  for (const step of steps) {
    if (step.kind === 'write') writeFileSync(join(how.cwd, step.file), step.text);
    else if (step.kind === 'shows') refuseUnseen(step.lines, block);
    else {
      if (before !== 'run') block = '';
      const command = how.instead?.(step.command) ?? step.command;
      const { status, stdout, stderr } = await execute(['bash', '-c', command], how);
      const output = `${stdout}${stderr}`;
      if ((status === 0) === step.fails)
        throw new Error(
          `\`${step.command}\` ${step.fails ? 'should fail' : `ended with status ${status}`}:\n${output}`,
        );
      block += output;
      printed.set(step.command, output);
    }
    before = step.kind;
  }
  return printed;
}

function refuseUnseen(lines: readonly string[], output: string): void {
  const unseen = lines.filter((line) => !output.includes(line));
  if (unseen.length > 0)
    throw new Error(`The page shows what is not printed:\n${unseen.join('\n')}\nPrinted was:\n${output}`);
}
