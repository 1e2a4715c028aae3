import { Command } from 'commander';
import { freezeDeep } from '../app/config/index.ts';
import type { ExportOptions } from '../app/options.ts';
import { EXPORT_TABLES } from '../report/export-result.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { windowOf } from './replay.ts';
import { date, feed, integer, interval, names, timeOfDay } from './values.ts';

/** Of books: 6 columns a level. */
const MAX_DEPTH = 100;

const EXAMPLES = `
Examples:
  hotlap export day.pcap.zst --out research
  hotlap export day.pcap.zst --out research --symbol AAPL,MSFT --every 100ms --depth 10
  hotlap export day.itch.gz --out research --date 2020-01-30 --from 09:30:00 --to 16:00:00
  hotlap export runs/today --out research                    orders, fills, latencies of a run`;

interface Flags {
  out: string;
  tables?: ExportOptions['tables'];
  symbol?: string[];
  every?: number;
  depth?: number;
  date?: string;
  from?: number;
  to?: number;
  feed?: ReturnType<typeof feed>;
  force?: boolean;
  json?: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      "For research: ticks and books of a recording, orders, fills and latencies of a run's folder, as Parquet files.",
    )
    .argument('<source>', "pcap, pcapng or BinaryFILE, plain, gzip or zstd; or a run's folder")
    .addHelpText('after', EXAMPLES)
    .requiredOption('--out <folder>', 'where the files go: ticks.parquet, books.parquet …')
    .option(
      '--tables <list>',
      `of ${EXPORT_TABLES.join(', ')}, a comma between two (default: all that the source has)`,
      names('--tables', EXPORT_TABLES),
    )
    .option('--symbol <list>', 'ticks and books of these, a comma between two (default: all)', names('--symbol'))
    .option('--every <interval>', 'of books, e.g. 100ms, 1s, 5m (default: 1s)', interval('--every'))
    .option('--depth <levels>', 'price levels a side of books (default: 5)', integer('--depth', 1, MAX_DEPTH))
    .option('--date <day>', "YYYY-MM-DD of the feed's midnight (default: what the source says)", date)
    .option('--from <time>', 'HH:MM:SS[.fraction] of the feed: ticks and books begin here', timeOfDay('--from'))
    .option('--to <time>', 'HH:MM:SS[.fraction] of the feed: ticks and books end here', timeOfDay('--to'))
    .option('--feed <protocol@group:port>', 'which feed of a recording (default: the first)', feed)
    .option('--force', 'write over files that are there')
    .option('--json', 'print one JSON document on stdout')
    .action(async (source: string, flags: Flags) => {
      if (flags.out === '') throw usageError('--out takes a folder.');
      const terminal = openConsole();
      const options: ExportOptions = freezeDeep({
        source,
        out: flags.out,
        tables: flags.tables ?? [],
        symbols: flags.symbol ?? [],
        everyNs: flags.every ?? 1e9,
        depth: flags.depth ?? 5,
        date: flags.date ?? null,
        window: windowOf(flags),
        feed: flags.feed === undefined ? null : { group: flags.feed.group, port: flags.feed.port },
        force: flags.force === true,
      });
      const [{ exportTables }, { exportSummary }] = await Promise.all([
        import('../app/export.ts'),
        import('../report/export-summary.ts'),
      ]);
      try {
        const result = await exportTables({ ...options, onProgress: terminal.progress, signal: terminal.signal });
        terminal.close();
        process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : exportSummary(result));
      } finally {
        terminal.close();
      }
      return exit(0);
    });
}
