import { Command } from 'commander';
import { DEFAULT_TRANSPORT_BENCH, freezeDeep } from '../app/config/index.ts';
import type { TransportBenchOptions } from '../app/options.ts';
import { openConsole } from './console.ts';
import { exit } from './exit.ts';
import { integer, positive, rates } from './values.ts';

const EXAMPLES = `
Examples:
  sudo hotlap bench transport
  hotlap bench transport --rates 100000,1000000 --json
  hotlap bench transport --rates 100000 --messages-per-packet 1 --seconds 5 --rounds 3

Kernel sockets, AF_XDP, DPDK (memif) and shared memory take turns between two processes, each on a
CPU of its own; as root they lie in network namespaces of their own with a veth pair between them,
else kernel sockets go over loopback and AF_XDP is left out. Where sockperf is installed, its half
round trip through the kernel stands beside. Compare only what one run printed.`;

interface Flags {
  rates?: number[];
  messagesPerPacket?: number;
  seconds?: number;
  rounds?: number;
  extras: boolean;
  json?: boolean;
}

export function benchTransportCommand(): Command {
  return new Command('transport')
    .description('Wire to wire through the kernel, AF_XDP, DPDK and shared memory, interleaved, at several rates.')
    .addHelpText('after', EXAMPLES)
    .option('--rates <list>', `messages a second (default: ${DEFAULT_TRANSPORT_BENCH.rates.join(',')})`, rates)
    .option(
      '--messages-per-packet <n>',
      `(default: ${DEFAULT_TRANSPORT_BENCH.messagesPerPacket})`,
      integer('--messages-per-packet', 1, 34),
    )
    .option('--seconds <n>', `of each leg (default: ${DEFAULT_TRANSPORT_BENCH.seconds})`, positive('--seconds'))
    .option(
      '--rounds <n>',
      `turns of each transport (default: ${DEFAULT_TRANSPORT_BENCH.rounds})`,
      integer('--rounds', 1, 100),
    )
    .option('--no-extras', 'neither packets a second without loss nor system calls under strace')
    .option('--json', 'print one JSON document on stdout')
    .action(benchTransport);
}

async function benchTransport(flags: Flags): Promise<never> {
  const terminal = openConsole();
  const options: TransportBenchOptions = freezeDeep({
    rates: flags.rates ?? [...DEFAULT_TRANSPORT_BENCH.rates],
    messagesPerPacket: flags.messagesPerPacket ?? DEFAULT_TRANSPORT_BENCH.messagesPerPacket,
    seconds: flags.seconds ?? DEFAULT_TRANSPORT_BENCH.seconds,
    rounds: flags.rounds ?? DEFAULT_TRANSPORT_BENCH.rounds,
    extras: flags.extras,
    onProgress: terminal.progress,
  });
  try {
    const [{ benchTransport: bench }, { transportTable }] = await Promise.all([
      import('../bench/transport/bench-transport.ts'),
      import('../bench/transport/transport-table.ts'),
    ]);
    const result = await bench(options);
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : transportTable(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}
