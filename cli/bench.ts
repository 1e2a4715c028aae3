import { Command } from 'commander';
import { BENCH_PAIRS, DEFAULT_BENCH, DEFAULT_LOOP, freezeDeep } from '../app/config/index.ts';
import type { BenchOptions, Idle, TransportPair } from '../app/options.ts';
import { benchFixCommand } from './bench-fix.ts';
import { benchStrategyCommand } from './bench-strategy.ts';
import { benchTransportCommand } from './bench-transport.ts';
import { openConsole } from './console.ts';
import { checkHotCore } from './engine-flags.ts';
import { exit } from './exit.ts';
import { integer, oneOf, positive, rates, transports } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap bench tick-to-order
  hotlap bench tick-to-order --rates 100000,1000000 --json
  hotlap bench tick-to-order --rates 500000 --messages-per-packet 1 --seconds 5 --rounds 3
  hotlap bench tick-to-order --against bare
  sudo hotlap bench tick-to-order --pairs all --rates 1000000

Engine and floor (the same job in C++ and nothing else), or engine and bare (the engine without
limits and journal: what the safeguards cost), take turns on the same core against the same
simulator; compare only what one run printed. A pair is how market data comes and how orders leave;
what cannot be had here is named and left out.`;

const PAIRS = BENCH_PAIRS.map(({ rx, tx }) => `${rx}+${tx}`);

interface Flags {
  pairs?: TransportPair[];
  rates?: number[];
  messagesPerPacket?: number;
  against?: BenchOptions['against'];
  recording?: string;
  seconds?: number;
  rounds?: number;
  idle?: Idle;
  hotCore?: number;
  json?: boolean;
}

export function benchCommand(): Command {
  const tickToOrder = new Command('tick-to-order')
    .description('From the tick to the order: the engine beside the native floor, interleaved, at several rates.')
    .addHelpText('after', EXAMPLES)
    .option('--pairs <list>', `RX+TX, a comma between two: ${PAIRS.join(', ')}; or all (default: kernel+kernel)`, pairs)
    .option('--rates <list>', `messages a second (default: ${DEFAULT_BENCH.rates.join(',')})`, rates)
    .option(
      '--messages-per-packet <n>',
      `(default: ${DEFAULT_BENCH.messagesPerPacket})`,
      integer('--messages-per-packet', 1, 64),
    )
    .option('--against <what>', 'floor or bare (default: floor)', oneOf('--against', ['floor', 'bare'] as const))
    .option('--recording <file>', 'play this one instead of a generated one; orders go to AAPL')
    .option('--seconds <n>', `of each leg (default: ${DEFAULT_BENCH.seconds})`, positive('--seconds'))
    .option('--rounds <n>', `pairs of legs (default: ${DEFAULT_BENCH.rounds})`, integer('--rounds', 1, 100))
    .option('--idle <how>', "what the engine's idle turn does: spin, yield, backoff", idle)
    .option('--hot-core <cpu>', 'CPU of the hot thread (default: the highest allowed)', integer('--hot-core', 0, 1023))
    .option('--json', 'print one JSON document on stdout')
    .action(bench);
  return new Command('bench')
    .description('Measurements beside the native floor, beside other engines, and of transports beside each other.')
    .addCommand(tickToOrder)
    .addCommand(benchFixCommand())
    .addCommand(benchStrategyCommand())
    .addCommand(benchTransportCommand());
}

async function bench(flags: Flags): Promise<never> {
  checkHotCore(flags.hotCore);
  const terminal = openConsole();
  const options: BenchOptions = freezeDeep({
    pairs: flags.pairs ?? [...DEFAULT_BENCH.pairs],
    rates: flags.rates ?? [...DEFAULT_BENCH.rates],
    messagesPerPacket: flags.messagesPerPacket ?? DEFAULT_BENCH.messagesPerPacket,
    against: flags.against ?? 'floor',
    recording: flags.recording ?? null,
    seconds: flags.seconds ?? DEFAULT_BENCH.seconds,
    rounds: flags.rounds ?? DEFAULT_BENCH.rounds,
    idle: flags.idle ?? DEFAULT_LOOP.idle,
    onProgress: terminal.progress,
  });
  try {
    const [{ benchTickToOrder }, { benchTable }] = await Promise.all([
      import('../bench/tick-to-order.ts'),
      import('../bench/bench-table.ts'),
    ]);
    const result = await benchTickToOrder(options);
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : benchTable(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}

function pairs(text: string): TransportPair[] {
  if (text === 'all') return [...BENCH_PAIRS];
  const names = transports('--pairs', PAIRS)(text);
  return names.map((name) => BENCH_PAIRS[PAIRS.indexOf(name)] as TransportPair);
}

const idle = oneOf('--idle', ['spin', 'yield', 'backoff'] as const);
