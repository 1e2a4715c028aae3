import { once } from 'node:events';
import { Command } from 'commander';
import { exit } from './exit.ts';
import { oneOf } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap journal show ~/.local/state/hotlap/ME-VENUE/orders --newest
  hotlap journal show out/journal --order K3F9ZQ2A-17
  hotlap journal verify ~/.local/state/hotlap/ME-VENUE
  hotlap journal export out/journal --format csv > orders.csv

The engine may go on writing meanwhile: nothing is locked or changed. Exit status: 0 sound,
1 damaged, 2 no journal there.`;

export function journalCommand(): Command {
  return new Command('journal')
    .description('The order journal of a venue: every order, report, command and limit, over all runs.')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .addCommand(showCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand());
}

interface Selection {
  newest?: boolean;
  order?: string;
}

const FOLDER = "the journal's folder: `orders` in a venue's stateDir, `journal` in a demo's --out; or the folder above";

function showCommand(): Command {
  return new Command('show')
    .description('One line a record, for people.')
    .argument('<folder>', FOLDER)
    .option('--newest', 'only the newest run')
    .option('--order <id>', 'only this order, by any ClOrdID(11) that it had')
    .action(async (folder: string, selection: Selection) => {
      const [{ journalEvents }, { journalLine }] = await Promise.all([
        import('../app/journal-events.ts'),
        import('../report/journal-text.ts'),
      ]);
      for (const event of journalEvents(folder, selection)) await print(journalLine(event));
      return done();
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Reads every record: how many there are, or the file and the byte of the first that is damaged.')
    .argument('<folder>', FOLDER)
    .option('--json', 'print one JSON document on stdout')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const [{ verifyJournal }, { journalVerdictText }] = await Promise.all([
        import('../app/journal-events.ts'),
        import('../report/journal-text.ts'),
      ]);
      const verdict = verifyJournal(folder);
      await print(json === true ? `${JSON.stringify(verdict)}\n` : journalVerdictText(verdict));
      return done();
    });
}

const FORMATS = ['jsonl', 'csv'] as const;

function exportCommand(): Command {
  return new Command('export')
    .description('Every record for other programs: a JSON document a line, or CSV with the columns of orders.')
    .argument('<folder>', FOLDER)
    .option('--format <format>', 'jsonl or csv (default: jsonl)', oneOf('--format', FORMATS))
    .option('--newest', 'only the newest run')
    .option('--order <id>', 'only this order, by any ClOrdID(11) that it had')
    .action(async (folder: string, { format = 'jsonl', ...selection }: Selection & { format?: string }) => {
      const [{ journalEvents }, { JOURNAL_CSV_HEADER, journalCsvLine }] = await Promise.all([
        import('../app/journal-events.ts'),
        import('../report/journal-text.ts'),
      ]);
      const isCsv = format === 'csv';
      if (isCsv) await print(JOURNAL_CSV_HEADER);
      for (const event of journalEvents(folder, selection))
        await print(isCsv ? journalCsvLine(event) : `${JSON.stringify(event)}\n`);
      return done();
    });
}

/** Waits where the reader of the pipe is slower than the journal. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** What is printed reaches the reader before the process ends. */
async function done(): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  return exit(0);
}
