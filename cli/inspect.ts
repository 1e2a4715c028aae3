import { Command } from 'commander';
import { freezeDeep } from '../app/config/index.ts';
import type { InspectOptions } from '../app/options.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { feed, integer } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap inspect day.pcap
  hotlap inspect day.itch.gz --json
  hotlap inspect day.pcap --messages 1001 --depth 10 --json`;

interface Flags {
  depth?: number;
  messages?: number;
  feed?: ReturnType<typeof feed>;
  json?: boolean;
}

export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'What a recording holds: packets, groups, and of a known feed messages, gaps and the books at its end.',
    )
    .argument('<file>', 'pcap, pcapng or BinaryFILE, plain, gzip or zstd')
    .addHelpText('after', EXAMPLES)
    .option('--depth <levels>', 'price levels a side (default: 5)', integer('--depth', 0, 1e6))
    .option('--messages <n>', 'stop after so many messages', integer('--messages', 1))
    .option('--feed <protocol@group:port>', 'which feed of the recording (default: the first)', feed)
    .option('--json', 'print one JSON document on stdout')
    .action(async (file: string, flags: Flags) => {
      const terminal = openConsole();
      const options: InspectOptions = freezeDeep({
        file,
        depth: flags.depth ?? 5,
        messages: flags.messages ?? null,
        source: flags.feed === undefined ? null : { group: flags.feed.group, port: flags.feed.port },
      });
      const [{ inspect }, { inspectSummary }] = await Promise.all([
        import('../app/inspect.ts'),
        import('../report/inspect-summary.ts'),
      ]);
      try {
        const result = await inspect({ ...options, onProgress: terminal.progress, signal: terminal.signal });
        terminal.close();
        process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : inspectSummary(result));
      } finally {
        terminal.close();
      }
      return exit(0);
    });
}
