import { Command } from 'commander';
import { suggest } from '../app/config/index.ts';
import { plural, seconds } from '../report/format.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { date, integer, positive } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap generate small.pcap.zst
  hotlap generate day.pcap --symbols 500 --messages 5000000 --rate 1000000
  hotlap generate aapl.itch.gz --symbols AAPL,MSFT --seed 7 --json

The name decides the format: .pcap (MoldUDP64) or .itch (BinaryFILE), .gz or .zst behind it
where wanted.`;

const DEFAULT_MESSAGES = 1_000_000;
const DEFAULT_SYMBOLS = 50;

interface Flags {
  seed?: number;
  symbols?: string[] | number;
  messages?: number;
  rate?: number;
  seconds?: number;
  messagesPerPacket?: number;
  start?: string;
  date?: string;
  json?: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description(
      'A synthetic recording: seeded order flow as TotalView-ITCH 5.0. The same seed and flags give the same bytes.',
    )
    .argument('<file>', 'where to write it')
    .addHelpText('after', EXAMPLES)
    .option('--seed <n>', 'default: 1', integer('--seed', 0))
    .option('--symbols <list>', `how many, or tickers (default: ${DEFAULT_SYMBOLS})`, symbols)
    .option('--messages <n>', `default: ${DEFAULT_MESSAGES}`, integer('--messages', 1, 1e10))
    .option('--rate <messages>', 'mean messages a second of recorded time (default: 100000)', positive('--rate'))
    .option('--seconds <n>', 'span of recorded time, instead of a rate', positive('--seconds'))
    .option('--messages-per-packet <n>', 'at most so many (default: 20)', integer('--messages-per-packet', 1, 64))
    .option('--start <time>', 'time of day of the first message (default: 09:30:00)')
    .option('--date <day>', "YYYY-MM-DD of the packets' time stamps", date)
    .option('--json', 'print one JSON document on stdout')
    .action(generate);
}

async function generate(file: string, flags: Flags): Promise<never> {
  const { generateRecording } = await import('../app/generate.ts');
  const terminal = openConsole();
  try {
    const result = await generateRecording({
      seed: flags.seed ?? 1,
      symbols: flags.symbols ?? DEFAULT_SYMBOLS,
      messages: flags.messages ?? DEFAULT_MESSAGES,
      outputPath: file,
      ...(flags.rate === undefined ? {} : { messagesPerSecond: flags.rate }),
      ...(flags.seconds === undefined ? {} : { durationMs: flags.seconds * 1000 }),
      ...(flags.messagesPerPacket === undefined ? {} : { messagesPerPacket: flags.messagesPerPacket }),
      ...(flags.start === undefined ? {} : { startTime: flags.start }),
      ...(flags.date === undefined ? {} : { date: flags.date }),
      onProgress: (done, total) => terminal.progress({ step: 'generating', done, total, unit: 'messages' }),
      signal: terminal.signal,
    });
    terminal.close();
    const span = seconds((result.lastTimeNs - result.firstTimeNs) / 1e9);
    const text = `${file}: ${plural(result.messages, 'message')} of ${plural(result.symbols.length, 'symbol')} in ${plural(result.packets, 'packet')}, ${span} of market time, ${plural(result.fileBytes, 'byte')}.`;
    process.stdout.write(`${flags.json === true ? JSON.stringify(result) : text}\n`);
  } finally {
    terminal.close();
  }
  return exit(0);
}

function symbols(text: string): string[] | number {
  if (/^\d+$/.test(text)) return integer('--symbols', 1, 65_535)(text);
  const list = text.split(',').map((symbol) => symbol.trim());
  const wrong = list.find((symbol) => !/^[A-Z][A-Z0-9.+*=#-]{0,7}$/.test(symbol));
  if (wrong !== undefined) {
    const near = suggest(wrong, [wrong.toUpperCase()]);
    throw usageError(
      `--symbols takes a number or tickers like AAPL,MSFT, not \`${wrong}\`.${near === undefined || near === wrong ? '' : ` Did you mean ${near}?`}`,
    );
  }
  return list;
}
