/**
 * Measures and writes its own pages: bench/results/tick-to-order.md, wire-to-wire.md (and its table in the README), safeguards.md, replay.md,
 * fix.md, transport.md and strategy.md, each with the load average before its run and what the host took:
 * `node bench/write-results.ts [--only PAGE] [--seconds N] [--rounds N]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { duration, integer } from '../report/format.ts';
import type { RunResult } from '../report/run-result.ts';
import type { BenchResult } from './bench-result.ts';
import { benchTable } from './bench-table.ts';
import type { FixBenchResult } from './fix/fix-result.ts';
import { fixTable } from './fix/fix-table.ts';
import type { StrategyBenchResult } from './strategy/strategy-result.ts';
import { strategyTable } from './strategy/strategy-table.ts';
import type { TransportBenchResult } from './transport/transport-result.ts';
import { transportTable } from './transport/transport-table.ts';
import { wireToWirePage, withWireToWire } from './wire-to-wire-page.ts';

const REPLAYS = 3;
const REPLAY = { messages: 5_000_000, symbols: 500, seed: 1 };
/** Less than two minutes in all. */
const FIX_ROUNDS = '3';
const STRATEGIES = ['imbalance-taker', 'latency-probe'];
/** What the engine is to bear. */
const WIRE_TO_WIRE_RATE = '1000000';
const README = fileURLToPath(new URL('../README.md', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/hotlap.js', import.meta.url));
const results = (name: string): string => fileURLToPath(new URL(`./results/${name}`, import.meta.url));

const {
  values: { only, ...values },
} = parseArgs({ options: { only: { type: 'string' }, seconds: { type: 'string' }, rounds: { type: 'string' } } });

function hotlap(args: readonly string[]): string {
  const run = spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`hotlap ${args.join(' ')} ended with status ${run.status}`);
  return run.stdout;
}

const commandLine = (args: readonly string[]): string => `npm run -s hotlap -- ${args.join(' ')}`;
const today = (): string => new Date().toISOString().slice(0, 10);
const machine = (load: number): string =>
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} CPUs (virtual machine), Linux ${release()}, Node ${process.version}; load average before the run ${load.toFixed(1)}`;
const block = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;

function writeTickToOrder(): void {
  const load = loadavg()[0] as number;
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['bench', 'tick-to-order', ...flags, '--json'];
  const result = JSON.parse(hotlap(args)) as BenchResult;
  writeFileSync(
    results('tick-to-order.md'),
    `# Tick to order

Written by \`node bench/write-results.ts\` on ${today()}: ${machine(load)}.

${block(commandLine(args.slice(0, -1)))}
${block(benchTable(result))}
Engine and floor took turns on the same core, each leg against a simulator process of its own that plays the same feed
over UDP on loopback and takes the orders over TCP. Compare rows of this page only with each other. With two CPUs the
simulator's threads share one, so that late packets and the bursts that follow them are in every figure; what the host
took away shows in the stalls. Kernel sockets throughout: no bypass.
`,
  );
}

/** As root: namespaces, and hugepages for DPDK. */
function writeWireToWire(): void {
  const load = loadavg()[0] as number;
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['bench', 'tick-to-order', '--pairs', 'all', '--rates', WIRE_TO_WIRE_RATE, ...flags, '--json'];
  const result = JSON.parse(hotlap(args)) as BenchResult;
  const missing = result.unavailable.map(({ rx, tx, reason }) => `${rx}+${tx}: ${reason}`);
  if (missing.length > 0) throw new Error(`A page with pairs that are missing is not written. ${missing.join(' ')}`);
  const measured = { machine: machine(load), date: today(), command: `sudo ${commandLine(args.slice(0, -1))}` };
  writeFileSync(results('wire-to-wire.md'), wireToWirePage(result, measured));
  writeFileSync(README, withWireToWire(readFileSync(README, 'utf8'), result, measured));
}

