import { resolve } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_FEED, freezeDeep } from '../app/config/index.ts';
import type { ConvertOptions } from '../app/options.ts';
import { CONVERT_FORMATS, type ConvertFormat } from '../report/convert-result.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { date, groupAndPort, oneOf, timeOfDay } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap convert day.pcap day.pcapng.zst
  hotlap convert day.pcap.gz open.pcapng --from 09:30:00 --to 09:35:00
  hotlap convert day.pcapng.zst aapl.itch.zst --symbol AAPL
  hotlap convert 01302020.NASDAQ_ITCH50.gz aapl.pcap --symbol AAPL,MSFT --date 2020-01-30
  hotlap convert all.pcapng one.pcapng --group 233.54.12.111:26477

The output's name says its form: .pcap (ns), .pcapng or .itch, and .gz or .zst behind it.`;

const ENDING = /\.(pcap|pcapng|itch)(\.gz|\.zst)?$/;
const FORMAT_BY_ENDING: Readonly<Record<string, ConvertFormat>> = {
  pcap: 'pcap',
  pcapng: 'pcapng',
  itch: 'binaryfile',
};
const COMPRESS_BY_ENDING = { '': 'none', '.gz': 'gzip', '.zst': 'zstd' } as const;
/** Of TotalView-ITCH 5.0: eight characters, no blanks within. */
const SYMBOL = /^[\x21-\x7e]{1,8}$/;

interface Flags {
  format?: ConvertFormat;
  from?: number;
  to?: number;
  group?: { group: string; port: number };
  symbol?: string[];
  date?: string;
  force?: boolean;
  json?: boolean;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('A recording in another form, whole or in part: pcap, pcapng and BinaryFILE; plain, gzip or zstd.')
    .argument('<input>', 'pcap, pcapng or BinaryFILE, plain, gzip or zstd')
    .argument('<output>', 'ends in .pcap, .pcapng or .itch, and .gz or .zst where it is to be compressed')
    .addHelpText('after', EXAMPLES)
    .option(
      '--format <format>',
      'pcap, pcap-us (µs instead of ns), pcapng, binaryfile (default: by the ending)',
      oneOf('--format', CONVERT_FORMATS),
    )
    .option('--from <time>', 'HH:MM:SS[.fraction]: what was recorded from there on', timeOfDay('--from'))
    .option('--to <time>', 'HH:MM:SS[.fraction]: what was recorded until then', timeOfDay('--to'))
    .option('--group <group:port>', 'only what was sent to this group', (text: string) => groupAndPort('--group', text))
    .option('--symbol <symbols>', 'only messages of these, a comma between two; packets are numbered anew', symbols)
    .option('--date <day>', "YYYY-MM-DD of the feed's midnight (default: the packets' own)", date)
    .option('--force', 'take the place of a file that is there')
    .option('--json', 'print one JSON document on stdout')
    .action(convert);
}

function symbols(text: string): string[] {
  const list = text.split(',').map((symbol) => symbol.trim());
  const wrong = list.find((symbol) => !SYMBOL.test(symbol));
  if (wrong !== undefined)
    throw usageError(`--symbol takes symbols of 1 to 8 characters, a comma between two, not \`${wrong}\`.`);
  return list;
}

async function convert(input: string, output: string, flags: Flags): Promise<never> {
  const options = optionsFor(input, output, flags);
  const { convert } = await import('../app/convert.ts');
  const { convertSummary } = await import('../report/convert-summary.ts');
  const terminal = openConsole();
  try {
    const result = await convert({
      ...options,
      onLog: (sentence) => terminal.log('warn', sentence),
      onProgress: terminal.progress,
      signal: terminal.signal,
    });
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : convertSummary(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}

function optionsFor(input: string, output: string, flags: Flags): ConvertOptions {
  const { from, to, group = null, symbol = [], date = null, force = false } = flags;
  if (from !== undefined && to !== undefined && from > to)
    throw usageError('--from lies behind --to: there is nothing between them.');
  if (resolve(input) === resolve(output)) throw usageError('The output is the input: give it another name.');
  const [, ending, compressed = ''] = ENDING.exec(output) ?? [];
  const format = flags.format ?? (ending === undefined ? undefined : FORMAT_BY_ENDING[ending]);
  if (format === undefined)
    throw usageError(
      `${output} does not say what it shall be: let it end in .pcap, .pcapng or .itch, with .gz or .zst behind it, or give --format.`,
    );
  const [, packed = compressed] = /(\.gz|\.zst)$/.exec(output) ?? [];
  return freezeDeep({
    input,
    output,
    format,
    compress: COMPRESS_BY_ENDING[packed as keyof typeof COMPRESS_BY_ENDING],
    window: { ...(from !== undefined && { fromNs: from }), ...(to !== undefined && { toNs: to }) },
    group,
    defaultGroup: { group: DEFAULT_FEED.group, port: DEFAULT_FEED.port },
    symbols: symbol,
    date,
    force,
  });
}
