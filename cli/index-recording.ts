import { Command } from 'commander';
import { integer, plural } from '../report/format.ts';
import { exit } from './exit.ts';

const EXAMPLES = `
Examples:
  hotlap index day.pcapng
  hotlap convert day.pcapng close.pcapng --from 15:50:00     reads the last minutes only`;

export function indexCommand(): Command {
  return new Command('index')
    .description('An index beside a capture (FILE.index), so that a later part of it is read without what is before.')
    .argument('<capture>', 'pcap or pcapng, plain, or zstd as `hotlap record` compresses it')
    .addHelpText('after', EXAMPLES)
    .option('--json', 'print one JSON document on stdout')
    .action(index);
}

async function index(capture: string, { json = false }: { json?: boolean }): Promise<never> {
  const { indexRecording } = await import('../app/index-recording.ts');
  const result = await indexRecording(capture);
  const sentence = `${result.index}: ${plural(result.packets, 'packet')}, ${integer(result.entries)} places to begin at.\n`;
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : sentence);
  return exit(0);
}