function writeSafeguards(): void {
  const load = loadavg()[0] as number;
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['bench', 'tick-to-order', '--against', 'bare', ...flags, '--json'];
  const result = JSON.parse(hotlap(args)) as BenchResult;
  writeFileSync(
    results('safeguards.md'),
    `# What the safeguards cost

Written by \`node bench/write-results.ts --only safeguards\` on ${today()}: ${machine(load)}.

${block(commandLine(args.slice(0, -1)))}
${block(benchTable(result))}
\`engine\` is what \`hotlap demo\` runs: every limit of every scope looked up and held, positions and exposure kept, kill
rules watching, each order and report in the order journal, which another thread writes to the disk. \`bare\` is the same
program with no limit set and no journal. Both send every order through the same FIX session. They took turns on the same
core; compare rows of this page only with each other.
`,
  );
}

function writeReplay(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-results-'));
  try {
    const file = join(folder, 'generated.pcap');
    const generate = ['generate', file, '--symbols', `${REPLAY.symbols}`, '--messages', `${REPLAY.messages}`];
    hotlap([...generate, '--seed', `${REPLAY.seed}`, '--json']);
    const args = ['replay', file, ...STRATEGIES.flatMap((name) => ['--strategy', name]), '--json'];
    const load = loadavg()[0] as number;
    const runs = Array.from({ length: REPLAYS }, () => JSON.parse(hotlap(args)) as RunResult);
    const shown = (text: string): string => text.replaceAll(file, 'generated.pcap');
    const lines = runs.map((run) => {
      const seconds = run.events / run.eventsPerSecond;
      const messages = run.recording?.messages ?? 0;
      return `| ${integer(messages / seconds)} | ${integer(run.events)} | ${integer(run.orders.sent)} | ${(run.memory.bytesPerEvent ?? 0).toFixed(3)} | ${run.memory.collections} | ${duration(run.latency.tickToOrder.p50)} | ${run.orderLogHash.slice(0, 12)} |`;
    });
    writeFileSync(
      results('replay.md'),
      `# Replay

Written by \`node bench/write-results.ts\` on ${today()}: ${machine(load)}.

${block(`${commandLine([...generate.map(shown), '--seed', `${REPLAY.seed}`])}\n${commandLine(args.map(shown).slice(0, -1))}`)}
${integer(REPLAY.messages)} messages of ${REPLAY.symbols} symbols through decoder, full books, two RxJS strategies, risk, FIX encoder, session and
the exchange model, on one core (${runs[0]?.host.pinned === true ? `CPU ${runs[0].host.hotCore}` : 'not pinned'}). Messages a second of wall time, starting included.

| messages/s | events | orders | bytes/event | collections | tick to order p50 | order log |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFix(): void {
  const load = loadavg()[0] as number;
  const args = ['bench', 'fix', '--rounds', values.rounds ?? FIX_ROUNDS, '--json'];
  const result = JSON.parse(hotlap(args)) as FixBenchResult;
  writeFileSync(
    results('fix.md'),
    `# FIX codec and order round trip

Written by \`node bench/write-results.ts --only fix\` on ${today()}: ${machine(load)}.

${block(commandLine(args.slice(0, -1)))}
${block(fixTable(result))}
Each subject is a process of its own and they take turns, so compare rows of this page only with each other. All parse
the same messages and encode the same orders, whose prices, sizes and symbols are those of the demo's recording. Four
reports in ten tell a later fill, so that AvgPx is another price than LastPx; TransactTime is up to 3 ms before
SendingTime. Every encoded message was compared field by field, and the sums of what was read are checked in the timed
work itself. What QuickFIX allocates is counted by another build of the same program: what is timed counts nothing.
"write alone" is QuickFIX's toString of a message whose fields were set before, outside the time: less work than the
row above it. "parse" of QuickFIX verifies BodyLength and CheckSum and uses no dictionary, its fastest way; fields are
read by reference through its own convertors. BodyLength of jspurefix has leading zeros: one byte more a message.

In a round trip the trader's process sends an order when the last report has come; the venue's answers with the whole
order filled. QuickFIX's documentation starts its engines with start(); spun by poll() they are faster and use a core
each, as hotlap does. With two CPUs all sides share theirs with the rest of the machine. The load average and the stalls
above say how quiet it was: compare tails with the row of the plain TCP echo.
`,
  );
}

function writeStrategy(): void {
  const load = loadavg()[0] as number;
  const args = ['bench', 'strategy', ...(values.rounds === undefined ? [] : ['--rounds', values.rounds]), '--json'];
  const result = JSON.parse(hotlap(args)) as StrategyBenchResult;
  writeFileSync(
    results('strategy.md'),
    `# Strategies

Written by \`node bench/write-results.ts --only strategy\` on ${today()}: ${machine(load)}.

${block(commandLine(args.slice(0, -1)))}
${block(strategyTable(result))}
An operator is timed by twenty of it on one event, in a loop whose market and venue cost nothing; what it works on is
taken off, with what hands on its number: an operator that hands on fewer may come out below 0. The path is a replay from the
recording's bytes on: decoder, full books, dispatch and RxJS. \`of it in strategies\` is what is left when the same
recording's decoding and books, with nobody who listens, are taken off.

What grows is the caches' part, with the number of pipelines: each instrument of each strategy has its own, of some 2 KB, of
which a delivery touches about five cache lines on three pages. Those of a hundred strategies on ten instruments fit into a
second level cache of 2 MB; on ten thousand they are a million, and each delivery of a rarely traded instrument fetches its
lines, and the pages' addresses, from further away. Strategies of one file run one copy of machine code. Those of different
files have a library each, and the loop's calls into them are megamorphic from the fifth file on.
`,
  );
}

function writeTransport(): void {
  const load = loadavg()[0] as number;
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['bench', 'transport', ...flags, '--json'];
  const result = JSON.parse(hotlap(args)) as TransportBenchResult;
  writeFileSync(
    results('transport.md'),
    `# Transports, wire to wire

Written by \`node bench/write-results.ts --only transport\` on ${today()}: ${machine(load)}.

${block(commandLine(args.slice(0, -1)))}
${block(transportTable(result))}
Sender and receiver are two processes with the engine's own transport code and nothing else: no decoder, no book, no
JavaScript. Latencies are one way, from the time at which a packet was to be sent, so that a sender that is late or finds
no room is in the figure; sockperf's are halves of a round trip with one packet in flight, which hide what piles up.
\`af_xdp-rx\` is sent by the kernel and received by AF_XDP, \`af_xdp\` is AF_XDP on both sides, in copy mode: a veth has no
zero-copy, so its figures are no card's. Transports took turns; compare rows of this page only with each other.

System calls are counted by the ends themselves and, in legs of their own, by strace between two marks. A kernel socket
that is polled without pause makes one call a poll, whether something has come or not: \`bursts/packet\` is what remains
under full load. Packets a second are the highest rate tried at which nothing was lost in one second: as fast as the
sender can first, then 10 % below what had arrived.

With two CPUs each end has one, which it shares with the kernel's part of the work (a veth's receiving side runs on the
sender's CPU) and with the rest of the machine. What the host took away shows in the stalls, and in p99 and above.
`,
  );
}

const PAGES: Record<string, () => void> = {
  'tick-to-order': writeTickToOrder,
  'wire-to-wire': writeWireToWire,
  safeguards: writeSafeguards,
  replay: writeReplay,
  fix: writeFix,
  transport: writeTransport,
  strategy: writeStrategy,
};
const chosen = only === undefined ? Object.values(PAGES) : [PAGES[only]];
for (const write of chosen) {
  if (write === undefined) throw new Error(`--only takes ${Object.keys(PAGES).join(', ')}, not ${only}`);
  write();
}
