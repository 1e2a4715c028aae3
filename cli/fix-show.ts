import { once } from 'node:events';
import { styleText } from 'node:util';
import { Command } from 'commander';
import type { FixLogEntry, FixLogSummary } from '../report/fix-log-entry.ts';
import { type FixLogStyle, fixLogSummaryText, fixLogText, type Paint } from '../report/fix-log-text.ts';
import { exit } from './exit.ts';
import { fail, usageError } from './fail.ts';

const EXAMPLES = `
Examples:
  hotlap fix show session.log
  hotlap fix show session.log --brief --type D,8 --session ME:VENUE
  zcat day.log.gz | hotlap fix show - --dictionary venue.xml --json`;

interface Flags {
  dictionary: string[];
  type: string[];
  session?: [string, string];
  brief?: boolean;
  json?: boolean;
}

export function fixShowCommand(): Command {
  return new Command('show')
    .description('A FIX log for people: messages and fields by name, groups indented, passwords and raw data masked.')
    .argument('<file>', 'a log with SOH, | or ^A between fields, plain, gzip or zstd; - is stdin')
    .addHelpText('after', EXAMPLES)
    .option('--dictionary <file>', "names of a venue: QuickFIX's XML format (repeatable)", collect, [])
    .option('--type <types>', 'only these: MsgTypes or names, e.g. D,8,Logon', types, [])
    .option('--session <a:b>', 'only what these two CompIDs send each other', session)
    .option('--brief', 'one line a message')
    .option('--json', 'print one JSON document on stdout')
    .action(async (file: string, flags: Flags) => {
      const { fixShow } = await import('../app/fix-show.ts');
      const writer = flags.json === true ? new JsonWriter(file) : new TextWriter(file, flags.brief === true);
      const options = { file, dictionaries: flags.dictionary, types: flags.type, session: flags.session ?? null };
      try {
        await writer.end(await fixShow(options, (entry) => writer.add(entry)));
      } catch (error) {
        // The document has begun: it ends with what went wrong.
        const isReported = writer instanceof JsonWriter && (await writer.abort(error));
        await flush();
        if (isReported) fail(error, { json: false });
        throw error;
      }
      return exit(0);
    });
}

const collect = (text: string, before: string[]): string[] => [...before, text];

function types(text: string): string[] {
  const all = text.split(',').map((type) => type.trim());
  if (all.includes('')) throw usageError(`--type takes MsgTypes or names, e.g. D,8,Logon, not \`${text}\`.`);
  return all;
}

function session(text: string): [string, string] {
  const [a, b, ...rest] = text.split(':');
  if (a === undefined || b === undefined || a === '' || b === '' || rest.length > 0)
    throw usageError(`--session takes two CompIDs, e.g. ME:VENUE, not \`${text}\`.`);
  return [a, b];
}

/** Waits where the reader of the pipe is slower than the log. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** What is printed reaches the reader before the process ends. */
const flush = (): Promise<void> => new Promise((resolve) => process.stdout.write('', () => resolve()));

class TextWriter {
  readonly #style: FixLogStyle;

  constructor(file: string, isBrief: boolean) {
    this.#style = { file: file === '-' ? 'stdin' : file, isBrief, paint: isColoured() ? inColour : (_, text) => text };
  }

  add(entry: FixLogEntry): Promise<void> {
    return print(fixLogText(entry, this.#style));
  }

  end(summary: FixLogSummary): Promise<void> {
    return print(`\n${fixLogSummaryText(summary)}`);
  }
}

/** The messages as they come, in one document: a log need not fit into memory. */
class JsonWriter {
  readonly #file: string;
  #isOpen = false;

  constructor(file: string) {
    this.#file = file;
  }

  add(entry: FixLogEntry): Promise<void> {
    if (entry.kind === 'line') return Promise.resolve();
    const { kind: _, isLogTime: __, ...message } = entry;
    const before = this.#isOpen ? ',\n' : this.#start();
    this.#isOpen = true;
    return print(`${before}${JSON.stringify(message)}`);
  }

  end(summary: FixLogSummary): Promise<void> {
    return print(`${this.#isOpen ? '' : this.#start()}],\n"summary":${JSON.stringify(summary)}}\n`);
  }

  /** @returns false where nothing has been printed yet */
  async abort(error: unknown): Promise<boolean> {
    if (!this.#isOpen) return false;
    const { code = 'ERR_UNEXPECTED', message } = error as { code?: string; message?: string };
    await print(`],\n"error":${JSON.stringify({ code, message })}}\n`);
    return true;
  }

  #start(): string {
    return `{"file":${JSON.stringify(this.#file)},"messages":[\n`;
  }
}

const isColoured = (): boolean =>
  process.stdout.isTTY === true && process.stdout.hasColors() && process.env.NO_COLOR === undefined;

const COLOURS = { heading: 'bold', name: 'cyan', meaning: 'green', fault: 'red', other: 'dim' } as const;
const inColour: Paint = (role, text) => styleText(COLOURS[role], text, { validateStream: false });
